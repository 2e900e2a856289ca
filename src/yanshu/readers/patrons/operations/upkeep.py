"""What is removed when its time is over."""

from datetime import datetime, timedelta

from yanshu.core.actor import Actor
from yanshu.core.journal import erase_private
from yanshu.core.operation import about, operation
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.models import OneTimeCode, Patron, PinTry

CODES_KEPT = timedelta(days=30)


@operation("patrons.tidy")
def tidy(*, actor: Actor, now: datetime) -> int:
    """Remove codes used or expired a month ago and counts of wrong passwords that are over."""
    ended = OneTimeCode.objects.filter(expires_at__lt=now - CODES_KEPT)
    used = OneTimeCode.objects.filter(used_at__lt=now - CODES_KEPT)
    tries = PinTry.objects.filter(since__lt=now - rules.PIN_WINDOW)
    return sum(rows.delete()[0] for rows in (ended, used, tries))


@operation("patrons.erase_private")
def erase_traces(*, patron_id: int, actor: Actor, now: datetime) -> int:
    """Erase what the journal keeps apart about a reader: former values, reasons; the lines and seals stand.

    Raises:
        PermissionMissing: when the reader belongs to another branch only.
    """
    patron = Patron.objects.get(pk=patron_id)
    actor.demand_branch(patron.home_branch_id)
    about(patron)
    return erase_private(subject_kind=Patron._meta.label_lower, subject_ids=[patron_id])
