"""The whole year of a scenario, planned: readers, collection, gates and lending.

Everything follows from the scenario and its seed; nothing here knows of a database. The loader may hand
in opening periods and due days from the library's calendar in place of those of the scenario file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yanshu.demo.branches import open_periods
from yanshu.demo.due_days import DueDays, Shutting
from yanshu.demo.lending_terms import (
    DueMove,
    LendingBranch,
    LendingCategory,
    LendingItem,
    LendingReader,
    LendingWorld,
    LoanRow,
)
from yanshu.demo.loans import lending_rows
from yanshu.demo.people import Reader, RegistrationDesk, readers
from yanshu.demo.popularity import tastes_by_age
from yanshu.demo.rhythm import DayRhythm
from yanshu.demo.scenario import Scenario
from yanshu.demo.stock import plan_stock
from yanshu.demo.stock_terms import Stock
from yanshu.demo.terms import Period
from yanshu.demo.visits import BranchYear, Reading, readings

__all__ = ["YearPlan", "plan_year", "scenario_due_days"]

Periods = Sequence[Sequence[Period]]
DueOn = Callable[[int, int, date, date], date]

_MONTHS_BEYOND = 200
"""Days after the year for which due days are asked."""
_CENTRAL_SHARE = 30
"""How many readers register at the central library for each one elsewhere."""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A planned year. Branches are told by their place in ``scenario.branches_in_service``."""

    scenario: Scenario
    periods: Mapping[str, Periods]
    rhythm: DayRhythm
    readers: list[Reader]
    stock: Stock

    def visits(self) -> Iterator[Reading]:
        """Yield the gates' readings of the year."""
        scenario = self.scenario
        branches = [
            BranchYear(branch.code, branch.gates, self.periods[branch.code], branch.round_the_clock)
            for branch in scenario.branches_in_service
            if branch.gates
        ]
        return readings(
            first=scenario.first_day,
            branches=branches,
            totals=scenario.visits.by_branch,
            rhythm=self.rhythm,
            seed=scenario.seed,
            estimated_per_mille=scenario.visits.estimated_per_mille,
            outage_per_mille=scenario.visits.outage_per_mille,
        )

    def lending(self, *, due_on: DueOn, due_moves: Sequence[DueMove] = ()) -> Iterator[LoanRow]:
        """Yield the year's lending in the order of time.

        Args:
            due_on: due day of a loan of a branch and category from a day on, as known on a day.
            due_moves: what closure orders move.
        """
        return lending_rows(self.lending_world(due_on=due_on, due_moves=due_moves))

    def lending_world(self, *, due_on: DueOn, due_moves: Sequence[DueMove] = ()) -> LendingWorld:
        """Return what the lending plan is made from."""
        circulation = self.scenario.circulation
        return LendingWorld(
            first=self.scenario.first_day,
            timezone=self.scenario.library.timezone,
            branches=self._lending_branches(),
            categories=self._lending_categories(),
            readers=self._lending_readers(),
            items=self._lending_items(),
            rhythm=self.rhythm,
            due_on=due_on,
            seed=self.scenario.seed,
            opening_loans=circulation.opening_loans,
            holds=circulation.holds,
            late_per_mille=circulation.late_per_mille,
            kept_per_mille=circulation.kept_per_mille,
            due_moves=due_moves,
        )

    def _lending_branches(self) -> list[LendingBranch]:
        circulation = self.scenario.circulation
        found = []
        for branch in self.scenario.branches_in_service:
            loans = circulation.by_branch.get(branch.code, 0)
            renewals = loans * circulation.renewals_per_mille.get(branch.code, 0) // 1000
            found.append(
                LendingBranch(
                    code=branch.code,
                    checkouts=loans - renewals,
                    renewals=renewals,
                    selfservice_per_mille=circulation.selfservice_per_mille.get(branch.code, 0),
                    round_the_clock=branch.round_the_clock,
                    periods=self.periods[branch.code],
                )
            )
        return found

    def _lending_categories(self) -> list[LendingCategory]:
        shares = self.scenario.circulation.by_category
        return [
            LendingCategory(
                share=shares.get(category.code, 0),
                loan_limit=category.policy.loan_limit,
                renewals=category.policy.renewals,
                tastes=tastes_by_age(category.ages),
            )
            for category in self.scenario.readers.categories
        ]

    def _lending_readers(self) -> list[LendingReader]:
        places = {branch.code: place for place, branch in enumerate(self.scenario.branches_in_service)}
        first = self.scenario.first_day
        return [
            LendingReader(reader.category, (reader.registered_on - first).days, places[reader.branch])
            for reader in self.readers
        ]

    def _lending_items(self) -> list[LendingItem]:
        first = self.scenario.first_day
        titles = self.stock.titles
        return [
            LendingItem(
                title=copy.title,
                branch=copy.branch,
                ready=None
                if copy.for_reference or copy.released_on is None
                else (copy.released_on - first).days + 1,
                taste=titles[copy.title].taste,
                weight=titles[copy.title].appeal,
            )
            for copy in self.stock.copies
        ]


