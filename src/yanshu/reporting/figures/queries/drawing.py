"""A year of a figure drawn: twelve bars, the year before dashed, closures hatched."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.ui import chart
from yanshu.core.ui.dates import short_date
from yanshu.reporting.figures.queries.coverage import Coverage
from yanshu.reporting.figures.queries.parting import months
from yanshu.reporting.figures.queries.source import Chosen, source_of
from yanshu.reporting.figures.rules import Number, Run


def year_chart(
    code: str,
    name: Any,
    year: int,
    *,
    today: date,
    closed: tuple[Run, ...] = (),
    chosen: Chosen | None = None,
    coverage: Coverage | None = None,
) -> chart.Chart:
    """Return the months of a year as bars; a month that has not come has none.

    Args:
        closed: the closures to hatch.
        chosen: values of splits the figure is narrowed to.
    """
    span = Span.year(year)
    is_stock = source_of(code, span).indicator.kind is Kind.STOCK
    both = span if is_stock else Span(span.a_year_before().first_day, span.end_day)
    series = months(code, both, chosen, coverage)
    before = [series.get(f"{year - 1}-{month:02}") for month in range(1, 13)]
    has_before = any(before)
    return chart.month_bars(
        _("By month"),
        _sentence(name, year, has_before=has_before),
        year=year,
        values=[_come(series[f"{year}-{month:02}"], date(year, month, 1), today) for month in range(1, 13)],
        before=before if has_before else (),
        closures=[
            chart.Closure(run.first, run.last, _closed(run)) for run in closed if run.first.year == year
        ],
    )


def _sentence(name: Any, year: int, *, has_before: bool) -> str:
    if has_before:
        words = _("%(name)s by month in %(year)s; dashed outlines show %(before)s")
        return words % {"name": name, "year": year, "before": year - 1}
    return _("%(name)s by month in %(year)s") % {"name": name, "year": year}


def _come(value: Number | None, month: date, today: date) -> Number | None:
    return None if month > today else value


def _closed(run: Run) -> str:
    if run.days == 1:
        return _("closed %(first)s") % {"first": short_date(run.first)}
    return _("closed %(first)s to %(last)s") % {"first": short_date(run.first), "last": short_date(run.last)}
