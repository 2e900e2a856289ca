"""Counts into visits, by table and by exact arithmetic."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.institution.visits import rules
from yanshu.institution.visits.rules import ReadingFacts
from yanshu.institution.visits.terms import Count, Quality, ReadingFlaw

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2019, 11, 16, 9, tzinfo=ZONE)
DAY = date(2019, 11, 16)


@pytest.mark.parametrize(
    ("raw", "factor", "visits"), [(0, 962, 0), (10, 962, 10), (13, 962, 13), (1, 500, 1), (1, 499, 0)]
)
def test_a_raw_count_is_corrected(raw, factor, visits):
    assert rules.corrected(raw, factor) == visits


@given(st.integers(0, 100_000), st.integers(1, 5000))
def test_half_a_visit_is_rounded_up(raw, factor):
    assert rules.corrected(raw, factor) == floor(Fraction(raw * factor, 1000) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("quality", "count"),
    [
        (Quality.MEASURED, Count(100, 90, 96, Quality.MEASURED)),
        (Quality.ESTIMATED, Count(0, 0, 100, Quality.ESTIMATED)),
        (Quality.OUTAGE, Count(0, 0, 0, Quality.OUTAGE)),
    ],
)
def test_what_is_kept_of_a_reading(quality, count):
    assert rules.count_of(count_in=100, count_out=90, quality=quality, factor_permille=962) == count


@pytest.mark.parametrize(
    ("hand", "gate", "factor"), [(481, 500, 962), (1, 3, 333), (2, 3, 667), (1, 2000, 1), (5, 5, 1000)]
)
def test_a_sample_gives_a_factor(hand, gate, factor):
    assert rules.factor_from_sample(counted_by_hand=hand, counted_by_gate=gate) == factor


@pytest.mark.parametrize(("factor", "plausible"), [(199, False), (200, True), (5000, True), (5001, False)])
def test_plausible_factors(factor, plausible):
    assert rules.factor_is_plausible(factor) is plausible


@pytest.mark.parametrize(
    ("day", "factor"), [(date(2018, 12, 31), 1000), (date(2019, 1, 1), 962), (date(2019, 7, 1), 975)]
)
def test_the_factor_in_force(day, factor):
    assert rules.factor_on(day, [(date(2019, 7, 1), 975), (date(2019, 1, 1), 962)]) == factor


SOUND = ReadingFacts(
    start=START,
    end=START + timedelta(hours=1),
    day=DAY,
    count_in=10,
    count_out=9,
    quality=Quality.MEASURED,
    now=START + timedelta(hours=1),
    installed_on=DAY,
    removed_on=None,
    in_service=True,
)


@pytest.mark.parametrize(
    ("changes", "flaws"),
    [
        ({}, ()),
        ({"now": START + timedelta(minutes=55)}, ()),
        ({"now": START + timedelta(minutes=54)}, (ReadingFlaw.NOT_OVER,)),
        ({"end": START}, (ReadingFlaw.NO_INTERVAL,)),
        (
            {"end": START + timedelta(hours=25), "now": START + timedelta(days=2)},
            (ReadingFlaw.NO_INTERVAL,),
        ),
        ({"count_out": -1}, (ReadingFlaw.NEGATIVE,)),
        ({"count_in": 100_000, "count_out": 100_000}, ()),
        ({"count_in": 100_001}, (ReadingFlaw.TOO_MANY,)),
        ({"count_out": 10**20}, (ReadingFlaw.TOO_MANY,)),
        ({"quality": Quality.OUTAGE}, (ReadingFlaw.COUNT_IN_OUTAGE,)),
        ({"quality": Quality.OUTAGE, "count_in": 0, "count_out": 0}, ()),
        ({"installed_on": date(2019, 11, 17)}, (ReadingFlaw.GATE_ABSENT,)),
        ({"removed_on": date(2019, 11, 17)}, ()),
        ({"removed_on": DAY, "in_service": False}, (ReadingFlaw.GATE_ABSENT, ReadingFlaw.NOT_IN_SERVICE)),
    ],
)
def test_flaws_of_a_reading(changes, flaws):
    assert rules.reading_flaws(replace(SOUND, **changes)) == flaws


@pytest.mark.parametrize(
    ("today", "yesterday", "hours"),
    [
        ([], [], set()),
        ([(510, 1050)], [], set(range(8, 18))),
        ([(540, 720), (840, 1020)], [], {9, 10, 11, 14, 15, 16}),
        ([(1320, 1800)], [(1320, 1800)], {0, 1, 2, 3, 4, 5, 22, 23}),
        ([(0, 1440)], [(0, 1440)], set(range(24))),
    ],
)
def test_open_hours_of_a_day(today, yesterday, hours):
    assert rules.open_hours(today, yesterday) == frozenset(hours)
