"""Pages of a figure's rows: every row once, in order, wherever the roll-up stands."""

from datetime import date
from itertools import chain

import pytest
from figures_world import line, small_year

from world import NOON, make_world
from yanshu.core import feed
from yanshu.core.span import Span
from yanshu.reporting.figures import queries
from yanshu.reporting.figures.queries import Coverage, TracePaginator, days_of, newest_first

LOANS = "circulation.loans"
YEAR = Span.year(2019)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def pages_of(code, span, per_page, **chosen):
    source = queries.source_of(code, span)
    rows = newest_first(queries.rows(code, span, chosen), source.indicator)
    days = days_of(source, span, chosen, Coverage())
    paginator = TracePaginator(rows, per_page, count=rows.count(), days=days)
    return days, [[row.pk for row in paginator.get_page(number)] for number in paginator.page_range]


def expected(code, span, **chosen):
    rows = queries.rows(code, span, chosen)
    return list(rows.order_by("-business_date", "-pk").values_list("pk", flat=True))


@pytest.mark.parametrize("per_page", [1, 2, 3, 5, 50])
def test_pages_from_the_rollup_hold_every_row_once(world, per_page):
    small_year(world)
    feed.advance_all(now=NOON)
    days, pages = pages_of(LOANS, YEAR, per_page)
    assert days is not None
    assert list(chain.from_iterable(pages)) == expected(LOANS, YEAR)
    assert [len(page) for page in pages[:-1]] == [per_page] * (len(pages) - 1)


def test_days_the_rollup_has_not_got_yet_are_counted_from_the_rows(world):
    small_year(world)
    feed.advance_all(now=NOON)
    for day in (date(2019, 1, 1), date(2019, 6, 1), date(2019, 6, 3)):
        line(world, day)
    _days, pages = pages_of(LOANS, YEAR, 2)
    assert list(chain.from_iterable(pages)) == expected(LOANS, YEAR)


def test_a_branch_has_pages_of_its_own(world):
    small_year(world)
    feed.advance_all(now=NOON)
    chosen = {"branch": world.branch.pk}
    days, pages = pages_of(LOANS, YEAR, 1, **chosen)
    assert days is not None
    assert list(chain.from_iterable(pages)) == expected(LOANS, YEAR, **chosen)


def test_what_the_rollup_does_not_hold_is_paged_from_both_ends(world):
    small_year(world)
    feed.advance_all(now=NOON)
    days, pages = pages_of(LOANS, YEAR, 2, door="desk")
    assert days is None
    assert list(chain.from_iterable(pages)) == expected(LOANS, YEAR, door="desk")


def test_former_years_are_counted_together_as_each_alone(world):
    small_year(world)
    line(world, date(2017, 3, 1), branch_id=world.branch.pk)
    feed.advance_all(now=NOON)
    line(world, date(2017, 3, 1))  # not read by the roll-up yet
    for chosen in ({}, {"branch": world.branch.pk}, {"door": "desk"}):
        together = queries.former_years(LOANS, YEAR, 2, chosen)
        alone = [queries.measure(LOANS, Span.year(year), chosen) for year in (2018, 2017)]
        assert [(one.value, one.rows) for one in together] == [(one.value, one.rows) for one in alone]
