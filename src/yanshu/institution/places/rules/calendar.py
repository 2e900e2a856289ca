"""The opening calendar of one branch, or of one service point of it.

Precedence, highest first:

1. outside its service dates a place is shut;
2. a closure order shuts the branch and all its service points;
3. an exception says open (with its own periods) or closed; a service point's own beats its branch's;
4. the branch's holiday policy: a day off is ``as_usual``, ``closed``, or ``sunday``. Under the last two a
   compensating work day (调休) on which the week is shut opens as the first open weekday, Monday to Friday;
5. the week; a service point with periods of its own valid on the day goes by those alone.

A period belongs to the day on which it begins: what runs past midnight is kept even if the next day is shut.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from yanshu.institution.places.rules.period import DAY_MINUTES, Period, ordered
from yanshu.institution.places.rules.week import WeeklyHours
from yanshu.institution.places.terms import Because, ExceptionKind, HolidayPolicy

HORIZON_DAYS = 800
"""How far ahead an open day is looked for."""
_FRIDAY, _SUNDAY = 4, 6
_HOUR = 60
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day that departs from the week."""

    kind: ExceptionKind
    periods: tuple[Period, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HolidayFact:
    """A day off, or a compensating work day."""

    name: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class ClosureFact:
    """The order that closes a day."""

    order_id: int
    number: str
    reason: str
    reopens_on: date


@dataclass(frozen=True, slots=True)
class DayFact:
    """What a day is: its periods, what decided over them, and the words for it."""

    on: date
    periods: tuple[Period, ...]
    because: Because
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the place opens on this day at all."""
        return bool(self.periods)

    @property
    def minutes(self) -> int:
        """For how long the place is open."""
        return sum(period.minutes for period in self.periods)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that decides when one place is open. Hold it as long as you like: it never changes.

    ``serves`` is false for a place that is not in service at all; ``own_week`` are a service point's periods.
    """

    zone: ZoneInfo
    week: tuple[WeeklyHours, ...] = ()
    own_week: tuple[WeeklyHours, ...] = ()
    exceptions: Mapping[date, DayRule] = field(default_factory=dict)
    holidays: Mapping[date, HolidayFact] = field(default_factory=dict)
    policy: HolidayPolicy = HolidayPolicy.AS_USUAL
    closures: Mapping[date, ClosureFact] = field(default_factory=dict)
    serves: bool = True
    service_from: date | None = None
    service_until: date | None = None

    # --- days --------------------------------------------------------------------------------------------

    def day(self, on: date) -> DayFact:
        """Return what ``on`` is and why (the precedence stands in the module's heading)."""
        if not self._serves_on(on):
            return DayFact(on, (), Because.OUT_OF_SERVICE)
        if (closure := self.closures.get(on)) is not None:
            return DayFact(on, (), Because.CLOSURE, closure.reason)
        if (rule := self.exceptions.get(on)) is not None:
            periods = ordered(rule.periods) if rule.kind == ExceptionKind.OPEN else ()
            return DayFact(on, periods, Because.EXCEPTION, rule.reason)
        holiday = self.holidays.get(on)
        if holiday is not None and self.policy != HolidayPolicy.AS_USUAL:
            return self._holiday(on, holiday)
        return DayFact(on, self._by_week(on, on.weekday()), Because.WEEK, holiday.name if holiday else "")

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Return the opening periods that begin on ``day``, in order; none where the place is shut."""
        return self.day(day).periods

    def is_open_on(self, day: date) -> bool:
        """Say whether the place opens on ``day`` at all."""
        return bool(self.periods_on(day))

    def days(self, first: date, end: date) -> Iterator[DayFact]:
        """Yield what each day is, from ``first`` to before ``end``."""
        for number in range((end - first).days):
            yield self.day(first + timedelta(days=number))

    def open_days(self, first: date, end: date) -> tuple[date, ...]:
        """Return the open days from ``first`` to before ``end``."""
        return tuple(fact.on for fact in self.days(first, end) if fact.periods)

    def next_open_day(self, day: date, *, within_days: int = HORIZON_DAYS) -> date | None:
        """Return the first open day from ``day`` on, ``day`` included; ``None`` where none is in sight."""
        for fact in self.days(day, day + timedelta(days=within_days)):
            if fact.periods:
                return fact.on
        return None

    def open_minutes(self, first: date, end: date) -> int:
        """Return the minutes open on the days from ``first`` to before ``end``, by the days they begin on."""
        return sum(fact.minutes for fact in self.days(first, end))

    def open_hours(self, first: date, end: date) -> Decimal:
        """Return the hours open on the days from ``first`` to before ``end``."""
        return Decimal(self.open_minutes(first, end)) / _HOUR

    # --- instants ----------------------------------------------------------------------------------------

    def is_open(self, moment: datetime) -> bool:
        """Say whether the place is open at ``moment`` (aware)."""
        return self._running(moment) is not None

    def open_until(self, moment: datetime) -> datetime | None:
        """Return when the place closes that is open at ``moment``.

        ``None`` where it is shut, and where it stays open for more than a week on end.
        """
        closes = self._running(moment)
        for _day in range(8):
            following = self._running(closes) if closes is not None else None
            if following is None:
                return closes
            closes = following
        return None

    def next_opening(self, moment: datetime) -> datetime | None:
        """Return the first instant from ``moment`` on at which a period begins, if one is in sight."""
        day = moment.astimezone(self.zone).date()
        for fact in self.days(day, day + timedelta(days=HORIZON_DAYS)):
            for period in fact.periods:
                begins = self._at(fact.on, period.opens)
                if begins >= moment:
                    return begins
        return None

    def closed_by(self, day: date) -> ClosureFact | None:
        """Return the order that keeps the place shut on ``day``."""
        return self.closures.get(day)

    # --- how ---------------------------------------------------------------------------------------------

    def _serves_on(self, day: date) -> bool:
        return (
            self.serves
            and (self.service_from is None or self.service_from <= day)
            and (self.service_until is None or day < self.service_until)
        )

    def _holiday(self, on: date, holiday: HolidayFact) -> DayFact:
        if holiday.is_off:
            shut = self.policy == HolidayPolicy.CLOSED
            periods = () if shut else self._by_week(on, _SUNDAY)
            return DayFact(on, periods, Because.HOLIDAY, holiday.name)
        if periods := self._by_week(on, on.weekday()):
            return DayFact(on, periods, Because.WEEK, holiday.name)
        weekdays = (self._by_week(on, weekday) for weekday in range(_FRIDAY + 1))
        return DayFact(on, next(filter(None, weekdays), ()), Because.WORKDAY, holiday.name)

    def _by_week(self, on: date, weekday: int) -> tuple[Period, ...]:
        own = [hours for hours in self.own_week if hours.holds_on(on)]
        valid = own or [hours for hours in self.week if hours.holds_on(on)]
        return ordered(hours.period for hours in valid if hours.weekday == weekday)

    def _running(self, moment: datetime) -> datetime | None:
        """Return the end of the period that runs at ``moment``."""
        local = moment.astimezone(self.zone)
        minute = local.hour * _HOUR + local.minute
        today = local.date()
        yesterday = today - _ONE_DAY
        ends = [
            self._at(day, period.closes)
            for day, elapsed in ((today, minute), (yesterday, minute + DAY_MINUTES))
            for period in self.periods_on(day)
            if period.opens <= elapsed < period.closes
        ]
        return max(ends, default=None)

    def _at(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, DAY_MINUTES)
        return datetime.combine(
            day + timedelta(days=days), time(rest // _HOUR, rest % _HOUR), tzinfo=self.zone
        )


def calendar_of_point(
    branch: Calendar,
    *,
    week: tuple[WeeklyHours, ...] = (),
    exceptions: Mapping[date, DayRule] | None = None,
    service_from: date | None = None,
    service_until: date | None = None,
) -> Calendar:
    """Return the calendar of a service point: its branch's, with what the point has of its own laid over."""
    starts = [day for day in (branch.service_from, service_from) if day is not None]
    ends = [day for day in (branch.service_until, service_until) if day is not None]
    return replace(
        branch,
        own_week=week,
        exceptions={**branch.exceptions, **(exceptions or {})},
        service_from=max(starts, default=None),
        service_until=min(ends, default=None),
    )
