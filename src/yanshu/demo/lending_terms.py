"""The words of the lending plan: what it is given and the rows it tells the year in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from yanshu.demo.popularity import Taste
from yanshu.demo.rhythm import DayRhythm
from yanshu.demo.terms import Period

__all__ = [
    "Door",
    "DueMove",
    "Kind",
    "LendingBranch",
    "LendingCategory",
    "LendingItem",
    "LendingReader",
    "LendingWorld",
    "LoanRow",
]


class Kind(StrEnum):
    """What a row of the plan says happened."""

    OPENING = "opening"
    CHECKOUT = "checkout"
    RENEWAL = "renewal"
    RETURN = "return"
    DUE_MOVED = "due_moved"
    HOLD_PLACED = "hold_placed"
    HOLD_READY = "hold_ready"
    HOLD_FILLED = "hold_filled"
    HOLD_EXPIRED = "hold_expired"


class Door(StrEnum):
    """Through which door it was done."""

    DESK = "desk"
    MACHINE = "machine"
    OPAC = "opac"
    SYSTEM = "system"


class LoanRow(NamedTuple):
    """One event of the year.

    Attributes:
        at: the instant in seconds since 1970-01-01 UTC.
        day: the business day in days after the first day of the year; an opening loan's is negative.
        number: which loan it is about, or which hold; both count from 0 in the order of the rows.
        reader: place of the reader; of the hold's reader in the rows of holds.
        item: place of the item; in ``HOLD_PLACED`` a copy of the title that is asked for.
        branch: where it was done; in the rows of holds where it is picked up.
        due: day the loan is due after this event, in ``HOLD_READY`` and ``HOLD_EXPIRED`` the last
            day on the shelf, otherwise ``None``.
    """

    kind: Kind
    at: int
    day: int
    number: int
    reader: int
    item: int
    branch: int
    door: Door
    due: int | None


@dataclass(frozen=True, slots=True)
class LendingBranch:
    """A branch that lends: how much in the year, and its opening periods of each day.

    Attributes:
        reach: share of all readers, in per mille, who also come here besides their own branch.
    """

    code: str
    checkouts: int
    renewals: int
    selfservice_per_mille: int
    round_the_clock: bool
    periods: Sequence[Sequence[Period]]
    reach: int = 150


@dataclass(frozen=True, slots=True)
class LendingCategory:
    """A reader category: its part of the check-outs, its limits, what it likes."""

    share: int
    loan_limit: int
    renewals: int
    tastes: tuple[float, float, float]


class LendingReader(NamedTuple):
    """A reader; readers are given in the order of registration.

    Attributes:
        registered: day of registration after the first day of the year, negative for former years.
    """

    category: int
    registered: int
    branch: int


class LendingItem(NamedTuple):
    """An item.

    Attributes:
        ready: day from which it may be lent; ``None`` if it never may (reference, still in the workshop).
    """

    title: int
    branch: int
    ready: int | None
    taste: Taste
    weight: float


class DueMove(NamedTuple):
    """A closure order moves what is due in a span of days of one branch.

    Attributes:
        day: when the order is given.
        first: first day of the span; ``last`` belongs to it.
        to: new due days; the key of a loan (its number + 1) decides which, as in the library's rule.
    """

    day: int
    branch: int
    first: int
    last: int
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LendingWorld:
    """All the plan needs to know.

    Attributes:
        due_on: the calendar's word: the due day of a loan of (branch, category) whose period runs
            from a day, as reckoned on another day by the closures known then.
        hold_days: how many open days a copy waits on the hold shelf.
        suspension_days_per_day: days without borrowing for a day overdue, at most
            ``suspension_most_days``; nobody borrows or renews with an overdue loan.
    """

    first: date
    timezone: str
    branches: Sequence[LendingBranch]
    categories: Sequence[LendingCategory]
    readers: Sequence[LendingReader]
    items: Sequence[LendingItem]
    rhythm: DayRhythm
    due_on: Callable[[int, int, date, date], date]
    seed: int
    opening_loans: int = 0
    holds: int = 0
    hold_days: int = 3
    suspension_days_per_day: int = 1
    suspension_most_days: int = 90
    late_per_mille: int = 0
    kept_per_mille: int = 0
    due_moves: Sequence[DueMove] = field(default_factory=tuple)

    @property
    def days(self) -> int:
        """How many days the plan runs."""
        return len(self.branches[0].periods) if self.branches else 0
