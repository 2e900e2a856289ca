"""The real records the demonstration starts from: public-domain records, read once and classed."""

import gzip
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.record import DELIMITER, Field, MarcRecord
from yanshu.demo.crosswalk import class_of

__all__ = ["SETS", "BaseRecord", "base_records", "with_class"]

SETS = ("lc_chi_shared", "lc_eng_shared", "lc_jpn_kor_shared")
_JUVENILE = frozenset("abcj")
_OLDEST, _NEWEST = 1800, 2015


@dataclass(frozen=True, slots=True)
class BaseRecord:
    """A record as the Library of Congress made it, with what the demonstration asks of it.

    Attributes:
        clc: class of the Chinese Library Classification, from its shelf mark.
        linked: whether its fields are repeated in the original script (880).
    """

    record: MarcRecord
    language: str
    clc: str
    year: int
    fiction: bool
    juvenile: bool
    linked: bool


@cache
def base_records() -> tuple[BaseRecord, ...]:
    """Read all records that come with the demonstration, set by set in the order of the files."""
    folder = files("yanshu.demo") / "data"
    found: list[BaseRecord] = []
    for name in SETS:
        data = gzip.decompress((folder / f"{name}.mrc.gz").read_bytes())
        readings = iso2709.read(io.BytesIO(data), charset="utf-8")
        found.extend(_base(reading.record) for reading in readings if reading.record is not None)
    return tuple(found)


def with_class(record: MarcRecord, clc: str) -> tuple[Field, ...]:
    """Return the fields of a record with its class added in 084, as a library does on taking it over."""
    fields = list(record.fields)
    place = next((i for i, field in enumerate(fields) if field.tag > "084"), len(fields))
    fields.insert(place, Field("084", f"  {DELIMITER}a{clc}{DELIMITER}2clc"))
    return tuple(fields)


def _base(record: MarcRecord) -> BaseRecord:
    coded = record.control("008").ljust(40)
    fiction = coded[33] in "1fj"
    juvenile = coded[22] in _JUVENILE
    return BaseRecord(
        record=record,
        language=coded[35:38],
        clc=class_of(record.value("050", "a"), fiction=fiction, juvenile=juvenile),
        year=_year(coded[7:11]),
        fiction=fiction,
        juvenile=juvenile,
        linked=record.first("880") is not None,
    )


def _year(text: str) -> int:
    """Return the coded year of publication, or one in the middle of the set where it is not a year."""
    year = int(text) if text.isdigit() else 1998
    return min(max(year, _OLDEST), _NEWEST)
