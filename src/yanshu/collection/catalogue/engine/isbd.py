"""The ISBD display of a record: areas in their order, with the punctuation of the catalogue card.

Source: ISBD consolidated edition; GB/T 3792-2021 (题名与责任者项 and so on). A CNMARC record gets its
punctuation here; a MARC21 record brings it along.
"""

from enum import StrEnum
from typing import NamedTuple

from yanshu.collection.catalogue.engine import isbd_cnmarc, isbd_marc21
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.record import MarcRecord


class AreaCode(StrEnum):
    """The areas in the order of ISBD."""

    TITLE = "title"
    EDITION = "edition"
    MATERIAL = "material"
    PUBLICATION = "publication"
    PHYSICAL = "physical"
    SERIES = "series"
    NOTES = "notes"
    IDENTIFIERS = "identifiers"


class Area(NamedTuple):
    """One area and its text; the notes and identifiers have one line each."""

    code: AreaCode
    text: str


def areas(record: MarcRecord, dialect: Dialect | None = None) -> tuple[Area, ...]:
    """Return the areas that have something to say.

    Args:
        dialect: overrides what the record itself looks like.
    """
    spoken = dialect if dialect is not None else dialect_of(record)
    rules = isbd_cnmarc if spoken is Dialect.CNMARC else isbd_marc21
    texts = {
        AreaCode.TITLE: rules.title_area(record),
        AreaCode.EDITION: rules.edition_area(record),
        AreaCode.MATERIAL: rules.material_area(record),
        AreaCode.PUBLICATION: rules.publication_area(record),
        AreaCode.PHYSICAL: rules.physical_area(record),
        AreaCode.SERIES: rules.series_area(record),
        AreaCode.NOTES: "\n".join(rules.notes(record)),
        AreaCode.IDENTIFIERS: "\n".join(rules.identifiers(record)),
    }
    return tuple(Area(code, text) for code, text in texts.items() if text)
