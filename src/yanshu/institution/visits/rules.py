"""How counts become visits, and which readings can be taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yanshu.institution.visits.terms import Count, Quality, ReadingFlaw

WHOLE = 1000
LEAST_FACTOR, MOST_FACTOR = 200, 5000
LONGEST = timedelta(days=1)
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of a gate may run ahead of ours."""
MOST_COUNTED = 100_000
"""People in one interval, a day at most: several times a great library's busiest day."""
DAY_MINUTES = 1440
HOUR_MINUTES = 60


@dataclass(frozen=True, slots=True)
class ReadingFacts:
    """What decides whether a reading is taken."""

    start: datetime
    end: datetime
    day: date
    count_in: int
    count_out: int
    quality: Quality
    now: datetime
    installed_on: date
    removed_on: date | None
    in_service: bool


def corrected(raw: int, factor_permille: int) -> int:
    """Return the visits a raw count stands for: raw × factor, rounded half up to a whole visit."""
    return (raw * factor_permille + WHOLE // 2) // WHOLE


def count_of(*, count_in: int, count_out: int, quality: Quality, factor_permille: int) -> Count:
    """Return what is kept of a reading.

    A measured count is corrected by the factor. An estimate is the number of visits itself, and the raw count
    is 0, since the counter showed nothing one could trust; so is everything during an outage.
    """
    if quality == Quality.MEASURED:
        return Count(count_in, count_out, corrected(count_in, factor_permille), quality)
    return Count(0, 0, count_in if quality == Quality.ESTIMATED else 0, quality)


def factor_from_sample(*, counted_by_hand: int, counted_by_gate: int) -> int:
    """Return the factor a hand count gives, in per mille, rounded half up.

    Example:
        481 people by hand and 500 by the gate: 962.
    """
    return (counted_by_hand * WHOLE * 2 + counted_by_gate) // (counted_by_gate * 2)


def factor_is_plausible(factor_permille: int) -> bool:
    """Say whether a factor can be meant: a counter that sees a fifth, or five of each, is broken."""
    return LEAST_FACTOR <= factor_permille <= MOST_FACTOR


def factor_on(day: date, calibrations: Iterable[tuple[date, int]]) -> int:
    """Return the factor in force on ``day`` out of pairs of (valid from, factor); 1000 without any."""
    begun = [(start, factor) for start, factor in calibrations if start <= day]
    return max(begun)[1] if begun else WHOLE


def is_beyond_counting(count_in: int, count_out: int) -> bool:
    """Say whether more is counted than can have come or gone in one interval."""
    return max(count_in, count_out) > MOST_COUNTED


def reading_flaws(facts: ReadingFacts) -> tuple[ReadingFlaw, ...]:
    """Return everything that stands against a reading of a known gate."""
    gone = facts.removed_on is not None and facts.day >= facts.removed_on
    outage = facts.quality == Quality.OUTAGE
    wrong = {
        ReadingFlaw.NO_INTERVAL: not timedelta() < facts.end - facts.start <= LONGEST,
        ReadingFlaw.NEGATIVE: min(facts.count_in, facts.count_out) < 0,
        ReadingFlaw.TOO_MANY: is_beyond_counting(facts.count_in, facts.count_out),
        ReadingFlaw.COUNT_IN_OUTAGE: outage and max(facts.count_in, facts.count_out) > 0,
        ReadingFlaw.NOT_OVER: facts.end > facts.now + CLOCK_SKEW,
        ReadingFlaw.GATE_ABSENT: facts.day < facts.installed_on or gone,
        ReadingFlaw.NOT_IN_SERVICE: not facts.in_service,
    }
    return tuple(flaw for flaw, holds in wrong.items() if holds)


def open_hours(today: Sequence[tuple[int, int]], yesterday: Sequence[tuple[int, int]] = ()) -> frozenset[int]:
    """Return the hours of a day (0 to 23) in which a place is open for some time.

    Args:
        today: periods beginning today as (opens, closes) in minutes of the day; beyond 1440 lies tomorrow.
        yesterday: those that began the day before.
    """
    hours: set[int] = set()
    for shift, periods in ((0, today), (DAY_MINUTES, yesterday)):
        for opens, closes in periods:
            first, last = max(opens - shift, 0), min(closes - shift, DAY_MINUTES)
            if last > first:
                hours.update(range(first // HOUR_MINUTES, -(-last // HOUR_MINUTES)))
    return frozenset(hours)
