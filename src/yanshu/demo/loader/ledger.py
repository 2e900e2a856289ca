"""The book of the year's lending: plan rows in, ledger lines out, loans and holds kept as they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yanshu.collection.catalogue.terms import ItemEventKind, ItemState
from yanshu.core.actor import Door as RealDoor
from yanshu.demo.lending_terms import Door, LoanRow
from yanshu.demo.loader import bulk
from yanshu.demo.loader.readers import AgeBands
from yanshu.demo.loader.stock import BOOK, event_row
from yanshu.demo.loader.terms import (
    FORMER_SYSTEM,
    READER_ALONE,
    THE_LIBRARY,
    Doer,
    Loading,
    Premises,
    Staff,
)
from yanshu.demo.year import YearPlan
from yanshu.lending.circulation.operations.closures import CLOSED_DAY
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, closure_reason

__all__ = ["KeptHold", "KeptLoan", "LoanBook", "Subjects"]

_NOON = 12 * 3600
_MEDIUM = "print"


@dataclass(slots=True)
class KeptLoan:
    """A loan as it stands; days are numbers after the year's first, instants seconds since 1970."""

    item: int
    reader: int
    branch: int
    policy_id: int
    opened_at: int
    due: int
    door: str
    moved_from: int | None = None
    moved_because: str = ""
    renewals: int = 0
    before: int | None = None
    closed_at: int | None = None
    returned_late: bool = False
    closed_branch: int | None = None


