"""Planned years of both scenarios, small enough to be made once for all tests of the demonstration."""

from functools import cache

import pytest

from yanshu.demo import scenario as scenarios
from yanshu.demo.lending_terms import LoanRow
from yanshu.demo.scenario import Scenario
from yanshu.demo.year import YearPlan, plan_year, scenario_due_days

SIZES = [("hengyang-2019", 0.02), ("riverside-2024", 1.0), ("riverside-2024", 0.02)]


@cache
def made(name: str, scale: float, seed: int | None = None) -> "PlayedYear":
    scenario, _ = scenarios.load(name).scaled(scale)
    return PlayedYear(scenario if seed is None else scenario.with_seed(seed))


class PlayedYear:
    """A planned year with its rows, played once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.plan: YearPlan = plan_year(scenario)
        due_days = scenario_due_days(scenario)
        self.world = self.plan.lending_world(due_on=due_days.due_on, due_moves=due_days.moves())
        self.rows: list[LoanRow] = list(self.plan.lending(due_on=due_days.due_on, due_moves=due_days.moves()))
        self.visits = list(self.plan.visits())


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}@{size[1]}")
def year(request) -> PlayedYear:
    return made(*request.param)


@pytest.fixture
def play():
    return made
