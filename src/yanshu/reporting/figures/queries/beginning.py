"""Since when there are records: before the first one nothing was counted, which is not the same as 0."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Min

from yanshu.core import indicator as declared
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.span import Span
from yanshu.reporting.figures.models import DailyRollUp, StatedFigure
from yanshu.reporting.figures.queries.coverage import EVER, codes_never_summed
from yanshu.reporting.figures.queries.figure import Figure


def unrecorded(figures: Iterable[Figure]) -> frozenset[str]:
    """Return the codes of the figures whose span ends before the first record they could be counted from.

    What a figure could be counted from is every indicator over the same rows, and every flow of its subject:
    where renewals are recorded, no self-service loan is a counted 0. A ratio goes by its denominator. A stock
    of none is told from the library's first record on.
    """
    known: dict[tuple[str, Span], bool] = {}
    return frozenset(figure.code for figure in figures if not _is_recorded(figure, known))


def is_recorded(figure: Figure) -> bool:
    """Say whether the span of a figure reaches to the first record it could be counted from."""
    return not unrecorded([figure])


def first_year() -> int | None:
    """Return the first year with a record that is kept by day, or a printed figure; nothing before any."""
    days = [_first_record(), StatedFigure.objects.aggregate(first=Min("first_day"))["first"]]
    return min((day.year for day in days if day is not None), default=None)


def _first_record() -> date | None:
    """Return the first day with a record that is kept by day; a stock's rows are older than its records."""
    flows = {
        code: versions
        for code, versions in declared.registry.items()
        if versions[0].rollup is not None and versions[0].kind is Kind.FLOW
    }
    days = [
        DailyRollUp.objects.filter(code__in=flows).aggregate(first=Min("day"))["first"],
        *(_first_day(version) for code in codes_never_summed() for version in flows.get(code, ())),
    ]
    return min((day for day in days if day is not None), default=None)


def _is_recorded(figure: Figure, known: dict[tuple[str, Span], bool]) -> bool:
    basis = figure.parts[1] if figure.parts else figure
    if not basis.is_ready or basis.rows:
        return True
    if basis.kind is Kind.STOCK and _is_before_all(basis.span):
        return False
    until = Span(EVER.first_day, max(basis.span.end_day, EVER.first_day))
    return any(_has_rows(one, until, known) for one in _kin(basis.general))


def _is_before_all(span: Span) -> bool:
    first = _first_record()
    return first is not None and span.end_day <= first


def _kin(code: str) -> Iterator[Indicator]:
    """Yield the indicators over the same rows as ``code``, itself first, and the flows of its subject."""
    own = declared.registry[code][-1]
    assert own.rows is not None
    model, subject = own.rows(EVER).model, code.partition(".")[0]
    yield own
    for versions in declared.registry.values():
        other = versions[-1]
        if other.rows is None or other.code == code:
            continue
        is_flow_beside = other.kind is Kind.FLOW and other.code.partition(".")[0] == subject
        if is_flow_beside or other.rows(EVER).model is model:
            yield other


def _has_rows(indicator: Indicator, until: Span, known: dict[tuple[str, Span], bool]) -> bool:
    assert indicator.rows is not None
    key = (indicator.code, until)
    if key not in known:
        known[key] = indicator.rows(until).exists()
    return known[key]


def _first_day(indicator: Indicator) -> date | None:
    assert indicator.rows is not None
    assert indicator.rollup is not None
    found: date | None = indicator.rows(EVER).order_by().aggregate(first=Min(indicator.rollup.day))["first"]
    return found
