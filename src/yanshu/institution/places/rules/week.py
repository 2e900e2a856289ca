"""The week: its periods with their validity, how a new timetable takes the place of an old one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from yanshu.institution.places.rules.period import DAY_MINUTES, Period, ordered

if TYPE_CHECKING:
    from yanshu.institution.places.rules.calendar import Calendar

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One period of one weekday (0 is Monday), valid from a day on and before another."""

    weekday: int
    period: Period
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the period is valid on ``day``; its weekday is not asked."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class WeekEffect:
    """What a new timetable changes between two days."""

    opened: tuple[date, ...]
    closed: tuple[date, ...]
    changed: tuple[date, ...]
    minutes_before: int
    minutes_after: int


def overlaps(periods: Iterable[Period]) -> bool:
    """Say whether periods of one day overlap."""
    return any(later.opens < earlier.closes for earlier, later in pairwise(ordered(periods)))


def overlapping_weekdays(week: Sequence[Sequence[Period]]) -> tuple[int, ...]:
    """Return the weekdays with a period that overlaps another one, also across midnight and Sunday night."""
    ring = sorted(
        (weekday * DAY_MINUTES + period.opens, weekday * DAY_MINUTES + period.closes, weekday)
        for weekday, periods in enumerate(week)
        for period in periods
    )
    if not ring:
        return ()
    start, end, weekday = ring[0]
    around = (start + WEEK_DAYS * DAY_MINUTES, end, weekday)
    return tuple(sorted({later[2] for earlier, later in pairwise([*ring, around]) if later[0] < earlier[1]}))


def replace_week(
    standing: Iterable[WeeklyHours],
    new: Sequence[Sequence[Period]],
    *,
    valid_from: date | None,
    valid_until: date | None = None,
) -> tuple[WeeklyHours, ...]:
    """Return the week in which ``new`` holds from one day on and before another, and ``standing`` elsewhere.

    Args:
        new: seven sequences of periods, Monday first.
    """
    kept = [
        piece
        for hours in standing
        for piece in _outside(hours, valid_from=valid_from, valid_until=valid_until)
    ]
    added = [
        WeeklyHours(weekday, period, valid_from, valid_until)
        for weekday, periods in enumerate(new)
        for period in ordered(periods)
    ]
    return (*kept, *added)


def compare(before: "Calendar", after: "Calendar", first: date, end: date) -> WeekEffect:
    """Return what changes from one calendar to another on the days from ``first`` to before ``end``."""
    opened: list[date] = []
    closed: list[date] = []
    changed: list[date] = []
    minutes_before = minutes_after = 0
    for old, new in zip(before.days(first, end), after.days(first, end), strict=True):
        minutes_before += old.minutes
        minutes_after += new.minutes
        if old.periods == new.periods:
            continue
        group = opened if not old.periods else changed if new.periods else closed
        group.append(old.on)
    return WeekEffect(tuple(opened), tuple(closed), tuple(changed), minutes_before, minutes_after)


def _outside(
    hours: WeeklyHours, *, valid_from: date | None, valid_until: date | None
) -> tuple[WeeklyHours, ...]:
    """Return what is left of a period's validity outside a span."""
    pieces = []
    if valid_from is not None and (hours.valid_from is None or hours.valid_from < valid_from):
        end = valid_from if hours.valid_until is None else min(valid_from, hours.valid_until)
        pieces.append(replace(hours, valid_until=end))
    if valid_until is not None and (hours.valid_until is None or hours.valid_until > valid_until):
        start = valid_until if hours.valid_from is None else max(valid_until, hours.valid_from)
        pieces.append(replace(hours, valid_from=start))
    return tuple(pieces)