def plan_year(
    scenario: Scenario,
    *,
    periods: Mapping[str, Periods] | None = None,
    public_days: Mapping[date, bool] | None = None,
) -> YearPlan:
    """Plan readers, collection and rhythm of a scenario.

    Args:
        periods: opening periods of each branch for each day of the year, by branch code; without
            them those of the scenario file are taken.
        public_days: ``True`` for a public holiday, ``False`` for a weekend day that is worked.
    """
    branches = scenario.branches_in_service
    known = periods or {
        branch.code: open_periods(branch, scenario.closures, scenario.first_day, scenario.days)
        for branch in branches
    }
    rhythm = DayRhythm(school_holidays=scenario.school_holidays, public_days=public_days)
    central = next(place for place, branch in enumerate(branches) if branch.kind == "central")
    opened = [branch.opened_on for branch in branches if branch.opened_on]
    return YearPlan(
        scenario=scenario,
        periods=known,
        rhythm=rhythm,
        readers=readers(
            categories=scenario.readers.categories,
            desks=_desks(scenario, known),
            first=scenario.first_day,
            owner_code=scenario.library.owner_code,
            rhythm=rhythm,
            seed=scenario.seed,
        ),
        stock=plan_stock(
            scenario.stock,
            year=scenario.year,
            opened_on=min(opened),
            owner_code=scenario.library.owner_code,
            branch_shares=[scenario.stock.by_branch.get(branch.code, 0) for branch in branches],
            central=central,
            seed=scenario.seed,
            public_days=public_days,
        ),
    )


def scenario_due_days(scenario: Scenario) -> DueDays:
    """Return due days by the weekly hours and closure orders of the scenario file."""
    branches = scenario.branches_in_service
    first = scenario.first_day
    usual = [open_periods(branch, (), first, scenario.days + _MONTHS_BEYOND) for branch in branches]
    closures = [
        Shutting(
            branch=place,
            noticed=(order.noticed_on - first).days,
            first=(order.first_closed_on - first).days,
            reopens=(order.reopens_on - first).days,
        )
        for order in scenario.closures
        for place, branch in enumerate(branches)
        if branch.code in order.branches
    ]
    loan_days = [category.policy.period_days for category in scenario.readers.categories]
    return DueDays(first, usual, closures, loan_days)


def _desks(scenario: Scenario, periods: Mapping[str, Periods]) -> list[RegistrationDesk]:
    """Return the branches that register readers: all with staff."""
    return [
        RegistrationDesk(
            code=branch.code,
            share=_CENTRAL_SHARE if branch.kind == "central" else 1,
            opened_on=branch.opened_on,
            periods=periods[branch.code],
        )
        for branch in scenario.branches_in_service
        if branch.opened_on is not None and not branch.round_the_clock
    ]
