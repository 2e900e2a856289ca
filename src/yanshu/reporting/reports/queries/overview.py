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
from yanshu.reporting.figures.queries import Figure, Number, Parting, Run

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
    """A branch with its values, and the change of its loans on the year before."""

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


def overview(span: Span, *, today: date, scope: frozenset[int] | None = None) -> Overview:
    """Return how the library stands in ``span``, which ends today at the latest.

    Figures no app declares yet are left out; those without a source are shown as not counted.
    """
    known = figures.all_sources(span)
    codes = [code for code in TILES if code in known]
    now = figures.measure_seen(codes, span, scope)
    then = figures.measure_seen(codes, span.a_year_before(), scope)
    lines = _lines(now.values(), span.last_day, scope)
    standings = tuple(
        Standing(now[code], figures.known_value(then[code]), lines.get(code, ())) for code in codes
    )
    partings = _partings([code for code in BRANCH_COLUMNS if code in known], now, scope)
    former = _former_loans(span, scope) if COMPARED in partings else {}
    compared = next((one for one in standings if one.figure.code == COMPARED), None)
    return Overview(
        span=span,
        standings=standings,
        columns=tuple(now[code] for code in partings),
        branches=tuple(_branches(partings, former)),
        total_change=compared.change if compared else None,
        closures=figures.closures(Span(today, today + timedelta(days=DAYS_AHEAD))),
    )


def _lines(
    counted: Iterable[Figure], last: date, scope: frozenset[int] | None
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
        series = figures.months_of(codes, span, within)
        found.update({code: tuple(months.values()) for code, months in series.items()})
    return found


def _partings(
    codes: Iterable[str], counted: Mapping[str, Figure], scope: frozenset[int] | None
) -> dict[str, Parting]:
    found = {}
    for code in codes:
        figure = counted[code]
        known = {split.name for split in figures.splits_of(code, figure.span)}
        if figure.is_ready and "branch" in known:
            within = figures.within_scope(scope, code, figure.span)
            found[code] = figures.splits(code, figure.span, "branch", within)
    return found


def _former_loans(span: Span, scope: frozenset[int] | None) -> dict[str, Number]:
    before = span.a_year_before()
    within = figures.within_scope(scope, COMPARED, before)
    return {str(part.label): part.value for part in figures.splits(COMPARED, before, "branch", within).parts}


def _branches(partings: Mapping[str, Parting], former: Mapping[str, Number]) -> Iterable[BranchLine]:
    labels: dict[str, Any] = {}
    values: dict[str, dict[str, Number]] = {code: {} for code in partings}
    for code, parting in partings.items():
        for part in parting.parts:
            labels.setdefault(str(part.label), part.label)
            values[code][str(part.label)] = part.value
    for key, label in labels.items():
        row = tuple(values[code].get(key, 0) for code in partings)
        loans = values.get(COMPARED, {}).get(key, 0)
        yield BranchLine(label, row, change(loans, former.get(key)))
