"""Sharing out a total so that the parts add up to it, to the unit."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

__all__ = ["allocate", "allocate_by", "allocate_nested", "allocate_with_floor"]

K = TypeVar("K", bound=Hashable)
Weight = int | float | Fraction

_GRAIN = 1_000_000_000
"""Weights are turned into whole numbers of this grain, so that sums are exact on every machine."""


def allocate(total: int, weights: Sequence[Weight]) -> list[int]:
    """Share ``total`` over ``weights`` by the largest remainder.

    Every part is its exact quota rounded down or up, a weight of nothing gets nothing, and a heavier
    weight never gets less than a lighter one. Equal remainders go to the heavier weight, then to the
    earlier place.

    Raises:
        ValueError: if the total or a weight is negative, or something is to be shared over nothing.

    Example:
        >>> allocate(10, [1, 1, 1])
        [4, 3, 3]
    """
    if total < 0:
        raise ValueError("a negative total cannot be shared out")
    grains = _grains(weights)
    whole = sum(grains)
    if not whole:
        if total:
            raise ValueError("nothing to share over: every weight is zero")
        return [0] * len(grains)
    quotas = [divmod(total * grain, whole) for grain in grains]
    parts = [quota for quota, _ in quotas]
    missing = total - sum(parts)
    if missing:
        order = sorted(range(len(parts)), key=lambda i: (-quotas[i][1], -grains[i], i))
        for index in order[:missing]:
            parts[index] += 1
    return parts


def allocate_by(total: int, weights: Mapping[K, Weight]) -> dict[K, int]:
    """Share ``total`` over named weights; the order of the names is kept."""
    return dict(zip(weights, allocate(total, list(weights.values())), strict=True))


def allocate_nested(total: int, weights: Sequence[Sequence[Weight]]) -> list[list[int]]:
    """Share ``total`` over groups by the sum of their weights, then each part inside its group.

    Days, then the hours of each day, for example.
    """
    parts = allocate(total, [sum(map(_exact, group), Fraction()) for group in weights])
    return [allocate(part, group) for part, group in zip(parts, weights, strict=True)]


def allocate_with_floor(total: int, weights: Sequence[Weight], *, floor: int = 1) -> list[int]:
    """Share ``total`` so that every place gets at least ``floor``, and the rest by weight.

    Raises:
        ValueError: if the total is smaller than the floors together.
    """
    rest = total - floor * len(weights)
    if rest < 0:
        raise ValueError(f"{total} is less than {floor} for each of {len(weights)} places")
    return [floor + part for part in allocate(rest, weights)]


def _exact(weight: Weight) -> Fraction:
    return Fraction(weight)


def _grains(weights: Iterable[Weight]) -> list[int]:
    """Turn weights into whole numbers whose proportions are theirs."""
    values = list(weights)
    if any(value < 0 for value in values):
        raise ValueError("a weight is negative")
    if all(type(value) is int for value in values):
        return [int(value) for value in values]
    top = max(values)
    if not top:
        return [0] * len(values)
    return [round(Fraction(value) * _GRAIN / Fraction(top)) for value in values]
