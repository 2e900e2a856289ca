"""What lending does when it hears of closures."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor, Door
from yanshu.core.event import Event, kind_of, rows_of
from yanshu.core.feed import subscriber
from yanshu.core.unit import Unit
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.queries import follows_closure, previews_closure
from yanshu.institution.places.terms import Effect, Following
from yanshu.lending.circulation import operations, queries


@subscriber("circulation.closures", rows=lambda: rows_of(ClosureOrdered, ClosureRevoked), batch=1)
def follow_closures(rows: Sequence[Event], now: datetime) -> bool:
    """Move due dates behind a closure, or give them back when the order is revoked; a batch at a time."""
    said = rows[0].payload
    revoked = rows[0].kind == kind_of(ClosureRevoked)
    follow = operations.restore_due_dates if revoked else operations.move_due_dates
    moved = follow(
        order_id=said["order_id"],
        branch_ids=said["branch_ids"],
        first_closed_day=date.fromisoformat(said["first_closed_day"]),
        reopens_on=date.fromisoformat(said["reopens_on"]),
        actor=Actor.system(Door.JOB),
        now=now,
    )
    return moved == operations.MOST_MOVED


@previews_closure("circulation")
def effects_of_closure(
    branch_ids: Sequence[int], first_closed_day: date, reopens_on: date
) -> Iterator[Effect]:
    """Say how many due dates and holds a closure would move."""
    due = queries.loans_due_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    yield Effect(
        _("Due dates moved behind the closure, spread over the first open days"),
        due.count(),
        Unit.COPY.label,
    )
    ready = queries.holds_ready_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    yield Effect(_("Books on the hold shelf kept longer"), ready.count(), Unit.COPY.label)


@follows_closure("circulation")
def state_of_closure(
    order_id: int, branch_ids: Sequence[int], first_closed_day: date, reopens_on: date
) -> Following:
    """Say how many due dates an order has moved, and how many are still to move behind it."""
    due = queries.loans_due_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    return Following(
        moved=Effect(
            _("Due dates moved by this order"), queries.loans_moved_by(order_id).count(), Unit.COPY.label
        ),
        unmoved=Effect(_("Due dates inside these days"), due.count(), Unit.COPY.label),
    )
