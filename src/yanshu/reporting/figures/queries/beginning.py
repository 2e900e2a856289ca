"""Since when there are records: before the first one nothing was counted, which is not the same as 0."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Min

from yanshu.core import clock
from yanshu.core import indicator as declared
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.ledger import LedgerLine
from yanshu.core.span import Span
from yanshu.reporting.figures.models import DailyRollUp, StatedFigure
from yanshu.reporting.figures.queries.coverage import EVER, codes_never_summed
from yanshu.reporting.figures.queries.figure import Figure
from yanshu.reporting.figures.queries.source import source_of

HOLIDAYS = timedelta(days=7)
"""How long after the first day of a span records may begin and still be those of the whole span."""


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


def partly_recorded(figures: Iterable[Figure]) -> frozenset[str]:
    """Return the codes of the figures whose source was not set up for their whole span.

    A source that says itself where it is set up (gates, branches) is asked for the day the span begins. Any
    other was set up when the library wrote its first ledger line: rows dated before were taken over, and of
    them only what was still kept then. A few days after New Year are allowed for, in which libraries are
    shut. A stock is told as of the last day alone; a ratio goes by both its parts.
    """
    begun = _first_written_on()
    return frozenset(figure.code for figure in figures if not _is_whole(figure, begun))


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


def _first_written_on() -> date | None:
    """Return the day on which the first ledger line was written; it bears the first key of its ledger."""
    ledgers = (model for model in apps.get_models() if issubclass(model, LedgerLine))
    firsts = (model.objects.order_by("pk").values_list("recorded_at", flat=True).first() for model in ledgers)
    return min((clock.business_date(written) for written in firsts if written is not None), default=None)


def _is_whole(figure: Figure, begun: date | None) -> bool:
    if figure.parts:
        return all(_is_whole(part, begun) for part in figure.parts)
    span = figure.span
    since = span.last_day if figure.kind is Kind.STOCK else span.first_day
    indicator = source_of(figure.code, span).indicator
    if indicator.ready is not None:
        return indicator.ready(Span.day(since))
    return begun is not None and begun <= since + HOLIDAYS


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
