"""A figure: a value with its unit, its span, its definition and the number of rows behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from typing import Any

from django.db.models import QuerySet, Sum

from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.reporting.figures import rules
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.queries.coverage import Coverage
from yanshu.reporting.figures.queries.source import (
    SCOPE,
    Chosen,
    Source,
    all_sources,
    branch_path,
    source_of,
    sources_of,
)
from yanshu.reporting.figures.queries.stated import Stated, stated_beside, stated_over
from yanshu.reporting.figures.queries.tally import Tally, by_span, plain, tallies
from yanshu.reporting.figures.rules import Number
from yanshu.reporting.figures.terms import FigureState


@dataclass(frozen=True, slots=True)
class Figure:
    """A counted figure.

    Args:
        value: in the plain unit (人次, 元, per cent with two decimals); ``None`` where no source is set up.
        rows: how many rows the trace lists; for a ratio those of the numerator.
        general: the code of the indicator that is counted; a selection's own code is another.
        parts: numerator and denominator of a ratio.
        stated: what somebody printed for the same span, never in the value's place.
    """

    code: str
    name: Any
    span: Span
    value: Number | None
    unit: Unit
    kind: Kind
    rows: int
    version: str
    definition: Any
    source: str
    is_ready: bool
    is_selection: bool
    general: str = ""
    state: FigureState = FigureState.LIVE
    parts: "tuple[Figure, ...]" = ()
    stated: tuple[Stated, ...] = ()

    @property
    def numerator(self) -> str | None:
        """The code of a ratio's numerator."""
        return self.parts[0].code if self.parts else None

    @property
    def denominator(self) -> str | None:
        """The code of a ratio's denominator."""
        return self.parts[1].code if self.parts else None


def measure(code: str, span: Span, chosen: Chosen | None = None, coverage: Coverage | None = None) -> Figure:
    """Count one figure.

    Args:
        chosen: values of named splits to narrow it to, such as ``{"branch": 3}``.
        coverage: what a page that shows several figures has asked already.

    Raises:
        UnknownFigure: when nothing bears the code in that time.
        Invalid: when a split or a value of one is not known.
    """
    return measure_all([code], span, chosen, coverage)[code]


def measure_all(
    codes: Iterable[str] | None,
    span: Span,
    chosen: Chosen | None = None,
    coverage: Coverage | None = None,
) -> dict[str, Figure]:
    """Count several figures of one span in few queries; ``None`` counts all there are.

    Raises:
        UnknownFigure: naming every code that nothing bears.
    """
    wanted = all_sources(span) if codes is None else sources_of(codes, span)
    return counted(wanted, span, chosen or {}, coverage)


def measure_seen(
    codes: Iterable[str] | None,
    span: Span,
    scope: frozenset[int] | None,
    coverage: Coverage | None = None,
) -> dict[str, Figure]:
    """Count several figures as far as an actor's branches reach; ``None`` reaches over the whole library.

    Figures that know no branches are the whole library's for everyone.

    Raises:
        UnknownFigure: naming every code that nothing bears.
    """
    if scope is None:
        return measure_all(codes, span, coverage=coverage)
    wanted = all_sources(span) if codes is None else sources_of(codes, span)
    local = {code: source for code, source in wanted.items() if _knows_branches(source, span)}
    rest = {code: source for code, source in wanted.items() if code not in local}
    coverage = coverage or Coverage()
    here = counted(local, span, {SCOPE: sorted(scope)}, coverage)
    found = {**here, **counted(rest, span, {}, coverage)}
    return {code: found[code] for code in wanted}


def within_scope(scope: frozenset[int] | None, code: str, span: Span) -> Chosen:
    """Return what narrows a figure to an actor's branches; nothing for the whole library.

    Raises:
        UnknownFigure: when nothing bears the code in that time.
    """
    if scope is None or not _knows_branches(source_of(code, span), span):
        return {}
    return {SCOPE: sorted(scope)}


def counted(
    wanted: Mapping[str, Source], span: Span, within: Chosen, coverage: Coverage | None = None
) -> dict[str, Figure]:
    """Count figures whose sources are known already."""
    basis = _with_parts(wanted, span)
    ready = {code: source.is_ready(span) for code, source in basis.items()}
    told = {code: source for code, source in basis.items() if ready[code]}
    sums = tallies(told, span, within, coverage or Coverage())
    plain_ones = {
        code: _figure(source, span, sums[code] if ready[code] else None) for code, source in basis.items()
    }
    printed = {} if within else stated_beside(wanted, span)
    found = {}
    for code, source in wanted.items():
        figure = plain_ones[code] if code in plain_ones else _ratio(source, span, plain_ones)
        found[code] = _with_stated(figure, printed.get(code, ()))
    return found


def counted_over(code: str, spans: Sequence[Span], within: Chosen, coverage: Coverage) -> list[Figure]:
    """Count one figure over several spans, up to the first in which nothing bears its code.

    Spans of one definition are counted in one query; a ratio's parts in one each.
    """
    known = list(takewhile(lambda pair: pair[1] is not None, ((span, _found(code, span)) for span in spans)))
    printed = {} if within else stated_over(code, [span for span, _source in known])
    figures: list[Figure] = []
    for indicator, group in groupby(known, key=lambda pair: pair[1] and pair[1].indicator):
        same = [(span, source) for span, source in group if source is not None]
        if indicator and indicator.kind is Kind.RATIO:
            figures += _ratios_over(same, within, coverage)
        else:
            figures += _rows_over(same, within, coverage)
    return [_with_stated(figure, printed.get(figure.span, ())) for figure in figures]


