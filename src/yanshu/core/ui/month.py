"""Lays out one month for the calendar part: weeks from Monday, with what each day is."""

from calendar import Calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Day:
    """One cell; ``None`` as ``on`` is an empty cell of a neighbouring month."""

    on: date | None
    is_today: bool = False
    is_closed: bool = False
    words: Any = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as rows of seven days."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]


def month_of(
    first: date,
    *,
    today: date,
    closed: Collection[date] = (),
    events: Mapping[date, Any] | None = None,
    links: Mapping[date, str] | None = None,
) -> Month:
    """Return the month of ``first``.

    Args:
        closed: days without opening hours; they are hatched and say so.
        events: short words under a day, which tint it.
        links: where a day leads.
    """
    events, links = events or {}, links or {}

    def day(on: date) -> Day:
        if on.month != first.month:
            return Day(None)
        is_closed = on in closed
        words = events.get(on) or (pgettext("calendar", "closed") if is_closed else "")
        if on == today:
            words = words or pgettext("calendar", "today")
        return Day(on, is_today=on == today, is_closed=is_closed, words=words, url=links.get(on, ""))

    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(first.replace(day=1), tuple(tuple(day(on) for on in week) for week in weeks))
