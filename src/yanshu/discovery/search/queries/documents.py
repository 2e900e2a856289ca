"""Records as the index is told of them, read in batches of a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.discovery.search.engine.document import SearchDocument
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import HoldState

BATCH = 1_000

_COLUMNS = (
    "id",
    "dialect",
    "marc",
    "title",
    "subtitle",
    "author",
    "publisher",
    "year",
    "isbn",
    "class_number",
    "class_main",
    "language",
    "form",
    "sort_key",
    "released_on",
    "version",
)
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
        rows = list(_released().filter(pk__gt=last).order_by("pk").values(*_COLUMNS)[:BATCH])
        if not rows:
            return
        yield from _documents(rows)
        last = rows[-1]["id"]


def documents_of(record_ids: Sequence[int]) -> list[SearchDocument]:
    """Return those of these records that readers may find, as they are now, in three queries."""
    return list(_documents(list(_released().filter(pk__in=record_ids).values(*_COLUMNS))))


def released_count() -> int:
    """Return how many records are released, an upper bound of what can be found."""
    return _released().count()


def _released() -> QuerySet[BibRecord]:
    return BibRecord.objects.filter(state=RecordState.RELEASED)


def _documents(rows: Sequence[dict[str, Any]]) -> Iterator[SearchDocument]:
    copies = _copies([row["id"] for row in rows])
    for row in rows:
        held = copies[row["id"]]
        if held.total and held.withdrawn == held.total:
            continue
        yield _document(row, held)


def _copies(record_ids: Sequence[int]) -> defaultdict[int, _Copies]:
    found: defaultdict[int, _Copies] = defaultdict(_Copies)
    on_loan = _open_loans(record_ids)
    kept = _kept(record_ids)
    rows = Item.objects.filter(record_id__in=record_ids).order_by("record_id", "id").values_list(*_COPY)
    for record_id, item_id, branch, state, reference, shelf, lendable, call, withdrawn, version in rows:
        copies = found[record_id]
        copies.total += 1
        copies.rev += version + (item_id in on_loan)
        if withdrawn is not None:
            copies.withdrawn += 1
            continue
        copies.branches[branch] = None
        away = reference or shelf or not lendable or item_id in on_loan or item_id in kept
        if state == ItemState.AVAILABLE and not away:
            copies.available[branch] = None
        if call:
            copies.call_numbers[call] = None
    return found


def _open_loans(record_ids: Sequence[int]) -> frozenset[int]:
    rows = Loan.objects.filter(closed_at__isnull=True, item__record_id__in=record_ids)
    return frozenset(rows.order_by().values_list("item_id", flat=True))


def _kept(record_ids: Sequence[int]) -> frozenset[int]:
    rows = Hold.objects.filter(record_id__in=record_ids, state=HoldState.READY, item__isnull=False)
    return frozenset(rows.order_by().values_list("item_id", flat=True))


def _document(row: dict[str, Any], copies: _Copies) -> SearchDocument:
    parsed = catalogue.columns_of(bytes(row["marc"]), row["dialect"])
    titles = [row["title"], row["subtitle"]]
    authors, isbns = [row["author"]], [row["isbn"]]
    if parsed is not None:
        titles += [parsed.volume_title, parsed.parallel_title, parsed.title_pinyin]
        titles += parsed.other_titles
        authors += [*parsed.authors, *parsed.other_names]
        isbns += [*parsed.isbns, parsed.issn]
    return SearchDocument(
        id=row["id"],
        rev=row["version"] + copies.rev,
        titles=_distinct(titles),
        authors=_distinct(authors),
        subjects=_distinct([*parsed.subjects, *parsed.series]) if parsed is not None else (),
        publisher=_clean(row["publisher"]),
        isbns=_distinct(isbns),
        classes=_distinct([row["class_number"] or row["class_main"]]),
        call_numbers=tuple(copies.call_numbers),
        year=row["year"],
        language=row["language"],
        form=row["form"],
        branches=tuple(copies.branches),
        available_branches=tuple(copies.available),
        added_on=row["released_on"],
        title_sort_key=row["sort_key"],
    )


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean for text in texts if text and (clean := _clean(text))))


def _clean(text: str) -> str:
    """Return a text the index can take: no half characters, no control characters, single blanks."""
    return text if text.isprintable() else " ".join(text.encode("utf-8", "replace").decode().split())
