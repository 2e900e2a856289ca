"""Bibliographic records: found by their columns, shown from their MARC."""

import re
from typing import NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.engine import columns, isbd, iso2709, marcxml
from yanshu.collection.catalogue.engine.bibliographic import AccessPoints, Columns
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.engine.sheet_rows import shown_value
from yanshu.collection.catalogue.engine.standard_numbers import isbn13
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.queries.beginning import begins
from yanshu.collection.catalogue.terms import RecordState

_ISBN = re.compile(r"[0-9Xx\- ]{10,17}")
MOST_ALIKE = 5


class MarcLine(NamedTuple):
    """A field as the MARC view shows it; a control field has ``data``, others have subfields."""

    tag: str
    indicators: str
    data: str
    subfields: tuple[tuple[str, str], ...]


def records() -> QuerySet[BibRecord]:
    """Return all records with the number of their copies (``copies``), without their MARC."""
    held = Item.objects.filter(record=OuterRef("pk"), withdrawn_on=None).order_by().values("record")
    number = Coalesce(Subquery(held.annotate(number=Count("pk")).values("number")), 0)
    return BibRecord.objects.defer("marc").annotate(copies=number)


def search_records(rows: QuerySet[BibRecord], text: str) -> QuerySet[BibRecord]:
    """Keep the records whose title, author or control number begins so, or that bear this ISBN."""
    wanted = text.strip()
    if not wanted:
        return rows
    if number := _isbn(wanted):
        return rows.filter(isbns__isbn=number)
    return rows.filter(begins("title", wanted) | begins("author", wanted) | begins("control_number", wanted))


def records_by_isbn(text: str) -> QuerySet[BibRecord]:
    """Return the records that bear an ISBN, written with 10 or 13 digits; nothing for what is none."""
    number = _isbn(text)
    return BibRecord.objects.filter(isbns__isbn=number) if number else BibRecord.objects.none()


def record_by_control_number(text: str) -> BibRecord | None:
    """Return the newest record of a control number."""
    return BibRecord.objects.filter(control_number=text.strip()).first() if text.strip() else None


def released_record(record_id: int) -> BibRecord | None:
    """Return a record readers may see, or nothing."""
    return BibRecord.objects.filter(pk=record_id, state=RecordState.RELEASED).first()


def duplicate_key_of(seen: Columns) -> str:
    """Return the key two records of the same title share; it is made from what their rows hold."""
    isbn = seen.isbns[0] if seen.isbns else ""
    return rules.duplicate_key(isbn, seen.main_title[:500], seen.part[:100])


def alike_records(marc: MarcRecord, dialect: Dialect, *, but: int | None = None) -> list[BibRecord]:
    """Return records with the ISBN, title and volume of this one, the newest first.

    Args:
        but: the record itself, where it is kept already.
    """
    key = duplicate_key_of(columns.parse(marc, dialect))
    rows = records().filter(duplicate_key=key)
    return list((rows if but is None else rows.exclude(pk=but))[:MOST_ALIKE])


def marc_of(marc: bytes) -> MarcRecord | None:
    """Return the MARC record kept in ``BibRecord.marc``, or nothing where there is none."""
    return iso2709.kept(marc) if marc else None


def marcxml_of(marc: bytes) -> bytes:
    """Return a kept record as MARCXML, or nothing where there is none."""
    record = marc_of(marc)
    return marcxml.to_marcxml(record) if record is not None else b""


def columns_of(marc: bytes, dialect: str) -> Columns | None:
    """Return everything that can be found by of a kept record, in every script it has."""
    record = marc_of(marc)
    return columns.parse(record, Dialect(dialect)) if record is not None else None


def access_points_of(marc: bytes, dialect: str) -> AccessPoints:
    """Return what a kept record is found by, in every script it has; nothing where there is no MARC.

    Half of the time of :func:`columns_of`, which an index of a whole library feels.
    """
    record = marc_of(marc)
    return columns.access_points(record, Dialect(dialect)) if record is not None else AccessPoints()


def isbd_areas(marc: bytes, dialect: str) -> tuple[isbd.Area, ...]:
    """Return the ISBD display of a kept record, area by area."""
    record = marc_of(marc)
    return isbd.areas(record, Dialect(dialect)) if record is not None else ()


def marc_lines(marc: bytes, dialect: str) -> tuple[MarcLine, ...]:
    """Return the fields of a kept record, its leader first; blanks that count are shown as ``#``."""
    record = marc_of(marc)
    if record is None:
        return ()
    form = Dialect(dialect)
    leader = MarcLine("LDR", "", record.leader.replace(" ", "#"), ())
    return (
        leader,
        *(
            MarcLine(
                field.tag,
                field.indicators.replace(" ", "#"),
                shown_value(field.tag, field.data, form),
                tuple((code, shown_value(field.tag, value, form)) for code, value in field.subfields),
            )
            for field in record.fields
        ),
    )


def _isbn(text: str) -> str:
    found = isbn13(text) if _ISBN.fullmatch(text) else None
    return found if isinstance(found, str) and found.isdecimal() else ""
