"""A year of lending, played day by day: the plan of rows the loader writes."""

from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

from yanshu.demo.lending_holds import HoldBook
from yanshu.demo.lending_returns import ReturnPlans
from yanshu.demo.lending_state import Calendar, Loan, Readership, Shelves
from yanshu.demo.lending_terms import Door, DueMove, Kind, LendingWorld, LoanRow
from yanshu.demo.lending_time import Instants, Visit, daily_quotas
from yanshu.demo.seed import stream

__all__ = ["UnreachableTarget", "lending_rows"]

_VISIT_SIZES = (1, 2, 3, 4, 5, 6, 8, 10)
_VISIT_STEPS = (30, 55, 74, 86, 92, 95, 98, 100)
_BORROWS_AGAIN = 0.55
_RENEWED_ONLINE = 0.62
_OPENING_REACH_DAYS = 27
_HOLD_TRIES = 30
_WINDOW = 4000
_AT_MIDNIGHT = 300

_by_instant = attrgetter("at")


class UnreachableTarget(ValueError):
    """A branch cannot lend as much as the scenario asks: too few readers, items or open days."""


def lending_rows(world: LendingWorld) -> Iterator[LoanRow]:
    """Yield the year's lending in the order of time, loans still open from before it first.

    Check-outs and renewals of each branch add up to its targets, to the unit. No item is in two
    open loans, no reader above the limit, and nothing happens at a counter outside opening hours.
    An item returned today stands on the shelf tomorrow.

    Raises:
        UnreachableTarget: naming the branch whose target cannot be met.
    """
    play = _Play(world)
    yield from play.opening()
    for day in range(world.days):
        yield from play.day(day)


