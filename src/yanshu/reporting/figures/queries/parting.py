"""A figure parted: by one of its splits, by month, against former years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.translation import gettext as _

from yanshu.core.indicator import Indicator, Kind, Split
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures import rules
from yanshu.reporting.figures.queries.coverage import EVER, Coverage
from yanshu.reporting.figures.queries.figure import Figure, basis_of, counted_over, measure
from yanshu.reporting.figures.queries.source import Chosen, Source, source_of, sources_of
from yanshu.reporting.figures.queries.tally import Tally, by_branch, by_month, by_split, plain
from yanshu.reporting.figures.rules import Number, as_key

MONTHS = 12
IN_ORDER = frozenset({"month", "day", "hour"})
"""Splits whose parts stand in the order of time, not of size."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a split: as an address writes it, in words, and what is counted under it."""

    key: str
    label: Any
    value: Number
    rows: int


@dataclass(frozen=True, slots=True)
class Parting:
    """A figure by the values of a split; ``sums_up`` says whether the parts make the whole."""

    split: Split
    parts: tuple[Part, ...]
    total: Number
    sums_up: bool


def splits_of(code: str, span: Span) -> tuple[Split, ...]:
    """Return the splits of a figure; a ratio is split as its numerator is."""
    return basis_of(source_of(code, span), span).indicator.splits


def splits(
    code: str,
    span: Span,
    by: str,
    chosen: Chosen | None = None,
    *,
    whole: Figure | None = None,
    coverage: Coverage | None = None,
) -> Parting:
    """Part a figure's rows by a split; months stand in order, everything else from large to small.

    Args:
        whole: the figure of the span, where it is known already; for a ratio its numerator.

    Raises:
        UnknownFigure: when nothing bears the code in that time.
        KeyError: when the figure has no such split.
    """
    source = basis_of(source_of(code, span), span)
    indicator = source.indicator
    split = indicator.split(by)
    coverage = coverage or Coverage()
    whole = whole or measure(source.code, span, chosen, coverage)
    counted = by_split(source, span, by, chosen or {}, coverage) if whole.is_ready else {}
    return _parting(indicator, split, counted, whole)


def branches_of(
    wholes: Iterable[Figure], chosen: Chosen | None = None, coverage: Coverage | None = None
) -> dict[str, Parting]:
    """Part several counted figures of one span by branch; those with roll-ups take one query together."""
    known = {whole.code: whole for whole in wholes if whole.is_ready}
    if not known:
        return {}
    span = next(iter(known.values())).span
    sources = sources_of(known, span)
    counted = by_branch(sources, span, chosen or {}, coverage or Coverage())
    return {
        code: _parting(source.indicator, source.indicator.split("branch"), counted[code], known[code])
        for code, source in sources.items()
    }


def _parting(indicator: Indicator, split: Split, counted: Mapping[Any, Tally], whole: Figure) -> Parting:
    by = split.name
    ordered = sorted(counted, key=_place) if by in IN_ORDER else list(counted)
    parts = [
        Part(as_key(key), worded(split, key), plain(counted[key], indicator.unit), counted[key].rows)
        for key in ordered
    ]
    if by not in IN_ORDER:
        parts.sort(key=lambda part: (-part.value, str(part.label)))
    total = sum((part.value for part in parts), start=0)
    return Parting(split, tuple(parts), total, sums_up=total == (whole.value or 0))


def typed(indicator: Indicator, split: Split, value: Any) -> Any:
    """Return what an address says of a split as the rows have it: the number of a branch, not its digits.

    Raises:
        Invalid: when the split cannot have such a value.
    """
    assert indicator.rows is not None
    if value is None:
        return None
    model = indicator.rows(EVER).model
    *path, last = split.field.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    try:
        return model._meta.get_field(last).to_python(value)
    except FieldDoesNotExist:
        return value  # a transform, such as the hour of a moment; the filter reads its value itself
    except ValidationError:
        raise Invalid.because(split.name, "unknown-value", _("The split has no such value.")) from None


def worded(split: Split, value: Any) -> Any:
    """Return a split's value in words."""
    if value is None or value == "":
        return _("not stated")
    return split.shown_by(value) if split.shown_by is not None else value


def months(
    code: str, span: Span, chosen: Chosen | None = None, coverage: Coverage | None = None
) -> dict[str, Number | None]:
    """Return a figure month by month over a span, ``2019-05`` to its value."""
    return months_of([code], span, chosen, coverage)[code]


def months_of(
    codes: Sequence[str], span: Span, chosen: Chosen | None = None, coverage: Coverage | None = None
) -> dict[str, dict[str, Number | None]]:
    """Return several figures month by month; flows with roll-ups take one query together."""
    wanted = sources_of(codes, span)
    parts = {
        code
        for source in wanted.values()
        for code in (source.indicator.numerator, source.indicator.denominator)
        if code
    }
    basis = {
        code: source
        for code, source in {**wanted, **sources_of(sorted(parts), span)}.items()
        if source.indicator.kind is not Kind.RATIO and source.is_ready(span)
    }
    names = [f"{month.first_day:%Y-%m}" for month in span.months()]
    counted = by_month(basis, span, chosen or {}, coverage or Coverage())
    told = {
        code: {name: _of_month(source.indicator, counted[code], name) for name in names}
        for code, source in basis.items()
    }
    return {code: _series(source, told, names) for code, source in wanted.items()}


def sparkline(code: str, last: date, chosen: Chosen | None = None) -> tuple[Number | None, ...]:
    """Return the twelve months up to and with that of ``last``; the last one as far as it has come."""
    return tuple(months(code, twelve_months(last), chosen).values())


def twelve_months(last: date) -> Span:
    """Return the twelve calendar months that end with ``last``."""
    year, month = (last.year, 1) if last.month == MONTHS else (last.year - 1, last.month + 1)
    return Span(date(year, month, 1), Span.day(last).end_day)


def former_years(
    code: str,
    span: Span,
    count: int = 3,
    chosen: Chosen | None = None,
    coverage: Coverage | None = None,
) -> list[Figure]:
    """Return the figure of the same span in the years before, newest first, as far as anything is known."""
    spans = []
    for _year in range(count):
        span = span.a_year_before()
        spans.append(span)
    found = counted_over(code, spans, chosen or {}, coverage or Coverage())
    while found and not (found[-1].rows or found[-1].stated):
        found.pop()
    return found


def known_value(figure: Figure) -> Number | None:
    """Return what may be compared: the count where there are rows, else what was printed, else nothing."""
    if figure.rows:
        return figure.value
    return figure.stated[0].value if figure.stated else None


def _place(key: Any) -> tuple[int, str]:
    """Return where a day, month or hour stands: 9 before 10."""
    return len(str(key)), str(key)


def _of_month(indicator: Indicator, counted: Mapping[str, Any], name: str) -> Number | None:
    return plain(counted[name], indicator.unit) if name in counted else 0


def _series(
    source: Source, told: Mapping[str, Mapping[str, Number | None]], names: Iterable[str]
) -> dict[str, Number | None]:
    indicator = source.indicator
    if indicator.kind is not Kind.RATIO:
        return dict(told.get(source.code) or dict.fromkeys(names))
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    above, below = told.get(indicator.numerator, {}), told.get(indicator.denominator, {})
    return {name: rules.ratio(above.get(name), below.get(name), times=indicator.times) for name in names}
