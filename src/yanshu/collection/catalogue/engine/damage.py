"""What was wrong with a record that was read, and the reading that carries it.

A damage is said, never swallowed: the importer prints it beside the row, with the place in the file.
"""

from enum import StrEnum
from typing import NamedTuple

from yanshu.collection.catalogue.engine.record import MarcRecord


class DamageCode(StrEnum):
    """The kinds of damage; stable, for translation and for counting."""

    JUNK = "junk"
    TRUNCATED = "truncated"
    RECORD_TERMINATOR = "record-terminator"
    LENGTH = "length"
    LEADER = "leader"
    DIRECTORY = "directory"
    FIELD_TERMINATOR = "field-terminator"
    FIELD_LOST = "field-lost"
    TAG = "tag"
    INDICATORS = "indicators"
    SUBFIELD_CODE = "subfield-code"
    NO_SUBFIELDS = "no-subfields"
    CONTROL_FIELD = "control-field"
    CHARACTERS = "characters"
    CHARSET = "charset"
    XML = "xml"
    UNREADABLE = "unreadable"


class Damage(NamedTuple):
    """One thing that was wrong.

    Units: ``offset`` counts bytes from the start of the file.
    """

    code: DamageCode
    offset: int
    reason: str
    tag: str = ""


class Reading(NamedTuple):
    """One record as it was found in a file.

    ``record`` is None when nothing could be made of the bytes; ``damages`` then say why.
    Units: ``offset`` counts bytes from the start of the file, ``number`` records from 1.
    """

    record: MarcRecord | None
    raw: bytes
    offset: int
    number: int
    encoding: str
    damages: tuple[Damage, ...] = ()
