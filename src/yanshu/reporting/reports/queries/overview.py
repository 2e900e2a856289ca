"""How the library stands: the director's tiles, the branches, the closures ahead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.ui.numbers import change
from yanshu.reporting.figures import queries as figures
from yanshu.reporting.figures.queries import Coverage, Figure, Number, Parting, Run

TILES = (
    "visits.total",
    "circulation.loans",
    "patrons.registered",
    "circulation.open_loans",
    "circulation.overdue_loans",
    "cataloguing.copies",
)
BRANCH_COLUMNS = ("visits.total", "circulation.loans", "patrons.registered")
COMPARED = "circulation.loans"
DAYS_AHEAD = 90


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure of the overview, the same span a year before, and its last twelve months."""

    figure: Figure
    before: Number | None
    months: tuple[Number | None, ...]

    @property
    def change(self) -> Decimal | Any:
        """The change on the year before in per cent; nothing where nothing can be compared."""
        return change(self.figure.value, self.before)


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch with its values, and the change of its loans on the year before.

    Attributes:
        key: the branch as a split's address writes it.
    """

    key: str
    label: Any
    values: tuple[Number | None, ...]
    change: Any


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows of a span."""

    span: Span
    standings: tuple[Standing, ...]
    columns: tuple[Figure, ...]
    branches: tuple[BranchLine, ...]
    total_change: Any
    closures: tuple[Run, ...]


def overview(
    span: Span, *, today: date, scope: frozenset[int] | None = None, coverage: Coverage | None = None
) -> Overview:
    """Return how the library stands in ``span``, which ends today at the latest.

    Figures no app declares yet are left out; those without a source are shown as not counted.
    """
    coverage = coverage or Coverage()
    codes = [code for code in TILES if figures.is_declared(code, span)]
    now = figures.measure_seen(codes, span, scope, coverage)
    flows = [code for code in codes if now[code].kind is Kind.FLOW]
    then = figures.measure_seen(flows, span.a_year_before(), scope, coverage)
    lines = _lines(now.values(), span.last_day, scope, coverage)
    standings = tuple(
        Standing(now[code], figures.known_value(then[code]) if code in then else None, lines.get(code, ()))
        for code in codes
    )
    partings = _partings([now[code] for code in BRANCH_COLUMNS if code in now], scope, coverage)
    former = _partings([then[COMPARED]], scope, coverage) if COMPARED in partings else {}
    compared = next((one for one in standings if one.figure.code == COMPARED), None)
    return Overview(
        span=span,
        standings=standings,
        columns=tuple(now[code] for code in partings),
        branches=tuple(_branches(partings, _by_branch(former.get(COMPARED)))),
        total_change=compared.change if compared else None,
        closures=figures.closures(Span(today, today + timedelta(days=DAYS_AHEAD))),
    )


def _lines(
    counted: Iterable[Figure], last: date, scope: frozenset[int] | None, coverage: Coverage
) -> dict[str, tuple[Number | None, ...]]:
    """Return the last twelve months of the flows; a stock would have to be counted twelve times."""
    span = figures.twelve_months(last)
    flows = [figure.code for figure in counted if figure.kind is Kind.FLOW and figure.is_ready]
    groups: dict[bool, list[str]] = {}
    for code in flows:
        groups.setdefault(bool(figures.within_scope(scope, code, span)), []).append(code)
    found: dict[str, tuple[Number | None, ...]] = {}
    for is_narrowed, codes in groups.items():
        within = figures.within_scope(scope, codes[0], span) if is_narrowed else {}
        series = figures.months_of(codes, span, within, coverage)
        found.update({code: tuple(months.values()) for code, months in series.items()})
    return found


def _partings(
    counted: Iterable[Figure], scope: frozenset[int] | None, coverage: Coverage
) -> dict[str, Parting]:
    """Part figures of one span by branch; all of them are narrowed to the actor's branches, or none is."""
    known = [
        figure
        for figure in counted
        if "branch" in {split.name for split in figures.splits_of(figure.code, figure.span)}
    ]
    within = figures.within_scope(scope, known[0].code, known[0].span) if known else {}
    return figures.branches_of(known, within, coverage)


def _by_branch(parting: Parting | None) -> dict[str, Number]:
    return {part.key: part.value for part in parting.parts} if parting is not None else {}


def _branches(partings: Mapping[str, Parting], former: Mapping[str, Number]) -> Iterable[BranchLine]:
    labels = {part.key: part.label for parting in partings.values() for part in parting.parts}
    values = {code: _by_branch(parting) for code, parting in partings.items()}
    for key, label in labels.items():
        row = tuple(values[code].get(key, 0) for code in partings)
        loans = values.get(COMPARED, {}).get(key, 0)
        yield BranchLine(key, label, row, change(loans, former.get(key)))
