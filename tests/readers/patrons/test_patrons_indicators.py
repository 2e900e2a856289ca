"""New readers and cards for the visually impaired, counted by hand on the edges of a span."""

from datetime import UTC, datetime

import pytest

from world import World, make_world
from yanshu.core.span import Span
from yanshu.readers.patrons import indicators, operations
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.readers.patrons.terms import CategoryKind

pytestmark = pytest.mark.django_db
#: Midnight at the library (UTC+8) is 16:00 UTC of the day before.
BEFORE = datetime(2018, 12, 31, 15, 59, 59, tzinfo=UTC)
FIRST = datetime(2018, 12, 31, 16, 0, tzinfo=UTC)
LAST = datetime(2019, 12, 31, 15, 59, 59, tzinfo=UTC)
AFTER = datetime(2019, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = make_world()
    blind = PatronCategory.objects.create(code="blind", name="视障", kind=CategoryKind.VISUALLY_IMPAIRED)
    for number, (category, moment) in enumerate(
        [
            (world.adult, BEFORE),
            (world.adult, FIRST),
            (blind, FIRST),
            (blind, LAST),
            (world.adult, LAST),
            (blind, AFTER),
        ]
    ):
        values = {"name": f"读者{number}", "category_id": category.pk, "home_branch_id": world.central.pk}
        operations.register(values=values, actor=world.actor(), now=moment)
    return world


@pytest.mark.parametrize(
    ("rows", "counted"), [(indicators.registered, 4), (indicators.visually_impaired_cards, 2)]
)
def test_both_edges_of_the_year(world, rows, counted):
    assert rows(Span.year(2019)).count() == counted


def test_other_lines_are_no_registrations(world):
    patron_id = Patron.objects.values_list("pk", flat=True)[0]
    operations.renew_membership(patron_id=patron_id, actor=world.actor(), now=FIRST)
    assert indicators.registered(Span.year(2019)).count() == 4
