"""The overview and the annual report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.span import Span
from yanshu.core.ui.navigation import Crumb
from yanshu.reporting.figures import queries as figures
from yanshu.reporting.reports import queries
from yanshu.reporting.reports.web import panels

FIRST_YEAR, LAST_YEAR = 1900, 2999
FIRST_DAYS = 7
MOST_YEARS = 20

PERIODS = {
    "today": gettext_lazy("Today"),
    "month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "year": gettext_lazy("This year"),
    "last-year": gettext_lazy("Last year"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A span one may look at."""

    label: Any
    url: str
    is_current: bool


def overview_facts(request: HttpRequest, *, states: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the part ``reports/desk/_overview.html`` shows; the door puts it on its first page.

    The span is today, this month, this year or the last ones, against the same days a year before. In
    ``beside`` the door names the template of its own that stands beside the branches.

    Args:
        states: how branches are now, by their key; each with label, tone and icon.
    """
    today = clock.business_date(clock.now())
    asked = request.GET.get("period", "")
    period = asked if asked in PERIODS else "last-month" if today.day <= FIRST_DAYS else "month"
    span = _span(period, today)
    coverage = figures.Coverage()
    shown = queries.overview(span, today=today, scope=Actor.of(request).scope, coverage=coverage)
    return {
        "overview": shown,
        "period": period,
        "title": _title(period, is_scoped=Actor.of(request).scope is not None),
        "choices": [Choice(words, f"?period={name}", name == period) for name, words in PERIODS.items()],
        "tiles": panels.tiles(shown, linked=Actor.of(request).may("figures.see")),
        "branches": panels.branches(shown, states),
        "chart": panels.loans_chart(today, Actor.of(request).scope, coverage),
        "chart_url": panels.loans_url(today),
        "may_see": Actor.of(request).may("figures.see"),
        "is_scoped": Actor.of(request).scope is not None,
        "is_focused": True,
        "crumbs": [Crumb(_("Overview"))],
    }


def _title(period: str, *, is_scoped: bool) -> str:
    words = _("%(period)s, your branches") if is_scoped else _("%(period)s, the whole library")
    return words % {"period": PERIODS[period]}


@require_safe
@requires("reports.see")
def latest(request: HttpRequest) -> HttpResponse:
    """Lead to the report of the last year that is over."""
    del request
    return redirect("desk:reports-annual", clock.business_date(clock.now()).year - 1)


@require_safe
@requires("reports.see")
def annual(request: HttpRequest, year: int) -> HttpResponse:
    """Show the annual report of a year; every figure opens to its card."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    today = clock.business_date(clock.now())
    report = queries.annual_report(year, today=today, scope=Actor.of(request).scope)
    facts = {
        "report": report,
        "chapters": panels.chapters(report),
        "year": year,
        "years": _years(today),
        "is_running": year >= today.year,
        "is_scoped": Actor.of(request).scope is not None,
        "crumbs": [
            Crumb(_("Annual reports"), reverse("desk:reports-latest")),
            Crumb(_("Report of %(year)s") % {"year": year}),
        ],
    }
    return render(request, "reports/desk/annual.html", facts)


def _years(today: date) -> range:
    """Return the years that have records or printed figures, newest first."""
    first = max(figures.first_year() or today.year, today.year - MOST_YEARS)
    return range(today.year, min(first, today.year) - 1, -1)


def _span(period: str, today: date) -> Span:
    """Return the days a period means, up to and with today at the latest."""
    tomorrow = today + timedelta(days=1)
    if period == "today":
        return Span.day(today)
    if period == "year":
        return Span(date(today.year, 1, 1), tomorrow)
    if period == "last-year":
        return Span.year(today.year - 1)
    first = today.replace(day=1)
    if period == "last-month":
        return Span((first - timedelta(days=1)).replace(day=1), first)
    return Span(first, tomorrow)
