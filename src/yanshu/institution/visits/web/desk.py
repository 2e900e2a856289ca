"""Desk pages of visits: the days and weeks of the gates, readings, corrections, entry by hand."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.span import midnight
from yanshu.core.ui import navigation
from yanshu.core.ui.dates import full_date
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.navigation import Crumb
from yanshu.core.ui.numbers import thousands
from yanshu.institution.visits import operations, queries
from yanshu.institution.visits.models import Gate
from yanshu.institution.visits.terms import Fate, Quality, ReadingData, Source
from yanshu.institution.visits.web.filters import ReadingFilter
from yanshu.institution.visits.web.forms import CorrectionForm, DayForm
from yanshu.institution.visits.web.tables import ReadingTable

GET_POST = ["GET", "HEAD", "POST"]
ONE_DAY = timedelta(days=1)


@requires("visits.see")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show a day hour by hour, its week day by day, and the gates that are silent."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    day = _day(request.GET.get("day", ""), today)
    monday = day - timedelta(days=day.weekday())
    gates = queries.gates_standing(actor, day)
    days = queries.day_of(gates, day, now)
    weeks = queries.week_of(gates, monday)
    silent = queries.silent_gates(actor, now)
    facts = {
        "day": day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "is_future": day >= today,
        "days": days,
        "hours": queries.HOURS,
        "total": sum(one.total for one in days),
        "missing": sum(one.missing for one in days),
        "weekdays": [monday + timedelta(days=number) for number in range(7)],
        "weeks": weeks,
        "week_total": sum(week.total for week in weeks),
        "silent": [(gate, silent[gate.pk]) for gate in gates if gate.pk in silent] if day == today else [],
        "crumbs": way(full_date(day)),
    }
    return render(request, "visits/desk/overview.html", facts)


@requires("visits.see")
@require_safe
def readings(request: HttpRequest) -> HttpResponseBase:
    """List the lines of the ledger with their sum."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Gate readings"),
        unit=_("readings"),
        kind="visits",
        shown="first last gate quality",
        crumbs=way(_("Gate readings")),
    )
    filterset = ReadingFilter(request.GET, queries.readings(actor), request=request)
    visits = filterset.qs.order_by().aggregate(visits=Sum("corrected"))["visits"] or 0
    fact = _("%(number)s visits with these filters") % {"number": thousands(visits)}
    return list_page(request, page, filterset=filterset, table=ReadingTable, fact=fact)


@requires("visits.record")
@require_http_methods(GET_POST)
def entry(request: HttpRequest, gate_id: int, day: date) -> HttpResponse:
    """Enter the hours of one day of one gate."""
    actor, now = Actor.of(request), clock.now()
    gate = gate_of(request, gate_id)
    (shown,) = queries.day_of([gate], day, now)
    form = DayForm(request.POST or None, day=shown, midnight=midnight(day, clock.zone()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            taken = operations.record_readings(form.readings(), source=Source.HAND, actor=actor, now=now)
            recorded = sum(one.fate == Fate.RECORDED for one in taken)
            if not form.add_refused(taken):
                done = ngettext("%(hours)d hour recorded.", "%(hours)d hours recorded.", recorded)
                messages.success(request, done % {"hours": recorded})
                return redirect("desk:visits-entry", gate_id=gate.pk, day=day)
    facts = {
        "gate": gate,
        "day": shown,
        "form": form,
        "may_record": bool(form.fields),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "is_future": day >= clock.business_date(now),
        "crumbs": way((gate.name, reverse("desk:visits-gate", args=[gate.pk])), full_date(day)),
    }
    return render(request, "visits/desk/entry.html", facts, status=status)


@requires("visits.see")
@require_http_methods(GET_POST)
def interval(request: HttpRequest, gate_id: int, start: datetime) -> HttpResponse:
    """Show every line of one interval, and correct what it says."""
    gate = gate_of(request, gate_id)
    standing = queries.standing_of(gate, start)
    if standing is None:
        raise Http404
    shown = standing.raw_in if standing.quality == Quality.MEASURED else standing.corrected
    initial = {"quality": standing.quality, "count_in": shown, "count_out": standing.raw_out}
    form = CorrectionForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _correct(request, gate, standing, form.cleaned_data)
            except (Invalid, Conflict) as refused:
                add_reasons(form, refused.reasons)
            else:
                messages.success(request, _("The reading is corrected by a new line; the old one stays."))
                return redirect(request.path)
        status = 422
    facts = {
        "gate": gate,
        "standing": standing,
        "lines": queries.lines_of(gate, start),
        "form": form,
        "may_correct": Actor.of(request).may("visits.correct"),
        "crumbs": way((_("Gate readings"), reverse("desk:visits-readings")), gate.name),
    }
    return render(request, "visits/desk/interval.html", facts, status=status)


# --- shared ------------------------------------------------------------------------------------------------


def gate_of(request: HttpRequest, gate_id: int) -> Gate:
    """Return a gate of the actor's branches.

    Raises:
        Http404: when there is none, or it is another's.
    """
    return get_object_or_404(queries.gates(Actor.of(request)), pk=gate_id)


def way(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of visits: pairs of words and address; the last one is the page itself."""
    return navigation.way((_("Visits"), reverse("desk:visits-overview")), *steps)


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _correct(request: HttpRequest, gate: Gate, standing: queries.Standing, values: dict[str, Any]) -> None:
    data = ReadingData(
        gate_code=gate.code,
        start=standing.start,
        end=standing.end,
        count_in=values["count_in"],
        count_out=values["count_out"] or 0,
        quality=Quality(values["quality"]),
    )
    operations.correct_reading(data, reason=values["reason"], actor=Actor.of(request), now=clock.now())
