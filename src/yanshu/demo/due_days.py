"""Due days as the calendar gives them, and how a closure order moves what falls due behind shut doors.

The loader asks the library's calendar; these functions do the same from plain opening periods.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from yanshu.demo.lending_terms import DueMove
from yanshu.demo.terms import Period

__all__ = ["DueDays", "Shutting"]

_SPREAD_DAYS = 10


class Shutting(NamedTuple):
    """A closure of one branch in days after the first day of the plan."""

    branch: int
    noticed: int
    first: int
    reopens: int


class DueDays:
    """Due days of loans: the period, moved on to an open day, as known on the day of the loan.

    Args:
        usual: opening periods per branch without any closure, some months longer than the year.
        loan_days: the loan period of each reader category.
    """

    def __init__(
        self,
        first: date,
        usual: Sequence[Sequence[Sequence[Period]]],
        closures: Sequence[Shutting],
        loan_days: Sequence[int],
    ) -> None:
        self._first = first
        self._usual = usual
        self._closures = closures
        self._loan_days = loan_days

    def due_on(self, branch: int, category: int, start: date, known_on: date | None = None) -> date:
        """Return the due day of a loan of a category whose period runs from ``start``.

        Args:
            known_on: the day on which it is reckoned, by the closures known then; the start itself
                unless a renewal counts on from the day the loan was due.
        """
        number = (start - self._first).days
        told = ((known_on or start) - self._first).days
        known = [c for c in self._closures if c.branch == branch and c.noticed <= told]
        due = self._open_from(branch, number + self._loan_days[category], known)
        return self._first + timedelta(days=due)

    def moves(self) -> list[DueMove]:
        """Return what each closure order moves: on to the first open days after it, in turn."""
        found = []
        for closure in self._closures:
            days: list[int] = []
            day = closure.reopens
            while len(days) < _SPREAD_DAYS:
                day = self._open_from(closure.branch, day, [closure])
                days.append(day)
                day += 1
            last = closure.reopens - 1
            found.append(DueMove(closure.noticed, closure.branch, closure.first, last, tuple(days)))
        return found

    def _open_from(self, branch: int, day: int, closures: Sequence[Shutting]) -> int:
        usual = self._usual[branch]
        while 0 <= day < len(usual) and not _is_open(usual[day], day, closures):
            day += 1
        return day


def _is_open(periods: Sequence[Period], day: int, closures: Sequence[Shutting]) -> bool:
    return bool(periods) and not any(closure.first <= day < closure.reopens for closure in closures)
