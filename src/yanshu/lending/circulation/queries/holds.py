"""Holds: the queue of a title, the hold shelf, what is to be fetched for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core.actor import Actor
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.queries.scope import in_scope
from yanshu.lending.circulation.terms import OPEN_HOLD_STATES, HoldState

SHELF_ORDER = ("branch_id", "location_id", "call_number", "id")


def open_holds(*, patron_id: int) -> QuerySet[Hold]:
    """Return a reader's open holds, those waiting for collection first."""
    return (
        Hold.objects.filter(patron_id=patron_id, state__in=OPEN_HOLD_STATES)
        .select_related("record", "pickup_branch", "item")
        .defer("record__marc")
        .order_by("state", "placed_at")
    )


def queue_length(record_id: int) -> int:
    """Return how many readers wait for a title."""
    return Hold.objects.filter(record_id=record_id, state=HoldState.WAITING).count()


def queue_places(holds: Sequence[Hold]) -> dict[int, int]:
    """Return each waiting hold's place in its title's queue, counted from 1, in one query."""
    records = {hold.record_id for hold in holds if hold.state == HoldState.WAITING}
    places: dict[int, int] = {}
    counted: dict[int, int] = {}
    waiting = Hold.objects.filter(record_id__in=records, state=HoldState.WAITING)
    for hold_id, record_id in waiting.order_by("placed_at", "id").values_list("id", "record_id"):
        counted[record_id] = counted.get(record_id, 0) + 1
        places[hold_id] = counted[record_id]
    return places


def hold_shelf(*, actor: Actor) -> QuerySet[Hold]:
    """Return what waits for collection at the actor's branches."""
    return in_scope(
        Hold.objects.filter(state=HoldState.READY)
        .select_related("record", "patron", "pickup_branch", "item")
        .defer("record__marc"),
        actor,
        "pickup_branch_id",
    ).order_by("pickup_until", "id")


def holds_in_scope(*, actor: Actor) -> QuerySet[Hold]:
    """Return the holds for collection at the actor's branches, newest first."""
    rows = Hold.objects.select_related("record", "patron", "pickup_branch", "item").defer("record__marc")
    return in_scope(rows, actor, "pickup_branch_id").order_by("-placed_at", "-id")


def held_items(item_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these items wait on the hold shelf, in one query."""
    return frozenset(
        Hold.objects.filter(item_id__in=item_ids, state=HoldState.READY).values_list("item_id", flat=True)
    )


def holds_ready_between(*, branch_ids: Sequence[int], first_day: date, end_day: date) -> QuerySet[Hold]:
    """Return the holds kept at some branches whose time on the hold shelf ends in a period."""
    return Hold.objects.filter(
        pickup_branch_id__in=branch_ids,
        state=HoldState.READY,
        pickup_until__gte=first_day,
        pickup_until__lt=end_day,
    )


def waiting_by_record(record_ids: Sequence[int]) -> dict[int, int]:
    """Return how many readers wait for each of these titles, in one query."""
    rows = (
        Hold.objects.filter(record_id__in=record_ids, state=HoldState.WAITING)
        .values("record_id")
        .annotate(readers=Count("id"))
        .order_by(F("record_id"))
    )
    return {row["record_id"]: row["readers"] for row in rows}


def hold(hold_id: int) -> Hold:
    """Return a hold with what a page about it needs."""
    return (
        Hold.objects.select_related("record", "patron", "pickup_branch", "item")
        .defer("record__marc")
        .get(pk=hold_id)
    )


def holds_by_key(hold_ids: Sequence[int]) -> QuerySet[Hold]:
    """Return holds by key with title and pick-up branch."""
    return (
        Hold.objects.filter(pk__in=hold_ids).select_related("record", "pickup_branch").defer("record__marc")
    )


def _free() -> QuerySet[Item]:
    """Return the copies that stand on a shelf and can be lent; a checkout counts them itself."""
    out = Loan.objects.filter(item_id=OuterRef("pk"), closed_at__isnull=True)
    return Item.objects.filter(
        ~Exists(out),
        state=ItemState.AVAILABLE,
        for_reference=False,
        location__for_reference=False,
        category__lendable=True,
        withdrawn_on__isnull=True,
    )


def on_shelf(record_ids: Sequence[int]) -> "defaultdict[int, set[int]]":
    """Return the copies of each of these titles that stand on a shelf and can be lent, in one query."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for record_id, item_id in _free().filter(record_id__in=record_ids).values_list("record_id", "id"):
        found[record_id].add(item_id)
    return found


def copies_left(*, on_shelf: int, waiting: int) -> int:
    """Return how many copies of a title on the shelves are left for readers who do not wait."""
    return rules.copies_left(on_shelf=on_shelf, waiting=waiting)


def branches_with_copy(record_id: int) -> frozenset[int]:
    """Return the branches on whose shelves a copy stands that is left for who does not wait, in two queries.

    There nothing is reserved for collection: the reader takes the copy from the shelf.
    """
    branches = list(_free().filter(record_id=record_id).values_list("branch_id", flat=True))
    left = rules.copies_left(on_shelf=len(branches), waiting=queue_length(record_id))
    return frozenset(branches) if left else frozenset()


def to_fetch(*, actor: Actor) -> QuerySet[Item]:
    """Return what is to be fetched from the shelves of the actor's branches, by shelf order.

    One copy for each reader who waits, as far as copies stand there; any other will do (``instead_of``).
    """
    readers = Hold.objects.filter(record_id=OuterRef("record_id"), state=HoldState.WAITING)
    numbered = _awaited(actor).annotate(
        number=Window(RowNumber(), partition_by="record_id", order_by=SHELF_ORDER),
        wanted=Subquery(readers.order_by().values("record_id").annotate(n=Count("id")).values("n")),
    )
    rows = (
        Item.objects.filter(pk__in=numbered.filter(number__lte=F("wanted")).values("pk"))
        .select_related("record", "branch", "location")
        .defer("record__marc")
    )
    return rows.order_by(*SHELF_ORDER)


def instead_of(items: Sequence[Item], *, actor: Actor) -> "defaultdict[int, list[Item]]":
    """Return the other copies on the actor's shelves that would do as well, by title, in one query."""
    found: defaultdict[int, list[Item]] = defaultdict(list)
    others = _awaited(actor).filter(record_id__in=[item.record_id for item in items])
    named = [item.pk for item in items]
    for item in others.exclude(pk__in=named).select_related("branch", "location").order_by(*SHELF_ORDER):
        found[item.record_id].append(item)
    return found


def _awaited(actor: Actor) -> QuerySet[Item]:
    waiting = Hold.objects.filter(state=HoldState.WAITING).values("record_id")
    return in_scope(_free().filter(record_id__in=waiting), actor, "branch_id")
