"""Shrinking a scenario: quick tests, small screenshots, the same proportions."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from yanshu.demo.allocate import allocate, allocate_by
from yanshu.demo.terms import CirculationTargets, ReaderTargets, StockTargets, VisitTargets
from yanshu.demo.toml_table import ScenarioError

if TYPE_CHECKING:
    from yanshu.demo.scenario import Scenario

__all__ = ["ScaledTarget", "compare", "shrink", "shrunk_count"]


class ScaledTarget(NamedTuple):
    """A target before and after shrinking, to be printed."""

    code: str
    full: int
    scaled: int


def shrunk_count(count: int, scale: float) -> int:
    """Return ``count`` shrunk to ``scale``: rounded half up, never to nothing."""
    if not count:
        return 0
    return max(1, int(count * Fraction(str(scale)) + Fraction(1, 2)))


def shrink(scenario: "Scenario", scale: float) -> "Scenario":
    """Return the scenario at ``scale``; parts keep adding up to their total by largest remainder.

    Raises:
        ValueError: if the scale is not above 0 and at most 1.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"the scale must be above 0 and at most 1, not {scale}")
    if scale == 1:
        return scenario
    return replace(
        scenario,
        visits=_visits(scenario.visits, scale),
        circulation=_circulation(scenario.circulation, scale),
        readers=_readers(scenario.readers, scale),
        stock=_stock(scenario.stock, scale),
        later_domains={name: _later(name, table, scale) for name, table in scenario.later_domains.items()},
        scale=scenario.scale * scale,
    )


def compare(full: Mapping[str, int], scaled: Mapping[str, int]) -> list[ScaledTarget]:
    """Return the targets that shrinking changed."""
    return [ScaledTarget(code, value, scaled[code]) for code, value in full.items() if value != scaled[code]]


def _shares(parts: Mapping[str, int], total: int) -> dict[str, int]:
    return allocate_by(total, parts) if sum(parts.values()) else dict(parts)


def _visits(visits: VisitTargets, scale: float) -> VisitTargets:
    total = shrunk_count(visits.total, scale)
    return replace(visits, total=total, by_branch=_shares(visits.by_branch, total))


def _circulation(circulation: CirculationTargets, scale: float) -> CirculationTargets:
    loans = shrunk_count(circulation.loans, scale)
    return replace(
        circulation,
        loans=loans,
        by_branch=_shares(circulation.by_branch, loans),
        opening_loans=shrunk_count(circulation.opening_loans, scale),
        holds=shrunk_count(circulation.holds, scale),
    )


def _readers(readers: ReaderTargets, scale: float) -> ReaderTargets:
    registered = shrunk_count(readers.registered, scale)
    opening = shrunk_count(readers.opening, scale)
    new = allocate(registered, [c.registered for c in readers.categories])
    old = allocate(opening, [c.opening for c in readers.categories])
    return ReaderTargets(
        registered=registered,
        categories=tuple(
            replace(category, registered=new[i], opening=old[i])
            for i, category in enumerate(readers.categories)
        ),
    )


def _stock(stock: StockTargets, scale: float) -> StockTargets:
    items = shrunk_count(stock.items, scale)
    return replace(
        stock,
        titles=shrunk_count(stock.titles, scale),
        items=items,
        by_origin=_shares(stock.by_origin, items),
        bought_titles=shrunk_count(stock.bought_titles, scale),
        bought_copies=shrunk_count(stock.bought_copies, scale),
        released_titles=shrunk_count(stock.released_titles, scale),
        released_copies=shrunk_count(stock.released_copies, scale),
        gift_copies=shrunk_count(stock.gift_copies, scale),
    )


def _later(name: str, table: Mapping[str, Any], scale: float) -> Mapping[str, Any]:
    """Shrink the counts that a later domain lists under ``scaled``, as dotted keys of its table.

    Raises:
        ScenarioError: if a listed key is not a whole number of that table.
    """
    shrunk = deepcopy(dict(table))
    for dotted in shrunk.get("scaled", ()):
        *way, last = dotted.split(".")
        place = shrunk
        for step in way:
            place = place.get(step, {})
        if type(place.get(last)) is not int:
            raise ScenarioError(f"domains.{name}.{dotted}", "is listed under scaled but is no whole number")
        place[last] = shrunk_count(place[last], scale)
    return shrunk
