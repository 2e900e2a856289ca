"""The usual list page of lending: filter, sort, page, and exactly the shown rows as a file."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django_tables2 import RequestConfig

from yanshu.core import clock, exporting
from yanshu.core.actor import Actor
from yanshu.core.ui.paging import page_size

LIST = "circulation/desk/list.html"


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says beside its rows.

    Args:
        kind: the exporter of the rows; empty for lists that are not taken out.
        shown: the filters always in sight.
        template: the page, where it is more than the list.
    """

    title: Any
    unit: Any
    kind: str = ""
    shown: str = ""
    template: str = LIST


def list_page(
    request: HttpRequest, page: ListPage, *, filterset: Any, table: Any, **facts: Any
) -> HttpResponseBase:
    """Answer with a list, or with exactly its rows as a file."""
    actor = Actor.of(request)
    size = page_size(request.GET)
    RequestConfig(request, paginate={"per_page": size}).configure(table)
    if page.kind and (file_format := request.GET.get("export")):
        return exporting.respond(page.kind, file_format, actor=actor, now=clock.now(), rows=table.data.data)
    query = request.GET.copy()
    query["export"] = "xlsx"
    may_export = page.kind and actor.may(exporting.exporter(page.kind).permission)
    return render(
        request,
        page.template,
        {
            "page": page,
            "filter": filterset,
            "table": table,
            "export_url": f"?{query.urlencode()}" if may_export else "",
            **facts,
        },
    )
