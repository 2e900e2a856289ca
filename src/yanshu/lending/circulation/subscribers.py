"""What lending does when it hears of closures."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor, Door
from yanshu.core.event import Event, kind_of, rows_of
from yanshu.core.feed import subscriber
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.queries import previews_closure
from yanshu.institution.places.terms import Effect
from yanshu.lending.circulation import operations, queries


@subscriber("circulation.closures", rows=lambda: rows_of(ClosureOrdered, ClosureRevoked), batch=1)
def follow_closures(rows: Sequence[Event], now: datetime) -> None:
    """Move due dates behind a closure; give them back when the order is revoked."""
    actor = Actor.system(Door.JOB)
    for row in rows:
        said = row.payload
        revoked = row.kind == kind_of(ClosureRevoked)
        follow = operations.restore_due_dates if revoked else operations.move_due_dates
        follow(
            order_id=said["order_id"],
            branch_ids=said["branch_ids"],
            first_closed_day=date.fromisoformat(said["first_closed_day"]),
            reopens_on=date.fromisoformat(said["reopens_on"]),
            actor=actor,
            now=now,
        )


@previews_closure("circulation")
def effects_of_closure(
    branch_ids: Sequence[int], first_closed_day: date, reopens_on: date
) -> Iterator[Effect]:
    """Say how many due dates and holds a closure would move."""
    due = queries.loans_due_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    yield Effect(_("Due dates moved behind the closure, spread over the first open days"), due.count())
    ready = queries.holds_ready_between(branch_ids=branch_ids, first_day=first_closed_day, end_day=reopens_on)
    yield Effect(_("Books on the hold shelf kept longer"), ready.count())
