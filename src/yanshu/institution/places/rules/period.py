"""Opening periods in minutes of the day on which they begin; a period may run past midnight."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

DAY_MINUTES = 24 * 60
_HOUR = 60
_PERIOD = re.compile(r"(\d{1,2})[:时](\d{2})分?\s*[-~至到]\s*(\d{1,2})[:时](\d{2})分?")
_DASHES = str.maketrans("–—−～〜", "---~~")


class NotAPeriod(ValueError):
    """A text, or two times, that are no opening period."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Opens at a minute of its day and closes at a later one, up to 24 hours on.

    ``closes`` above 1440 lies on the next day: 22:00–06:00 is ``Period(1320, 1800)``.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY_MINUTES or not self.opens < self.closes <= self.opens + DAY_MINUTES:
            raise NotAPeriod(f"{self.opens}–{self.closes}")

    @classmethod
    def between(cls, opens: time, closes: time) -> "Period":
        """Return the period between two times of the clock; 00:00–00:00 is a whole day."""
        start, end = _minute(opens), _minute(closes)
        return cls(start, end if end > start else end + DAY_MINUTES)

    @property
    def minutes(self) -> int:
        """How long the period lasts."""
        return self.closes - self.opens

    @property
    def is_whole_day(self) -> bool:
        """Whether it runs from midnight to midnight."""
        return self.opens == 0 and self.closes == DAY_MINUTES

    def __str__(self) -> str:
        end = "24:00" if self.closes == DAY_MINUTES else clock_text(self.closes % DAY_MINUTES)
        return f"{clock_text(self.opens)}–{end}"


def times(period: Period) -> tuple[time, time]:
    """Return both ends of a period as the clock shows them; midnight at its end is 00:00."""
    return _time(period.opens), _time(period.closes % DAY_MINUTES)


def clock_text(minute: int) -> str:
    """Return a minute of the day as ``08:30``."""
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"


def read_periods(text: str) -> tuple[Period, ...]:
    """Return the periods of a text such as ``08:30-12:00 14:00-17:30``, in the order of the day.

    Raises:
        NotAPeriod: naming what cannot be read.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    rest = re.sub(r"[\s,;、和]+", "", _PERIOD.sub("", plain))
    if rest:
        raise NotAPeriod(rest)
    return tuple(sorted(_read(*map(int, found)) for found in _PERIOD.findall(plain)))


def _read(hour: int, minute: int, end_hour: int, end_minute: int) -> Period:
    start, end = hour * _HOUR + minute, end_hour * _HOUR + end_minute
    wrong = max(minute, end_minute) >= _HOUR or start >= DAY_MINUTES or end > DAY_MINUTES
    if wrong:
        raise NotAPeriod(f"{hour:02d}:{minute:02d}-{end_hour:02d}:{end_minute:02d}")
    return Period(start, end if end > start else end + DAY_MINUTES)


def ordered(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return periods in the order of the day."""
    return tuple(sorted(periods))


def _minute(moment: time) -> int:
    return moment.hour * _HOUR + moment.minute


def _time(minute: int) -> time:
    return time(minute // _HOUR, minute % _HOUR)
