"""Counting: from the roll-ups what they hold, from the rows all else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Sum
from django.db.models.functions import Cast, Substr

from yanshu.core.indicator import Indicator, Kind
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.reporting.figures import rules
from yanshu.reporting.figures.models import DailyRollUp
from yanshu.reporting.figures.queries.coverage import rolled_by_branch, stale_days
from yanshu.reporting.figures.queries.source import SCOPE, Chosen, Source
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


def tallies(sources: Mapping[str, Source], span: Span, within: Chosen) -> dict[str, Tally]:
    """Count every source over a span, those with roll-ups in one query."""
    stale = stale_days(sources.values(), span, within)
    found = _rolled(sources, stale, span, within)
    for code, source in sources.items():
        if code not in stale:
            found[code] = _live(source.rows(span, within), source.indicator)
        elif stale[code]:
            found[code] = found.get(code, NOTHING) + _live(
                _of_days(source, span, within, stale[code]), source.indicator
            )
    return {code: found.get(code, NOTHING) for code in sources}


def by_branch(source: Source, span: Span, within: Chosen) -> dict[Any, Tally]:
    """Count a source branch by branch, from its roll-up where there is one."""
    field = source.indicator.split("branch").field
    stale = stale_days([source], span, within)
    if source.code not in stale or not rolled_by_branch(source.indicator):
        return _grouped(source.rows(span, within), source.indicator, field)
    days = stale[source.code]
    found = _cells([source], span, within, "branch_id", {source.code: days})[source.code]
    if days:
        _merge(found, _grouped(_of_days(source, span, within, days), source.indicator, field))
    return found


def by_split(source: Source, span: Span, name: str, within: Chosen) -> dict[Any, Tally]:
    """Count a source by the values of one of its splits.

    Raises:
        KeyError: when the indicator has no such split.
    """
    if name == "branch":
        return by_branch(source, span, within)
    return _grouped(source.rows(span, within), source.indicator, source.indicator.split(name).field)


def by_month(sources: Mapping[str, Source], span: Span, within: Chosen) -> dict[str, dict[str, Tally]]:
    """Count flows month by month (``2019-05``), those with roll-ups in one query; stocks as of month ends."""
    stale = stale_days(sources.values(), span, within)
    told = [source for code, source in sources.items() if code in stale]
    found = _cells(told, span, within, "rolled_month", stale) if told else {}
    for code, source in sources.items():
        if code not in stale:
            found[code] = _live_months(source, span, within)
        elif stale[code]:
            rows = _of_days(source, span, within, stale[code])
            _merge(found[code], _by_day_field(rows, source.indicator))
    return found


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


def _cell_rows(
    sources: Iterable[Source], span: Span, within: Chosen, stale: Mapping[str, frozenset[date]]
) -> QuerySet[DailyRollUp]:
    """Return the roll-up's cells of the sources that may be believed."""
    believed = Q(pk__in=[])
    for days in {stale[source.code] for source in sources}:
        codes = sorted({s.indicator.code for s in sources if stale[s.code] == days})
        believed |= Q(code__in=codes) & ~Q(day__in=sorted(days)) if days else Q(code__in=codes)
    cells = DailyRollUp.objects.filter(believed, day__gte=span.first_day, day__lt=span.end_day)
    for chosen in (*(source.chosen for source in sources), within):
        for asked in (chosen[name] for name in ("branch", SCOPE) if name in chosen):
            cells = cells.filter(branch_id__in=asked if isinstance(asked, list) else [asked])
    return cells.order_by()


def _rolled(
    sources: Mapping[str, Source], stale: Mapping[str, frozenset[date]], span: Span, within: Chosen
) -> dict[str, Tally]:
    whole = [sources[code] for code in stale if not sources[code].chosen]
    found = {}
    if whole:
        cells = _cell_rows(whole, span, within, stale).values("code")
        totals = cells.annotate(v=Sum("value"), r=Sum("rows")).values_list("code", "v", "r")
        found = {code: Tally(value, rows) for code, value, rows in totals}
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
    whole = [source for source in sources if not source.chosen]
    for group in [whole, *([source] for source in sources if source.chosen)]:
        if not group:
            continue
        names = {source.indicator.code: source.code for source in group}
        cells = _cell_rows(group, span, within, stale).annotate(rolled_month=MONTH).values("code", key)
        for code, value, total, rows in cells.annotate(v=Sum("value"), r=Sum("rows")).values_list(
            "code", key, "v", "r"
        ):
            found[names[code]][value] = Tally(total, rows)
    return found


def _live_months(source: Source, span: Span, within: Chosen) -> dict[str, Tally]:
    indicator = source.indicator
    distinct = getattr(indicator.measure, "distinct", False)
    if indicator.kind is Kind.FLOW and not distinct and indicator.rollup is not None:
        return _by_day_field(source.rows(span, within), indicator)
    if indicator.kind is Kind.FLOW and any(split.name == "month" for split in indicator.splits):
        return _grouped(source.rows(span, within), indicator, indicator.split("month").field)
    return {
        f"{month.first_day:%Y-%m}": _live(source.rows(month, within), indicator) for month in span.months()
    }


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
