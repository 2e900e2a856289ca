"""What is counted of the catalogue, by hand, with copies on both edges of the year."""

from datetime import date

import pytest

from world import make_world
from yanshu.collection.catalogue.terms import Origin
from yanshu.core import indicator
from yanshu.core.span import Span

YEAR = Span.year(2019)
BEFORE, FIRST, LAST, AFTER = date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)


@pytest.fixture
def world(db):
    return make_world()


def measured(code, span=YEAR):
    declared = indicator.at(code, span.first_day)
    return declared.rows(span).aggregate(value=declared.measure)["value"]


def bought(world, day, *, copies=1, released=None, record_released=None, origin=Origin.PURCHASE):
    record = world.record(released_on=record_released)
    for _number in range(copies):
        world.item(record, accessioned_on=day, released_on=released, origin=origin)
    return record


@pytest.mark.parametrize(
    ("day", "titles", "copies"), [(BEFORE, 0, 0), (FIRST, 1, 3), (LAST, 1, 3), (AFTER, 0, 0)]
)
def test_what_was_bought_counts_by_its_accession(world, day, titles, copies):
    bought(world, day, copies=3)
    assert (measured("acquisitions.titles"), measured("acquisitions.copies")) == (titles, copies)
    assert (measured("cataloguing.titles"), measured("cataloguing.copies")) == (0, 0)


@pytest.mark.parametrize(
    ("day", "titles", "copies"), [(BEFORE, 0, 0), (FIRST, 1, 2), (LAST, 1, 2), (AFTER, 0, 0)]
)
def test_what_was_released_counts_by_its_first_release(world, day, titles, copies):
    bought(world, BEFORE, copies=2, released=day, record_released=day)
    assert (measured("cataloguing.titles"), measured("cataloguing.copies")) == (titles, copies)


def test_a_copy_added_to_a_title_released_before_is_no_new_title(world):
    bought(world, FIRST, released=FIRST, record_released=BEFORE)
    assert (measured("cataloguing.titles"), measured("acquisitions.copies")) == (0, 1)


@pytest.mark.parametrize("origin", [origin for origin in Origin if origin != Origin.PURCHASE])
def test_what_was_not_bought_is_no_purchase_and_is_held(world, origin):
    bought(world, FIRST, released=FIRST, record_released=FIRST, origin=origin)
    for code in ("acquisitions.titles", "acquisitions.copies", "cataloguing.titles", "cataloguing.copies"):
        assert measured(code) == 0
    assert measured("collection.holdings") == 1


@pytest.mark.parametrize("origin", [Origin.PURCHASE, Origin.UNKNOWN])
def test_what_has_no_day_of_accession_was_here_before(world, origin):
    bought(world, None, released=FIRST, record_released=FIRST, origin=origin)
    for code in ("acquisitions.titles", "acquisitions.copies", "cataloguing.titles", "cataloguing.copies"):
        assert measured(code) == 0
    assert [measured("collection.holdings", Span.year(year)) for year in (2010, 2019)] == [1, 1]


def test_what_nobody_called_bought_is_no_purchase(world):
    world.item(accessioned_on=FIRST)
    assert (measured("acquisitions.copies"), measured("collection.holdings")) == (0, 1)


@pytest.mark.parametrize(
    ("accessioned", "withdrawn", "held"),
    [
        (LAST, None, 1),
        (AFTER, None, 0),
        (BEFORE, LAST, 0),
        (BEFORE, AFTER, 1),
    ],
)
def test_holdings_as_of_the_last_day(world, accessioned, withdrawn, held):
    world.item(accessioned_on=accessioned, withdrawn_on=withdrawn)
    assert measured("collection.holdings") == held
