"""The two usual pages: a list that filters, sorts, pages and exports; a form that saves or says why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from yanshu.core import clock, exporting
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb, Link
from yanshu.core.ui.paging import page_size

FORM = "places/desk/form.html"
LIST = "places/desk/list.html"


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says beside its rows.

    Args:
        kind: the exporter of the rows; empty for lists that are not taken out.
        shown: the filters always in sight.
        acts: what can be done here; the last one is the page's primary act.
    """

    title: Any
    unit: Any
    kind: str = ""
    shown: str = ""
    acts: Sequence[Link] = ()
    crumbs: Sequence[Crumb] = ()


def list_page(
    request: HttpRequest, page: ListPage, *, filterset: Any, table: Any, template: str = LIST, **facts: Any
) -> HttpResponseBase:
    """Answer with a list, or with exactly its rows as a file."""
    rows = table(filterset.qs)
    RequestConfig(request, paginate={"per_page": page_size(request.GET)}).configure(rows)
    actor = Actor.of(request)
    if page.kind and (file_format := request.GET.get("export")):
        return exporting.respond(page.kind, file_format, actor=actor, now=clock.now(), rows=rows.data.data)
    query = request.GET.copy()
    query["export"] = "xlsx"
    may_export = page.kind and actor.may(exporting.exporter(page.kind).permission)
    return render(
        request,
        template,
        {
            **facts,
            "page": page,
            "filter": filterset,
            "table": rows,
            "export_url": f"?{query.urlencode()}" if may_export else "",
            "crumbs": page.crumbs,
        },
    )


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form page says beside its fields; ``save`` is the verb with its object."""

    title: Any
    save: Any
    back: str
    done: Any = ""
    lead: Any = ""
    template: str = FORM
    crumbs: Sequence[Crumb] = ()


def form_page(
    request: HttpRequest,
    page: FormPage,
    form: BaseForm,
    act: Callable[[Any], Any],
    **facts: Any,
) -> HttpResponse:
    """Answer with a form; save a sound one and go back, or show every reason at its field.

    ``act`` takes the cleaned form and calls the operation.
    """
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act(form)
            except (Invalid, Conflict) as refused:
                add_reasons(form, refused.reasons)
            else:
                messages.success(request, str(page.done or _("Saved.")))
                return redirect(page.back)
        status = 422
    return render(
        request, page.template, {"page": page, "form": form, "crumbs": page.crumbs, **facts}, status=status
    )


def crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of places: pairs of words and address; the last one is the page itself."""
    way = [Crumb(*step) if isinstance(step, tuple) else Crumb(step) for step in steps]
    return [Crumb(_("Places"), reverse("desk:places-branches")), *way]
