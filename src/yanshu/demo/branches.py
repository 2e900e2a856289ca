"""Reading branches, their hours, gates and closure orders from a scenario."""

import re
from datetime import date, timedelta
from itertools import pairwise

from yanshu.demo.terms import BRANCH_KINDS, WEEKDAYS, BranchSpec, ClosureSpec, GateSpec, Period
from yanshu.demo.toml_table import Table

__all__ = ["open_periods", "read_branches", "read_closures"]

_PERIOD = re.compile(r"^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
_DAY_MINUTES = 24 * 60


def open_periods(
    branch: BranchSpec, closures: tuple[ClosureSpec, ...], first: date, days: int
) -> list[tuple[Period, ...]]:
    """Return the opening periods of a branch for ``days`` days, by its weekly hours and closures alone.

    The library's calendar knows more (public holidays, exceptions); a loader asks that instead.
    """
    plan: list[tuple[Period, ...]] = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        closed = branch.opened_on is None or day < branch.opened_on
        closed = closed or any(order.covers(branch.code, day) for order in closures)
        plan.append(() if closed else branch.hours[day.weekday()])
    return plan


def read_branches(root: Table) -> tuple[BranchSpec, ...]:
    """Read every branch; codes must differ and one branch must be the central library.

    Raises:
        ScenarioError: naming the key at fault.
    """
    branches = tuple(_branch(table) for table in root.tables("branches"))
    codes = [branch.code for branch in branches]
    if len(set(codes)) != len(codes):
        raise root.fail("branches", "two branches have the same code")
    if [branch.kind for branch in branches].count("central") != 1:
        raise root.fail("branches", "exactly one branch must be of kind central")
    return branches


def read_closures(root: Table, branches: tuple[BranchSpec, ...]) -> tuple[ClosureSpec, ...]:
    """Read the closure orders.

    Raises:
        ScenarioError: for an unknown branch, or days in the wrong order.
    """
    known = {branch.code for branch in branches}
    closures = []
    for table in root.tables("closures", optional=True):
        order = ClosureSpec(
            code=table.text("code"),
            branches=table.texts("branches"),
            first_closed_on=table.day("first_closed_on"),
            reopens_on=table.day("reopens_on"),
            reason=table.text("reason"),
            notice=table.text("notice"),
            noticed_on=table.day("noticed_on"),
        )
        if strangers := set(order.branches) - known:
            raise table.fail("branches", f"unknown branch {min(strangers)}")
        if order.reopens_on <= order.first_closed_on:
            raise table.fail("reopens_on", "must lie after the first closed day")
        if order.noticed_on > order.first_closed_on:
            raise table.fail("noticed_on", "a closure is announced before it begins")
        table.finish()
        closures.append(order)
    return tuple(closures)


def _branch(table: Table) -> BranchSpec:
    branch = BranchSpec(
        code=table.text("code"),
        name=table.text("name"),
        kind=table.one_of("kind", BRANCH_KINDS),
        address=table.text("address", default=""),
        opened_on=table.day_or_none("opened_on"),
        construction_from=table.day_or_none("construction_from"),
        hours=_hours(table.table("hours", optional=True)),
        gates=tuple(_gate(gate) for gate in table.tables("gates", optional=True)),
        name_en=table.text("name_en", default=""),
    )
    if branch.in_service and not any(branch.hours):
        raise table.fail("hours", "a branch in service has opening hours")
    if not branch.in_service and branch.construction_from is None:
        raise table.fail("opened_on", "is missing: a branch is open or has construction_from")
    table.finish()
    return branch


def _hours(table: Table) -> tuple[tuple[Period, ...], ...]:
    """Read opening hours: a list of periods per weekday, ``daily`` for those not named."""
    daily = table.texts("daily", default=())
    week = []
    for weekday in WEEKDAYS:
        texts = table.texts(weekday, default=daily)
        periods = tuple(_period(table, weekday, text) for text in texts)
        if any(later[0] < earlier[1] for earlier, later in pairwise(periods)):
            raise table.fail(weekday, "periods overlap or stand in the wrong order")
        week.append(periods)
    table.finish()
    return tuple(week)


def _period(table: Table, weekday: str, text: str) -> Period:
    found = _PERIOD.match(text)
    if not found:
        raise table.fail(weekday, f"a period looks like 08:30-17:30, not {text!r}")
    numbers = [int(number) for number in found.groups()]
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if not start < end <= _DAY_MINUTES:
        raise table.fail(weekday, f"{text} does not end after it begins")
    return start, end


def _gate(table: Table) -> GateSpec:
    gate = GateSpec(
        code=table.text("code"),
        name=table.text("name"),
        share=table.count("share", default=1, least=1),
        factor_per_mille=table.per_mille("factor_per_mille", default=1000),
    )
    if gate.factor_per_mille == 0:
        raise table.fail("factor_per_mille", "must be above 0")
    table.finish()
    return gate
