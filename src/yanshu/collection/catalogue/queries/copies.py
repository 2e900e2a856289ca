"""Copies: found by barcode, listed for who may see them, shown with the state word."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory, ItemEvent
from yanshu.collection.catalogue.queries.beginning import begins
from yanshu.collection.catalogue.terms import ItemState, Shown
from yanshu.core import scanned
from yanshu.core.actor import Actor
from yanshu.core.sequence import peek
from yanshu.institution.places.models import Branch

RECENT_COPIES = 200
"""How many of a branch's newest copies tell its usual shelf."""
SHOWN_WITH = ("record", "branch", "home_branch", "location", "category")
_AFTER_MARK = chr(ord(rules.CALL_NUMBER_MARK) + 1)


def item_by_barcode(barcode: str, *, owner_code: str = "", branch_id: int | None = None) -> Item | None:
    """Return the item with this barcode, however it was typed.

    Of several owners' items the one of ``owner_code`` or of the branch's library comes first; withdrawn ones
    come last.
    """
    forms, owners = scanned.readings(barcode), scanned.readings(owner_code)
    items = (
        Item.objects.filter(barcode__in=forms).select_related(*SHOWN_WITH, "library").defer("record__marc")
    )
    if branch_id is not None:
        own = Branch.objects.filter(pk=branch_id, library_id=OuterRef("library_id"))
        items = items.annotate(_of_branch=Exists(own))
    return min(
        items,
        key=lambda item: (
            scanned.rank(item.barcode, forms),
            scanned.rank(item.library.code, owners),
            not getattr(item, "_of_branch", False),
            item.withdrawn_on is not None,
            item.pk,
        ),
        default=None,
    )


