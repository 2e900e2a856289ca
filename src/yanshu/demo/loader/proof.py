"""The proof of a loaded year: what is counted against what the scenario says."""

from typing import NamedTuple

from yanshu.core.span import Span
from yanshu.demo.scenario import Scenario
from yanshu.reporting.figures.queries import measure_all

__all__ = ["Miss", "TargetsMissed", "misses"]


class Miss(NamedTuple):
    """A figure that does not come out."""

    code: str
    expected: int
    counted: object


class TargetsMissed(AssertionError):
    """What was loaded does not add up to what the scenario says: the program is at fault, nothing is kept."""

    def __init__(self, found: list[Miss]) -> None:
        super().__init__("; ".join(f"{code}: {counted}, not {expected}" for code, expected, counted in found))
        self.found = found


def misses(scenario: Scenario) -> list[Miss]:
    """Return the figures of the year that counting does not arrive at.

    The indicators know nothing of the scenario: each is measured over its rows like any other year's.
    """
    expected = scenario.expected()
    figures = measure_all(expected, Span.year(scenario.year))
    return [
        Miss(code, value, figures[code].value)
        for code, value in expected.items()
        if figures[code].value != value
    ]
