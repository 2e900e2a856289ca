"""The collection: records with their MARC, copies on their shelves, the year's arrivals as events."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory, ItemEvent, RecordIsbn
from yanshu.collection.catalogue.operations import columns
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState, Medium, RecordState
from yanshu.core import sequence
from yanshu.demo.books import books
from yanshu.demo.loader import bulk
from yanshu.demo.loader.terms import Doer, Loading, Premises, Staff
from yanshu.demo.stock_terms import Copy, Stock, TitlePlan

__all__ = ["BOOK", "EVENT_COLUMNS", "event_row", "load_items", "load_records", "make_item_categories"]

BOOK, BOUND = "book", "bound"
ACCESSIONED_AT_HOUR, RELEASED_AT_HOUR = 10, 16
RECORD_COLUMNS = (*columns.FILLED, "changed_at", "state", "released_on", "created_at", "id")
ITEM_COLUMNS = (
    "id", "record_id", "library_id", "barcode", "home_branch_id", "branch_id", "location_id", "category_id",
    "call_number", "price_fen", "origin", "accession_number", "accessioned_on", "released_on", "state",
    "for_reference",
)  # fmt: skip
EVENT_COLUMNS = (
    "happened_at", "recorded_at", "business_date", "month", "account_id", "actor_label", "door",
    "terminal_id", "branch_id", "item_id", "kind", "from_state", "to_state",
)  # fmt: skip


def make_item_categories() -> dict[str, int]:
    """Make the categories of items; return their keys by code."""
    kinds = ((BOOK, "图书", "Books", True), (BOUND, "过刊合订本", "Bound periodicals", False))
    return {
        code: ItemCategory.objects.create(
            code=code, name=name, name_en=name_en, medium=Medium.PRINT, lendable=lendable, position=position
        ).pk
        for position, (code, name, name_en, lendable) in enumerate(kinds)
    }


def load_records(loading: Loading, stock: Stock) -> list[str]:
    """Write the records, parsed as the import does; return the main class of each title."""
    classes: list[str] = []
    isbns: list[tuple[int, str]] = []
    tell = loading.stage("书目记录 · records", len(stock.titles))
    bulk.write(BibRecord, RECORD_COLUMNS, _records(loading, stock, classes, isbns), tell=tell)
    bulk.write(RecordIsbn, ("record_id", "isbn"), isbns)
    bulk.continue_keys(BibRecord)
    return classes


def _records(
    loading: Loading, stock: Stock, classes: list[str], isbns: list[tuple[int, str]]
) -> Iterator[bulk.Row]:
    for book in books(stock.titles):
        parsed = columns.parse(book.record, Dialect.MARC21)
        filled = columns.filled(parsed)
        key = book.plan.number + 1
        classes.append(filled["class_main"])
        isbns.extend((key, isbn) for isbn in parsed.columns.isbns)
        made_at = _utc(loading, book.plan.accessioned_on, ACCESSIONED_AT_HOUR)
        released_on = book.plan.released_on
        changed_at = _utc(loading, released_on, RELEASED_AT_HOUR) if released_on else made_at
        yield (*filled.values(), changed_at, _state(book.plan), _day(released_on), made_at, key)


def _state(plan: TitlePlan) -> str:
    if plan.released_on is not None:
        return RecordState.RELEASED.value
    return RecordState.PROOFREAD.value if plan.proofread else RecordState.DRAFT.value


def load_items(
    loading: Loading,
    premises: Premises,
    stock: Stock,
    categories: dict[str, int],
    on_hold_shelf: AbstractSet[int],
) -> None:
    """Write the copies; what lies ready for a reader at the end of the year stands on the hold shelf."""
    tell = loading.stage("馆藏册 · items", len(stock.copies))

    def rows() -> Iterator[bulk.Row]:
        titles, branches = stock.titles, premises.in_service
        for number, copy in enumerate(stock.copies):
            branch_id = branches[copy.branch].pk
            bound = copy.origin == "binding"
            yield (
                number + 1, copy.title + 1, premises.library.pk, copy.barcode, branch_id, branch_id,
                premises.locations[copy.branch, copy.location], categories[BOUND if bound else BOOK],
                titles[copy.title].call_number, copy.price_fen, copy.origin, copy.accession_number,
                copy.accessioned_on.isoformat(), _day(copy.released_on),
                _item_state(copy, on_hold_shelf=number in on_hold_shelf), copy.for_reference,
            )  # fmt: skip

    bulk.write(Item, ITEM_COLUMNS, rows(), tell=tell)
    bulk.continue_keys(Item)
    sequence.start_at(f"catalogue.accession.{premises.library.pk}", len(stock.copies) + 1)


def arrivals(loading: Loading, premises: Premises, staff: Staff, stock: Stock) -> Iterator[bulk.Row]:
    """Yield the events of the copies that came, or were released, in the year; older ones have none."""
    year = loading.scenario.year
    for number, copy in enumerate(stock.copies):
        branch_id = premises.in_service[copy.branch].pk
        about = (staff.cataloguer, branch_id, number + 1)
        if copy.accessioned_on.year == year:
            at = loading.at(copy.accessioned_on, ACCESSIONED_AT_HOUR).timestamp()
            yield event_row(
                int(at), copy.accessioned_on, *about, ItemEventKind.ACCESSIONED, "", ItemState.PROCESSING
            )
        if copy.released_on is not None and copy.released_on.year == year:
            at = loading.at(copy.released_on, RELEASED_AT_HOUR).timestamp()
            yield event_row(
                int(at),
                copy.released_on,
                *about,
                ItemEventKind.RELEASED,
                ItemState.PROCESSING,
                ItemState.AVAILABLE,
            )


def event_row(
    at: int,
    day: date,
    doer: Doer,
    branch_id: int,
    item_id: int,
    kind: ItemEventKind,
    former: str,
    state: str,
) -> bulk.Row:
    """Return a line of an item's history."""
    when, text = bulk.instant_text(at), day.isoformat()
    return (
        when, when, text, text[:7], doer.account_id, doer.label, doer.door, doer.terminal_id,
        branch_id, item_id, str(kind), str(former), str(state),
    )  # fmt: skip


def load_item_events(rows: Iterator[bulk.Row]) -> None:
    """Write lines of items' histories, in the order of time."""
    bulk.write(ItemEvent, EVENT_COLUMNS, sorted(rows, key=lambda row: (row[0], row[9])))


def _item_state(copy: Copy, *, on_hold_shelf: bool) -> str:
    if copy.released_on is None:
        return ItemState.PROCESSING.value
    return ItemState.HOLD_SHELF.value if on_hold_shelf else ItemState.AVAILABLE.value


def _utc(loading: Loading, day: date, hour: int) -> str:
    return bulk.instant_text(int(loading.at(day, hour).timestamp()))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
