"""Opening hours as people ask for them: open now until when, this week, what is coming."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from yanshu.core import clock
from yanshu.institution.places.models import Branch, DayException, ServicePoint
from yanshu.institution.places.queries.calendars import calendar_of, calendars_of
from yanshu.institution.places.rules import (
    Calendar,
    ClosureFact,
    DayFact,
    Period,
    WeekEffect,
    compare,
    replace_week,
)

WEEK = timedelta(days=7)
PREVIEW_DAYS = 56


@dataclass(frozen=True, slots=True)
class TodayHours:
    """How a branch is open today.

    ``until`` is empty for a branch open round the clock; ``opens_at`` says when a shut branch opens next.
    """

    branch: Branch
    day: DayFact
    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    closure: ClosureFact | None

    @property
    def round_the_clock(self) -> bool:
        """Whether the branch is open and does not close within a week."""
        return self.is_open and self.until is None

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of today."""
        return self.day.periods


@dataclass(frozen=True, slots=True)
class WeekPreview:
    """What new weekly hours would change in the weeks after they begin to hold."""

    first: date
    end: date
    effect: WeekEffect


def hours_today(branches: Collection[Branch], now: datetime) -> list[TodayHours]:
    """Return how branches are open at ``now``, in the order given; a constant number of statements."""
    calendars = calendars_of([branch.pk for branch in branches])
    return [_today(branch, calendars[branch.pk], now) for branch in branches]


def week_of(calendar: Calendar, day: date) -> tuple[DayFact, ...]:
    """Return the seven days of the week ``day`` lies in, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return tuple(calendar.days(monday, monday + WEEK))


def coming_exceptions(branch_id: int, *, first: date, end: date) -> list[DayException]:
    """Return a branch's exceptions from ``first`` to before ``end``, those of the whole branch only."""
    rows = DayException.objects.filter(branch_id=branch_id, service_point=None, day__gte=first, day__lt=end)
    return list(rows.order_by("day"))


def preview_week(
    *,
    branch: Branch,
    week: Sequence[Sequence[Period]],
    valid_from: date,
    valid_until: date | None = None,
    service_point: ServicePoint | None = None,
    days: int = PREVIEW_DAYS,
) -> WeekPreview:
    """Return what a new timetable changes in the first ``days`` days it holds.

    Args:
        week: seven sequences of periods, Monday first.
    """
    before = calendar_of(branch.pk, service_point.pk if service_point else None)
    standing = before.own_week if service_point else before.week
    new = replace_week(standing, week, valid_from=valid_from, valid_until=valid_until)
    after = replace(before, own_week=new) if service_point else replace(before, week=new)
    end = min(valid_until or date.max, valid_from + timedelta(days=days))
    return WeekPreview(valid_from, end, compare(before, after, valid_from, end))


def _today(branch: Branch, calendar: Calendar, now: datetime) -> TodayHours:
    today = clock.business_date(now)
    is_open = calendar.is_open(now)
    return TodayHours(
        branch=branch,
        day=calendar.day(today),
        is_open=is_open,
        until=calendar.open_until(now) if is_open else None,
        opens_at=None if is_open else calendar.next_opening(now),
        closure=calendar.closed_by(today),
    )
