"""Records as the index is told of them, read in batches of a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import RecordState, Shown
from yanshu.discovery.search.engine.document import SearchDocument
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import HoldState

BATCH = 1_000


class _Row(NamedTuple):
    """The columns of a record an index needs, by name."""

    id: int
    dialect: str
    marc: bytes
    title: str
    subtitle: str
    author: str
    publisher: str
    year: int | None
    isbn: str
    class_number: str
    class_main: str
    language: str
    form: str
    sort_key: str
    released_on: date | None
    version: int


_COPY = (
    "record_id",
    "id",
    "branch_id",
    "state",
    "for_reference",
    "location__for_reference",
    "category__lendable",
    "call_number",
    "withdrawn_on",
    "version",
)

_Keys = Mapping[str, int | Sequence[int]]
"""Which records' rows are wanted: look-ups, and what each looks for."""


@dataclass(slots=True)
class _Copies:
    """What the index keeps of a record's copies."""

    total: int = 0
    withdrawn: int = 0
    rev: int = 0
    branches: dict[int, None] = field(default_factory=dict)
    available: dict[int, None] = field(default_factory=dict)
    call_numbers: dict[str, None] = field(default_factory=dict)


def every_document() -> Iterator[SearchDocument]:
    """Yield every record readers may find, by key."""
    last = -1
    while True:
        rows = _rows(_released().filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            return
        # As a range: Django takes longer over a thousand single keys than over the rows they lead to.
        yield from _documents(rows, {"gte": rows[0].id, "lte": rows[-1].id})
        last = rows[-1].id


def documents_of(record_ids: Sequence[int]) -> list[SearchDocument]:
    """Return those of these records that readers may find, as they are now, in four queries."""
    rows = _rows(_released().filter(pk__in=record_ids))
    return list(_documents(rows, {"in": [row.id for row in rows]}))


def released_count() -> int:
    """Return how many records are released, an upper bound of what can be found."""
    return _released().count()


def _released() -> QuerySet[BibRecord]:
    return BibRecord.objects.filter(state=RecordState.RELEASED)


def _rows(records: QuerySet[BibRecord]) -> list[_Row]:
    return list(map(_Row._make, records.values_list(*_Row._fields)))


def _among(name: str, keys: _Keys) -> Q:
    return Q(*((f"{name}__{lookup}", wanted) for lookup, wanted in keys.items()))


def _documents(rows: Sequence[_Row], keys: _Keys) -> Iterator[SearchDocument]:
    copies = _copies(keys)
    for row in rows:
        held = copies[row.id]
        if held.total and held.withdrawn == held.total:
            continue
        yield _document(row, held)


def _copies(keys: _Keys) -> defaultdict[int, _Copies]:
    found: defaultdict[int, _Copies] = defaultdict(_Copies)
    on_loan = _open_loans(keys)
    kept = _kept(keys)
    rows = Item.objects.filter(_among("record_id", keys)).order_by("record_id", "id").values_list(*_COPY)
    for record_id, item_id, branch, state, reference, shelf, lendable, call, withdrawn, version in rows:
        copies = found[record_id]
        copies.total += 1
        copies.rev += version + (item_id in on_loan)
        if withdrawn is not None:
            copies.withdrawn += 1
            continue
        copies.branches[branch] = None
        shown = catalogue.shown_of(
            state,
            for_reference=reference,
            shelf_for_reference=shelf,
            lendable=lendable,
            is_on_loan=item_id in on_loan,
            is_held=item_id in kept,
        )
        if shown is Shown.AVAILABLE:
            copies.available[branch] = None
        if call:
            copies.call_numbers[call] = None
    return found


def _open_loans(keys: _Keys) -> frozenset[int]:
    rows = Loan.objects.filter(_among("item__record_id", keys), closed_at__isnull=True)
    return frozenset(rows.order_by().values_list("item_id", flat=True))


def _kept(keys: _Keys) -> frozenset[int]:
    rows = Hold.objects.filter(_among("record_id", keys), state=HoldState.READY, item__isnull=False)
    return frozenset(rows.order_by().values_list("item_id", flat=True))


def _document(row: _Row, copies: _Copies) -> SearchDocument:
    found_by = catalogue.access_points_of(bytes(row.marc), row.dialect)
    return SearchDocument(
        id=row.id,
        rev=row.version + copies.rev,
        titles=_distinct(
            row.title,
            found_by.volume_title,
            found_by.parallel_title,
            found_by.title_pinyin,
            *found_by.other_titles,
        ),
        subtitle=_clean(row.subtitle),
        authors=_distinct(row.author, *found_by.authors, *found_by.other_names),
        subjects=_distinct(*found_by.subjects, *found_by.series),
        publisher=_clean(row.publisher),
        isbns=_distinct(row.isbn, *found_by.isbns, found_by.issn),
        classes=_distinct(row.class_number or row.class_main),
        call_numbers=tuple(copies.call_numbers),
        year=row.year,
        language=row.language,
        form=row.form,
        branches=tuple(copies.branches),
        available_branches=tuple(copies.available),
        added_on=row.released_on,
        title_sort_key=row.sort_key,
    )


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([clean for text in texts if text and (clean := _clean(text))]))


def _clean(text: str) -> str:
    """Return a text the index can take: no half characters, no control characters, single blanks."""
    return text if text.isprintable() else " ".join(text.encode("utf-8", "replace").decode().split())