class _Play:
    """The stage: shelves, readers, open loans; one call of :meth:`day` for each day."""

    def __init__(self, world: LendingWorld) -> None:
        self._world = world
        self._chance = stream(world.seed, "loans")
        self._calendar = Calendar(world)
        self._shelves = Shelves(world, self._chance)
        self._readers = Readership(world, self._chance)
        self._returns = ReturnPlans(world, self._calendar, self._readers, self._chance)
        titles = [item.title for item in world.items]
        self._holds = HoldBook(self._calendar, world.hold_days, titles, self._chance)
        self._instants = Instants(world, self._chance)
        quotas = [daily_quotas(branch, world, self._chance) for branch in world.branches]
        self._checkouts = [list(checkouts) for checkouts, _ in quotas]
        self._renewals = [list(renewals) for _, renewals in quotas]
        self._last_open = [
            max((day for day, p in enumerate(branch.periods) if p), default=-1) for branch in world.branches
        ]
        self._moves: dict[int, list[DueMove]] = defaultdict(list)
        for move in world.due_moves:
            self._moves[move.day].append(move)
        self._machine = [branch.selfservice_per_mille / 1000 for branch in world.branches]
        self._lately: list[Loan] = []
        self._loans = 0
        self._rows: list[LoanRow] = []

    # --- before the year ---

    def opening(self) -> list[LoanRow]:
        """Return the loans that are open when the year begins, made in the four weeks before it."""
        self._rows = []
        weights = [sum(self._checkouts[b][:31]) for b in range(len(self._world.branches))]
        if self._world.opening_loans and any(weights):
            self._shelves.begin_day(0)
            places = range(len(weights))
            lent_at = self._chance.choices(places, weights=weights, k=self._world.opening_loans)
            days = [self._days_before(branch) for branch in places]
            plan = [(self._chance.choice(days[branch]), branch) for branch in lent_at if days[branch]]
            for day, branch in sorted(plan):
                self._open_before(branch, day)
        self._rows.sort(key=_by_instant)
        return self._rows

    def _days_before(self, branch: int) -> list[int]:
        """Return the days before the year on which a branch was open, judged by their weekday."""
        periods = self._world.branches[branch].periods
        return [day for day in range(-_OPENING_REACH_DAYS, 0) if periods[7 + day % 7]]

    def _open_before(self, branch: int, day: int) -> None:
        self._readers.begin_day(day)
        reader = self._readers.next_visitor(branch)
        if reader is None:
            return
        visit = self._visit(reader, branch, day)
        item = self._shelves.take(branch, self._taste(reader))
        if item is not None:
            self._lend(visit, item, day, kind=Kind.OPENING)

    # --- a day ---

    def day(self, day: int) -> list[LoanRow]:
        """Return the rows of one day in the order of time."""
        self._rows = []
        self._shelves.begin_day(day)
        self._readers.begin_day(day)
        self._expire_holds(day)
        for move in self._moves.pop(day, ()):
            self._move_due(move)
        visits = self._take_returns(day)
        for branch in range(len(self._world.branches)):
            if self._calendar.is_open(branch, day):
                self._renew(branch, day)
        self._fetch_holds(day, visits)
        for branch in range(len(self._world.branches)):
            if self._calendar.is_open(branch, day):
                self._lend_all(branch, day, [v for v in visits.values() if v.branch == branch])
        self._place_holds(day)
        self._rows.sort(key=_by_instant)
        return self._rows

    def _row(
        self, kind: Kind, at: int, day: int, loan: Loan, branch: int, door: Door, due: int | None
    ) -> None:
        self._rows.append(LoanRow(kind, at, day, loan.number, loan.reader, loan.item, branch, door, due))

    def _visit(self, reader: int, branch: int, day: int) -> Visit:
        door = Door.MACHINE if self._chance.random() < self._machine[branch] else Door.DESK
        return Visit(reader, branch, self._instants.in_hours(branch, day), door)

    def _take_returns(self, day: int) -> dict[int, Visit]:
        """Take in what comes back; a reader brings all of it in one visit."""
        visits: dict[int, Visit] = {}
        for loan, branch in self._returns.coming(day):
            visit = visits.get(loan.reader)
            if self._holds.wants(loan.item) and (visit.branch if visit else branch) != loan.branch:
                self._returns.keep_open(loan, day)
                continue
            if visit is None:
                self._readers.visit(loan.reader)
                visit = visits[loan.reader] = self._visit(loan.reader, branch, day)
            self._take_back(loan, visit, day)
        return visits

    def _take_back(self, loan: Loan, visit: Visit, day: int) -> None:
        at = visit.tick()
        self._readers.brought_back(loan)
        self._row(Kind.RETURN, at, day, loan, visit.branch, visit.door, None)
        hold = self._holds.returned(loan.item, day)
        if hold is None:
            self._shelves.put_back(loan.item, day)
            return
        self._shelves.put_on_hold_shelf(loan.item)
        row = (day, hold.number, hold.reader, hold.item, hold.branch, Door.SYSTEM, hold.expires)
        self._rows.append(LoanRow(Kind.HOLD_READY, at, *row))

    def _move_due(self, move: DueMove) -> None:
        """Move due dates at the beginning of the day on which a closure is ordered."""
        at = self._instants.at(move.day, _AT_MIDNIGHT)
        moved = [loan for loan in self._returns.all_open(move.branch) if move.first <= loan.due <= move.last]
        moved.sort(key=lambda loan: (loan.due, loan.number))
        for loan in moved:
            loan.due = move.to[(loan.number + 1) % len(move.to)]
            self._readers.watch(loan)
            self._row(Kind.DUE_MOVED, at, move.day, loan, move.branch, Door.SYSTEM, loan.due)

    # --- renewals ---

    def _renew(self, branch: int, day: int) -> None:
        """Renew as many loans as the day asks; what cannot be is left to the next open day."""
        wanted = self._renewals[branch][day]
        asked_for = self._holds.wants
        for done in range(wanted):
            loan = self._returns.renewable(branch, day, asked_for)
            if loan is None and day == self._last_open[branch]:
                loan = self._returns.any_renewable(branch, day, asked_for)
            if loan is None:
                self._leave_renewals(branch, day, wanted - done)
                return
            self._renew_one(loan, branch, day)

    def _leave_renewals(self, branch: int, day: int, count: int) -> None:
        """Hand renewals that were not possible to the next open day, on the last one to check-outs."""
        if day == self._last_open[branch]:
            self._checkouts[branch][day] += count
        else:
            self._renewals[branch][self._calendar.next_open(branch, day + 1)] += count

    def _renew_one(self, loan: Loan, branch: int, day: int) -> None:
        loan.renewed += 1
        loan.renewed_on = day
        category = self._readers.category[loan.reader]
        loan.due = self._calendar.due(branch, category, max(loan.due, day), day)
        draw = self._chance.random()
        door = Door.OPAC
        if draw >= _RENEWED_ONLINE:
            door = Door.MACHINE if self._chance.random() < self._machine[branch] else Door.DESK
        self._readers.watch(loan)
        self._row(Kind.RENEWAL, self._instants.in_hours(branch, day), day, loan, branch, door, loan.due)
        self._returns.plan(loan, day)

    # --- check-outs ---

    def _lend_all(self, branch: int, day: int, visits: list[Visit]) -> None:
        """Lend what the day asks: to readers who have just returned something, then to others."""
        for visit in visits:
            if self._checkouts[branch][day] and self._chance.random() < _BORROWS_AGAIN:
                self._lend_some(visit, day)
        while self._checkouts[branch][day]:
            reader = self._readers.next_visitor(branch)
            if reader is None or not self._lend_some(self._visit(reader, branch, day), day):
                break
        left = self._checkouts[branch][day]
        if left and day == self._last_open[branch]:
            code = self._world.branches[branch].code
            raise UnreachableTarget(f"{code}: {left} loans more than its readers and items allow")
        if left:
            self._checkouts[branch][self._calendar.next_open(branch, day + 1)] += left

    def _lend_some(self, visit: Visit, day: int) -> int:
        """Lend a visitor a few items, within the limit and the day's number; return how many."""
        left = self._checkouts[visit.branch][day]
        size = self._chance.choices(_VISIT_SIZES, cum_weights=_VISIT_STEPS)[0]
        if day == self._last_open[visit.branch]:
            size = left
        size = min(size, left, self._readers.room(visit.reader))
        for done in range(size):
            item = self._shelves.take(visit.branch, self._taste(visit.reader))
            if item is None:
                return done
            self._checkouts[visit.branch][day] -= 1
            self._lend(visit, item, day)
        return max(size, 0)

    def _lend(self, visit: Visit, item: int, day: int, kind: Kind = Kind.CHECKOUT) -> None:
        due = self._calendar.due(visit.branch, self._readers.category[visit.reader], day, day)
        loan = Loan(self._loans, visit.reader, item, visit.branch, day, due)
        self._loans += 1
        self._readers.borrowed(loan)
        self._row(kind, visit.tick(), day, loan, visit.branch, visit.door, due)
        self._returns.plan(loan, max(day, -1))
        self._lately.append(loan)

    def _taste(self, reader: int) -> int:
        children, literature, _ = self._world.categories[self._readers.category[reader]].tastes
        draw = self._chance.random()
        return 0 if draw < children else 1 if draw < children + literature else 2

    # --- holds ---

    def _fetch_holds(self, day: int, visits: dict[int, Visit]) -> None:
        for hold in self._holds.to_fetch(day):
            visit = visits.get(hold.reader)
            elsewhere = visit is not None and visit.branch != hold.branch
            if elsewhere or not self._checkouts[hold.branch][day] or self._readers.room(hold.reader) < 1:
                self._holds.put_off(hold, day)
                continue
            if visit is None:
                self._readers.visit(hold.reader)
                visit = visits[hold.reader] = self._visit(hold.reader, hold.branch, day)
            self._checkouts[hold.branch][day] -= 1
            self._shelves.lend_from_hold_shelf(hold.item)
            self._lend(visit, hold.item, day)
            row = (visit.at, day, hold.number, hold.reader, hold.item, hold.branch, visit.door, None)
            self._rows.append(LoanRow(Kind.HOLD_FILLED, *row))
            self._holds.close(hold)

    def _expire_holds(self, day: int) -> None:
        at = self._instants.at(day, _AT_MIDNIGHT)
        for hold in self._holds.to_expire(day):
            self._shelves.put_back(hold.item, day)
            row = (at, day, hold.number, hold.reader, hold.item, hold.branch, Door.SYSTEM, hold.expires)
            self._rows.append(LoanRow(Kind.HOLD_EXPIRED, *row))

    def _place_holds(self, day: int) -> None:
        """Let readers ask, at home in the evening, for titles of which no copy is on a shelf."""
        world = self._world
        wanted = world.holds * (day + 1) // world.days - self._holds.count
        for _ in range(wanted * _HOLD_TRIES):
            if self._place_hold(day):
                wanted -= 1
            if wanted <= 0:
                break

    def _place_hold(self, day: int) -> bool:
        newest = len(self._lately)
        if not newest:
            return False
        loan = self._lately[max(newest - 1 - int(self._chance.random() * _WINDOW), 0)]
        if not loan.is_open or loan.opened == day or not self._shelves.none_free(loan.item):
            return False
        reader = self._readers.anyone(loan.branch)
        if reader is None or reader == loan.reader:
            return False
        hold = self._holds.place(reader, loan.item, loan.branch)
        if hold is None:
            return False
        row = (day, hold.number, reader, loan.item, loan.branch, Door.OPAC, None)
        self._rows.append(LoanRow(Kind.HOLD_PLACED, self._instants.evening(day), *row))
        return True
