"""When books come back: most in time, some late, a few never, none to a shut door."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from random import Random

from yanshu.demo.lending_state import Calendar, Loan, Readership
from yanshu.demo.lending_terms import LendingWorld

__all__ = ["ReturnPlans"]

_LONG_CLOSURE_DAYS = 3
_AT_THE_BOX = 0.35
_ELSEWHERE = 0.03
_MEAN_LATE_DAYS = 9.0
_RUSH_DAYS = 6
_RENEWAL_HORIZON = 9
_RENEWAL_TRIES = 14


class ReturnPlans:
    """The day on which each open loan is to come back, by branch and day."""

    def __init__(self, world: LendingWorld, calendar: Calendar, readers: Readership, chance: Random) -> None:
        self._calendar = calendar
        self._readers = readers
        self._chance = chance
        self._kept = world.kept_per_mille / 1000
        self._late = self._kept + world.late_per_mille / 1000
        self._limits = [category.renewals for category in world.categories]
        self._by_day: list[defaultdict[int, list[Loan]]] = [defaultdict(list) for _ in world.branches]
        self.kept: list[Loan] = []

    def plan(self, loan: Loan, day: int) -> None:
        """Decide when a loan made or renewed on ``day`` comes back."""
        random = self._chance.random
        draw = random()
        if draw < self._kept:
            self.kept.append(loan)
            return
        if draw < self._late or loan.due <= day:
            when = max(loan.due, day) + 1 + int(self._chance.expovariate(1 / _MEAN_LATE_DAYS))
        else:
            when = min(day + 1 + int(max(random(), random()) * (loan.due - day)), loan.due)
        self._by_day[loan.branch][when].append(loan)

    def coming(self, day: int) -> Iterator[tuple[Loan, int]]:
        """Yield the loans that come back today, each with the branch it is returned to.

        What was planned for a shut day waits for the next open one; after a long closure it is
        spread, or goes to a return box that is open round the clock.
        """
        box = self._calendar.box_open(day)
        for branch, by_day in enumerate(self._by_day):
            loans = by_day.pop(day, [])
            if self._calendar.is_open(branch, day):
                for loan in loans:
                    elsewhere = box is not None and self._chance.random() < _ELSEWHERE
                    yield loan, box if elsewhere and box is not None else branch
            else:
                yield from self._shut(branch, day, loans, box)

    def _shut(
        self, branch: int, day: int, loans: Sequence[Loan], box: int | None
    ) -> Iterator[tuple[Loan, int]]:
        following = self._calendar.next_open(branch, day)
        long = following - day > _LONG_CLOSURE_DAYS
        for loan in loans:
            if long and box is not None and self._chance.random() < _AT_THE_BOX:
                yield loan, box
                continue
            rush = self._chance.randrange(_RUSH_DAYS) if long else 0
            self._by_day[branch][max(min(following + rush, loan.due), following)].append(loan)

    def keep_open(self, loan: Loan, day: int) -> None:
        """Put off a return to the next day: the item is asked for at its own branch."""
        self._by_day[loan.branch][day + 1].append(loan)

    def renewable(self, branch: int, day: int, asked_for: Callable[[int], bool]) -> Loan | None:
        """Take out a loan that can be renewed today; it must be planned anew.

        It was made and last renewed before today, is not late, has a renewal left and nobody waits for it.
        """
        by_day = self._by_day[branch]
        for _ in range(_RENEWAL_TRIES):
            loans = by_day.get(day + 1 + self._chance.randrange(_RENEWAL_HORIZON))
            if not loans:
                continue
            place = self._chance.randrange(len(loans))
            if self._can_renew(loans[place], day, asked_for):
                return _take_out(loans, place)
        return None

    def any_renewable(self, branch: int, day: int, asked_for: Callable[[int], bool]) -> Loan | None:
        """Take out any loan of a branch that can be renewed, however long it still runs."""
        for when, loans in self._by_day[branch].items():
            for place, loan in enumerate(loans):
                if when > day and self._can_renew(loan, day, asked_for):
                    return _take_out(loans, place)
        return None

    def _can_renew(self, loan: Loan, day: int, asked_for: Callable[[int], bool]) -> bool:
        return (
            loan.renewed_on < day <= loan.due
            and loan.renewed < self._limits[self._readers.category[loan.reader]]
            and not asked_for(loan.item)
            and not self._readers.is_blocked(loan.reader)
        )

    def all_open(self, branch: int) -> Iterator[Loan]:
        """Yield every open loan of a branch."""
        for loans in self._by_day[branch].values():
            yield from loans
        yield from (loan for loan in self.kept if loan.branch == branch)


def _take_out(loans: list[Loan], place: int) -> Loan:
    """Remove a loan without keeping the order of the rest."""
    loan = loans[place]
    loans[place] = loans[-1]
    loans.pop()
    return loan
