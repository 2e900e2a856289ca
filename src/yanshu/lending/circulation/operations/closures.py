"""What a closure order does to open loans and holds, and what taking it back restores.

Loans are locked here without their readers and items. That is safe: whoever lends, renews, takes back or
undoes locks reader, item, loan in this order, and nothing here waits for a reader or an item. A renewal or
return that holds them waits for the loan, and goes by the moved date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models.functions import Coalesce

from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import operation
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.events import DueDatesMoved
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import CLOSURE, HoldState, closure_reason

CLOSED_DAY = "closed-day"
"""How a loan says that week or holidays moved its due date."""
SPREAD_DAYS = 14
MOST_MOVED = 250
"""How many loans one transaction moves: others wait for it to write."""
MOVED = ("due_on", "due_moved_from", "due_moved_because")


@operation("circulation.move_due_dates")
def move_due_dates(
    *,
    order_id: int,
    branch_ids: Sequence[int],
    first_closed_day: date,
    reopens_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Move what falls due in a closure behind it, spread over the first open days; return how many loans.

    At most ``MOST_MOVED`` are moved, so that nobody waits long for his turn to write; where fewer are, all is
    done. Doing it again goes on where it ended: a moved loan is no longer due in the closure.
    """
    del actor
    due = queries.loans_due_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    batch = list(due.order_by("id").select_for_update(of=("self",))[:MOST_MOVED])
    open_days = {branch_id: _days_after(branch_id, reopens_on) for branch_id in branch_ids}
    for loan in batch:
        loan.due_moved_from = loan.due_moved_from or loan.due_on
        loan.due_moved_because = closure_reason(order_id)
        loan.due_on = rules.spread_after_closure(loan.pk, reopens_on, open_days=open_days[loan.branch_id])
    Loan.objects.bulk_update(batch, MOVED)
    if len(batch) < MOST_MOVED:
        for branch_id in branch_ids:
            _keep_holds(branch_id, first_closed_day, open_days[branch_id])
    publish(DueDatesMoved(order_id=order_id, loans=len(batch)), now=now)
    return len(batch)


@operation("circulation.restore_due_dates")
def restore_due_dates(
    *,
    order_id: int,
    branch_ids: Sequence[int],
    first_closed_day: date,
    reopens_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Take moves of a revoked closure back; return how many loans are others now.

    Each is found anew from the day it was moved from, by the calendar and the closures still in force: it may
    have been moved by several. At most ``MOST_MOVED`` are changed, as when they were moved; where fewer are,
    all is done, and holds kept longer go back likewise. Doing it again goes on where it ended.
    """
    del actor, now
    rows = queries.loans_moved_over(order_id=order_id, first_day=first_closed_day, end_day=reopens_on)
    closures = {branch_id: closures_at(branch_id) for branch_id in branch_ids}
    changed: list[Loan] = []
    last = 0
    here = rows.filter(branch_id__in=branch_ids).order_by("id")
    while len(changed) < MOST_MOVED and (
        batch := list(here.filter(pk__gt=last).select_for_update()[: MOST_MOVED - len(changed)])
    ):
        for loan in batch:
            former = [getattr(loan, name) for name in MOVED]
            follow_closures(loan, closures[loan.branch_id])
            if former != [getattr(loan, name) for name in MOVED]:
                changed.append(loan)
        last = batch[-1].pk
    Loan.objects.bulk_update(changed, MOVED)
    if len(changed) < MOST_MOVED:
        _restore_holds(closures)
    return len(changed)


def _restore_holds(closures: Mapping[int, Sequence[rules.Closure]]) -> None:
    kept_longer = Hold.objects.filter(
        pickup_branch_id__in=closures, state=HoldState.READY, pickup_moved_from__isnull=False
    )
    for hold in kept_longer.select_for_update().order_by("id"):
        keep_over_closures(hold, closures[hold.pickup_branch_id])
        hold.save(update_fields=["pickup_until", "pickup_moved_from"])


def follow_closures(loan: Loan, closures: Sequence[rules.Closure] | None = None) -> None:
    """Put the due date of a loan where calendar and closures in force want it, as far as closures moved it.

    A closure ordered since an act that is taken back has passed the loan by, one revoked since has not given
    its date back: so it is found anew, by the same rule and to the same day as by the order itself. The loan
    is not saved.

    Args:
        closures: those in force at the branch of the loan, where they are known already.
    """
    if closures is None:
        closures = closures_at(loan.branch_id)
    if loan.due_moved_because.startswith(CLOSURE):
        plain = loan.due_moved_from or loan.due_on
        loan.due_on = _usual_open_day(loan.branch_id, plain)
        weekly = loan.due_on != plain
        loan.due_moved_from, loan.due_moved_because = (plain, CLOSED_DAY) if weekly else (None, "")
    due_on, moved_by = rules.due_behind_closures(loan.pk, loan.due_on, closures)
    if moved_by is not None:
        loan.due_moved_from = loan.due_moved_from or loan.due_on
        loan.due_moved_because = closure_reason(moved_by)
        loan.due_on = due_on


def keep_over_closures(hold: Hold, closures: Sequence[rules.Closure]) -> None:
    """Keep a copy on the hold shelf as long as the closures in force want it; the hold is not saved."""
    plain = hold.pickup_moved_from or hold.pickup_until
    if plain is None:
        return
    until = rules.kept_behind_closures(plain, closures)
    hold.pickup_until, hold.pickup_moved_from = until, plain if until != plain else None


def closures_at(branch_id: int) -> tuple[rules.Closure, ...]:
    """Return the closures in force at a branch, the earliest first, each with the open days after it."""
    return tuple(
        rules.Closure(
            order_id=order.pk,
            first_closed_day=order.first_closed_day,
            reopens_on=order.reopens_on,
            open_days=_days_after(branch_id, order.reopens_on),
        )
        for order in places.closures_in_force(branch_id)
    )


def _usual_open_day(branch_id: int, day: date) -> date:
    """Return the open day a due date is moved to by week and holidays, closures apart."""
    usual = replace(places.due_calendar(branch_id), closures={})
    return usual.next_open_day(day) or day


def _days_after(branch_id: int, reopens_on: date) -> tuple[date, ...]:
    days: list[date] = []
    day = reopens_on
    while (day - reopens_on).days < SPREAD_DAYS:
        day = places.next_open_day(branch_id, day) or day
        days.append(day)
        day += timedelta(days=1)
    return tuple(days)


def _keep_holds(branch_id: int, first_closed_day: date, open_days: Sequence[date]) -> None:
    kept = rules.kept_after_closure(open_days)
    Hold.objects.filter(
        pickup_branch_id=branch_id,
        state=HoldState.READY,
        pickup_until__gte=first_closed_day,
        pickup_until__lt=open_days[0],
    ).update(pickup_until=kept, pickup_moved_from=Coalesce("pickup_moved_from", "pickup_until"))
