"""The dictionary of figures, the card of a figure and the rows behind it."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yanshu.core import clock, exporting
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.span import Span
from yanshu.core.ui.navigation import Crumb
from yanshu.reporting.figures import queries
from yanshu.reporting.figures.exports import rows_kind
from yanshu.reporting.figures.rules import Run
from yanshu.reporting.figures.web import card as cards
from yanshu.reporting.figures.web import tables
from yanshu.reporting.figures.web import trace as traces
from yanshu.reporting.figures.web.filters import DictionarySearch
from yanshu.reporting.figures.web.narrowing import active, chosen_of
from yanshu.reporting.figures.web.period import Period, period_for


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Dictionary of figures"), reverse("desk:figures-list")), *more]


@require_safe
@requires("figures.see")
def dictionary(request: HttpRequest) -> HttpResponseBase:
    """List what can be counted, with search; or take the list out as a file."""
    today = clock.business_date(clock.now())
    search = DictionarySearch(request.GET)
    words = queries.dictionary(Span.day(today), search.words)
    if asked := request.GET.get("export"):
        return exporting.respond(
            "indicators", asked, actor=Actor.of(request), now=clock.now(), rows=iter(words)
        )
    table = tables.paged(tables.Dictionary(words), request, size=50)
    facts = {
        "table": table,
        "search": search,
        "total": len(words),
        "crumbs": [Crumb(_("Dictionary of figures"))],
    }
    return render(request, "figures/desk/list.html", facts)


@require_safe
@requires("figures.see")
def card(request: HttpRequest, code: str) -> HttpResponse:
    """Show a figure: value, definition, parts, months, former years, what was printed; its rows are next."""
    period = period_for(request, code)
    indicator = queries.basis_of(queries.source_of(code, period.span), period.span).indicator
    chosen = chosen_of(request, indicator)
    scope = queries.within_scope(Actor.of(request).scope, code, period.span)
    within = {**scope, **chosen}
    coverage = queries.Coverage()
    figure = queries.measure(code, period.span, within, coverage)
    closed = queries.closures(Span.year(period.year))
    splits = cards.shown_splits(indicator.splits, chosen)
    by = next((s.name for s in splits if s.name == request.GET.get("by")), splits[0].name if splits else "")
    whole = figure.parts[0] if figure.parts else figure
    parting = queries.splits(code, period.span, by, within, whole=whole, coverage=coverage) if by else None
    difference, before = cards.year_on_year(figure, period, within, coverage)
    facts = {
        "figure": figure,
        "period": period,
        "is_recorded": queries.is_recorded(figure),
        "value": queries.number_words(figure.value),
        "unit": queries.unit_word(figure.unit),
        "prose": queries.in_prose(figure.value, figure.unit),
        "change": difference,
        "before": queries.number_words(before),
        "reasons": cards.closure_words(_inside(closed, period)),
        "facts": cards.facts(figure),
        "printed": cards.printed(figure),
        "former": cards.former(figure, period, within, coverage),
        "chart": queries.year_chart(
            code,
            figure.name,
            period.year,
            today=period.today,
            closed=closed,
            chosen=within,
            coverage=coverage,
        ),
        "splits": splits,
        "by": by,
        "parting": parting,
        "parts": cards.part_lines(parting, code, period, chosen) if parting else [],
        "more_parts": max(0, len(parting.parts) - cards.MOST_PARTS) if parting else 0,
        "part_count": len(parting.parts) if parting else 0,
        "rows_url": cards.rows_url(code, period, chosen),
        "query": cards.query_of(period, chosen),
        "chosen": queries.address_of(chosen),
        "active": active(indicator, chosen, request.GET),
        "holds_corrections": queries.holds_corrections(figure, within),
        "is_scoped": bool(scope),
        "may_state": Actor.of(request).may("figures.import_stated"),
        "crumbs": _crumbs(Crumb(figure.name)),
    }
    return render(request, "figures/desk/card.html", facts)


@require_safe
@requires("figures.see")
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """List exactly the rows a figure counts."""
    trace = traces.trace_of(request, code)
    within = queries.within_scope(Actor.of(request).scope, code, trace.period.span)
    page = trace.page(request.GET)
    by = request.GET.get("by", "")
    is_known = any(split.name == by for split in trace.indicator.splits)
    card_url = cards.card_url(code, trace.period, trace.chosen)
    facts = {
        "trace": trace,
        "period": trace.period,
        "page": page,
        "is_recorded": queries.is_recorded(trace.figure),
        "lines": [(row.pk, queries.cells(row, trace.columns)) for row in page],
        "holds_corrections": queries.holds_corrections(trace.figure, within),
        "summary": traces.summary(page.paginator.count),
        "active": active(trace.indicator, trace.chosen, request.GET),
        "offered": traces.offered(trace),
        "by": by,
        "choices": traces.choices(trace, request.GET, by, dict(within)) if is_known else [],
        "files": traces.files(trace, request.GET, page.paginator.count),
        "may_export": Actor.of(request).may("figures.export"),
        "card_url": card_url,
        "crumbs": _crumbs(Crumb(trace.figure.name, card_url), Crumb(_("Rows counted"))),
    }
    return render(request, "figures/desk/rows.html", facts)


@require_safe
@requires("figures.export")
def rows_file(request: HttpRequest, code: str, file_format: str) -> HttpResponseBase:
    """Take out exactly the rows the page shows, as it is narrowed and in its order."""
    trace = traces.trace_of(request, code)
    return exporting.respond(
        rows_kind(trace.indicator.code),
        file_format,
        actor=Actor.of(request),
        now=clock.now(),
        rows=trace.rows,
    )


def _inside(closed: tuple[Run, ...], period: Period) -> tuple[Run, ...]:
    return tuple(run for run in closed if run.last in period.span or run.first in period.span)
