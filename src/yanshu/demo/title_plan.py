"""Planning the titles: which records, which year's editions, when they came and were released."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from yanshu.demo.allocate import allocate
from yanshu.demo.base_records import BaseRecord
from yanshu.demo.crosswalk import CHILDREN
from yanshu.demo.popularity import Taste, title_appeal
from yanshu.demo.stock_terms import TitlePlan
from yanshu.demo.variants import Variation, variations
from yanshu.demo.year_split import Groups

__all__ = ["WorkDays", "plan_titles"]

_LEAST_YEAR = 1990
_CHILDREN_SHARE = 0.07
_PROOFREAD_SHARE = 0.55
_LITERATURE = "I"
_SUITS_CHILDREN = frozenset("GJKNPQ")

_DEMAND: Mapping[str, float] = {
    "I2": 3.0, "I24": 5.0, "I28": 4.0, "I5": 1.6, "I7": 1.4, "I3": 1.4,
    "K29": 0.3, "K2": 1.3, "K81": 2.5, "K82": 3.0, "K89": 2.0, "K9": 2.0,
    "B84": 3.5, "B82": 2.5, "B2": 1.6, "TP3": 2.5, "TS": 2.5, "R1": 2.0, "R2": 2.5,
    "G4": 2.0, "G61": 4.0, "G62": 4.0, "G63": 4.0, "G8": 2.0, "F2": 1.4, "F8": 1.4,
    "H1": 2.0, "H3": 2.5, "J2": 1.6, "J6": 1.8, "J29": 1.8,
    "D6": 0.5, "D92": 0.7, "D93": 0.3, "C0": 0.5, "Z": 0.4,
}  # fmt: skip
"""What a public library holds and lends of a class, against one of the average class."""
_OTHER_DEMAND = 0.7
_OF_LANGUAGE: Mapping[str, float] = {"chi": 1.0, "eng": 0.22}
_OTHER_LANGUAGES = 0.1


class WorkDays:
    """Days on which the back office works; a closure of the reading rooms does not stop it."""

    def __init__(self, public_days: Mapping[date, bool]) -> None:
        self._public_days = public_days

    def is_work(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        return not self._public_days.get(day, day.weekday() >= 5)  # noqa: PLR2004 - Saturday

    def on_or_after(self, day: date) -> date:
        """Return the first day worked from ``day`` on."""
        while not self.is_work(day):
            day += timedelta(days=1)
        return day

    def on_or_before(self, day: date) -> date:
        """Return the last day worked up to ``day``."""
        while not self.is_work(day):
            day -= timedelta(days=1)
        return day


class _Draft(NamedTuple):
    base: BaseRecord
    variation: Variation | None
    year: int
    accessioned_on: date
    released_on: date | None
    proofread: bool


def plan_titles(
    bases: Sequence[BaseRecord],
    *,
    total: int,
    groups: Groups,
    year: int,
    opened_on: date,
    owner_code: str,
    work: WorkDays,
    chance: Random,
) -> tuple[list[TitlePlan], list[int]]:
    """Return all titles in the order of accession, and the group of each.

    Group 0 is the standing collection; 1, 2 and 3 are the groups of the year in their order.

    Raises:
        ValueError: if the total leaves no title for the standing collection, or asks for more
            variants than the wordings give.
    """
    of_year = [titles for titles, _ in groups]
    standing = total - sum(of_year)
    real = bases if standing >= len(bases) else _sample(bases, standing, chance)
    variants = _variants(bases, total - len(real), chance)
    drafts = [(0, _standing(base, None, year, opened_on, work, chance)) for base in real]
    places = [0] * (standing - len(real)) + [1] * of_year[0] + [2] * of_year[1] + [3] * of_year[2]
    calendar = _Deliveries(year, work, chance)
    for group, (base, variation) in zip(places, variants, strict=True):
        if group:
            drafts.append((group, calendar.draft(group, base, variation)))
        else:
            drafts.append((0, _standing(base, variation, year, opened_on, work, chance)))
    drafts.sort(key=lambda pair: pair[1].accessioned_on)
    numbers: Counter[str] = Counter()
    titles = [
        _title(number, draft, numbers, year=year, owner_code=owner_code, chance=chance)
        for number, (_, draft) in enumerate(drafts)
    ]
    return titles, [group for group, _ in drafts]


def _sample(bases: Sequence[BaseRecord], count: int, chance: Random) -> list[BaseRecord]:
    """Draw base records for a small collection: half of it real records, at least one."""
    return chance.sample(list(bases), max(count // 2, min(count, 1)))


def _variants(bases: Sequence[BaseRecord], count: int, chance: Random) -> list[tuple[BaseRecord, Variation]]:
    """Choose variants by what a public library holds, no wording twice of one record, in mixed order."""
    weights = [
        _DEMAND.get(base.clc, _OTHER_DEMAND) * _OF_LANGUAGE.get(base.language, _OTHER_LANGUAGES)
        for base in bases
    ]
    room = [len(variations(base.language)) for base in bases]
    counts = [0] * len(bases)
    left = count
    while left:
        open_weights = [w if c < r else 0.0 for w, c, r in zip(weights, counts, room, strict=True)]
        if not any(open_weights):
            raise ValueError(f"{left} more variants than the wordings give")
        more = [
            min(part, r - c) for part, c, r in zip(allocate(left, open_weights), counts, room, strict=True)
        ]
        counts = [c + m for c, m in zip(counts, more, strict=True)]
        left -= sum(more)
    chosen = [
        (base, variation)
        for base, number in zip(bases, counts, strict=True)
        for variation in chance.sample(variations(base.language), number)
    ]
    chance.shuffle(chosen)
    return chosen


def _standing(
    base: BaseRecord, variation: Variation | None, year: int, opened_on: date, work: WorkDays, chance: Random
) -> _Draft:
    """Return a title of the standing collection: bought in some former year, released soon after."""
    first = max(opened_on, date(min(base.year, year - 2), 7, 1))
    last = date(year - 1, 10, 15)
    reach = max((last - first).days, 1)
    day = work.on_or_before(first + timedelta(days=int(reach * chance.random() ** 0.8)))
    published = base.year if variation is None else max(base.year, _LEAST_YEAR, day.year - _age(chance))
    released = work.on_or_after(day + timedelta(days=10 + chance.randrange(50)))
    return _Draft(base, variation, min(published, year - 1), day, released, proofread=True)


def _age(chance: Random) -> int:
    return chance.choices((0, 1, 2, 3, 5), weights=(30, 40, 18, 8, 4))[0]


class _Deliveries:
    """The year's deliveries: about two a month, worked off in the weeks after."""

    def __init__(self, year: int, work: WorkDays, chance: Random) -> None:
        self._work = work
        self._chance = chance
        self._year_end = work.on_or_before(date(year, 12, 31))
        self._year = year
        self._days = {
            1: self._batches(date(year, 1, 3), date(year, 12, 6), 21),
            2: self._batches(date(year, 11, 18), date(year, 12, 27), 5),
            3: self._batches(date(year - 1, 11, 12), date(year - 1, 12, 24), 4),
        }

    def _batches(self, first: date, last: date, count: int) -> list[date]:
        step = (last - first) / count
        days = (first + step * number + timedelta(days=self._chance.randrange(4)) for number in range(count))
        return [self._work.on_or_after(day) for day in days]

    def draft(self, group: int, base: BaseRecord, variation: Variation) -> _Draft:
        """Return a title of the year with the days of its accession and its release."""
        day = self._chance.choice(self._days[group])
        year = self._year if group < 3 else self._year - 1  # noqa: PLR2004 - the group carried over
        published = max(year - self._chance.choices((0, 1, 2), weights=(45, 40, 15))[0], base.year)
        if group == 2:  # noqa: PLR2004 - bought, not released
            return _Draft(base, variation, published, day, None, self._chance.random() < _PROOFREAD_SHARE)
        begin = max(day, date(self._year, 1, 2))
        released = self._work.on_or_after(begin + timedelta(days=4 + self._chance.randrange(26)))
        return _Draft(base, variation, published, day, min(released, self._year_end), proofread=True)


