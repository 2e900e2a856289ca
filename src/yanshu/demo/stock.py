"""Planning the copies: how many of each title, where from, on which shelf."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from yanshu.demo.allocate import allocate, allocate_with_floor
from yanshu.demo.base_records import base_records
from yanshu.demo.popularity import Taste
from yanshu.demo.seed import stream
from yanshu.demo.stock_terms import Copy, Stock, TitlePlan
from yanshu.demo.terms import StockTargets
from yanshu.demo.title_plan import WorkDays, plan_titles
from yanshu.demo.year_split import Groups, split_year

__all__ = ["plan_stock"]

_MOST_COPIES = {0: 14.0, 1: 4.0, 2: 4.0, 3: 4.0}
"""Ceiling of the appeal that decides how many copies are bought, per group of titles."""
_BOUND_CLASSES = frozenset({"K29", "Z4", "Z5", "F1", "D6", "Z"})
_LOCAL_SHARE = 0.35
_PURCHASE = "purchase"
_SCIENCES = frozenset("NOPQRSTUVX")


class _Slot(NamedTuple):
    """A copy before it has a shelf and a barcode."""

    title: int
    origin: str
    accessioned_on: date
    released_on: date | None


def plan_stock(
    targets: StockTargets,
    *,
    year: int,
    opened_on: date,
    owner_code: str,
    branch_shares: Sequence[int],
    central: int,
    seed: int,
    public_days: Mapping[date, bool] | None = None,
) -> Stock:
    """Return the whole collection of the scenario; every target is met to the unit.

    Args:
        opened_on: the day the library began; nothing was accessioned before it.
        branch_shares: weight of each branch in service among the copies.
        central: place of the central library among them.

    Raises:
        ValueError: if the targets contradict each other.
    """
    chance = stream(seed, "stock")
    work = WorkDays(public_days or {})
    groups = split_year(
        (targets.bought_titles, targets.bought_copies), (targets.released_titles, targets.released_copies)
    )
    titles, group_of = plan_titles(
        base_records(),
        total=targets.titles,
        groups=groups,
        year=year,
        opened_on=opened_on,
        owner_code=owner_code,
        work=work,
        chance=chance,
    )
    counts = _copies_per_title(titles, group_of, groups, targets.items)
    slots = [*_bought_slots(titles, group_of, counts)]
    standing = [title for title, group in zip(titles, group_of, strict=True) if not group]
    slots += _standing_slots(standing, counts, targets, groups, year=year, work=work, chance=chance)
    slots.sort(key=lambda slot: (slot.accessioned_on, slot.title))
    shelves = _Shelving(titles, branch_shares, central, chance)
    copies = [
        shelves.copy(slot, f"{owner_code}{number:08d}", f"{number:07d}")
        for number, slot in enumerate(slots, start=1)
    ]
    return Stock(titles=titles, copies=copies)


def _copies_per_title(
    titles: Sequence[TitlePlan], group_of: Sequence[int], groups: Groups, items: int
) -> list[int]:
    """Return the number of copies of each title; each group adds up to its own number."""
    totals = [items - sum(copies for _, copies in groups), *(copies for _, copies in groups)]
    counts = [0] * len(titles)
    for group, total in enumerate(totals):
        members = [number for number, of in enumerate(group_of) if of == group]
        if not members:
            continue
        weights = [min(titles[number].appeal, _MOST_COPIES[group]) for number in members]
        for number, count in zip(members, allocate_with_floor(total, weights), strict=True):
            counts[number] = count
    return counts


def _bought_slots(
    titles: Sequence[TitlePlan], group_of: Sequence[int], counts: Sequence[int]
) -> Iterator[_Slot]:
    for title, group in zip(titles, group_of, strict=True):
        if group:
            slot = _Slot(title.number, _PURCHASE, title.accessioned_on, title.released_on)
            yield from [slot] * counts[title.number]


def _standing_slots(
    standing: Sequence[TitlePlan],
    counts: Sequence[int],
    targets: StockTargets,
    groups: Groups,
    *,
    year: int,
    work: WorkDays,
    chance: Random,
) -> Iterator[_Slot]:
    """Yield the copies of the standing collection with their origins, gifts of the year among them."""
    places = [title for title in standing for _ in range(counts[title.number])]
    chance.shuffle(places)
    wanted = dict(targets.by_origin)
    wanted[_PURCHASE] -= sum(copies for _, copies in groups)
    if wanted[_PURCHASE] < 0:
        raise ValueError("fewer volumes of origin purchase than were bought in and before the year")
    bindable = [place for place in places if place.clc in _BOUND_CLASSES]
    rest = [place for place in places if place.clc not in _BOUND_CLASSES]
    bound, others = bindable[: wanted["binding"]], bindable[wanted["binding"] :] + rest
    missing = wanted["binding"] - len(bound)
    wanted["binding"] = 0
    origins = ["binding"] * missing + [origin for origin, count in wanted.items() for _ in range(count)]
    chance.shuffle(origins)
    gifts = targets.gift_copies
    for title, origin in [*((title, "binding") for title in bound), *zip(others, origins, strict=True)]:
        of_year = origin == "gift" and gifts > 0
        gifts -= of_year
        yield _given(title, year, work, chance) if of_year else _old(title, origin)


def _old(title: TitlePlan, origin: str) -> _Slot:
    return _Slot(title.number, origin, title.accessioned_on, title.released_on)


def _given(title: TitlePlan, year: int, work: WorkDays, chance: Random) -> _Slot:
    """Return a gift of the year: another copy of a title the library has."""
    day = work.on_or_before(date(year, 1, 4) + timedelta(days=chance.randrange(340)))
    released = work.on_or_before(min(day + timedelta(days=5 + chance.randrange(20)), date(year, 12, 31)))
    return _Slot(title.number, "gift", day, max(released, day))


class _Shelving:
    """Puts copies on shelves: by class in the central library, on one open shelf elsewhere."""

    def __init__(
        self, titles: Sequence[TitlePlan], shares: Sequence[int], central: int, chance: Random
    ) -> None:
        self._titles = titles
        self._central = central
        self._chance = chance
        self._branches = range(len(shares))
        steps = allocate(1000, list(shares))
        self._steps = [sum(steps[: place + 1]) for place in self._branches]
        self._local = {t.number: chance.random() < _LOCAL_SHARE for t in titles if t.clc == "K29"}

    def copy(self, slot: _Slot, barcode: str, accession_number: str) -> Copy:
        """Return the finished copy."""
        title = self._titles[slot.title]
        reference = slot.origin in {"binding", "deposit"} or self._local.get(slot.title, False)
        branch = self._central
        if not reference and title.chinese:
            branch = self._chance.choices(self._branches, cum_weights=self._steps)[0]
        return Copy(
            title=slot.title,
            branch=branch,
            location=self._location(title, slot.origin, branch, reference=reference),
            origin=slot.origin,
            price_fen=title.price_fen,
            accessioned_on=slot.accessioned_on,
            released_on=slot.released_on,
            for_reference=reference,
            barcode=barcode,
            accession_number=accession_number,
        )

    def _location(self, title: TitlePlan, origin: str, branch: int, *, reference: bool) -> str:
        if branch != self._central:
            return "open"
        if reference:
            return "bound" if origin == "binding" else "local"
        if not title.chinese:
            return "foreign"
        if title.taste is Taste.CHILDREN:
            return "children"
        if title.taste is Taste.LITERATURE:
            return "literature"
        return "science" if title.clc[0] in _SCIENCES else "social"
