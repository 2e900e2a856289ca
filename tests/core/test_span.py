from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core.span import Span, next_month

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
spans = st.builds(
    lambda first, length: Span(first, first + timedelta(days=length)), days, st.integers(0, 900)
)


@given(spans)
def test_a_span_holds_its_days_and_no_other(span):
    held = list(span.each_day())
    assert len(held) == span.days
    assert all(day in span for day in held)
    assert span.end_day not in span
    assert span.first_day - timedelta(days=1) not in span
    assert held == sorted(set(held))
    assert not held or (held[0], held[-1]) == (span.first_day, span.last_day)


@given(spans)
def test_months_part_a_span_without_gap_or_overlap(span):
    months = list(span.months())
    assert sum(month.days for month in months) == span.days
    edges = [month.first_day for month in months] + [months[-1].end_day] if months else []
    assert edges == sorted(set(edges))
    assert not months or (edges[0], edges[-1]) == (span.first_day, span.end_day)
    assert all(month.first_day.replace(day=1) == month.last_day.replace(day=1) for month in months)


@given(spans)
def test_a_year_before_is_as_long_but_for_a_leap_day(span):
    before = span.a_year_before()
    assert abs(before.days - span.days) <= 1 + span.days // 365
    assert (before.first_day.year, before.end_day.year) == (span.first_day.year - 1, span.end_day.year - 1)


@given(spans)
def test_instants_are_the_librarys_midnights(span):
    assert span.start.astimezone(UTC).hour in {15, 16}  # until 1991 Shanghai had summer time
    assert (span.start.date(), span.end.date()) == (span.first_day, span.end_day)
    assert span.start.utcoffset() is not None


@given(days, st.integers(1, 900))
def test_a_span_cannot_end_before_it_starts(first, length):
    with pytest.raises(ValueError, match="cannot end"):
        Span(first, first - timedelta(days=length))


@pytest.mark.parametrize(
    ("span", "first", "end", "length"),
    [
        (Span.year(2019), date(2019, 1, 1), date(2020, 1, 1), 365),
        (Span.year(2020), date(2020, 1, 1), date(2021, 1, 1), 366),
        (Span.month(2019, 12), date(2019, 12, 1), date(2020, 1, 1), 31),
        (Span.month(2020, 2), date(2020, 2, 1), date(2020, 3, 1), 29),
        (Span.day(date(2019, 12, 31)), date(2019, 12, 31), date(2020, 1, 1), 1),
    ],
)
def test_named_spans(span, first, end, length):
    assert (span.first_day, span.end_day, span.days) == (first, end, length)


def test_the_year_begins_at_the_librarys_midnight_not_at_that_of_greenwich():
    assert Span.year(2019).start == datetime(2018, 12, 31, 16, tzinfo=UTC)
    assert Span.year(2019).end == datetime(2019, 12, 31, 16, tzinfo=UTC)


def test_a_leap_day_has_no_day_a_year_before():
    assert Span(date(2020, 2, 29), date(2020, 3, 1)).a_year_before() == Span(
        date(2019, 2, 28), date(2019, 3, 1)
    )


@given(days)
def test_the_next_month_begins_with_its_first(day):
    following = next_month(day)
    assert following.day == 1
    assert day < following <= day + timedelta(days=31)
