"""Holds: placed on a title, served by the next copy that comes back, kept at the pick-up branch."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Conflict, NotFound, Reason
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.errors import HoldRefused
from yanshu.lending.circulation.events import HoldReady
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.operations import statements
from yanshu.lending.circulation.operations.closures import closures_at, keep_over_closures
from yanshu.lending.circulation.terms import OPEN_HOLD_STATES, Block, HoldState
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.terms import CardState


def preview_hold(
    *, record_id: int, patron_id: int, pickup_branch_id: int, actor: Actor, now: datetime
) -> tuple[Reason, ...]:
    """Say what stands against a hold, without placing it."""
    facts, shelved = _facts(record_id, Patron.objects.get(pk=patron_id), pickup_branch_id, now=now)
    return _reasons(rules.hold_blocks(facts), facts, shelved)


@operation("circulation.place_hold")
def place_hold(
    *,
    record_id: int,
    patron_id: int,
    pickup_branch_id: int,
    actor: Actor,
    now: datetime,
    card_id: int | None = None,
    waive: frozenset[Block] = frozenset(),
) -> Hold:
    """Reserve the next copy of a title for a reader.

    Args:
        card_id: the card that was shown; ``None`` where the reader is known otherwise.

    Raises:
        NotFound: when a reader asks for another.
        HoldRefused: with every block that stands.
    """
    if actor.patron_id is not None and actor.patron_id != patron_id:
        raise NotFound.because(Block.PATRON_UNKNOWN.value, Block.PATRON_UNKNOWN.label)
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    facts, shelved = _facts(record_id, patron, pickup_branch_id, now=now, card_id=card_id)
    standing = rules.blocks_that_stand(rules.hold_blocks(facts), waived=waive, permissions=actor.may)
    if standing:
        raise HoldRefused(_reasons(standing, facts, shelved))
    return Hold.objects.create(
        record_id=record_id,
        patron=patron,
        pickup_branch_id=pickup_branch_id,
        placed_at=now,
        door=actor.door,
    )


@operation("circulation.cancel_hold")
def cancel_hold(*, hold_id: int, actor: Actor, now: datetime) -> Hold:
    """Give up a hold; a copy that waited on the hold shelf goes to the next reader or back to the shelf.

    Raises:
        NotFound: when there is no such open hold, or a reader asks for another's.
    """
    hold = _locked(Hold.objects.filter(pk=hold_id, state__in=OPEN_HOLD_STATES))
    if hold is None or (actor.patron_id is not None and hold.patron_id != actor.patron_id):
        raise NotFound.because("hold-not-found", Block.HOLD_NO_ITEM.label)
    about(hold)
    if actor.patron_id is None:
        actor.demand_branch(hold.pickup_branch_id)
    item = hold.item
    close_hold(hold, state=HoldState.CANCELLED, actor=actor, now=now)
    if item is not None:
        pass_on(item, actor=actor, now=now)
    return hold


@operation("circulation.keep_for_hold", permission="circulation.return")
def keep_for_hold(*, item_id: int, actor: Actor, now: datetime) -> Hold:
    """Take a copy from the shelf for the first reader who waits for its title, and keep it for him.

    Raises:
        Conflict: when the copy is not on the shelf, or nobody waits for its title any more.
    """
    item = Item.objects.select_for_update().get(pk=item_id)
    actor.demand_branch(item.branch_id)
    on_shelf = item.state == ItemState.AVAILABLE and queries.open_loan_of_item(item.pk) is None
    hold = pass_on(item, actor=actor, now=now) if on_shelf else None
    if hold is None:
        raise Conflict.because("nothing-to-keep", _("This copy is needed for no hold any more."))
    return hold


def expire_holds(*, actor: Actor, now: datetime) -> int:
    """Close the holds nobody came for and pass their copies on; return how many.

    Each in a transaction of its own: together they would lock readers and items out of order.
    """
    actor.demand("circulation.expire_holds")
    stale = _stale(now).order_by("id").values_list("pk", flat=True)
    return sum(_expire(hold_id=hold_id, actor=actor, now=now) for hold_id in list(stale))


@operation("circulation.expire_holds")
def _expire(*, hold_id: int, actor: Actor, now: datetime) -> bool:
    hold = _locked(_stale(now).filter(pk=hold_id))
    if hold is None:
        return False
    about(hold)
    item = hold.item
    close_hold(hold, state=HoldState.EXPIRED, actor=actor, now=now)
    if item is not None:
        pass_on(item, actor=actor, now=now)
    return True


def _stale(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(state=HoldState.READY, pickup_until__lt=clock.business_date(now))


def _locked(rows: QuerySet[Hold]) -> Hold | None:
    """Lock reader, item and hold in the order of a checkout; return the hold if it is still of those rows.

    Where another copy has been kept for it between look and lock, what was locked is let go and that copy
    locked first: whoever takes the return of that copy back holds it and asks for the hold.
    """
    while (seen := rows.values_list("patron_id", "item_id").first()) is not None:
        with transaction.atomic():  # a savepoint: going back to it lets the locks go
            statements.lock_known(patron_id=seen[0], item_id=seen[1])
            hold = rows.select_for_update(of=("self",)).first()
            if hold is not None and hold.item_id == seen[1]:
                return hold
            transaction.set_rollback(True)
    return None


def close_hold(hold: Hold, *, state: HoldState, actor: Actor, now: datetime) -> None:
    """Close a hold; a copy that waited for it leaves the hold shelf."""
    item = hold.item
    hold.state, hold.closed_at, hold.item = state, now, None
    hold.save(update_fields=["state", "closed_at", "item"])
    if item is not None and item.state == ItemState.HOLD_SHELF:
        catalogue.place_item(item_id=item.pk, state=ItemState.AVAILABLE, actor=actor, now=now)


def fulfil(hold_id: int, *, item_id: int, actor: Actor, now: datetime) -> Hold | None:
    """Close the open hold its reader has come for, with whichever copy; ``None`` when it is closed already.

    Where he has taken another copy than the one kept for him, that one goes to the next reader or back to the
    shelf. It is locked after reader and copy of the loan and before the hold, as everywhere: reader, items,
    hold.
    """
    hold = _locked(Hold.objects.filter(pk=hold_id, state__in=OPEN_HOLD_STATES))
    if hold is None:
        return None
    kept = hold.item if hold.item_id != item_id else None
    close_hold(hold, state=HoldState.FULFILLED, actor=actor, now=now)
    if kept is not None:
        pass_on(kept, actor=actor, now=now)
    return hold


def pass_on(item: Item, *, actor: Actor, now: datetime) -> Hold | None:
    """Keep a copy for the first reader who waits for its title; return that hold, if there is one."""
    if not _can_serve(item):
        return None
    first = _first_waiting(item.record_id)
    if first is None:
        return None
    first.state, first.item, first.ready_at = HoldState.READY, item, now
    first.pickup_until = _pickup_until(first, today=clock.business_date(now))
    first.save(update_fields=["state", "item", "ready_at", "pickup_until"])
    catalogue.place_item(item_id=item.pk, state=ItemState.HOLD_SHELF, actor=actor, now=now)
    publish(HoldReady(hold_id=first.pk), now=now)
    return first


def _first_waiting(record_id: int) -> Hold | None:
    """Lock and return the first hold in the queue of a title.

    Where another copy has just served the one that was waited for, the database returns nothing although
    others wait: then the queue is read again.
    """
    queue = Hold.objects.filter(record_id=record_id, state=HoldState.WAITING).order_by("placed_at", "id")
    while queue.exists():
        if (first := queue.select_for_update().first()) is not None:
            return first
    return None


def unassign(hold: Hold) -> None:
    """Put a hold back into the queue, where it was, because the return that served it was taken back."""
    hold.state, hold.item, hold.ready_at = HoldState.WAITING, None, None
    hold.pickup_until = hold.pickup_moved_from = None
    hold.save(update_fields=["state", "item", "ready_at", "pickup_until", "pickup_moved_from"])


def reopen(hold: Hold, *, item_id: int, actor: Actor, now: datetime) -> None:
    """Open a hold again because the checkout that served it was taken back.

    If it had been ready, the copy taken back waits for it once more; else it is back in the queue.
    """
    hold.closed_at = None
    if hold.ready_at is None:
        hold.state = HoldState.WAITING
        hold.save(update_fields=["state", "closed_at"])
        return
    hold.state, hold.item_id = HoldState.READY, item_id
    keep_over_closures(hold, closures_at(hold.pickup_branch_id))
    hold.save(update_fields=["state", "closed_at", "item", "pickup_until", "pickup_moved_from"])
    catalogue.place_item(item_id=item_id, state=ItemState.HOLD_SHELF, actor=actor, now=now)


def _can_serve(item: Item) -> bool:
    return not item.for_reference and item.withdrawn_on is None


def _pickup_until(hold: Hold, *, today: date) -> date:
    patron = hold.patron
    policy = rules.choose_policy(
        queries.policies(),
        patron_category_id=patron.category_id if patron else 0,
        item_category_id=hold.item.category_id if hold.item else 0,
        branch_id=hold.pickup_branch_id,
    )
    days = policy.pickup_days if policy else 1
    until = today
    for _number in range(days):
        following = until + timedelta(days=1)
        until = places.next_open_day(hold.pickup_branch_id, following) or following
    return until


def _facts(
    record_id: int, patron: Patron, pickup_branch_id: int, *, now: datetime, card_id: int | None = None
) -> tuple[rules.HoldFacts, Item | None]:
    """Return what a hold is decided by, and the copy the reader could walk to instead, if there is one."""
    today = clock.business_date(now)
    copies = list(
        Item.objects.filter(record_id=record_id, withdrawn_on__isnull=True, for_reference=False)
        .exclude(state__in=[ItemState.LOST, ItemState.MISSING, ItemState.WITHDRAWN])
        .exclude(location__for_reference=True)
        .select_related("branch", "location")
        .order_by("call_number", "id")
    )
    on_shelf = queries.on_shelf([record_id])[record_id]
    at_pickup = [item for item in copies if item.branch_id == pickup_branch_id and item.pk in on_shelf]
    open_holds = list(
        Hold.objects.filter(patron=patron, state__in=OPEN_HOLD_STATES).values_list("record_id", flat=True)
    )
    card_valid = card_id is None or patron.cards.filter(pk=card_id, state=CardState.VALID).exists()
    facts = rules.HoldFacts(
        today=today,
        patron=queries.patron_facts(patron, card_valid=card_valid),
        open_holds=len(open_holds),
        has_hold=record_id in open_holds,
        has_loan=Loan.objects.filter(
            patron=patron, item__record_id=record_id, closed_at__isnull=True
        ).exists(),
        copies=len(copies),
        on_shelf=len(on_shelf),
        on_shelf_at_pickup=len(at_pickup),
        waiting=queries.queue_length(record_id),
        title_released=BibRecord.objects.filter(pk=record_id, state=RecordState.RELEASED).exists(),
        pickup_in_service=places.branches_serving(today).filter(pk=pickup_branch_id).exists(),
        policy=rules.choose_policy(
            queries.policies(),
            patron_category_id=patron.category_id,
            item_category_id=copies[0].category_id if copies else 0,
            branch_id=pickup_branch_id,
        ),
    )
    return facts, at_pickup[0] if at_pickup else None


def _reasons(blocks: tuple[Block, ...], facts: rules.HoldFacts, shelved: Item | None) -> tuple[Reason, ...]:
    rule = f"{facts.policy.name} {facts.policy.article}".strip() if facts.policy else ""
    return tuple(
        Reason(
            code=block.value,
            label=block.label,
            detail=_way_to(shelved) if block is Block.COPY_ON_SHELF and shelved is not None else "",
            rule=rule,
            lifted_by=rules.LIFTED_BY.get(block),
        )
        for block in blocks
    )


def _way_to(item: Item) -> str:
    """Say where a copy stands, so that the reader can walk there: branch, shelf, call number."""
    said = {"branch": item.branch, "shelf": item.location.name, "call_number": item.call_number}
    if not item.call_number:
        return _("%(branch)s, %(shelf)s") % said
    return _("%(branch)s, %(shelf)s, call number %(call_number)s") % said
