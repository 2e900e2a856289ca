"""The two usual pages of the catalogue: a list with its exports, a form that saves or says why not."""

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

LIST = "catalogue/desk/list.html"
FORM = "catalogue/desk/form.html"


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says beside its rows.

    Args:
        kind: the exporter of the rows; empty for lists that are not taken out.
        shown: the filters always in sight.
        acts: what can be done here; the last one is the page's primary act.
        taken_out: turns the rows of the list into those an export needs.
    """

    title: Any
    unit: Any
    kind: str = ""
    shown: str = ""
    acts: Sequence[Link] = ()
    crumbs: Sequence[Crumb] = ()
    taken_out: Callable[[Any], Any] = lambda rows: rows


@dataclass(frozen=True, slots=True)
class ExportLink:
    """One format the rows can be taken out in."""

    format: str
    url: str


def list_page(
    request: HttpRequest, page: ListPage, *, filterset: Any, table: Any, template: str = LIST, **facts: Any
) -> HttpResponseBase:
    """Answer with a list, or with exactly its rows as a file."""
    rows = table(filterset.qs)
    RequestConfig(request, paginate={"per_page": page_size(request.GET)}).configure(rows)
    actor = Actor.of(request)
    if page.kind and (file_format := request.GET.get("export")):
        wanted = page.taken_out(rows.data.data)
        return exporting.respond(page.kind, file_format, actor=actor, now=clock.now(), rows=wanted)
    return render(
        request,
        template,
        {
            **facts,
            "page": page,
            "filter": filterset,
            "table": rows,
            "exports": _exports(request, page, actor),
            "query": request.GET.urlencode(),
            "crumbs": page.crumbs,
        },
    )


def _exports(request: HttpRequest, page: ListPage, actor: Actor) -> list[ExportLink]:
    if not page.kind or not actor.may(exporting.exporter(page.kind).permission):
        return []
    links = []
    for file_format in exporting.formats_of(exporting.exporter(page.kind)):
        query = request.GET.copy()
        query["export"] = file_format
        links.append(ExportLink(file_format.upper(), f"?{query.urlencode()}"))
    return links


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form page says beside its fields; ``save`` is the verb with its object."""

    title: Any
    save: Any
    back: str
    done: Any = ""
    lead: Any = ""
    crumbs: Sequence[Crumb] = ()


def form_page(
    request: HttpRequest, page: FormPage, form: BaseForm, act: Callable[[Any], Any], **facts: Any
) -> HttpResponse:
    """Answer with a form; save a sound one and go back, or show every reason at its field."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(form)
            except (Invalid, Conflict) as refused:
                add_reasons(form, refused.reasons)
                status = 409 if isinstance(refused, Conflict) else 422
            else:
                messages.success(request, str(page.done or _("Saved.")))
                return redirect(page.back)
    shown = {"page": page, "form": form, "crumbs": page.crumbs, **facts}
    return render(request, FORM, shown, status=status)


def record_crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of records."""
    return [Crumb(_("Records"), reverse("desk:catalogue-records")), *_steps(steps)]


def copy_crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of copies."""
    return [Crumb(_("Copies"), reverse("desk:catalogue-items")), *_steps(steps)]


def _steps(steps: Sequence[tuple[Any, str] | Any]) -> list[Crumb]:
    return [Crumb(*step) if isinstance(step, tuple) else Crumb(step) for step in steps]


def acts(actor: Actor, *offered: tuple[str, Any, str, str, str]) -> list[Link]:
    """Return those acts of a page the actor may do: permission, words, url name, icon, key."""
    return [
        Link(label=label, url=reverse(name), icon=icon, key=key)
        for permission, label, name, icon, key in offered
        if actor.may(permission)
    ]
