"""What other pages show of places: how branches are open now and today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.institution.places import queries
from yanshu.institution.places.models import ClosureOrder
from yanshu.institution.places.terms import BranchNow
from yanshu.institution.places.web import words

TODAY_TEMPLATE = "places/opac/today_panel.html"


@dataclass(frozen=True, slots=True)
class TodayLine:
    """One branch in the panel of today's hours."""

    name: str
    words: str
    is_open: bool
    url: str


@dataclass(frozen=True, slots=True)
class OpenWords:
    """The sentence of the strip, and whether the doors are open."""

    words: str
    is_open: bool

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class TodayPanel:
    """Today's hours of every branch and the notices in force, for the reader's home page."""

    lines: tuple[TodayLine, ...]
    notices: tuple[ClosureOrder, ...]
    url: str
    template: str = TODAY_TEMPLATE


def todays_hours(now: datetime) -> TodayPanel:
    """Return the panel; include its ``template`` with it as ``panel``. Two or three statements when warm."""
    today = clock.business_date(now)
    branches = list(queries.branches_serving(today))
    lines = tuple(
        TodayLine(
            name=str(hours.branch),
            words=words.today_words(hours),
            is_open=hours.is_open,
            url=reverse("opac:places-hours-branch", args=[hours.branch.code]),
        )
        for hours in queries.hours_today(branches, now)
    )
    notices: tuple[Any, ...] = tuple(queries.closure_notices(today=today))
    return TodayPanel(lines, notices, reverse("opac:places-hours"))


def branches_now(actor: Actor, now: datetime) -> dict[str, BranchNow]:
    """Return how the actor's branches in service are at this moment, by their key."""
    serving = queries.branches_serving(clock.business_date(now))
    branches = [branch for branch in serving if actor.sees(branch.pk)]
    return {str(hours.branch.pk): _now(hours) for hours in queries.hours_today(branches, now)}


def _now(hours: queries.TodayHours) -> BranchNow:
    if hours.is_open:
        return BranchNow.OPEN
    return BranchNow.CLOSED if hours.closure is not None else BranchNow.SHUT


def open_words(now: datetime) -> OpenWords | None:
    """Return the sentence for the strip: how the first branch of the list is open; nothing without one."""
    branch = queries.branches_serving(clock.business_date(now)).first()
    if branch is None:
        return None
    (hours,) = queries.hours_today([branch], now)
    return OpenWords(words.today_words(hours), hours.is_open)