def items_by_barcode(barcodes: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Return the items each of these barcodes means, in one query; several where owners share a barcode.

    Each barcode is understood as ``item_by_barcode`` understands it; one of no item is left out.
    """
    forms = {barcode: scanned.readings(barcode) for barcode in barcodes}
    kept: dict[str, list[tuple[bool, int]]] = {}
    rows = Item.objects.filter(barcode__in={form for several in forms.values() for form in several})
    for barcode, withdrawn_on, item_id in rows.values_list("barcode", "withdrawn_on", "id"):
        kept.setdefault(barcode, []).append((withdrawn_on is not None, item_id))
    found = {}
    for barcode, several in forms.items():
        if (nearest := next((kept[form] for form in several if form in kept), None)) is not None:
            least = min(withdrawn for withdrawn, _item_id in nearest)
            found[barcode] = tuple(item_id for withdrawn, item_id in nearest if withdrawn == least)
    return found


def copies(record_id: int) -> QuerySet[Item]:
    """Return the copies of a title that have not been withdrawn, in the order of branches."""
    return (
        Item.objects.filter(record_id=record_id, withdrawn_on__isnull=True)
        .select_related("branch", "home_branch", "location", "category")
        .order_by("branch__position", "call_number", "id")
    )


def usual_shelf(branch_id: int) -> int | None:
    """Return the shelving location most of a branch's newest copies stand at; nothing without any."""
    newest = Item.objects.filter(branch_id=branch_id, state=ItemState.AVAILABLE).order_by("-id")
    found = Counter(newest.values_list("location_id", flat=True)[:RECENT_COPIES]).most_common(1)
    return found[0][0] if found else None


def copies_seen_by(actor: Actor) -> QuerySet[Item]:
    """Return the copies that belong to the actor's branches or are there now."""
    rows = Item.objects.select_related(*SHOWN_WITH).defer("record__marc")
    if actor.scope is None:
        return rows
    return rows.filter(Q(branch_id__in=actor.scope) | Q(home_branch_id__in=actor.scope))


def search_copies(rows: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Keep the copies whose barcode or call number begins so, or whose title does."""
    wanted = text.strip()
    if not wanted:
        return rows
    titles = BibRecord.objects.filter(begins("title", wanted)).order_by().values("pk")
    meant = begins("barcode", wanted) | begins("call_number", wanted) | Q(record_id__in=titles)
    return _among(rows, meant)


def copies_numbered(rows: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Keep the copies whose barcode begins so."""
    wanted = text.strip()
    return _among(rows, begins("barcode", wanted)) if wanted else rows


def _among(rows: QuerySet[Item], meant: Q) -> QuerySet[Item]:
    """Keep the copies meant, looked up in the indexes before whole rows are read and put in order."""
    return rows.filter(pk__in=Item.objects.filter(meant).order_by().values("pk"))


def item_seen_by(actor: Actor, item_id: int) -> Item | None:
    """Return a copy the actor may see, or nothing."""
    return copies_seen_by(actor).select_related("library").filter(pk=item_id).first()


def history_of(item: Item) -> QuerySet[ItemEvent]:
    """Return what happened to a copy, the newest first."""
    return ItemEvent.objects.filter(item=item).order_by("-happened_at", "-id")


def categories() -> QuerySet[ItemCategory]:
    """Return the item categories in their order."""
    return ItemCategory.objects.all()


def copy_counts(record_ids: Iterable[int]) -> dict[int, int]:
    """Return how many copies titles have that have not been withdrawn, by record."""
    rows = Item.objects.filter(record_id__in=list(record_ids), withdrawn_on__isnull=True)
    return dict(rows.order_by().values_list("record_id").annotate(number=Count("id")))


def next_call_number(record: BibRecord, library_id: int) -> str:
    """Return the call number a new copy would get: that of its title, else the next number of its class.

    Nothing where the title has no class number. The number is proposed, not taken.
    """
    own = Item.objects.filter(record=record, library_id=library_id).exclude(call_number="").order_by("id")
    if (known := own.values_list("call_number", flat=True).first()) is not None:
        return known
    if not record.class_number:
        return ""
    number = max(
        peek(book_number_sequence(library_id, record.class_number)),
        highest_book_number(library_id, record.class_number),
    )
    return f"{record.class_number}{rules.CALL_NUMBER_MARK}{number}"


def book_number_sequence(library_id: int, class_number: str) -> str:
    """Return the name of the sequence of a class's book numbers."""
    return f"catalogue.book.{library_id}.{class_number}"


def highest_book_number(library_id: int, class_number: str) -> int:
    """Return the number after the highest one that stands on a copy of the class."""
    head = f"{class_number}{rules.CALL_NUMBER_MARK}"
    rows = Item.objects.filter(
        library_id=library_id, call_number__gte=head, call_number__lt=f"{class_number}{_AFTER_MARK}"
    )
    return rules.next_book_number(
        rows.order_by().values_list("call_number", flat=True).distinct(), class_number
    )


def shown_state(item: Item, due_on: date | None = None, *, is_held: bool = False) -> Shown:
    """Return the state word of a copy for readers and clerks.

    Args:
        item: with ``location`` and ``category`` at hand, or they are asked for.
        due_on: when the open loan of the copy ends; lending knows.
        is_held: whether the copy is kept for a reader; lending knows.
    """
    return shown_of(
        item.state,
        for_reference=item.for_reference,
        shelf_for_reference=item.location.for_reference,
        lendable=item.category.lendable,
        is_on_loan=due_on is not None,
        is_held=is_held,
    )


@cache
def shown_of(
    state: str,
    *,
    for_reference: bool,
    shelf_for_reference: bool,
    lendable: bool,
    is_on_loan: bool,
    is_held: bool,
) -> Shown:
    """Return the state word of a copy that is known by its facts alone; an index asks this of every copy."""
    return rules.shown_state(
        state,
        is_reference=for_reference or shelf_for_reference or not lendable,
        is_on_loan=is_on_loan,
        is_held=is_held,
    )


def spine_lines(call_number: str) -> tuple[str, ...]:
    """Return the lines of a call number on the spine label."""
    return rules.spine_lines(call_number)
