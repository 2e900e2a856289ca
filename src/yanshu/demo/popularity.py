"""Who borrows a lot and what is borrowed a lot: long tails, tastes by age, and drawing from them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import accumulate
from random import Random

__all__ = ["Draw", "Taste", "activity", "tastes_by_age", "title_appeal"]

_ADULT_AGE = 18
_SENIOR_AGE = 60
_TAIL = 1.25
_CEILING = 300.0


class Taste(IntEnum):
    """What a shelf is for; a reader's age decides how often it is visited."""

    CHILDREN = 0
    LITERATURE = 1
    GENERAL = 2


_TASTES: dict[str, tuple[float, float, float]] = {
    "young": (0.82, 0.12, 0.06),
    "grown": (0.15, 0.5, 0.35),
    "old": (0.04, 0.48, 0.48),
    "group": (0.5, 0.25, 0.25),
}


def tastes_by_age(ages: tuple[int, int]) -> tuple[float, float, float]:
    """Return how a category of this age band spreads over the tastes; (0, 0) is a group."""
    youngest, oldest = ages
    if not oldest:
        return _TASTES["group"]
    if oldest < _ADULT_AGE:
        return _TASTES["young"]
    return _TASTES["old" if youngest >= _SENIOR_AGE else "grown"]


def activity(chance: Random) -> float:
    """Draw how eager a reader is: four in ten hardly ever come, one in twenty every week."""
    if chance.random() < 0.4:  # noqa: PLR2004 - the share of sleeping cards
        return 0.02
    return float(min(chance.paretovariate(_TAIL), 40.0))


def title_appeal(chance: Random, *, year: int, published: int, chinese: bool) -> float:
    """Draw how much a title is asked for: a long tail, fresher and Chinese books ahead."""
    age = max(year - published, 0)
    fresh = 1.0 + 2.2 * 0.8**age
    return min(float(chance.paretovariate(_TAIL)), _CEILING) * fresh * (1.0 if chinese else 0.12)


class Draw:
    """Draws places from weights, also from the first ``n`` places only."""

    __slots__ = ("_random", "_steps", "members")

    def __init__(self, members: Iterable[int], weights: Sequence[float], chance: Random) -> None:
        """Take the numbers to draw and their weights, in the same order."""
        self.members = list(members)
        self._steps = list(accumulate(weights))
        self._random = chance.random

    def __len__(self) -> int:
        return len(self.members)

    def pick(self, first_n: int | None = None) -> int | None:
        """Return a member by weight, out of the first ``first_n``; ``None`` if they weigh nothing."""
        count = len(self._steps) if first_n is None else first_n
        if not count or not self._steps[count - 1]:
            return None
        place = bisect_right(self._steps, self._random() * self._steps[count - 1], 0, count)
        return self.members[min(place, count - 1)]
