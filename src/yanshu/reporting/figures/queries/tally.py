"""Counting: from the roll-ups what they hold, from the rows all else."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Substr

from yanshu.core.indicator import Indicator, Kind
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.reporting.figures import rules
from yanshu.reporting.figures.models import DailyRollUp
from yanshu.reporting.figures.queries.coverage import Coverage, days_told, rolled_by_branch
from yanshu.reporting.figures.queries.moves import every_row, moves
from yanshu.reporting.figures.queries.source import SCOPE, Chosen, Source, narrowed
from yanshu.reporting.figures.rules import Number

MONTH = Substr(Cast("day", CharField()), 1, 7)


@dataclass(frozen=True, slots=True)
class Tally:
    """A value as the measure gives it, and the number of rows it was taken over."""

    value: Number = 0
    rows: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.value + other.value, self.rows + other.rows)


NOTHING = Tally()


def plain(tally: Tally, unit: Unit) -> Number:
    """Return a tally's value in the plain unit; money is counted in fen and told in yuan."""
    return rules.yuan(tally.value) if unit is Unit.YUAN else tally.value


def tallies(
    sources: Mapping[str, Source], span: Span, within: Chosen, coverage: Coverage
) -> dict[str, Tally]:
    """Count every source over a span, those with roll-ups in one query."""
    stale = coverage.stale_days(sources.values(), span, within)
    found = _rolled(sources, stale, span, within)
    for code, source in sources.items():
        if code not in stale:
            found[code] = _live(source.rows(span, within), source.indicator)
        elif stale[code]:
            found[code] = found.get(code, NOTHING) + _live_of_days(source, span, within, stale[code])
    return {code: found.get(code, NOTHING) for code in sources}


def by_branch(
    sources: Mapping[str, Source], span: Span, within: Chosen, coverage: Coverage
) -> dict[str, dict[Any, Tally]]:
    """Count sources branch by branch, those with roll-ups in one query."""
    rolled = [source for source in sources.values() if rolled_by_branch(source.indicator)]
    stale = coverage.stale_days(rolled, span, within)
    told = [source for source in rolled if source.code in stale]
    found = _cells(told, span, within, "branch_id", stale) if told else {}
    for code, source in sources.items():
        field = source.indicator.split("branch").field
        if code not in stale:
            found[code] = _grouped(source.rows(span, within), source.indicator, field)
        elif stale[code]:
            _merge(found[code], _grouped_of_days(source, span, within, stale[code], field))
    return {code: _present(parts) for code, parts in found.items()}


def by_split(source: Source, span: Span, name: str, within: Chosen, coverage: Coverage) -> dict[Any, Tally]:
    """Count a source by the values of one of its splits.

    Raises:
        KeyError: when the indicator has no such split.
    """
    if name == "branch":
        return by_branch({source.code: source}, span, within, coverage)[source.code]
    return _grouped(source.rows(span, within), source.indicator, source.indicator.split(name).field)


def by_month(
    sources: Mapping[str, Source], span: Span, within: Chosen, coverage: Coverage
) -> dict[str, dict[str, Tally]]:
    """Count flows month by month (``2019-05``), those with roll-ups in one query; stocks as of month ends."""
    stale = coverage.stale_days(sources.values(), span, within)
    told = [source for code, source in sources.items() if code in stale]
    found = _cells(told, span, within, "rolled_month", stale) if told else {}
    for code, source in sources.items():
        if code not in stale:
            found[code] = _live_months(source, span, within)
        elif stale[code] and source.indicator.kind is Kind.STOCK:
            _merge(found[code], _moved(source, within, stale[code], lambda day, _branch: f"{day:%Y-%m}"))
        elif stale[code]:
            rows = _of_days(source, span, within, stale[code])
            _merge(found[code], _by_day_field(rows, source.indicator))
    return {
        code: _as_of_months(parts, span)
        if code in stale and sources[code].indicator.kind is Kind.STOCK
        else parts
        for code, parts in found.items()
    }


def _live(rows: QuerySet[Any], indicator: Indicator) -> Tally:
    assert indicator.measure is not None
    counted = rows.order_by().aggregate(tally_value=indicator.measure, tally_rows=Count("pk"))
    return Tally(counted["tally_value"] or 0, counted["tally_rows"])


def _grouped(rows: QuerySet[Any], indicator: Indicator, field: str) -> dict[Any, Tally]:
    assert indicator.measure is not None
    groups = (
        rows.order_by()
        .values(field)
        .annotate(tally_value=indicator.measure, tally_rows=Count("pk"))
        .values_list(field, "tally_value", "tally_rows")
    )
    return {key: Tally(value or 0, count) for key, value, count in groups}


