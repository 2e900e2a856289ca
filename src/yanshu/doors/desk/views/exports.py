"""Taking rows out: one page for every kind the apps declare."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yanshu.core import clock, exporting
from yanshu.core.access import requires
from yanshu.core.actor import Actor

SEEN = "reports.overview"


@requires(SEEN)
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """List what can be taken out."""
    kinds = [(known, exporting.formats_of(known)) for known in exporting.exporters(Actor.of(request))]
    return render(request, "desk/exports.html", {"kinds": kinds})


@requires(SEEN)
@require_safe
def export(request: HttpRequest, kind: str, file_format: str) -> HttpResponseBase:
    """Take rows out."""
    return exporting.respond(kind, file_format, actor=Actor.of(request), now=clock.now())
