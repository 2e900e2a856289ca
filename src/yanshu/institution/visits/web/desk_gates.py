"""Desk pages of gates and their calibration."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.institution.places import queries as places
from yanshu.institution.visits import operations, queries
from yanshu.institution.visits.models import Gate
from yanshu.institution.visits.web.desk import GET_POST, gate_of, way
from yanshu.institution.visits.web.filters import GateFilter
from yanshu.institution.visits.web.forms import CalibrationForm, GateForm
from yanshu.institution.visits.web.tables import GateTable


@requires("visits.see")
@require_safe
def gates(request: HttpRequest) -> HttpResponseBase:
    """List the gates."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Gates"),
        unit=_("gates"),
        shown="q branch",
        acts=offered(actor, ("visits.make_gate", _("Enter a gate"), "desk:visits-gate-new", "plus-lg", "n")),
        crumbs=way(_("Gates")),
    )
    filterset = GateFilter(request.GET, queries.gates(actor), request=request)
    return list_page(request, page, filterset=filterset, table=GateTable)


@requires("visits.make_gate")
@require_http_methods(GET_POST)
def gate_new(request: HttpRequest) -> HttpResponse:
    """Enter a gate."""
    return _gate_form(request, None)


@requires("visits.change_gate")
@require_http_methods(GET_POST)
def gate_edit(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Change a gate."""
    return _gate_form(request, gate_of(request, gate_id))


@requires("visits.see")
@require_http_methods(GET_POST)
def gate(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Show a gate with its factors, and calibrate it."""
    actor, now = Actor.of(request), clock.now()
    shown = gate_of(request, gate_id)
    today = clock.business_date(now)
    form = CalibrationForm(request.POST or None, initial={"valid_from": today})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = operations.calibrate(shown, **form.cleaned_data, actor=actor, now=now)
            except (Invalid, Conflict) as refused:
                add_reasons(form, refused.reasons)
            else:
                done = _("The factor is %(factor)s ‰ from %(day)s on.")
                messages.success(request, done % {"factor": made.factor_permille, "day": made.valid_from})
                return redirect("desk:visits-gate", gate_id=shown.pk)
        status = 422
    facts = {
        "gate": shown,
        "today": today,
        "facts": [
            (_("Branch"), shown.branch),
            (_("Service point"), shown.service_point or ""),
            (_("Code"), shown.code),
            (_("Reports through"), shown.terminal or _("Any terminal of the branch")),
            (_("Installed on"), shown.installed_on.isoformat()),
            (_("Removed on"), shown.removed_on.isoformat() if shown.removed_on else ""),
        ],
        "calibrations": shown.calibrations.all(),
        "form": form,
        "may_calibrate": actor.may("visits.calibrate"),
        "may_change": actor.may("visits.change_gate"),
        "may_record": actor.may("visits.record"),
        "crumbs": way((_("Gates"), reverse("desk:visits-gates")), shown.name),
    }
    return render(request, "visits/desk/gate.html", facts, status=status)


def _gate_form(request: HttpRequest, shown: Gate | None) -> HttpResponse:
    actor = Actor.of(request)
    form = GateForm(
        request.POST or None,
        initial=_initial(shown),
        branches=places.branches_in_scope(actor),
        points=places.service_points(actor),
        terminals=places.terminals(actor),
    )
    title = _("Change %(name)s") % {"name": shown.name} if shown else _("Enter a gate")
    gates_url = reverse("desk:visits-gates")
    page = FormPage(
        title=title,
        save=_("Save the gate") if shown else _("Enter the gate"),
        back=gates_url,
        done=lambda kept: _("%(gate)s is saved.") % {"gate": kept.name},
        then=lambda kept: reverse("desk:visits-gate", args=[kept.pk]),
        crumbs=way((_("Gates"), gates_url), title),
    )
    return form_page(request, page, form, lambda sound: _save(request, shown, sound))


def _save(request: HttpRequest, shown: Gate | None, form: GateForm) -> Gate:
    actor, now = Actor.of(request), clock.now()
    if shown is None:
        return operations.make_gate(form.data_(), actor=actor, now=now)
    return operations.change_gate(shown, form.data_(), actor=actor, now=now)


def _initial(shown: Gate | None) -> dict[str, Any]:
    if shown is None:
        return {}
    return {
        "branch": shown.branch_id,
        "service_point": shown.service_point_id,
        "terminal": shown.terminal_id,
        **{name: getattr(shown, name) for name in ("code", "name", "installed_on", "removed_on")},
    }
