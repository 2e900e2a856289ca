"""The plan's questions to the library's calendar: when open, when due, what a closure moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from yanshu.demo.lending_terms import DueMove
from yanshu.demo.loader.terms import Premises
from yanshu.demo.scenario import Scenario
from yanshu.demo.terms import Period
from yanshu.institution.places.queries import calendars_of
from yanshu.institution.places.rules import Calendar
from yanshu.lending.circulation.operations.closures import SPREAD_DAYS

__all__ = ["LibraryCalendars"]


class LibraryCalendars:
    """Calendars of the branches in service, each as it was known on any day of the year."""

    def __init__(self, scenario: Scenario, premises: Premises) -> None:
        self._scenario = scenario
        ids = [branch.pk for branch in premises.in_service]
        found = calendars_of(ids)
        self._full = [found[key] for key in ids]
        self._codes = [branch.code for branch in scenario.branches_in_service]
        self._orders = [(order, premises.orders[order.code]) for order in scenario.closures]
        self._loan_days = [category.policy.period_days for category in scenario.readers.categories]
        self._known: dict[tuple[int, frozenset[int]], Calendar] = {}
        self._open_from: dict[tuple[int, frozenset[int], date], date] = {}

    def periods(self) -> dict[str, list[tuple[Period, ...]]]:
        """Return the opening periods of each branch for each day of the year, by the branch's code."""
        first = self._scenario.first_day
        days = [first + timedelta(days=number) for number in range(self._scenario.days)]
        return {
            code: [tuple((p.opens, p.closes) for p in calendar.periods_on(day)) for day in days]
            for code, calendar in zip(self._codes, self._full, strict=True)
        }

    def due_on(self, branch: int, category: int, start: date, known_on: date) -> date:
        """Return the due day of a loan of a category whose period runs from ``start``, as then known."""
        plain = start + timedelta(days=self._loan_days[category])
        orders = self._orders_by(known_on)
        key = (branch, orders, plain)
        found = self._open_from.get(key)
        if found is None:
            found = self._calendar(branch, orders).next_open_day(plain) or plain
            self._open_from[key] = found
        return found

    def moves(self) -> list[DueMove]:
        """Return what each closure order moves, to the days lending's rule spreads it over."""
        first = self._scenario.first_day
        moves = []
        for order, _key in self._orders:
            for branch, code in enumerate(self._codes):
                if code in order.branches and 0 <= (order.noticed_on - first).days < self._scenario.days:
                    days = self._days_after(branch, order.reopens_on, order.noticed_on)
                    moves.append(
                        DueMove(
                            day=(order.noticed_on - first).days,
                            branch=branch,
                            first=(order.first_closed_on - first).days,
                            last=(order.last_closed_on - first).days,
                            to=tuple((day - first).days for day in days),
                        )
                    )
        return moves

    def _days_after(self, branch: int, reopens_on: date, known_on: date) -> Sequence[date]:
        calendar = self._calendar(branch, self._orders_by(known_on))
        days: list[date] = []
        day = reopens_on
        while (day - reopens_on).days < SPREAD_DAYS:
            day = calendar.next_open_day(day) or day
            days.append(day)
            day += timedelta(days=1)
        return days

    def _orders_by(self, day: date) -> frozenset[int]:
        return frozenset(key for order, key in self._orders if order.noticed_on <= day)

    def _calendar(self, branch: int, orders: frozenset[int]) -> Calendar:
        found = self._known.get((branch, orders))
        if found is None:
            full = self._full[branch]
            closures = {day: fact for day, fact in full.closures.items() if fact.order_id in orders}
            found = self._known[branch, orders] = replace(full, closures=closures)
        return found
