"""Loading files: choose a kind, hand in a file, see what would happen, let it happen, follow it."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock, importing
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.importing import ImportRun, RunState
from yanshu.core.importing.rejects import FORMATS
from yanshu.core.refusal import Invalid, NotFound
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb, way
from yanshu.core.ui.paging import page_of
from yanshu.doors.desk.views.progress import Standing, first_step, look_of, standing_of, words_of_files

SEEN = "reports.overview"
OVERSEER = "audit.see"
WARNINGS = 20
ACTS: dict[str, Callable[..., ImportRun]] = {
    "load": importing.load_after_trial,
    "stop": importing.stop,
    "resume": importing.resume,
    "discard": importing.discard,
}


class UploadForm(forms.Form):
    """A file to load, and the answer to what its kind asks."""

    file = forms.FileField(label=gettext_lazy("Put the file here, or choose it"), max_length=255)

    def __init__(self, *args: Any, asked: importing.Choice | None) -> None:
        super().__init__(*args)
        if asked is not None:
            self.fields["chosen"] = forms.ChoiceField(
                label=asked.title,
                choices=asked.among.choices,
                initial=asked.default,
                required=False,
                widget=forms.RadioSelect,
                help_text=asked.help,
            )


class RunFilter(django_filters.FilterSet):
    """What the runs can be narrowed by."""

    file_name = django_filters.CharFilter(
        label=gettext_lazy("Name of the file"),
        lookup_expr="icontains",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Name of the file")}),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=lambda: [(known.kind, known.title) for known in importing.importers()],
        empty_label=gettext_lazy("Kind: any"),
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=RunState.choices, empty_label=gettext_lazy("State: any")
    )

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()


@requires(SEEN)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List what can be loaded, and the runs so far; a trial that was loaded stands behind its run."""
    actor = _actor(request)
    seen = importing.runs_seen_by(actor, overseer=OVERSEER).filter(loading=None)
    chosen = RunFilter(request.GET, queryset=seen.order_by("-pk"))
    page = page_of(chosen.qs, request.GET)
    titles = {known.kind: known.title for known in importing.importers()}
    return render(
        request,
        "desk/imports.html",
        {
            "kinds": importing.importers(actor),
            "filter": chosen,
            "page": page,
            "runs": [(run, titles.get(run.kind, run.kind), look_of(run)) for run in page.object_list],
        },
    )


@requires(SEEN)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file in; it is tried out first unless it is to be loaded at once."""
    actor = _actor(request)
    declared = importing.importer(kind)
    actor.demand(declared.permission)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*given, asked=declared.choice)
    if form.is_bound and form.is_valid():
        is_trial = request.POST.get("act") != "load"
        handed_in, chosen = form.cleaned_data["file"], form.cleaned_data.get("chosen", "")
        try:
            run = importing.order(
                kind, handed_in, actor=actor, now=clock.now(), is_trial=is_trial, chosen=chosen
            )
        except importing.AlreadyOpen as known:
            return _to_the_open_run(request, known)
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        else:
            return redirect("desk:imports-run", run.pk)
    shown = {"declared": declared, "form": form, "steps": first_step(), "taken": words_of_files(declared)}
    shown["crumbs"] = _crumbs(declared.title)
    return render(request, "desk/import_upload.html", shown, status=422 if form.errors else 200)


@requires(SEEN)
@require_safe
def template(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """Give the file to fill in."""
    declared = importing.importer(kind)
    _actor(request).demand(declared.permission)
    if file_format not in importing.TEMPLATE_FORMATS or not declared.columns:
        raise Http404
    return importing.template_response(declared, file_format)


@requires(SEEN)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what a run will do, does, or has done."""
    shown = _seen(request, run_id)
    remarks = shown.run.remarks.order_by("row", "pk")
    warnings = list(remarks.filter(rejected=False)[: WARNINGS + 1])
    return render(
        request,
        "desk/import_run.html",
        {
            "it": shown,
            "run": shown.run,
            "crumbs": _crumbs(shown.run.file_name),
            "rejected": page_of(remarks.filter(rejected=True), request.GET),
            "warnings": warnings[:WARNINGS],
            "is_cut": len(warnings) > WARNINGS,
            "formats": FORMATS,
        },
    )


@requires(SEEN)
@require_safe
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the part that says how far a run has come; when it has ended the page is to be read again."""
    shown = _seen(request, run_id)
    if shown.run.state != request.GET.get("shown") or not shown.run.is_under_way:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "desk/import_run.html#progress", {"it": shown, "run": shown.run})


@requires(SEEN)
@require_POST
def act(request: HttpRequest, run_id: int) -> HttpResponse:
    """Load after the trial, stop, go on, give up."""
    doing = ACTS.get(request.POST.get("act", ""))
    if doing is None:
        raise Http404
    try:
        run = doing(run_id, actor=_actor(request), now=clock.now())
    except importing.AlreadyOpen as known:
        return _to_the_open_run(request, known)
    return redirect("desk:imports-run", run.pk)


@requires(SEEN)
@require_safe
def rejected(request: HttpRequest, run_id: int, file_format: str) -> HttpResponseBase:
    """Give the rows that were not taken, to be corrected and handed in again."""
    if file_format not in FORMATS:
        raise Http404
    actor = _actor(request)
    run = importing.run_of(actor, run_id)
    return importing.respond_rejected(run, file_format, actor=actor, now=clock.now())


def _crumbs(title: Any) -> list[Crumb]:
    return way((_("Imports"), reverse("desk:imports")), title)


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request)


def _seen(request: HttpRequest, run_id: int) -> Standing:
    actor = _actor(request)
    run = (
        importing.runs_seen_by(actor, overseer=OVERSEER)
        .filter(pk=run_id)
        .select_related("file", "loading", "trial")
        .first()
    )
    if run is None:
        raise NotFound.because("unknown-run", _("There is no such import, or it is not for you to see."))
    return standing_of(run, is_mine=importing.runs_of(actor).filter(pk=run_id).exists())


def _to_the_open_run(request: HttpRequest, known: importing.AlreadyOpen) -> HttpResponseRedirect:
    messages.info(request, _("This file is being loaded already; here it stands."))
    seen: Any = importing.runs_of(_actor(request)).filter(pk=known.run_id or 0).first()
    address = reverse("desk:imports-run", args=[seen.pk]) if seen else reverse("desk:imports")
    return HttpResponseRedirect(address)
