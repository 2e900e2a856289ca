"""Counting units as types: a dimension and a measure word.

人 and 名 count the same thing and add; 人 and 人次 do not, and neither do two kinds of 个. The store keeps
plain units only: 万 and rounding belong to the report.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Self

from django.utils.translation import pgettext_lazy


class Unit(Enum):
    """A counting unit: its stable code (the value), its measure word, its dimension and its name.

    ``str(unit)`` is the measure word, as reports and JSON print it.
    """

    PERSON = ("person", "人", "persons", pgettext_lazy("unit", "persons"))
    HEAD = ("head", "名", "persons", pgettext_lazy("unit", "people"))
    VISIT = ("visit", "人次", "visits", pgettext_lazy("unit", "visits"))
    LOAN = ("loan", "册次", "loans", pgettext_lazy("unit", "loans in volumes"))
    COPY = ("copy", "册", "volumes", pgettext_lazy("unit", "volumes"))
    TITLE = ("title", "种", "titles", pgettext_lazy("unit", "titles"))
    CARD = ("card", "个", "cards", pgettext_lazy("unit", "cards"))
    PIECE = ("piece", "个", "pieces", pgettext_lazy("unit", "pieces"))
    SUBSCRIPTION = ("subscription", "份", "subscriptions", pgettext_lazy("unit", "subscription copies"))
    ITEM = ("item", "件", "items", pgettext_lazy("unit", "items"))
    ARTICLE = ("article", "篇", "articles", pgettext_lazy("unit", "articles"))
    ENTRY = ("entry", "条", "entries", pgettext_lazy("unit", "entries"))
    OCCASION = ("occasion", "次", "occasions", pgettext_lazy("unit", "occasions"))
    SESSION = ("session", "场", "sessions", pgettext_lazy("unit", "sessions"))
    LESSON = ("lesson", "堂", "lessons", pgettext_lazy("unit", "lessons"))
    ISSUE = ("issue", "期", "issues", pgettext_lazy("unit", "issues"))
    WORK = ("work", "部", "works", pgettext_lazy("unit", "works"))
    SHEET = ("sheet", "张", "sheets", pgettext_lazy("unit", "sheets"))
    MACHINE = ("machine", "台", "machines", pgettext_lazy("unit", "machines"))
    PLACE_ROOM = ("room", "间", "rooms", pgettext_lazy("unit", "rooms"))
    PLACE = ("place", "所", "places", pgettext_lazy("unit", "places"))
    SITE = ("site", "处", "sites", pgettext_lazy("unit", "sites"))
    TEAM = ("team", "支", "teams", pgettext_lazy("unit", "teams"))
    TASK = ("task", "项", "tasks", pgettext_lazy("unit", "tasks"))
    DAY = ("day", "天", "days", pgettext_lazy("unit", "days"))
    HOUR = ("hour", "小时", "hours", pgettext_lazy("unit", "hours"))
    SQUARE_METRE = ("square-metre", "平方米", "area", pgettext_lazy("unit", "square metres"))
    YUAN = ("yuan", "元", "money", pgettext_lazy("unit", "yuan"))
    PERCENT = ("percent", "%", "percent", pgettext_lazy("unit", "per cent"))

    word: str
    dimension: str
    label: Any

    def __new__(cls, code: str, word: str, dimension: str, label: Any) -> Self:
        """Make the code the member's value."""
        unit = object.__new__(cls)
        unit._value_ = code
        unit.word = word
        unit.dimension = dimension
        unit.label = label
        return unit

    def __str__(self) -> str:
        return self.word

    @property
    def code(self) -> str:
        """The stable code: ``loan``."""
        return str(self.value)

    @property
    def adds(self) -> bool:
        """Whether quantities of the unit may be added at all; shares of different wholes may not."""
        return self is not Unit.PERCENT

    def like(self, other: "Unit") -> bool:
        """Say whether both count the same thing."""
        return self.dimension == other.dimension

    def is_said_by(self, word: str) -> bool:
        """Say whether a printed measure word can mean this unit: 名 says persons as 人 does."""
        return any(self.like(unit) for unit in Unit.of_word(word))

    @classmethod
    def of_word(cls, word: str) -> tuple["Unit", ...]:
        """Return every unit with a measure word: 个 is the word of more than one."""
        return tuple(unit for unit in cls if unit.word == word)


class UnlikeUnits(TypeError):
    """Two quantities do not count the same thing."""

    def __init__(self, left: Unit, right: Unit) -> None:
        super().__init__(f"{left.word} ({left.code}) and {right.word} ({right.code}) do not add")
        self.left = left
        self.right = right


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of a unit; money in yuan, as figures keep it."""

    value: int | Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise TypeError(f"{self.value!r} is no exact number")

    def __add__(self, other: "Quantity") -> "Quantity":
        self._demand_like(other)
        return Quantity(self.value + other.value, self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        self._demand_like(other)
        return Quantity(self.value - other.value, self.unit)

    def __lt__(self, other: "Quantity") -> bool:
        self._demand_alike(other)
        return self.value < other.value

    def __le__(self, other: "Quantity") -> bool:
        self._demand_alike(other)
        return self.value <= other.value

    def __str__(self) -> str:
        return f"{self.value} {self.unit.word}"

    def _demand_like(self, other: "Quantity") -> None:
        self._demand_alike(other)
        if not self.unit.adds:
            raise UnlikeUnits(self.unit, other.unit)

    def _demand_alike(self, other: "Quantity") -> None:
        if not self.unit.like(other.unit):
            raise UnlikeUnits(self.unit, other.unit)


def total(quantities: Iterable[Quantity], *, unit: Unit) -> Quantity:
    """Return the sum of quantities in ``unit``; 0 of it where there are none.

    Raises:
        UnlikeUnits: when one of them counts something else.
    """
    return sum(quantities, start=Quantity(0, unit))
