"""Loading files and taking rows out: one page for every kind the apps declare."""

import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock, exporting, importing
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.models import ImportRun
from yanshu.core.ui.paging import page_of

SEEN = "reports.overview"


class LoadForm(forms.Form):
    """A file to load."""

    file = forms.FileField(label=gettext_lazy("File"))


@requires(SEEN)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List what can be loaded, and the runs so far."""
    actor = Actor.of(request)
    kinds = importing.importers(actor)
    runs = ImportRun.objects.filter(kind__in=[known.kind for known in kinds]).order_by("-started_at", "-id")
    names = {known.kind: known.title for known in kinds}
    return render(
        request, "desk/imports.html", {"kinds": kinds, "page": page_of(runs, request.GET), "names": names}
    )


@requires(SEEN)
@require_http_methods(["GET", "POST"])
def load(request: HttpRequest, kind: str) -> HttpResponse:
    """Try a file out, or load it; every rejected row is shown with its reason."""
    actor = Actor.of(request)
    declared = importing.importer(kind)
    actor.demand(declared.permission)
    form = LoadForm(request.POST or None, request.FILES or None)
    report, tried = None, request.POST.get("act") != "load"
    if request.method == "POST" and form.is_valid():
        try:
            report = _load(kind, form.cleaned_data["file"], actor=actor, tried=tried)
        except importing.Unreadable as unreadable:
            form.add_error("file", str(unreadable))
        else:
            if not tried and not report.rejected:
                said = report.as_dict()
                messages.success(
                    request,
                    ngettext("%(count)d row loaded.", "%(count)d rows loaded.", said["read"])
                    % {"count": said["read"]},
                )
                return redirect("desk:imports")
    status = 422 if form.errors else 200
    return render(
        request,
        "desk/load.html",
        {"declared": declared, "form": form, "report": report, "tried": tried},
        status=status,
    )


@requires(SEEN)
@require_safe
def template(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """Give the file to fill in."""
    declared = importing.importer(kind)
    Actor.of(request).demand(declared.permission)
    return importing.template_response(declared, file_format)


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


def _load(kind: str, upload: "UploadedFile[bytes]", *, actor: Actor, tried: bool) -> importing.Report:
    suffix = Path(upload.name or "").suffix[:10]
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        return importing.load(
            kind,
            Path(kept.name),
            actor=actor,
            tick=clock.now,
            dry_run=tried,
            file_name=upload.name or _("file"),
        )
