"""What was wrong with a record that was read, and the reading that carries it.

A damage is said, never swallowed: the importer prints it beside the row, with the place in the file.
"""

from enum import StrEnum
from typing import Final, NamedTuple

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


CUT_SHORT: Final = frozenset({DamageCode.TRUNCATED, DamageCode.RECORD_TERMINATOR})
"""The end of the record is not there; nobody can say what else is not."""
AROUND_FIELDS: Final = frozenset({DamageCode.JUNK, DamageCode.LEADER, DamageCode.LENGTH, DamageCode.CHARSET})
"""Wrong before, beside or about the fields; the fields themselves are as they were written."""


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

    @property
    def is_cut_short(self) -> bool:
        """Whether the end of the record is missing, or bytes before it with whole fields."""
        codes = {damage.code for damage in self.damages}
        return bool(codes & CUT_SHORT) or (DamageCode.LENGTH in codes and self._is_shorter_than_said())

    @property
    def has_damaged_fields(self) -> bool:
        """Whether a field may say less, or something else, than it did when it was written."""
        return any(damage.code not in AROUND_FIELDS for damage in self.damages)

    def _is_shorter_than_said(self) -> bool:
        """Whether bytes the leader counts are missing, and fields with them."""
        said = self.raw[:5]
        return said.isdigit() and int(said) > len(self.raw) and self.has_damaged_fields
