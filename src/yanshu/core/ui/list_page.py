"""The usual list page: rows that are filtered, searched, sorted, paged, and taken out exactly as shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django_tables2 import RequestConfig

from yanshu.core import clock, exporting
from yanshu.core.actor import Actor
from yanshu.core.ui.navigation import Crumb, Link
from yanshu.core.ui.paging import PAGE_SIZES, page_size
from yanshu.core.ui.tables import ListTable


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says beside its rows.

    Args:
        unit: what the rows are, behind their number: copies, orders.
        kind: the exporter of the rows; empty for lists that are not taken out.
        shown: the names of the filters always in sight, the search first.
        lead: a sentence under the title.
        acts: what can be done here; the last one is the page's primary act.
        crumbs: the way here; the shell's own where there is none.
        template: the page, where it is more than the list; it extends ``ui/list_page.html``.
        taken_out: turns the rows of the list into those an export needs.
        size: rows a page unless another of the offered sizes is asked for.
    """

    title: Any
    unit: Any
    kind: str = ""
    shown: str = ""
    lead: Any = ""
    acts: Sequence[Link] = ()
    crumbs: Sequence[Crumb] = ()
    template: str = "ui/list_page.html"
    taken_out: Callable[[Any], Any] = lambda rows: rows
    size: int = PAGE_SIZES[0]


@dataclass(frozen=True, slots=True)
class ExportLink:
    """One format the rows can be taken out in."""

    format: str
    url: str


def list_page(
    request: HttpRequest,
    page: ListPage,
    *,
    table: type[ListTable] | ListTable,
    filterset: Any = None,
    **facts: Any,
) -> HttpResponseBase:
    """Answer with a list, or with exactly its rows as a file.

    Args:
        table: a table of the rows, or a class that makes one of what ``filterset`` lets through.
        facts: what the page's own template shows besides; ``fact`` stands beside the title.
    """
    rows = table if isinstance(table, ListTable) else table(filterset.qs)
    RequestConfig(request, paginate={"per_page": page_size(request.GET, page.size)}).configure(rows)
    actor = Actor.of(request)
    if page.kind and (file_format := request.GET.get("export")):
        wanted = page.taken_out(rows.data.data)
        return exporting.respond(page.kind, file_format, actor=actor, now=clock.now(), rows=wanted)
    shown = {
        "page": page,
        "filter": filterset,
        "table": rows,
        "exports": _exports(request, page, actor) if rows.page.paginator.count else [],
        "query": request.GET.urlencode(),
        **({"crumbs": page.crumbs} if page.crumbs else {}),
    }
    return render(request, page.template, {**shown, **facts})


def offered(actor: Actor, *acts: tuple[str, Any, str, str, str]) -> list[Link]:
    """Return those acts of a page the actor may do: permission, words, url name, icon, key."""
    return [
        Link(label=label, url=reverse(name), icon=icon, key=key)
        for permission, label, name, icon, key in acts
        if actor.may(permission)
    ]


def _exports(request: HttpRequest, page: ListPage, actor: Actor) -> list[ExportLink]:
    if not page.kind or not actor.may(exporting.exporter(page.kind).permission):
        return []
    links = []
    for file_format in exporting.formats_of(exporting.exporter(page.kind)):
        query = request.GET.copy()
        query["export"] = file_format
        links.append(ExportLink(file_format.upper(), f"?{query.urlencode()}"))
    return links