def _of_days(source: Source, span: Span, within: Chosen, days: Iterable[date]) -> QuerySet[Any]:
    rollup = source.indicator.rollup
    assert rollup is not None
    return source.rows(span, within).filter(**{f"{rollup.day}__in": sorted(days)})


def _live_of_days(source: Source, span: Span, within: Chosen, days: Iterable[date]) -> Tally:
    """Count what some days of a span add: their rows, or what they brought to a stock and took from it."""
    if source.indicator.kind is Kind.STOCK:
        return sum(_moved(source, within, days, lambda day, _branch: day).values(), start=NOTHING)
    return _live(_of_days(source, span, within, days), source.indicator)


def _grouped_of_days(
    source: Source, span: Span, within: Chosen, days: Iterable[date], field: str
) -> dict[Any, Tally]:
    if source.indicator.kind is Kind.STOCK:
        return _moved(source, within, days, lambda _day, branch: branch)
    return _grouped(_of_days(source, span, within, days), source.indicator, field)


def _moved(
    source: Source, within: Chosen, days: Iterable[date], key: Callable[[date, int | None], Any]
) -> dict[Any, Tally]:
    rows = every_row(source.indicator)
    for chosen in (source.chosen, within):
        rows = narrowed(rows, source.indicator, chosen)
    found: dict[Any, Tally] = {}
    for (day, branch), number in moves(source.indicator, rows, days).items():
        _merge(found, {key(day, branch): Tally(number, number)})
    return found


def _present(parts: Mapping[Any, Tally]) -> dict[Any, Tally]:
    """Return the parts that have rows: a branch whose last copy has gone holds nothing."""
    return {key: tally for key, tally in parts.items() if tally.rows}


def _as_of_months(moved: Mapping[str, Tally], span: Span) -> dict[str, Tally]:
    """Return a stock as of the end of each month of a span, from what all months up to it have moved."""
    found = {}
    for month in span.months():
        name = f"{month.first_day:%Y-%m}"
        found[name] = sum((tally for one, tally in moved.items() if one <= name), start=NOTHING)
    return found


def _cell_rows(
    sources: Collection[Source], span: Span, within: Chosen, stale: Mapping[str, frozenset[date]]
) -> QuerySet[DailyRollUp]:
    """Return the roll-up's cells of the sources that may be believed; they are all flows, or all stocks."""
    believed = Q(pk__in=[])
    for days in {stale[source.code] for source in sources}:
        codes = sorted({s.indicator.code for s in sources if stale[s.code] == days})
        believed |= Q(code__in=codes) & ~Q(day__in=sorted(days)) if days else Q(code__in=codes)
    told = days_told(next(iter(sources)).indicator, span)
    cells = DailyRollUp.objects.filter(believed, day__gte=told.first_day, day__lt=told.end_day)
    for chosen in (*(source.chosen for source in sources), within):
        for asked in (chosen[name] for name in ("branch", SCOPE) if name in chosen):
            cells = cells.filter(branch_id__in=asked if isinstance(asked, list) else [asked])
    return cells.order_by()


def _rolled(
    sources: Mapping[str, Source], stale: Mapping[str, frozenset[date]], span: Span, within: Chosen
) -> dict[str, Tally]:
    found = {}
    for whole in _by_kind(sources[code] for code in stale if not sources[code].chosen):
        cells = _cell_rows(whole, span, within, stale).values("code")
        totals = cells.annotate(v=Sum("value"), r=Sum("rows")).values_list("code", "v", "r")
        found.update({code: Tally(value, rows) for code, value, rows in totals})
    for code in stale:
        if sources[code].chosen:
            total = _cell_rows([sources[code]], span, within, stale).aggregate(v=Sum("value"), r=Sum("rows"))
            found[code] = Tally(total["v"] or 0, total["r"] or 0)
    return found


def _cells(
    sources: Iterable[Source], span: Span, within: Chosen, key: str, stale: Mapping[str, frozenset[date]]
) -> dict[str, dict[Any, Tally]]:
    """Return the sums of the cells by ``key`` for each source, unchosen ones in one query."""
    found: dict[str, dict[Any, Tally]] = {source.code: {} for source in sources}
    whole = _by_kind(source for source in sources if not source.chosen)
    for group in [*whole, *([source] for source in sources if source.chosen)]:
        names = {source.indicator.code: source.code for source in group}
        cells = _cell_rows(group, span, within, stale).annotate(rolled_month=MONTH).values("code", key)
        for code, value, total, rows in cells.annotate(v=Sum("value"), r=Sum("rows")).values_list(
            "code", key, "v", "r"
        ):
            found[names[code]][value] = Tally(total, rows)
    return found


