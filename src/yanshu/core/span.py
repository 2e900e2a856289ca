"""Half-open periods: ``start <= moment < end``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yanshu.core.clock import zone

DECEMBER = 12


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open period between two dates of the library's calendar; ``end`` is the first day after it."""

    first_day: date
    end_day: date

    def __post_init__(self) -> None:
        if self.end_day < self.first_day:
            raise ValueError(f"a span cannot end ({self.end_day}) before it starts ({self.first_day})")

    @property
    def start(self) -> datetime:
        """The first instant, aware, at the library's midnight."""
        return midnight(self.first_day, zone())

    @property
    def end(self) -> datetime:
        """The first instant after the span, aware, at the library's midnight."""
        return midnight(self.end_day, zone())

    @property
    def last_day(self) -> date:
        """The last day inside the span."""
        return self.end_day - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days the span holds."""
        return (self.end_day - self.first_day).days

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day < self.end_day

    def each_day(self) -> Iterator[date]:
        """Yield the days of the span in order."""
        for number in range(self.days):
            yield self.first_day + timedelta(days=number)

    def months(self) -> Iterator["Span"]:
        """Yield the calendar months the span touches, cut to the span; an empty span touches none."""
        cursor = self.first_day.replace(day=1)
        while self.days and cursor < self.end_day:
            following = next_month(cursor)
            yield Span(max(cursor, self.first_day), min(following, self.end_day))
            cursor = following

    def a_year_before(self) -> "Span":
        """Return the same span one year earlier; 29 February becomes the 28th."""
        return Span(_year_before(self.first_day), _year_before(self.end_day))

    @classmethod
    def year(cls, year: int) -> "Span":
        """Return a calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def month(cls, year: int, month: int) -> "Span":
        """Return a calendar month."""
        first = date(year, month, 1)
        return cls(first, next_month(first))

    @classmethod
    def day(cls, day: date) -> "Span":
        """Return a single day."""
        return cls(day, day + timedelta(days=1))


def midnight(day: date, timezone: ZoneInfo) -> datetime:
    """Return the instant at which ``day`` begins."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone)


def next_month(day: date) -> date:
    """Return the first day of the month after ``day``."""
    if day.month == DECEMBER:
        return date(day.year + 1, 1, 1)
    return date(day.year, day.month + 1, 1)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
