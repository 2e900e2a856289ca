from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.demo.allocate import allocate, allocate_by, allocate_nested, allocate_with_floor

weights = st.lists(
    st.one_of(st.integers(0, 10_000), st.floats(0, 1e6, allow_nan=False)), min_size=1, max_size=60
)
totals = st.integers(0, 1_000_000)


@given(totals, weights.filter(any))
def test_parts_add_up_and_stay_within_one_of_the_quota(total, given_weights):
    parts = allocate(total, given_weights)

    assert sum(parts) == total
    assert min(parts) >= 0
    whole = sum(given_weights)
    # Weights are rounded to a billionth of the heaviest: the bound leaves room for that.
    slack = 1 + total * len(parts) * 1e-9
    assert all(abs(part - total * w / whole) <= slack for part, w in zip(parts, given_weights, strict=True))


@given(totals, weights.filter(any))
def test_a_heavier_weight_never_gets_less(total, given_weights):
    by_weight = sorted(zip(given_weights, allocate(total, given_weights), strict=True))

    assert all(light[1] <= heavy[1] for light, heavy in pairwise(by_weight))


@given(totals, weights.filter(any))
def test_no_weight_gets_nothing(total, given_weights):
    parts = allocate(total, [*given_weights, 0])

    assert parts[-1] == 0


@given(totals, st.lists(weights, min_size=1, max_size=12).filter(lambda groups: any(map(any, groups))))
def test_nested_parts_add_up_group_by_group(total, groups):
    parts = allocate_nested(total, groups)

    assert sum(map(sum, parts)) == total
    assert [len(part) for part in parts] == [len(group) for group in groups]


@given(st.integers(0, 50_000), weights, st.integers(0, 3))
def test_everybody_gets_the_floor(rest, given_weights, floor):
    total = rest + floor * len(given_weights)
    if rest and not any(given_weights):
        given_weights[0] = 1

    parts = allocate_with_floor(total, given_weights, floor=floor)

    assert sum(parts) == total
    assert min(parts) >= floor


@pytest.mark.parametrize(
    ("total", "given_weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [0, 5, 0], [0, 7, 0]),
        (0, [3, 4], [0, 0]),
        (0, [0, 0], [0, 0]),
        (3, [1.5, 0.5], [2, 1]),
        (5, [2, 3, 5], [1, 1, 3]),
        (0, [], []),
    ],
)
def test_known_allocations(total, given_weights, parts):
    assert allocate(total, given_weights) == parts


@pytest.mark.parametrize(("total", "given_weights"), [(-1, [1]), (1, [-1, 2]), (1, [0, 0]), (1, [])])
def test_what_cannot_be_shared_is_refused(total, given_weights):
    with pytest.raises(ValueError, match=r"cannot|negative|nothing"):
        allocate(total, given_weights)


def test_a_floor_above_the_total_is_refused():
    with pytest.raises(ValueError, match="less than"):
        allocate_with_floor(3, [1, 1, 1, 1])


def test_names_keep_their_order():
    assert list(allocate_by(10, {"b": 1, "a": 3}).items()) == [("b", 2), ("a", 8)]
