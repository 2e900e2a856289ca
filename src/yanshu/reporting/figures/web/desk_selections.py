"""Selections: the list, and the form with the values of splits from the records and a count at once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.navigation import Crumb
from yanshu.reporting.figures import operations, queries, rules
from yanshu.reporting.figures.models import Selection
from yanshu.reporting.figures.web import tables
from yanshu.reporting.figures.web.selection_form import SelectionForm, SplitShown, splits_shown

PAGE = "figures/desk/selection.html"
REFUSED = 422
PARTS = {"splits": "#splits", "count": "#count", "list": "#split"}
"""What a page with scripts asks for, act by act; without scripts each act answers with the whole page."""
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tried:
    """What the selection counts in the year looked at, beside the whole indicator."""

    value: str
    whole: str
    unit: str
    share: Any
    year: int


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Dictionary of figures"), reverse("desk:figures-list")), *more]


@require_safe
@requires("figures.see")
def selections(request: HttpRequest) -> HttpResponseBase:
    """List the selections, or take them out as a file."""
    page = ListPage(
        title=_("Selections"),
        unit=_("selections"),
        kind="selections",
        acts=offered(
            Actor.of(request),
            (
                "figures.set_selection",
                _("Make a selection"),
                "desk:figures-selection-new",
                "plus-lg",
                "n",
            ),
        ),
        crumbs=_crumbs(Crumb(_("Selections"))),
    )
    fact = _("Figures of your own: an indicator narrowed to some of its splits")
    return list_page(request, page, table=tables.Selections(queries.selections()), fact=fact)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figures.set_selection")
def selection(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """Make a selection or change one; acts other than keeping it only show more of the form."""
    kept = get_object_or_404(Selection, pk=pk) if pk is not None else None
    form = SelectionForm(request.POST or None, today=clock.business_date(clock.now()), kept=kept)
    act, _dash, name = request.POST.get("act", "").partition("-")
    if act in PARTS:
        return _shown(request, form, act, name)
    if request.method == "POST" and form.is_valid() and _keep(request, form):
        return redirect("desk:figures-selections")
    return _page(request, form, status=REFUSED if form.errors else 200)


@require_POST
@requires("figures.set_selection")
def selection_delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a selection up."""
    kept = get_object_or_404(Selection, pk=pk)
    operations.delete_selection(selection=kept, actor=Actor.of(request), now=clock.now())
    messages.success(request, _("The selection %(name)s is gone; its rows stay.") % {"name": kept.name})
    return redirect("desk:figures-selections")


def _shown(request: HttpRequest, form: SelectionForm, act: str, name: str) -> HttpResponseBase:
    """Answer with the part a script asked for, or with the whole page and nothing found fault with yet."""
    if not request.headers.get("HX-Request"):
        form.errors.clear()
        return _page(request, form, listed=name)
    splits = splits_shown(form, name, _within(request, form))
    facts: dict[str, Any] = {"form": form, "splits": splits, "is_part": True}
    facts["shown"] = next((one for one in splits if one.is_listed), None)
    if act != "list":
        facts["tried"] = _tried(request, form)
    return render(request, PAGE + PARTS[act], facts)


def _page(
    request: HttpRequest,
    form: SelectionForm,
    *,
    listed: str = "",
    status: int = 200,
) -> HttpResponseBase:
    title = form.kept.name if form.kept is not None else _("New selection")
    splits: list[SplitShown] = splits_shown(form, listed, _within(request, form))
    facts = {
        "form": form,
        "kept": form.kept,
        "title": title,
        "splits": splits,
        "tried": _tried(request, form),
        "crumbs": _crumbs(Crumb(_("Selections"), reverse("desk:figures-selections")), Crumb(title)),
    }
    return render(request, PAGE, facts, status=status)


def _within(request: HttpRequest, form: SelectionForm) -> queries.Chosen:
    general = form.general
    if general is None:
        return {}
    return queries.within_scope(Actor.of(request).scope, general.code, Span.year(form.year))


def _tried(request: HttpRequest, form: SelectionForm) -> Tried | None:
    """Count what is ticked in the year looked at; nothing while nothing is, or something is not known."""
    general, span = form.general, Span.year(form.year)
    chosen = form.fields["chosen"].to_python(form.picked)
    if general is None or not chosen:
        return None
    within = _within(request, form)
    try:
        counted = queries.measure(general.code, span, {**within, **chosen})
    except Invalid:
        return None
    whole = queries.measure(general.code, span, within)
    return Tried(
        queries.number_words(counted.value),
        queries.number_words(whole.value),
        queries.unit_word(general.unit),
        rules.ratio(counted.value, whole.value, times=HUNDRED),
        form.year,
    )


def _keep(request: HttpRequest, form: SelectionForm) -> bool:
    try:
        operations.set_selection(**form.cleaned_data, actor=Actor.of(request), now=clock.now())
    except Invalid as refused:
        add_reasons(form, refused.reasons)
        return False
    messages.success(request, _("The selection is kept and counts at once."))
    return True
