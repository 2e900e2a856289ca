"""Printed figures: list and form."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.span import Span
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.navigation import Crumb
from yanshu.reporting.figures import operations, queries
from yanshu.reporting.figures.models import StatedFigure
from yanshu.reporting.figures.web import tables
from yanshu.reporting.figures.web.filters import StatedFilter
from yanshu.reporting.figures.web.forms import StatedForm


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Dictionary of figures"), reverse("desk:figures-list")), *more]


@require_safe
@requires("figures.see")
def stated(request: HttpRequest) -> HttpResponseBase:
    """List printed figures, or take the list out as a file."""
    page = ListPage(
        title=_("Printed figures"),
        unit=_("figures"),
        kind="stated",
        shown="q year",
        acts=offered(
            Actor.of(request),
            (
                "figures.import_stated",
                _("Enter a printed figure"),
                "desk:figures-stated-new",
                "plus-lg",
                "n",
            ),
        ),
        crumbs=_crumbs(Crumb(_("Printed figures"))),
    )
    filtered = StatedFilter(request.GET, queryset=queries.stated_figures())
    fact = _("Shown beside the count, never in its place")
    return list_page(request, page, filterset=filtered, table=tables.StatedFigures, fact=fact)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figures.import_stated")
def stated_new(request: HttpRequest) -> HttpResponseBase:
    """Enter a printed figure."""
    today = clock.business_date(clock.now())
    codes = [
        (code, f"{source.name} ({code})") for code, source in queries.all_sources(Span.day(today)).items()
    ]
    form = StatedForm(request.POST or None, codes=codes, initial={"code": request.GET.get("code", "")})
    back = reverse("desk:figures-stated")
    page = FormPage(
        title=_("Enter a printed figure"),
        save=_("Keep the printed figure"),
        back=back,
        done=_("The printed figure stands beside the count now."),
        crumbs=_crumbs(Crumb(_("Printed figures"), back), Crumb(_("Enter a printed figure"))),
        template="figures/desk/stated_new.html",
    )
    return form_page(request, page, form, lambda sound: _keep_stated(request, sound))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figures.import_stated")
def stated_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a printed figure; take it back when it was entered by mistake."""
    kept = get_object_or_404(StatedFigure, pk=pk)
    if request.method == "POST":
        operations.delete_stated(stated=kept, actor=Actor.of(request), now=clock.now())
        messages.success(request, _("The printed figure is gone; what is counted is as it was."))
        return redirect("desk:figures-stated")
    facts = {
        "stated": kept,
        "is_borne": kept.code in queries.all_sources(queries.EVER),
        "value": queries.number_words(queries.as_number(kept.value)),
        "last_day": queries.last_day(kept),
        "crumbs": _crumbs(Crumb(_("Printed figures"), reverse("desk:figures-stated")), Crumb(kept.code)),
    }
    return render(request, "figures/desk/stated_one.html", facts)


def _keep_stated(request: HttpRequest, form: StatedForm) -> None:
    values = {name: form.cleaned_data[name] for name in ("code", "value", "unit", "source", "quote")}
    operations.state_figure(**values, span=form.span, actor=Actor.of(request), now=clock.now())
