"""Instants inside opening hours, and how much is lent on which day."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from yanshu.demo.allocate import allocate
from yanshu.demo.lending_terms import Door, LendingBranch, LendingWorld
from yanshu.demo.rhythm import CURVES, DayRhythm, hour_weights
from yanshu.demo.terms import Period

__all__ = ["Instants", "Visit", "daily_quotas"]

_HOUR = 60
_BEFORE_CLOSING = 5
"""Minutes before the end of a period in which nobody begins at the counter any more."""
_STEP_SECONDS = 4
_LONGEST_VISIT_SECONDS = 280


class Visit:
    """A reader at a counter: a few things one after the other within five minutes."""

    __slots__ = ("at", "branch", "door", "end", "reader")

    def __init__(self, reader: int, branch: int, at: int, door: Door) -> None:
        self.reader = reader
        self.branch = branch
        self.at = at
        self.end = at + _LONGEST_VISIT_SECONDS
        self.door = door

    def tick(self) -> int:
        """Return the instant of the next thing done."""
        now = self.at
        self.at = min(now + _STEP_SECONDS, self.end)
        return now


class Instants:
    """Draws instants of a day, by the rhythm of the hours and inside the opening periods."""

    def __init__(self, world: LendingWorld, chance: Random) -> None:
        self._branches = world.branches
        self._random = chance.random
        zone = ZoneInfo(world.timezone)
        midnight = datetime.combine(world.first, time(), tzinfo=zone)
        # Opening loans lie before the first day: Python's negative places serve them.
        reach = range(-_OPENING_DAYS, world.days + 1)
        self._midnights = {day: int((midnight + timedelta(days=day)).timestamp()) for day in reach}
        self._tables: dict[tuple[tuple[Period, ...], bool], tuple[list[int], list[float]]] = {}

    def at(self, day: int, second: int) -> int:
        """Return the instant of a second of a day."""
        return self._midnights[day] + second

    def in_hours(self, branch: int, day: int) -> int:
        """Draw an instant inside the opening periods of ``day``.

        A day before the first takes the periods of its weekday in the second week.
        """
        lender = self._branches[branch]
        periods = tuple(lender.periods[day if day >= 0 else 7 + day % 7])
        minutes, steps = self._table(periods, round_the_clock=lender.round_the_clock)
        place = min(bisect_right(steps, self._random() * steps[-1]), len(minutes) - 1)
        return self._midnights[day] + minutes[place] * 60 + int(self._random() * 60)

    def evening(self, day: int) -> int:
        """Draw an instant at home after supper."""
        return self._midnights[day] + 20 * 3600 + 2700 + int(self._random() * 9000)

    def _table(self, periods: tuple[Period, ...], *, round_the_clock: bool) -> tuple[list[int], list[float]]:
        key = (periods, round_the_clock)
        if key not in self._tables:
            hours = hour_weights(periods, curve=CURVES["round_the_clock" if round_the_clock else "staffed"])
            minutes = [
                m for start, end in periods for m in range(start, max(end - _BEFORE_CLOSING, start + 1))
            ]
            self._tables[key] = (minutes, list(accumulate(hours[minute // _HOUR] for minute in minutes)))
        return self._tables[key]


_OPENING_DAYS = 60


def daily_quotas(
    branch: LendingBranch, world: LendingWorld, chance: Random
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the check-outs and the renewals of a branch for each day; both add up exactly."""
    weights = _with_jitter(branch, world.rhythm, world, chance)
    later = [weight if day >= world.hold_days else 0.0 for day, weight in enumerate(weights)]
    renewals = allocate(branch.renewals, later if any(later) else weights)
    return allocate(branch.checkouts, weights), renewals


def _with_jitter(
    branch: LendingBranch, rhythm: DayRhythm, world: LendingWorld, chance: Random
) -> list[float]:
    """Return the day weights with some chance in them, and a rush after a long closure."""
    weights = []
    shut_for, rush = 0, 0.0
    for day, weight in enumerate(rhythm.weights(world.first, branch.periods)):
        if not branch.periods[day]:
            shut_for += 1
            weights.append(0.0)
            continue
        rush = 0.5 if shut_for > 7 and day > shut_for else rush * 0.85  # noqa: PLR2004 - a week
        shut_for = 0
        weights.append(weight * (0.85 + 0.3 * chance.random()) * (1 + rush))
    return weights
