from collections import Counter, defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.demo.rhythm import CURVES, DayRhythm, hour_weights
from yanshu.demo.terms import GateSpec
from yanshu.demo.visits import BranchYear, Quality, raw_count, readings


def test_corrected_counts_add_up_to_the_target_of_each_branch(year):
    counted = Counter()
    for reading in year.visits:
        counted[reading.branch] += reading.corrected

    assert +counted == +Counter(year.scenario.visits.by_branch)
    assert counted.total() == year.scenario.visits.total


def test_there_is_one_reading_for_each_open_hour_of_each_gate(year):
    seen = defaultdict(set)
    for reading in year.visits:
        key = (reading.gate, reading.day, reading.hour)
        assert key not in seen[reading.branch]
        seen[reading.branch].add(key)
    for branch in year.scenario.branches_in_service:
        hours = sum(
            any(start < (hour + 1) * 60 and end > hour * 60 for start, end in periods)
            for periods in year.plan.periods[branch.code]
            for hour in range(24)
        )
        assert len(seen[branch.code]) == hours * len(branch.gates)


def test_no_gate_counts_while_its_branch_is_shut(year):
    for reading in year.visits:
        day = (reading.day - year.scenario.first_day).days
        assert year.plan.periods[reading.branch][day]


def test_the_factor_leads_from_raw_to_corrected(year):
    for reading in year.visits:
        assert reading.corrected >= 0
        if reading.quality is Quality.MEASURED:
            assert round(reading.raw * reading.factor_per_mille / 1000) == reading.corrected
        else:
            assert reading.raw == 0
        if reading.quality is Quality.OUTAGE:
            assert reading.corrected == 0


def test_some_hours_are_estimated_and_some_lost(year):
    kinds = Counter(reading.quality for reading in year.visits)

    assert kinds[Quality.ESTIMATED] > 0
    assert kinds[Quality.OUTAGE] > 0
    assert kinds[Quality.MEASURED] > 0.97 * len(year.visits)


def test_during_the_closure_only_the_point_round_the_clock_counts(play):
    closed = [r for r in play("hengyang-2019", 0.02).visits if date(2019, 4, 8) <= r.day < date(2019, 6, 1)]

    assert {reading.branch for reading in closed} == {"night"}


def test_the_same_seed_counts_the_same(play):
    year = play("riverside-2024", 0.02)

    assert list(year.plan.visits()) == year.visits
    assert play("riverside-2024", 0.02, 7).visits != year.visits


@given(st.integers(0, 5_000), st.integers(1, 1000))
def test_a_raw_count_is_corrected_to_what_it_was_made_for(corrected, factor):
    # Halves never occur, so that every way of rounding agrees.
    distance = abs(raw_count(corrected, factor) * factor - corrected * 1000)
    assert distance < 500 or (factor == 1000 and distance == 0)


def test_a_branch_with_visits_that_never_opens_is_refused():
    branch = BranchYear("x", [GateSpec("g", "g", 1, 1000)], [()] * 7, round_the_clock=False)

    with pytest.raises(ValueError, match="nothing"):
        list(readings(first=date(2024, 1, 1), branches=[branch], totals={"x": 3}, rhythm=DayRhythm(), seed=1))


@pytest.mark.parametrize(
    ("periods", "open_hours"),
    [
        ((), set()),
        (((510, 1050),), set(range(8, 18))),
        (((540, 720), (840, 900)), {9, 10, 11, 14}),
        (((0, 1440),), set(range(24))),
        (((1410, 1440),), {23}),
    ],
)
def test_hours_outside_the_periods_weigh_nothing(periods, open_hours):
    weights = hour_weights(periods, curve=CURVES["staffed"])

    assert {hour for hour, weight in enumerate(weights) if weight > 0} == open_hours


def test_free_days_are_busier_and_closed_days_weigh_nothing():
    rhythm = DayRhythm(public_days={date(2019, 10, 12): False, date(2019, 10, 1): True})
    open_all_day = ((540, 1020),)

    weights = rhythm.weights(date(2019, 10, 11), [open_all_day, open_all_day, open_all_day, ()])

    friday, worked_saturday, sunday, shut = weights
    assert sunday > friday
    assert sunday > worked_saturday
    assert shut == 0
    assert rhythm.is_free(date(2019, 10, 1))
    assert not rhythm.is_free(date(2019, 10, 12))


def test_children_on_holiday_fill_working_days():
    rhythm = DayRhythm(school_holidays=[(date(2019, 7, 6), date(2019, 8, 31))])

    assert rhythm.weight(date(2019, 7, 9)) > rhythm.weight(date(2019, 7, 2))
