"""What waits for somebody in circulation."""

from datetime import datetime

from django.utils.translation import ngettext

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.waiting import waiting
from yanshu.lending.circulation import queries


def _issues(count: int) -> str:
    return ngettext("%(count)s return to be looked into", "%(count)s returns to be looked into", count)


def _fetch(count: int) -> str:
    return ngettext(
        "%(count)s reserved copy to be fetched from the shelf",
        "%(count)s reserved copies to be fetched from the shelf",
        count,
    )


def _stale(count: int) -> str:
    return ngettext(
        "%(count)s copy was not collected in time", "%(count)s copies were not collected in time", count
    )


@waiting(
    "circulation.issues",
    page="circulation-issues",
    permission="circulation.settle_issue",
    says=_issues,
    icon="question-circle",
)
def open_issues(actor: Actor, now: datetime) -> int:
    """Count what returns brought to light and nobody has settled."""
    del now
    return queries.issues_in_scope(actor=actor).filter(settled_at__isnull=True).count()


@waiting(
    "circulation.to-fetch",
    page="circulation-hold-shelf",
    permission="circulation.return",
    says=_fetch,
    icon="bell",
)
def to_fetch(actor: Actor, now: datetime) -> int:
    """Count the copies to be fetched from the shelves for readers who wait."""
    del now
    return queries.to_fetch(actor=actor).count()


@waiting(
    "circulation.not-collected",
    page="circulation-hold-shelf",
    permission="circulation.cancel_hold",
    says=_stale,
    icon="bell",
)
def not_collected(actor: Actor, now: datetime) -> int:
    """Count what stands on the hold shelf longer than it was promised."""
    today = clock.business_date(now)
    return queries.hold_shelf(actor=actor).filter(pickup_until__lt=today).count()
