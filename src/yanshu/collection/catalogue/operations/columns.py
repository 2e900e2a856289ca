"""How a record's columns are filled from its MARC, in one place for desk, import and demonstration."""

from dataclasses import dataclass
from datetime import datetime

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.engine import columns as engine_columns
from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.bibliographic import Columns
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.engine.sorting import sort_key
from yanshu.collection.catalogue.models import BibRecord

FILLED = (
    "dialect", "marc", "control_number", "title", "subtitle", "volume", "responsibility", "author",
    "publisher", "place", "year", "isbn", "class_number", "class_main", "language", "form", "edition",
    "price_fen", "juvenile", "sort_key", "duplicate_key", "changed_at", "version",
)  # fmt: skip
SMALLEST_YEAR, GREATEST_YEAR = -3000, 3000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record read: its MARC, its bytes, its columns."""

    marc: MarcRecord
    raw: bytes
    dialect: Dialect
    columns: Columns


def parse(marc: MarcRecord, dialect: Dialect) -> Parsed:
    """Read a record's columns and write its bytes.

    Raises:
        engine.iso2709.RecordTooLongError, FieldTooLongError, UnwritableRecordError: when ISO 2709 cannot
            hold it.
    """
    return Parsed(
        marc=marc,
        raw=iso2709.write(marc),
        dialect=dialect,
        columns=engine_columns.parse(marc, dialect),
    )


def fill(row: BibRecord, parsed: Parsed, *, now: datetime) -> BibRecord:
    """Fill a row's columns from what was read."""
    seen = parsed.columns
    row.dialect, row.marc = parsed.dialect.value, parsed.raw
    row.control_number = seen.control_number[:60]
    row.title = (seen.title or seen.volume_title or seen.parallel_title)[:500]
    row.subtitle, row.volume = seen.subtitle[:500], (seen.volume or seen.volume_title)[:100]
    row.responsibility = seen.responsibility[:500]
    row.author = (seen.authors[0] if seen.authors else rules.plain_author(seen.responsibility))[:200]
    row.publisher, row.place = seen.publisher[:200], seen.place[:100]
    row.year = seen.year if seen.year and SMALLEST_YEAR < seen.year < GREATEST_YEAR else None
    row.isbn = seen.isbns[0] if seen.isbns else ""
    row.class_number = seen.class_number[:40]
    row.class_main = rules.main_class(seen.class_number)
    row.language, row.form = seen.language[:3], seen.form.value
    row.edition, row.price_fen, row.juvenile = seen.edition[:100], seen.price_fen, seen.juvenile
    row.sort_key = sort_key(row.title)
    row.duplicate_key = rules.duplicate_key(row.isbn, row.title, row.volume)
    row.changed_at = now
    return row
