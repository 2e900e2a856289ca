"""Desk pages of terminals, and the page that shows a key once."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.navigation import Link, way
from yanshu.institution.places import operations, queries
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.operations import NewKey
from yanshu.institution.places.web.filters import TerminalFilter
from yanshu.institution.places.web.forms import TerminalForm
from yanshu.institution.places.web.tables import TerminalTable

GET_POST = ["GET", "HEAD", "POST"]
_FIELDS = ("kind", "name", "login", "permissions", "active")


@requires("places.see_terminals")
@require_safe
def terminals(request: HttpRequest) -> HttpResponseBase:
    """List the terminals with when they were last heard of."""
    actor = Actor.of(request)
    new = Link(_("Enter a terminal"), reverse("desk:places-terminal-new"), icon="plus-lg", key="n")
    page = ListPage(
        title=_("Machines and programs"),
        unit=_("terminals"),
        shown="q branch kind",
        acts=[new] if actor.may("places.make_terminal") else [],
    )
    rows = TerminalFilter(request.GET, queries.terminals(actor), request=request)
    return list_page(request, page, filterset=rows, table=TerminalTable)


@requires("places.make_terminal")
@require_http_methods(GET_POST)
def terminal_new(request: HttpRequest) -> HttpResponse:
    """Enter a terminal and show its key, once."""
    form = _form(request)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = operations.make_terminal(form.data_(), actor=Actor.of(request), now=clock.now())
            except Invalid as refused:
                add_reasons(form, refused.reasons)
            else:
                return _key_page(request, made)
        status = 422
    page = _page(_("Enter a terminal"), _("Enter the terminal and show its key"))
    return render(request, page.template, {"page": page, "form": form, "crumbs": page.crumbs}, status=status)


@requires("places.change_terminal")
@require_http_methods(GET_POST)
def terminal_edit(request: HttpRequest, terminal_id: int) -> HttpResponse:
    """Change a terminal; its key stays."""
    shown = get_object_or_404(queries.terminals(Actor.of(request)), pk=terminal_id)
    initial: dict[str, Any] = {name: getattr(shown, name) for name in _FIELDS}
    initial |= {"branch": shown.branch_id, "service_point": shown.service_point_id, **shown.options}
    page = _page(_("Change %(name)s") % {"name": shown.name}, _("Save the terminal"))
    return form_page(
        request,
        page,
        _form(request, initial),
        lambda sound: operations.change_terminal(
            shown, sound.data_(), actor=Actor.of(request), now=clock.now()
        ),
        renew_url=reverse("desk:places-terminal-key", args=[shown.pk]),
    )


@requires("places.renew_terminal_key")
@require_POST
def terminal_key(request: HttpRequest, terminal_id: int) -> HttpResponse:
    """Give a terminal a new key and show it, once."""
    shown: Terminal = get_object_or_404(queries.terminals(Actor.of(request)), pk=terminal_id)
    return _key_page(request, operations.renew_terminal_key(shown, actor=Actor.of(request), now=clock.now()))


def _form(request: HttpRequest, initial: dict[str, Any] | None = None) -> TerminalForm:
    actor = Actor.of(request)
    return TerminalForm(
        request.POST or None,
        branches=queries.branches_in_scope(actor),
        points=queries.service_points(actor),
        initial=initial or {},
    )


def _key_page(request: HttpRequest, made: NewKey) -> HttpResponse:
    back = reverse("desk:places-terminals")
    facts = {"made": made, "crumbs": way((_("Machines and programs"), back), made.terminal.name)}
    return render(request, "places/desk/terminal_key.html", facts)


def _page(title: str, save: str) -> FormPage:
    back = reverse("desk:places-terminals")
    return FormPage(
        title=title,
        save=save,
        back=back,
        done=_("The terminal is saved."),
        lead=_("Character set, delimiter and what follows are for SIP2 machines only."),
        crumbs=way((_("Machines and programs"), back), title),
        template="places/desk/form.html",
    )