def _by_kind(sources: Iterable[Source]) -> list[list[Source]]:
    """Part sources into flows and stocks: a stock is told from all the days before, too."""
    known = list(sources)
    kinds = [
        [source for source in known if source.indicator.kind is kind] for kind in (Kind.FLOW, Kind.STOCK)
    ]
    return [group for group in kinds if group]


def by_span(source: Source, spans: Sequence[Span], within: Chosen, coverage: Coverage) -> list[Tally]:
    """Count a source over several spans in one query, but for days its roll-up has not got yet."""
    stale = [coverage.stale_days([source], span, within).get(source.code) for span in spans]
    known = [days for days in stale if days is not None]
    if len(known) < len(spans):
        return _live_spans([source.rows(span, within) for span in spans], source.indicator)
    found = _rolled_spans(source, spans, within, frozenset().union(*known))
    return [
        told + _live_of_days(source, span, within, days) if days else told
        for told, span, days in zip(found, spans, known, strict=True)
    ]


def _rolled_spans(
    source: Source, spans: Sequence[Span], within: Chosen, stale: frozenset[date]
) -> list[Tally]:
    whole = Span(min(span.first_day for span in spans), max(span.end_day for span in spans))
    sums = {}
    for place, span in enumerate(days_told(source.indicator, one) for one in spans):
        inside = Q(day__gte=span.first_day, day__lt=span.end_day)
        sums[f"v{place}"], sums[f"r{place}"] = Sum("value", filter=inside), Sum("rows", filter=inside)
    told = _cell_rows([source], whole, within, {source.code: stale}).aggregate(**sums)
    return [Tally(told[f"v{place}"] or 0, told[f"r{place}"] or 0) for place in range(len(spans))]


def rows_by_day(source: Source, span: Span, within: Chosen, coverage: Coverage) -> dict[date, int] | None:
    """Return how many rows each day has, from the roll-up; nothing where it does not hold what is asked."""
    stale = coverage.stale_days([source], span, within).get(source.code)
    if stale is None or source.indicator.rollup is None or source.indicator.kind is Kind.STOCK:
        return None
    found = _cells([source], span, within, "day", {source.code: stale})[source.code]
    if stale:
        rows = _of_days(source, span, within, stale)
        _merge(found, _grouped(rows, source.indicator, source.indicator.rollup.day))
    return {day: tally.rows for day, tally in found.items()}


def _live_spans(rows: Sequence[QuerySet[Any]], indicator: Indicator) -> list[Tally]:
    """Count several sets of rows in one query."""
    assert indicator.measure is not None
    counts = [
        one.order_by()
        .annotate(tally_place=Value(place))
        .values("tally_place")
        .annotate(tally_value=indicator.measure, tally_rows=Count("pk"))
        .values_list("tally_place", "tally_value", "tally_rows")
        for place, one in enumerate(rows)
    ]
    found = {
        place: Tally(value or 0, number) for place, value, number in counts[0].union(*counts[1:], all=True)
    }
    return [found.get(place, NOTHING) for place in range(len(rows))]


def _live_months(source: Source, span: Span, within: Chosen) -> dict[str, Tally]:
    indicator = source.indicator
    distinct = getattr(indicator.measure, "distinct", False)
    if indicator.kind is Kind.FLOW and not distinct and indicator.rollup is not None:
        return _by_day_field(source.rows(span, within), indicator)
    if indicator.kind is Kind.FLOW and any(split.name == "month" for split in indicator.splits):
        return _grouped(source.rows(span, within), indicator, indicator.split("month").field)
    months = list(span.months())
    counted = _live_spans([source.rows(month, within) for month in months], indicator)
    return {f"{month.first_day:%Y-%m}": tally for month, tally in zip(months, counted, strict=True)}


def _by_day_field(rows: QuerySet[Any], indicator: Indicator) -> dict[str, Tally]:
    assert indicator.rollup is not None
    found: dict[str, Tally] = {}
    for day, tally in _grouped(rows, indicator, indicator.rollup.day).items():
        month = f"{day:%Y-%m}"
        found[month] = found.get(month, NOTHING) + tally
    return found


def _merge(into: dict[Any, Tally], more: Mapping[Any, Tally]) -> None:
    for key, tally in more.items():
        into[key] = into.get(key, NOTHING) + tally
