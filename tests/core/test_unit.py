from decimal import Decimal

import pytest
from django.utils import translation

from yanshu.core.unit import Quantity, Unit, UnlikeUnits, total


@pytest.mark.parametrize(
    ("unit", "code", "word"),
    [
        (Unit.LOAN, "loan", "册次"),
        (Unit.PERSON, "person", "人"),
        (Unit.VISIT, "visit", "人次"),
        (Unit.TITLE, "title", "种"),
        (Unit.COPY, "copy", "册"),
        (Unit.CARD, "card", "个"),
        (Unit.DAY, "day", "天"),
        (Unit.PLACE_ROOM, "room", "间"),
        (Unit.PLACE, "place", "所"),
        (Unit.PERCENT, "percent", "%"),
        (Unit.YUAN, "yuan", "元"),
    ],
)
def test_units_have_a_code_and_a_measure_word(unit, code, word):
    assert (unit.code, unit.word, str(unit)) == (code, word, word)
    assert Unit(code) is unit


def test_codes_are_unique_and_measure_words_are_not():
    assert len({unit.code for unit in Unit}) == len(Unit)
    assert Unit.of_word("个") == (Unit.CARD, Unit.PIECE)


def test_persons_add_in_either_word():
    both = Quantity(3, Unit.PERSON) + Quantity(2, Unit.HEAD)
    assert both == Quantity(5, Unit.PERSON)
    assert both - Quantity(1, Unit.HEAD) == Quantity(4, Unit.PERSON)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Unit.PERSON, Unit.VISIT),
        (Unit.COPY, Unit.LOAN),
        (Unit.TITLE, Unit.COPY),
        (Unit.CARD, Unit.PIECE),
        (Unit.OCCASION, Unit.SESSION),
        (Unit.DAY, Unit.HOUR),
        (Unit.PERCENT, Unit.PERCENT),
    ],
)
def test_unlike_units_do_not_add(left, right):
    with pytest.raises(UnlikeUnits) as refused:
        Quantity(1, left) + Quantity(1, right)
    assert (refused.value.left, refused.value.right) == (left, right)
    with pytest.raises(UnlikeUnits):
        Quantity(1, left) - Quantity(1, right)


def test_like_units_compare_and_percents_too():
    assert Quantity(1, Unit.HEAD) < Quantity(2, Unit.PERSON)
    assert Quantity(Decimal("93.62"), Unit.PERCENT) <= Quantity(100, Unit.PERCENT)
    with pytest.raises(UnlikeUnits):
        assert Quantity(1, Unit.PERSON) < Quantity(2, Unit.VISIT)


def test_a_total_names_its_unit_even_of_nothing():
    assert total([], unit=Unit.VISIT) == Quantity(0, Unit.VISIT)
    assert total([Quantity(2, Unit.HEAD), Quantity(3, Unit.PERSON)], unit=Unit.PERSON) == Quantity(
        5, Unit.PERSON
    )


@pytest.mark.parametrize("value", [1.5, True, "3"])
def test_a_quantity_is_exact(value):
    with pytest.raises(TypeError, match="exact"):
        Quantity(value, Unit.PERSON)


def test_names_are_english_beside_the_measure_word():
    with translation.override("en"):
        assert str(Unit.LOAN.label) == "loans in volumes"


@pytest.mark.parametrize("unit", Unit)
def test_in_chinese_a_unit_is_called_by_its_measure_word(unit):
    with translation.override("zh-hans"):
        assert str(unit.label) == unit.word
