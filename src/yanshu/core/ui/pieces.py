"""Value objects that parts of a page take: what a view puts together and a template only shows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yanshu.core.ui.numbers import Number


@dataclass(frozen=True, slots=True)
class State:
    """A state word with its tone and icon, for what has no enum of its own."""

    label: Any
    tone: str = "stone"
    icon: str = "info-circle-fill"


@dataclass(frozen=True, slots=True)
class Step:
    """One named stage of an object's life."""

    label: Any
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: when, what, and who did it."""

    at: Any
    text: Any
    who: Any = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the overview.

    Args:
        change: year-on-year in per cent; ``None`` says that nothing can be compared.
        is_good: whether the change is welcome; ``None`` leaves it without a tone.
        remark: the plan, or what stands in place of a comparison.
        months: the last twelve months for the small line.
    """

    name: Any
    value: Any
    unit: Any
    url: str = ""
    change: Number | Decimal | None = None
    is_good: bool | None = None
    remark: Any = ""
    months: tuple[Number | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A key of this page and what it does."""

    key: str
    label: Any
