"""CNMARC or MARC21, told from the record itself."""

from enum import StrEnum
from typing import Final

from yanshu.collection.catalogue.engine.record import MarcRecord


class Dialect(StrEnum):
    """The two formats a Chinese library meets; CNMARC is the Chinese edition of UNIMARC."""

    CNMARC = "cnmarc"
    MARC21 = "marc21"


_CNMARC_TAGS: Final = frozenset(
    {"101", "102", "106", "200", "210", "215", "225", "330", "606", "690", "701", "801"}
)
_MARC21_TAGS: Final = frozenset({"008", "040", "050", "082", "245", "260", "264", "300", "490", "520", "650"})


def dialect_of(record: MarcRecord) -> Dialect:
    """Return the dialect a record is written in; a record that says nothing counts as CNMARC.

    The title field decides (200 or 245); where both or neither is there, the number of fields that only one
    of the two formats has.
    """
    cnmarc, marc21 = "200" in record.tags, "245" in record.tags
    if cnmarc != marc21:
        return Dialect.CNMARC if cnmarc else Dialect.MARC21
    tags = set(record.tags)
    return Dialect.MARC21 if len(tags & _MARC21_TAGS) > len(tags & _CNMARC_TAGS) else Dialect.CNMARC
