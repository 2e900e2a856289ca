"""The readers of the demonstration: invented names, ages that fit, no identity numbers."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import NamedTuple

from yanshu.demo.allocate import allocate
from yanshu.demo.rhythm import CURVES, DayRhythm, hour_weights
from yanshu.demo.seed import stream
from yanshu.demo.terms import CategorySpec, Period

__all__ = ["Reader", "RegistrationDesk", "card_number", "readers"]

_YEAR_DAYS = 365.25
_MINUTES = 60


class Reader(NamedTuple):
    """A reader; the place in the sequence is the number other plans use.

    Attributes:
        category: place of the category in the scenario.
        born_on: ``None`` for a group. There is no identity number and no telephone number:
            real-looking ones are not invented.
        minute: minute of the day of registration.
    """

    card: str
    name: str
    category: int
    born_on: date | None
    registered_on: date
    minute: int
    branch: str


class RegistrationDesk(NamedTuple):
    """A branch that registers readers, with its opening periods from the year's first day on."""

    code: str
    share: int
    opened_on: date
    periods: Sequence[Sequence[Period]]


def card_number(owner_code: str, number: int) -> str:
    """Return the number printed on a card: the owner's code and a running number."""
    return f"{owner_code}{number:07d}"


def readers(
    *,
    categories: Sequence[CategorySpec],
    desks: Sequence[RegistrationDesk],
    first: date,
    owner_code: str,
    rhythm: DayRhythm,
    seed: int,
) -> list[Reader]:
    """Return all readers in the order of their registration: those of former years, then the year's.

    The year's registrations per category are exact and fall in opening hours.

    Raises:
        ValueError: if readers are to be registered and no desk is ever open.
    """
    chance = stream(seed, "people")
    planned = [*_former(categories, desks, first, chance)]
    planned += _of_the_year(categories, desks, first, rhythm, chance)
    planned.sort(key=lambda plan: (plan.day, plan.minute))
    return [
        Reader(
            card=card_number(owner_code, number),
            name=_name(chance, is_group=plan.born_on is None, number=number),
            category=plan.category,
            born_on=plan.born_on,
            registered_on=plan.day,
            minute=plan.minute,
            branch=plan.branch,
        )
        for number, plan in enumerate(planned, start=1)
    ]


class _Plan(NamedTuple):
    day: date
    minute: int
    category: int
    born_on: date | None
    branch: str


def _former(
    categories: Sequence[CategorySpec], desks: Sequence[RegistrationDesk], first: date, chance: Random
) -> Iterator[_Plan]:
    """Spread the readers of former years over up to ten of them, somewhat more of them lately.

    Their age fits the category when the year begins, and fitted when they registered.
    """
    old = [desk for desk in desks if desk.opened_on < first]
    if not old:
        return
    shares = [desk.share for desk in old]
    for number, category in enumerate(categories):
        for desk in chance.choices(old, weights=shares, k=category.opening):
            born = _born_on(chance, category.ages, first)
            reach = min((first - desk.opened_on).days, int(10 * _YEAR_DAYS))
            if born:
                grown = born + timedelta(days=int(category.ages[0] * _YEAR_DAYS) + 1)
                reach = min(reach, max((first - grown).days, 1))
            day = first - timedelta(days=1 + int((reach - 1) * chance.random() ** 0.6))
            yield _Plan(day, chance.randrange(9 * _MINUTES, 17 * _MINUTES), number, born, desk.code)


def _of_the_year(
    categories: Sequence[CategorySpec],
    desks: Sequence[RegistrationDesk],
    first: date,
    rhythm: DayRhythm,
    chance: Random,
) -> Iterator[_Plan]:
    total = sum(category.registered for category in categories)
    weights = [weight * desk.share for desk in desks for weight in rhythm.weights(first, desk.periods)]
    counts = allocate(total, weights)
    kinds = [number for number, category in enumerate(categories) for _ in range(category.registered)]
    chance.shuffle(kinds)
    place = 0
    for desk_number, desk in enumerate(desks):
        for day, periods in enumerate(desk.periods):
            hours = hour_weights(periods, curve=CURVES["staffed"])
            for _ in range(counts[desk_number * len(desk.periods) + day]):
                kind = kinds[place]
                born = _born_on(chance, categories[kind].ages, first + timedelta(days=day))
                minute = _minute(chance, periods, hours)
                yield _Plan(first + timedelta(days=day), minute, kind, born, desk.code)
                place += 1


def _minute(chance: Random, periods: Sequence[Period], hours: Sequence[float]) -> int:
    """Draw a minute inside the opening periods, by the hours' weights."""
    while True:
        minute = chance.choices(range(24), weights=hours)[0] * _MINUTES + chance.randrange(_MINUTES)
        if any(start <= minute < end for start, end in periods):
            return minute


def _born_on(chance: Random, ages: tuple[int, int], day: date) -> date | None:
    """Draw a birth date so that the age on ``day`` lies in the band; the young end is fuller."""
    youngest, oldest = ages
    if not oldest:
        return None
    age = youngest + (oldest + 1 - youngest) * chance.random() ** 1.3
    return day - timedelta(days=int(age * _YEAR_DAYS) + 1)


@cache
def _words(file: str) -> tuple[str, ...]:
    text = (files("yanshu.demo") / "data" / "names" / file).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(lines) if file == "groups.txt" else tuple(word for line in lines for word in line.split())


@cache
def _surname_steps() -> tuple[float, ...]:
    """Cumulated frequencies of the surnames: the first ones are far more frequent."""
    total, steps = 0.0, []
    for rank in range(len(_words("surnames.txt"))):
        total += 1 / (rank + 4)
        steps.append(total)
    return tuple(steps)


def _name(chance: Random, *, is_group: bool, number: int) -> str:
    if is_group:
        head, tail = chance.choice(_words("groups.txt")).split()
        return f"{head}第{number % 89 + 1}{tail}"
    surname = chance.choices(_words("surnames.txt"), cum_weights=_surname_steps())[0]
    given = chance.choices(_words("given.txt"), k=1 if chance.random() < 0.15 else 2)  # noqa: PLR2004
    return surname + "".join(given)