def _found(code: str, span: Span) -> Source | None:
    try:
        return source_of(code, span)
    except UnknownFigure:
        return None


def _rows_over(same: Sequence[tuple[Span, Source]], within: Chosen, coverage: Coverage) -> list[Figure]:
    ready = [(span, source) for span, source in same if source.is_ready(span)]
    spans = [span for span, _source in ready]
    told = dict(zip(spans, by_span(ready[0][1], spans, within, coverage), strict=True)) if ready else {}
    return [_figure(source, span, told.get(span)) for span, source in same]


def _ratios_over(same: Sequence[tuple[Span, Source]], within: Chosen, coverage: Coverage) -> list[Figure]:
    spans, ratio = [span for span, _source in same], same[0][1].indicator
    parts = {
        code: {one.span: one for one in counted_over(code, spans, within, coverage)}
        for code in (ratio.numerator, ratio.denominator)
        if code is not None
    }
    return [
        _ratio(source, span, {code: figures[span] for code, figures in parts.items()})
        for span, source in same
        if all(span in figures for figures in parts.values())
    ]


def rows(code: str, span: Span, chosen: Chosen | None = None) -> QuerySet[Any]:
    """Return exactly the rows a figure counts; those of the numerator for a ratio.

    Raises:
        UnknownFigure: when nothing bears the code in that time.
        Invalid: when a split or a value of one is not known.
    """
    source = basis_of(source_of(code, span), span)
    return source.rows(span, chosen or {}) if source.is_ready(span) else source.rows(span).none()


def drifted(figure: Figure) -> tuple[Stated, ...]:
    """Return what was printed of a figure in its unit and differs from the count by more than rounding."""
    counted = figure.value
    if counted is None:
        return ()
    return tuple(
        stated
        for stated in figure.stated
        if figure.unit.is_said_by(stated.unit)
        and not (gap := rules.difference(stated.value, counted)).is_none
        and not gap.is_rounding
    )


def holds_corrections(figure: Figure, chosen: Chosen | None = None) -> bool:
    """Say whether a count differs from its rows because lines that take others back (−1) are among them."""
    measure = source_of(figure.general, figure.span).indicator.measure
    if (
        figure.parts
        or figure.unit is Unit.YUAN
        or figure.value == figure.rows
        or not isinstance(measure, Sum)
    ):
        return False
    path = getattr(measure.get_source_expressions()[0], "name", None)
    return path is not None and rows(figure.code, figure.span, chosen).filter(**{f"{path}__lt": 0}).exists()


def basis_of(source: Source, span: Span) -> Source:
    """Return the source whose rows the trace lists: the source itself, or a ratio's numerator."""
    numerator = source.indicator.numerator
    return source if numerator is None else source_of(numerator, span)


def _knows_branches(source: Source, span: Span) -> bool:
    parts = [code for code in (source.indicator.numerator, source.indicator.denominator) if code]
    basis = [source_of(code, span) for code in parts] or [source]
    return all(branch_path(one.indicator) is not None for one in basis)


def _with_parts(wanted: Mapping[str, Source], span: Span) -> dict[str, Source]:
    """Return the sources that have rows: the wanted ones, and what the wanted ratios are made of."""
    ratios = [source.indicator for source in wanted.values() if source.indicator.kind is Kind.RATIO]
    parts = {code for ratio in ratios for code in (ratio.numerator, ratio.denominator) if code}
    needed = {**wanted, **sources_of(sorted(parts - set(wanted)), span)}
    return {code: source for code, source in needed.items() if source.indicator.kind is not Kind.RATIO}


def _figure(source: Source, span: Span, tally: Tally | None) -> Figure:
    indicator = source.indicator
    return Figure(
        code=source.code,
        name=source.name,
        span=span,
        value=None if tally is None else plain(tally, indicator.unit),
        unit=indicator.unit,
        kind=indicator.kind,
        rows=0 if tally is None else tally.rows,
        version=indicator.version,
        definition=indicator.counted_from,
        source=indicator.source,
        is_ready=tally is not None,
        is_selection=source.is_selection,
        general=indicator.code,
    )


def _ratio(source: Source, span: Span, known: Mapping[str, Figure]) -> Figure:
    indicator = source.indicator
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    above, below = known[indicator.numerator], known[indicator.denominator]
    return Figure(
        code=source.code,
        name=source.name,
        span=span,
        value=rules.ratio(above.value, below.value, times=indicator.times),
        unit=indicator.unit,
        kind=indicator.kind,
        rows=above.rows,
        version=indicator.version,
        definition=indicator.counted_from,
        source=indicator.source,
        is_ready=above.is_ready and below.is_ready,
        is_selection=False,
        general=indicator.code,
        parts=(above, below),
    )


def _with_stated(figure: Figure, printed: Iterable[Stated]) -> Figure:
    printed = tuple(printed)
    return replace(figure, stated=printed) if printed else figure
