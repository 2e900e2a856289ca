"""The rows behind a figure as a page and a file ask for them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yanshu.core.actor import Actor
from yanshu.core.indicator import Column, Indicator, Split
from yanshu.core.ui.paging import page_size
from yanshu.reporting.figures import queries
from yanshu.reporting.figures.queries import Figure
from yanshu.reporting.figures.web.narrowing import Choice, chosen_of, cleaned
from yanshu.reporting.figures.web.period import Period, period_for

ROWS_A_PAGE = 50
FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True, slots=True)
class Trace:
    """The rows of a figure, narrowed as the address says."""

    figure: Figure
    indicator: Indicator
    period: Period
    within: queries.Chosen
    chosen: dict[str, Any]
    rows: QuerySet[Any]
    coverage: queries.Coverage

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns the indicator shows of its rows."""
        return self.indicator.columns

    def page(self, query: QueryDict) -> Page[Any]:
        """Return the asked page; how many rows there are is known from the figure unless it is narrowed."""
        span, chosen = self.period.span, {**self.within, **self.chosen}
        count = None if self.chosen else self.figure.rows
        if self.chosen.keys() == {"branch"}:
            count = queries.measure(self.figure.code, span, chosen, self.coverage).rows
        wanted = query.get("page", "1")
        basis = queries.basis_of(queries.source_of(self.figure.code, span), span)
        days = queries.days_of(basis, span, chosen, self.coverage) if wanted != "1" else None
        paginator = queries.TracePaginator(self.rows, page_size(query, ROWS_A_PAGE), count=count, days=days)
        return paginator.get_page(wanted)


def trace_of(request: HttpRequest, code: str) -> Trace:
    """Return the rows an address asks for, newest first, as far as the actor's branches reach.

    Raises:
        UnknownFigure: when nothing bears the code.
        Invalid: when a split's value is not known.
    """
    period = period_for(request, code)
    within = queries.within_scope(Actor.of(request).scope, code, period.span)
    indicator = queries.basis_of(queries.source_of(code, period.span), period.span).indicator
    chosen = chosen_of(request, indicator)
    rows = queries.narrowed(queries.rows(code, period.span, within), indicator, chosen)
    coverage = queries.Coverage()
    figure = queries.measure(code, period.span, within, coverage)
    rows = queries.newest_first(rows, indicator)
    return Trace(figure, indicator, period, within, chosen, rows, coverage)


def choices(trace: Trace, query: QueryDict, by: str, within: dict[str, Any]) -> list[Choice]:
    """Return the values of split ``by`` among the whole figure's rows, each with its address."""
    parting = queries.splits(trace.figure.code, trace.period.span, by, within, coverage=trace.coverage)
    return [
        Choice(parting.split.label, part.label, part.rows, _with(query, by, part.key))
        for part in parting.parts
    ]


def offered(trace: Trace) -> list[Split]:
    """Return the splits the rows are not yet narrowed by."""
    return [split for split in trace.indicator.splits if split.name not in trace.chosen]


def files(trace: Trace, query: QueryDict, total: int) -> list[tuple[str, str]]:
    """Return the files exactly these rows can be taken out as: words with their number, and address."""
    words = ngettext("Export %(total)s row, %(format)s", "Export %(total)s rows, %(format)s", total)
    return [
        (words % {"total": queries.number_words(total), "format": kind.upper()}, _file(trace, query, kind))
        for kind in FORMATS
    ]


def _file(trace: Trace, query: QueryDict, file_format: str) -> str:
    address = reverse("desk:figures-rows-file", args=[trace.figure.code, file_format])
    return f"{address}?{cleaned(query).urlencode()}"


def summary(total: int) -> str:
    """Return how many rows there are, in words."""
    return _("%(total)s rows, without names") % {"total": queries.number_words(total)}


def _with(query: QueryDict, name: str, key: str) -> str:
    kept = cleaned(query)
    kept[name] = key
    return f"?{kept.urlencode()}"
