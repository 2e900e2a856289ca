"""The gates' year: hourly readings whose corrected counts add up to the target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import NamedTuple

from yanshu.demo.allocate import allocate
from yanshu.demo.rhythm import CURVES, DayRhythm, hour_weights
from yanshu.demo.seed import stream
from yanshu.demo.terms import GateSpec, Period

__all__ = ["BranchYear", "Quality", "Reading", "raw_count", "readings"]

_THOUSAND = 1000
_JITTER = 0.28


class Quality(StrEnum):
    """How a reading came about."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    OUTAGE = "outage"


class Reading(NamedTuple):
    """What one gate counted in one hour.

    Attributes:
        raw: what the counter showed; 0 while it was out.
        corrected: visits; for a measured hour raw × factor, rounded to a whole person-time.
    """

    branch: str
    gate: str
    day: date
    hour: int
    raw: int
    factor_per_mille: int
    corrected: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class BranchYear:
    """A branch with its gates and its opening periods from the first day of the span on."""

    code: str
    gates: Sequence[GateSpec]
    periods: Sequence[Sequence[Period]]
    round_the_clock: bool


class _Hour(NamedTuple):
    day: int
    hour: int
    gate: int
    weight: float
    quality: Quality


def raw_count(corrected: int, factor_per_mille: int) -> int:
    """Return a counter value that the factor corrects to ``corrected``.

    The factor is at most 1000, so raw × factor / 1000 lies within half a visit of ``corrected``
    and rounds to it in any way of rounding.
    """
    return int(Fraction(corrected * _THOUSAND, factor_per_mille) + Fraction(1, 2))


def readings(
    *,
    first: date,
    branches: Sequence[BranchYear],
    totals: Mapping[str, int],
    rhythm: DayRhythm,
    seed: int,
    estimated_per_mille: int = 0,
    outage_per_mille: int = 0,
) -> Iterator[Reading]:
    """Yield the hourly readings of every gate, branch by branch, in the order of time.

    The corrected counts of a branch add up to its total, to the unit. Every open hour of every
    gate has a reading, also of nobody; a shut hour has none.

    Raises:
        ValueError: if a branch has visits but is never open.
    """
    for branch in branches:
        chance = stream(seed, "visits", branch.code)
        faults = (estimated_per_mille / _THOUSAND, outage_per_mille / _THOUSAND)
        hours = list(_hours(branch, first=first, rhythm=rhythm, chance=chance, faults=faults))
        counts = allocate(totals.get(branch.code, 0), [hour.weight for hour in hours])
        for hour, count in zip(hours, counts, strict=True):
            gate = branch.gates[hour.gate]
            measured = hour.quality is Quality.MEASURED
            yield Reading(
                branch=branch.code,
                gate=gate.code,
                day=first + timedelta(days=hour.day),
                hour=hour.hour,
                raw=raw_count(count, gate.factor_per_mille) if measured else 0,
                factor_per_mille=gate.factor_per_mille,
                corrected=count,
                quality=hour.quality,
            )


def _hours(
    branch: BranchYear, *, first: date, rhythm: DayRhythm, chance: Random, faults: tuple[float, float]
) -> Iterator[_Hour]:
    """Yield every open hour of every gate with its weight; an outage weighs nothing."""
    curve = CURVES["round_the_clock" if branch.round_the_clock else "staffed"]
    days = rhythm.weights(first, branch.periods)
    for day, periods in enumerate(branch.periods):
        weather = 1 + _JITTER * (chance.random() - 0.5)
        for hour, weight in enumerate(hour_weights(periods, curve=curve)):
            if not weight:
                continue
            for number, gate in enumerate(branch.gates):
                quality = _quality(chance, *faults)
                share = 0.0 if quality is Quality.OUTAGE else gate.share * days[day] * weight * weather
                jitter = 1 + _JITTER * (chance.random() - 0.5)
                yield _Hour(day, hour, number, share * jitter, quality)


def _quality(chance: Random, estimated: float, outage: float) -> Quality:
    draw = chance.random()
    if draw < outage:
        return Quality.OUTAGE
    return Quality.ESTIMATED if draw < outage + estimated else Quality.MEASURED
