"""Visits, counted by hand on both edges of a span."""

from datetime import date

import pytest

from institution.visits.visits_world import ACT, reading, record, two_gates
from yanshu.core import indicator
from yanshu.core.span import Span
from yanshu.institution.visits import operations

YEAR = Span.year(2019)
FEBRUARY = Span(date(2019, 2, 1), date(2019, 3, 1))


@pytest.fixture
def gates(db):
    return two_gates()


def measured(code, span=YEAR):
    declared = indicator.at(f"visits.{code}", span.first_day)
    return declared.rows(span).aggregate(value=declared.measure)["value"] or 0


@pytest.mark.parametrize(
    ("day", "hour", "visits"),
    [
        (date(2019, 1, 31), 23, 0),
        (date(2019, 2, 1), 0, 100),
        (date(2019, 2, 28), 23, 100),
        (date(2019, 3, 1), 0, 0),
    ],
)
def test_an_interval_belongs_to_the_day_it_begins_on(gates, day, hour, visits):
    record(reading(hour, 100, gate="N1", day=day))
    assert measured("total", FEBRUARY) == measured("selfservice", FEBRUARY) == visits


def test_the_factor_of_the_gate_is_applied(gates):
    record(reading(9, 500, gate="C1"))
    assert (measured("total"), measured("selfservice")) == (481, 0)


def test_a_corrected_reading_counts_as_it_stands_now(gates):
    record(reading(9, 100, gate="N1"))
    operations.correct_reading(reading(9, 60, gate="N1"), reason="误计", **ACT)
    assert measured("total") == 60
    rows = indicator.at("visits.total", YEAR.first_day).rows(YEAR)
    assert sorted(rows.values_list("corrected", flat=True)) == [-40, 100]


@pytest.mark.parametrize(
    ("span", "ready"),
    [(YEAR, True), (Span.year(2018), False), (Span(date(2019, 1, 1), date(2019, 1, 2)), True)],
)
def test_before_a_gate_hung_at_the_door_nothing_could_be_counted(gates, span, ready):
    declared = indicator.at("visits.total", span.first_day)
    assert declared.ready(span) is ready
