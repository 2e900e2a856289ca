"""Suspending a reader's borrowing, and ending that before its time."""

from datetime import date, datetime

from yanshu.core.actor import Actor
from yanshu.core.operation import keep_private, operation
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.operations.record import demand_served

REASON_LENGTH = 200


@operation("patrons.suspend")
def suspend(
    *, patron_id: int, until: date, reason: str, served: bool = False, actor: Actor, now: datetime
) -> Patron:
    """Suspend borrowing up to and including ``until``; a longer suspension stands.

    Args:
        served: see ``demand_served``.

    Raises:
        PermissionMissing: when the reader is another branch's and not served.
    """
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    demand_served(patron, served=served, actor=actor)
    if patron.suspended_until is None or patron.suspended_until < until:
        patron.suspended_until, patron.suspension_reason = until, reason[:REASON_LENGTH]
        patron.save(update_fields=["suspended_until", "suspension_reason"])
    return patron


@operation("patrons.lift_suspension")
def lift_suspension(
    *, patron_id: int, reason: str, served: bool = False, actor: Actor, now: datetime
) -> Patron:
    """End a suspension before its time; the reason stands in the journal's side row. Without one, nothing.

    Args:
        served: see ``demand_served``.

    Raises:
        PermissionMissing: when the reader is another branch's and not served.
    """
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    demand_served(patron, served=served, actor=actor)
    if patron.suspended_until is None:
        return patron
    keep_private(reason=reason, was_until=patron.suspended_until.isoformat())
    patron.suspended_until, patron.suspension_reason = None, ""
    patron.save(update_fields=["suspended_until", "suspension_reason"])
    return patron
