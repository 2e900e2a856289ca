"""What other pages show of places: today's hours, and the words at the top of every reader page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from yanshu.core import clock
from yanshu.institution.places import queries
from yanshu.institution.places.models import ClosureOrder
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


def open_words(now: datetime) -> OpenWords | None:
    """Return the sentence for the strip: how the first branch of the list is open; nothing without one."""
    branch = queries.branches_serving(clock.business_date(now)).first()
    if branch is None:
        return None
    (hours,) = queries.hours_today([branch], now)
    return OpenWords(words.today_words(hours), hours.is_open)
