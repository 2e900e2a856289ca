"""How a record's columns are filled from its MARC, in one place for desk, import and demonstration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.engine import columns as engine_columns
from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.bibliographic import Columns
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.engine.responsibility import first_name
from yanshu.collection.catalogue.engine.sorting import sort_key
from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.queries.records import duplicate_key_of

FILLED = (
    "dialect", "marc", "control_number", "title", "subtitle", "volume", "responsibility", "author",
    "publisher", "place", "year", "isbn", "class_number", "class_main", "language", "form", "edition",
    "price_fen", "juvenile", "sort_key", "duplicate_key",
)  # fmt: skip
SMALLEST_YEAR, GREATEST_YEAR = -3000, 3000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record read: its MARC, its bytes, its columns."""

    marc: MarcRecord
    raw: bytes
    dialect: Dialect
    columns: Columns
    duplicate_key: str


def parse(marc: MarcRecord, dialect: Dialect) -> Parsed:
    """Read a record's columns and write its bytes.

    Raises:
        engine.iso2709.RecordTooLongError, FieldTooLongError, UnwritableRecordError: when ISO 2709 cannot
            hold it.
    """
    seen = engine_columns.parse(marc, dialect)
    return Parsed(
        marc=marc,
        raw=iso2709.write(marc),
        dialect=dialect,
        columns=seen,
        duplicate_key=duplicate_key_of(seen),
    )


def filled(parsed: Parsed) -> dict[str, Any]:
    """Return the columns that are read from MARC, by name, in the order of ``FILLED``."""
    seen = parsed.columns
    title = seen.main_title[:500]
    return {
        "dialect": parsed.dialect.value,
        "marc": parsed.raw,
        "control_number": seen.control_number[:60],
        "title": title,
        "subtitle": seen.subtitle[:500],
        "volume": seen.part[:100],
        "responsibility": seen.responsibility[:500],
        "author": (seen.authors[0] if seen.authors else first_name(seen.responsibility))[:200],
        "publisher": seen.publisher[:200],
        "place": seen.place[:100],
        "year": seen.year if seen.year and SMALLEST_YEAR < seen.year < GREATEST_YEAR else None,
        "isbn": seen.isbns[0] if seen.isbns else "",
        "class_number": seen.class_number[:40],
        "class_main": rules.main_class(seen.class_number),
        "language": seen.language[:3],
        "form": seen.form.value,
        "edition": seen.edition[:100],
        "price_fen": seen.price_fen,
        "juvenile": seen.juvenile,
        "sort_key": sort_key(title),
        "duplicate_key": parsed.duplicate_key,
    }


def fill(row: BibRecord, parsed: Parsed, *, now: datetime) -> BibRecord:
    """Fill a row's columns from what was read."""
    for name, value in filled(parsed).items():
        setattr(row, name, value)
    row.changed_at = now
    return row