def _title(
    number: int, draft: _Draft, numbers: "Counter[str]", *, year: int, owner_code: str, chance: Random
) -> TitlePlan:
    base = draft.base
    chinese = base.language == "chi"
    for_children = base.juvenile or (draft.variation is not None and draft.variation.juvenile)
    clc = CHILDREN if for_children and base.clc.startswith(_LITERATURE) else base.clc
    suits = chinese and clc[0] in _SUITS_CHILDREN and clc != "K29" and chance.random() < _CHILDREN_SHARE
    children = for_children or suits or clc == CHILDREN
    demand = _DEMAND.get(clc, _OTHER_DEMAND)
    numbers[clc] += 1
    taste = Taste.LITERATURE if clc.startswith(_LITERATURE) else Taste.GENERAL
    variant_number = f"{owner_code}D{number + 1:08d}"
    return TitlePlan(
        number=number,
        base=base,
        variation=draft.variation,
        control_number=base.record.control("001") if draft.variation is None else variant_number,
        clc=clc,
        call_number=f"{clc}/{numbers[clc]}",
        year=draft.year,
        price_fen=_price_fen(draft.year, chance),
        taste=Taste.CHILDREN if children else taste,
        appeal=title_appeal(chance, year=year, published=draft.year, chinese=chinese) * demand,
        accessioned_on=draft.accessioned_on,
        released_on=draft.released_on,
        proofread=draft.proofread,
    )


def _price_fen(published: int, chance: Random) -> int:
    """Draw a list price of the time: some ten yuan in the nineties, some forty-five lately."""
    usual = max(6.0, 9.0 + (published - 1992) * 1.35)
    yuan = usual * min(max(chance.lognormvariate(0, 0.35), 0.45), 4.0)
    return round(yuan) * 100 + chance.choice((0, 0, 0, 50, 80))
