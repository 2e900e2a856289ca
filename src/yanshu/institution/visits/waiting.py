"""What waits for somebody in visits."""

from datetime import datetime

from django.utils.translation import ngettext

from yanshu.core.actor import Actor
from yanshu.core.waiting import waiting
from yanshu.institution.visits import queries


def _silent(count: int) -> str:
    return ngettext("%(count)s gate has not reported", "%(count)s gates have not reported", count)


@waiting(
    "visits.silent-gates",
    page="visits-overview",
    permission="visits.see",
    says=_silent,
    tone="no",
    icon="wifi-off",
)
def silent_gates(actor: Actor, now: datetime) -> int:
    """Count the gates that should have reported and have not."""
    return len(queries.silent_gates(actor, now))