@dataclass(slots=True)
class KeptHold:
    """A hold as it stands."""

    title: int
    reader: int
    branch: int
    placed_at: int
    state: str = HoldState.WAITING.value
    item: int | None = None
    ready_at: int | None = None
    pickup_until: int | None = None
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a line says of readers and items, besides their keys.

    Attributes:
        policies: the lending policy of each reader category, by the category's place.
        classes: the main class of each title.
    """

    plan: YearPlan
    categories: Sequence[str]
    policies: Sequence[int]
    classes: Sequence[str]
    bands: AgeBands


class LoanBook:
    """Keeps the year's lending.

    Attributes:
        loans: by number, ``holds`` too.
        moved: how many loans each closure order moved; ``ordered_on`` the days of the orders.
        events: lines of items' histories: copies put on the hold shelf and taken from it.
    """

    def __init__(self, loading: Loading, premises: Premises, staff: Staff, subjects: Subjects) -> None:
        scenario = loading.scenario
        plan = subjects.plan
        self.loans: dict[int, KeptLoan] = {}
        self.holds: dict[int, KeptHold] = {}
        self.last_loan: dict[int, int] = {}
        self.suspended_until: dict[int, int] = {}
        self.seen: set[int] = set()
        self.moved: Counter[int] = Counter()
        self.ordered_on: dict[int, date] = {}
        self.events: list[bulk.Row] = []
        self._subjects = subjects
        self._first = scenario.first_day
        self._days = bulk.Days(scenario.first_day)
        self._period = [category.policy.period_days for category in scenario.readers.categories]
        self._category = [reader.category for reader in plan.readers]
        places = {spec.code: place for place, spec in enumerate(scenario.branches_in_service)}
        self._home = [places[reader.branch] for reader in plan.readers]
        self._branch_ids = [branch.pk for branch in premises.in_service]
        self._clerks = staff.clerks
        self._machines = [Doer.of_terminal(machine, RealDoor.SIP2) for machine in premises.machines]
        self._taken_over = bulk.instant_text(loading.midnight(0))
        self._midnight = loading.midnight
        self._took_back: dict[int, Doer] = {}
        self._orders = self._read_orders(premises, places)
        scenario_orders = {premises.orders[order.code]: order for order in scenario.closures}
        self.ordered_on.update({key: order.noticed_on for key, order in scenario_orders.items()})
        self._worst = (1, 90)

    def _read_orders(self, premises: Premises, places: Mapping[str, int]) -> dict[tuple[int, int], int]:
        """Return the closure orders by branch and the day they move due dates on."""
        return {
            (places[code], (order.noticed_on - self._first).days): premises.orders[order.code]
            for order in self._subjects.plan.scenario.closures
            for code in order.branches
            if code in places
        }

    # --- loans -------------------------------------------------------------------------------------------

    def take_over(self, row: LoanRow) -> bulk.Row:
        """Enter a loan of the former system, and return its line of quantity 0."""
        at = self._midnight(row.day) + _NOON
        self._open(row, at, FORMER_SYSTEM.door)
        self.seen.add(row.reader)
        due = self._days[row.due or 0]
        return self._line(
            row, at, LoanEventKind.CHECKOUT, FORMER_SYSTEM, quantity=0, due_on=due, recorded=self._taken_over
        )

    def lend(self, row: LoanRow) -> bulk.Row:
        """Open a loan, and return its line."""
        doer = self._doer(row)
        before = self.last_loan.get(row.reader)
        loan = self._open(row, row.at, doer.door)
        loan.before = before
        plain = row.day + self._period[self._category[row.reader]]
        if loan.due != plain:
            loan.moved_from, loan.moved_because = plain, CLOSED_DAY
        self.last_loan[row.reader] = row.day
        self.seen.add(row.reader)
        return self._line(
            row,
            row.at,
            LoanEventKind.CHECKOUT,
            doer,
            due_on=self._days[loan.due],
            first_today=before != row.day,
            first_this_year=before is None,
        )

    def renew(self, row: LoanRow) -> bulk.Row:
        """Let a loan run on, and return the line."""
        loan = self.loans[row.number]
        due_before, loan.due = loan.due, self._due(row)
        loan.renewals += 1
        plain = max(due_before, row.day) + self._period[self._category[row.reader]]
        moved = loan.due != plain
        loan.moved_from, loan.moved_because = (plain, CLOSED_DAY) if moved else (None, "")
        return self._line(
            row,
            row.at,
            LoanEventKind.RENEWAL,
            self._doer(row),
            due_on=self._days[loan.due],
            due_before=self._days[due_before],
        )

    def take_back(self, row: LoanRow) -> bulk.Row:
        """Close a loan, suspend its reader if it is late, and return the line."""
        loan, doer = self.loans[row.number], self._doer(row)
        loan.closed_at, loan.closed_branch = row.at, row.branch
        self._took_back[row.item] = doer
        overdue = max(row.day - loan.due, 0)
        loan.returned_late = overdue > 0
        if overdue:
            per_day, most = self._worst
            begins = max(row.day, self.suspended_until.get(row.reader, row.day))
            self.suspended_until[row.reader] = begins + min(overdue * per_day, most)
        return self._line(
            row, row.at, LoanEventKind.RETURN, doer, overdue=overdue, due_before=self._days[loan.due]
        )

    def move_due(self, row: LoanRow) -> None:
        """Move a due date behind a closure, as the order does."""
        loan = self.loans[row.number]
        order_id = self._orders[row.branch, row.day]
        loan.moved_from = loan.due if loan.moved_from is None else loan.moved_from
        loan.due, loan.moved_because = self._due(row), closure_reason(order_id)
        self.moved[order_id] += 1

    def _open(self, row: LoanRow, at: int, door: str) -> KeptLoan:
        policy_id = self._subjects.policies[self._category[row.reader]]
        loan = KeptLoan(row.item, row.reader, row.branch, policy_id, at, self._due(row), door)
        self.loans[row.number] = loan
        return loan

    # --- holds -------------------------------------------------------------------------------------------

    def place_hold(self, row: LoanRow) -> None:
        """Enter a hold on the title of the copy asked for."""
        title = self._subjects.plan.stock.copies[row.item].title
        self.holds[row.number] = KeptHold(title, row.reader, row.branch, row.at)
        self.seen.add(row.reader)

    def keep_copy(self, row: LoanRow) -> None:
        """Put a returned copy on the hold shelf."""
        hold = self.holds[row.number]
        hold.state, hold.item = HoldState.READY.value, row.item
        hold.ready_at, hold.pickup_until = row.at, row.due
        doer = self._took_back[row.item]
        self._place(row, doer, ItemState.AVAILABLE, ItemState.HOLD_SHELF)

    def fill_hold(self, row: LoanRow) -> None:
        """Close a hold whose reader has come."""
        self._close(row, HoldState.FULFILLED, self._doer(row))

    def expire_hold(self, row: LoanRow) -> None:
        """Close a hold nobody came for."""
        self._close(row, HoldState.EXPIRED, THE_LIBRARY)

    def _close(self, row: LoanRow, state: HoldState, doer: Doer) -> None:
        hold = self.holds[row.number]
        hold.state, hold.closed_at, hold.item = state.value, row.at, None
        self._place(row, doer, ItemState.HOLD_SHELF, ItemState.AVAILABLE)

    def _place(self, row: LoanRow, doer: Doer, former: ItemState, state: ItemState) -> None:
        day = self._first + timedelta(days=row.day)
        branch_id = self._branch_ids[row.branch]
        self.events.append(
            event_row(row.at, day, doer, branch_id, row.item + 1, ItemEventKind.PLACED, former, state)
        )

    # --- lines -------------------------------------------------------------------------------------------

    def _doer(self, row: LoanRow) -> Doer:
        if row.door is Door.MACHINE:
            return self._machines[row.branch]
        if row.door is Door.OPAC:
            return READER_ALONE
        clerks = self._clerks[row.branch]
        return clerks[row.at // 7200 % len(clerks)]

    @staticmethod
    def _due(row: LoanRow) -> int:
        assert row.due is not None
        return row.due

    def _line(  # noqa: PLR0913  a line is its columns
        self,
        row: LoanRow,
        at: int,
        kind: LoanEventKind,
        doer: Doer,
        *,
        quantity: int = 1,
        first_today: bool = False,
        first_this_year: bool = False,
        overdue: int = 0,
        due_on: str | None = None,
        due_before: str | None = None,
        recorded: str | None = None,
    ) -> bulk.Row:
        subjects = self._subjects
        copy = subjects.plan.stock.copies[row.item]
        category = self._category[row.reader]
        # A reader who renews on his own page acts at his home branch.
        branch = self._home[row.reader] if doer is READER_ALONE else row.branch
        when, day = bulk.instant_text(at), self._days[row.day]
        return (
            when, recorded or when, day, day[:7], doer.account_id, doer.label, doer.door,
            self._branch_ids[branch], doer.terminal_id, kind.value, quantity, row.number + 1, row.item + 1,
            copy.title + 1, self._branch_ids[copy.branch], subjects.categories[category],
            subjects.bands.on(row.reader, row.day), BOOK, _MEDIUM, subjects.classes[copy.title], True,
            first_today, first_this_year, overdue, due_on, due_before, subjects.policies[category],
        )  # fmt: skip
