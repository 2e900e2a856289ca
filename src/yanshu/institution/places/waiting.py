"""What waits for somebody in places."""

from datetime import datetime

from django.utils.translation import gettext

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.waiting import waiting
from yanshu.institution.places import queries

PUBLISHED_IN = 11
"""The month in which the State Council announces the next year's holidays."""


def _holidays(_count: int) -> str:
    return gettext("The public holidays ahead have not been loaded")


@waiting(
    "places.holidays",
    page="places-calendar",
    permission="places.load_holidays",
    says=_holidays,
    icon="calendar-x",
)
def holidays_ahead(actor: Actor, now: datetime) -> int:
    """Count the years whose holidays due dates will soon run into: this one, and from November the next."""
    del actor
    today = clock.business_date(now)
    years = (today.year, today.year + 1) if today.month >= PUBLISHED_IN else (today.year,)
    return sum(not queries.holidays_of(year).exists() for year in years)
