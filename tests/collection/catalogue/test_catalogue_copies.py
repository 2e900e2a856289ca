"""A copy by its barcode, however it was typed and whoever else uses the same one."""

from datetime import date

import pytest

from world import World, make_world
from yanshu.collection.catalogue.queries import item_by_barcode
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.places.terms import BranchKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("typed", ["AB12", "ab12", "Ab12", "ａｂ１２", "ＡＢ１２", " AB 12 "])
def test_case_width_and_blanks_do_not_matter(world, typed):
    item = world.item(barcode="AB12")
    assert item_by_barcode(typed) == item


def test_barcodes_that_differ_in_case_alone_stay_two(world):
    small, large = world.item(barcode="ab12"), world.item(barcode="AB12")
    assert (item_by_barcode("ab12"), item_by_barcode("AB12")) == (small, large)
    assert item_by_barcode("ａｂ１２") == small


def test_of_several_owners_the_one_named_or_the_branchs_comes_first_and_withdrawn_ones_last(world):
    other = Library.objects.create(code="CN-ELSE", name="另一馆")
    there = Branch.objects.create(library=other, code="X", name="他馆", kind=BranchKind.CENTRAL)
    gone = world.item(barcode="B1", withdrawn_on=date(2019, 1, 1))
    theirs = world.item(barcode="B1", library=other)
    assert item_by_barcode("B1") == theirs
    assert item_by_barcode("B1", owner_code="cn-test") == gone
    assert item_by_barcode("B1", branch_id=world.central.pk) == gone
    assert item_by_barcode("B1", branch_id=there.pk) == theirs
    assert item_by_barcode("NOSUCH") is None
