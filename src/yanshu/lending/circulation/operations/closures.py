"""What a closure order does to open loans and holds, and what taking it back restores.

Loans are locked here without their readers and items. That is safe: whoever lends, renews, takes back or
undoes locks reader, item, loan in this order, and nothing here waits for a reader or an item. A renewal or
return that holds them waits for the loan, and goes by the moved date.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import operation
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.events import DueDatesMoved
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import HoldState

SPREAD_DAYS = 14
BATCH = 1000
CLOSURE = "closure:"


def closure_reason(order_id: int) -> str:
    """Return how a loan says which closure moved its due date."""
    return f"{CLOSURE}{order_id}"


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

    Doing it again changes nothing: a moved loan is no longer due in the closure.
    """
    moved = 0
    for branch_id in branch_ids:
        open_days = _days_after(branch_id, reopens_on)
        while batch := list(
            queries.loans_due_between(
                branch_ids=[branch_id], first_day=first_closed_day, end_day=reopens_on
            ).select_for_update(of=("self",))[:BATCH]
        ):
            for loan in batch:
                loan.due_moved_from = loan.due_moved_from or loan.due_on
                loan.due_moved_because = closure_reason(order_id)
                loan.due_on = rules.spread_after_closure(loan.pk, reopens_on, open_days=open_days)
            Loan.objects.bulk_update(batch, ["due_on", "due_moved_from", "due_moved_because"])
            moved += len(batch)
        _keep_holds(branch_id, first_closed_day, open_days)
    publish(DueDatesMoved(order_id=order_id, loans=moved), now=now)
    return moved


@operation("circulation.restore_due_dates")
def restore_due_dates(*, order_id: int, actor: Actor, now: datetime) -> int:
    """Give the loans a revoked closure had moved their former due dates back; return how many."""
    del actor, now
    restored = 0
    rows = Loan.objects.filter(
        closed_at__isnull=True,
        due_moved_because=closure_reason(order_id),
        due_moved_from__isnull=False,
    ).order_by("id")
    while batch := list(rows.select_for_update()[:BATCH]):
        for loan in batch:
            loan.due_on = loan.due_moved_from or loan.due_on
            loan.due_moved_from, loan.due_moved_because = None, ""
        Loan.objects.bulk_update(batch, ["due_on", "due_moved_from", "due_moved_because"])
        restored += len(batch)
    return restored


def follow_closures(loan: Loan) -> None:
    """Put the due date of a loan that an undo has brought back where the closures now in force want it.

    A closure ordered meanwhile has passed the loan by, one revoked meanwhile has not given its date back: so
    it is found anew, by the same rule and to the same day as by the order itself. The loan is not saved.
    """
    if loan.due_moved_because.startswith(CLOSURE):
        loan.due_on = loan.due_moved_from or loan.due_on
        loan.due_moved_from, loan.due_moved_because = None, ""
    for order in places.closures_in_force(loan.branch_id):
        if order.first_closed_day <= loan.due_on < order.reopens_on:
            loan.due_moved_from = loan.due_moved_from or loan.due_on
            loan.due_moved_because = closure_reason(order.pk)
            open_days = _days_after(loan.branch_id, order.reopens_on)
            loan.due_on = rules.spread_after_closure(loan.pk, order.reopens_on, open_days=open_days)


def _days_after(branch_id: int, reopens_on: date) -> tuple[date, ...]:
    days: list[date] = []
    day = reopens_on
    while (day - reopens_on).days < SPREAD_DAYS:
        day = places.next_open_day(branch_id, day) or day
        days.append(day)
        day += timedelta(days=1)
    return tuple(days)


def _keep_holds(branch_id: int, first_closed_day: date, open_days: Sequence[date]) -> None:
    Hold.objects.filter(
        pickup_branch_id=branch_id,
        state=HoldState.READY,
        pickup_until__gte=first_closed_day,
        pickup_until__lt=open_days[0],
    ).update(pickup_until=open_days[min(2, len(open_days) - 1)])
