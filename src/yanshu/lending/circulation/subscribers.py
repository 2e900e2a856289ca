"""What lending does when it hears of closures."""

from collections.abc import Sequence
from datetime import date, datetime

from yanshu.core.actor import Actor, Door
from yanshu.core.event import Event, kind_of, rows_of
from yanshu.core.feed import subscriber
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.lending.circulation import operations


@subscriber("circulation.closures", rows=lambda: rows_of(ClosureOrdered, ClosureRevoked), batch=1)
def follow_closures(rows: Sequence[Event], now: datetime) -> None:
    """Move due dates behind a closure; give them back when the order is revoked."""
    actor = Actor.system(Door.JOB)
    for row in rows:
        said = row.payload
        if row.kind == kind_of(ClosureRevoked):
            operations.restore_due_dates(order_id=said["order_id"], actor=actor, now=now)
        else:
            operations.move_due_dates(
                order_id=said["order_id"],
                branch_ids=said["branch_ids"],
                first_closed_day=date.fromisoformat(said["first_closed_day"]),
                reopens_on=date.fromisoformat(said["reopens_on"]),
                actor=actor,
                now=now,
            )
