"""When people come: weights of days and hours, which are nothing where the doors are shut."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from yanshu.demo.terms import Period

__all__ = ["CURVES", "DayRhythm", "HourWeights", "hour_weights"]

HourWeights = tuple[float, ...]
"""Weights of the 24 hours of a day."""

_SATURDAY = 5
_HOUR = 60

CURVES: Mapping[str, HourWeights] = {
    # By day: a first crest before noon, a second in the afternoon, a third after supper.
    "staffed": (
        *(0.0,) * 7,
        *(0.3, 0.9, 1.35, 1.5, 1.15, 0.65, 0.8, 1.3, 1.5, 1.4, 1.05, 0.7, 0.85, 0.75, 0.4),
        *(0.1, 0.0),
    ),
    # Round the clock: the evening after work is its best time, and somebody comes at night.
    "round_the_clock": (
        *(0.12, 0.06, 0.04, 0.03, 0.04, 0.08, 0.3, 0.6, 0.8, 0.95, 1.0, 0.9),
        *(0.95, 0.9, 0.95, 1.0, 1.1, 1.3, 1.4, 1.7, 1.75, 1.4, 0.8, 0.3),
    ),
}

_MONTHS = (0.94, 0.86, 1.02, 1.04, 1.0, 0.98, 1.16, 1.14, 1.0, 0.98, 1.0, 0.96)
"""Season: a quiet February, a full summer."""
_SPRING_FESTIVAL_DAYS = 3


class DayRhythm:
    """Weights of the days of a span.

    Args:
        school_holidays: first and last day of each.
        public_days: ``True`` for a public holiday, ``False`` for a weekend day that is worked
            (调休); days not named follow the week.
    """

    def __init__(
        self,
        *,
        school_holidays: Iterable[tuple[date, date]] = (),
        public_days: Mapping[date, bool] | None = None,
    ) -> None:
        self._school_holidays = tuple(school_holidays)
        self._public_days = dict(public_days or {})

    def weight(self, day: date) -> float:
        """Return how busy ``day`` would be with the doors open all of it."""
        free = self.is_free(day)
        weight = _MONTHS[day.month - 1] * (1.55 if free else 0.92 + 0.03 * day.weekday())
        if any(first <= day <= last for first, last in self._school_holidays):
            weight *= 1.0 if free else 1.28
        if self._public_days.get(day):
            weight *= 0.82
        if self._public_days.get(day) and self._in_long_winter_rest(day):
            weight *= 0.45
        return weight

    def is_free(self, day: date) -> bool:
        """Return whether most people are off work on ``day``."""
        return self._public_days.get(day, day.weekday() >= _SATURDAY)

    def _in_long_winter_rest(self, day: date) -> bool:
        """Whether this is Spring Festival: free days on end in January or February."""
        if day.month > 2:  # noqa: PLR2004 - February
            return False
        around = (day + timedelta(days=shift) for shift in range(-_SPRING_FESTIVAL_DAYS, 4))
        return sum(bool(self._public_days.get(other)) for other in around) >= _SPRING_FESTIVAL_DAYS + 1

    def weights(self, first: date, periods: Sequence[Sequence[Period]]) -> list[float]:
        """Return the weight of each day from ``first`` on; a day without a period weighs nothing.

        A short opening day weighs less, though not in proportion: who wants to come, comes.
        """
        weights = []
        for offset, day_periods in enumerate(periods):
            minutes = sum(end - start for start, end in day_periods)
            length = min(minutes / (8 * _HOUR), 1.4) ** 0.7
            weights.append(self.weight(first + timedelta(days=offset)) * length if minutes else 0.0)
        return weights


def hour_weights(periods: Sequence[Period], *, curve: HourWeights) -> HourWeights:
    """Return the weights of the hours of a day with these opening periods.

    An hour that is open in part weighs its open part; an open hour never weighs nothing.
    """
    weights = []
    for hour in range(24):
        start, end = hour * _HOUR, (hour + 1) * _HOUR
        minutes = sum(max(min(end, last) - max(start, first), 0) for first, last in periods)
        weights.append(max(curve[hour], 0.05) * minutes / _HOUR if minutes else 0.0)
    return tuple(weights)
