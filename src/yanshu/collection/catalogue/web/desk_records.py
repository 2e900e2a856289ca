"""Desk pages of records: the list, one record with its copies, its steps, its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.queries.wording import AREAS, CHANGES
from yanshu.collection.catalogue.terms import BatchAct, Form, ItemState, RecordState
from yanshu.collection.catalogue.web.crumbs import record_crumbs
from yanshu.collection.catalogue.web.filters import RecordFilter
from yanshu.collection.catalogue.web.forms import AddCopiesForm
from yanshu.collection.catalogue.web.tables import RecordTable
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.ui.dates import table_date
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.pieces import Step
from yanshu.institution.places import queries as places

ACTS = {
    BatchAct.PROOFREAD: ("catalogue.proofread", operations.proofread, "patch-check"),
    BatchAct.RELEASE: ("catalogue.release", operations.release, "send"),
    BatchAct.SEND_BACK: ("catalogue.send_back", operations.send_back, "arrow-return-left"),
}
DONE = {
    BatchAct.PROOFREAD: gettext_lazy("Proofread."),
    BatchAct.RELEASE: gettext_lazy("Released: readers find it now, and its copies stand on the shelf."),
    BatchAct.SEND_BACK: gettext_lazy("Sent back: it is a draft again, readers do not find it."),
}


@requires("catalogue.see")
@require_safe
def records(request: HttpRequest) -> HttpResponseBase:
    """List the records, the newest first."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Records"),
        unit=_("records"),
        kind="bib",
        shown="q state form_",
        acts=offered(
            actor,
            ("catalogue.see", _("Classification"), "desk:catalogue-classes", "diagram-3", ""),
            ("catalogue.edit_record", _("New record"), "desk:catalogue-record-new", "plus-lg", "n"),
        ),
        crumbs=record_crumbs()[:1],
        taken_out=lambda rows: rows.defer(None),
        template="catalogue/desk/records.html",
    )
    chosen = RecordFilter(request.GET, queries.records(), request=request)
    return list_page(
        request,
        page,
        filterset=chosen,
        table=RecordTable,
        batch_acts=[(act, icon) for act, (permission, _do, icon) in ACTS.items() if actor.may(permission)],
    )


@requires("catalogue.see")
@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show one record: what it says, where it stands, its copies."""
    return record_page(request, get_object_or_404(BibRecord, pk=record_id))


def record_page(
    request: HttpRequest, row: BibRecord, *, form: AddCopiesForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of a record; ``form`` is the form of copies that could not be added."""
    actor = Actor.of(request)
    marc = bytes(row.marc)
    copies = list(queries.copies(row.pk))
    return render(
        request,
        "catalogue/desk/record.html",
        {
            "record": row,
            "look": RecordState(row.state).look,
            "steps": _steps(row),
            "acts": _acts(row, actor),
            "may_edit": actor.may("catalogue.edit_record"),
            "areas": [(AREAS[area.code], area.text) for area in queries.isbd_areas(marc, row.dialect)],
            "marc": queries.marc_lines(marc, row.dialect),
            "facts": _facts(row),
            "copies": [
                (
                    copy,
                    ItemState(copy.state).look,
                    actor.sees(copy.branch_id) or actor.sees(copy.home_branch_id),
                )
                for copy in copies
            ],
            "copies_form": form or (_copies_form(row, actor) if actor.may("catalogue.add_items") else None),
            "versions": row.version,
            "crumbs": record_crumbs(row.title),
        },
        status=status,
    )


@requires("catalogue.see")
@require_POST
def act(request: HttpRequest, record_id: int) -> HttpResponse:
    """Proofread, release or send back a record."""
    wanted = request.POST.get("act", "")
    if wanted in BatchAct.values:
        _permission, do, _icon = ACTS[BatchAct(wanted)]
        do(record_id=record_id, actor=Actor.of(request), now=clock.now())
        messages.success(request, str(DONE[BatchAct(wanted)]))
    return redirect("desk:catalogue-record", record_id)


@requires("catalogue.add_items")
@require_POST
def add_copies(request: HttpRequest, record_id: int) -> HttpResponse:
    """Add copies to a record, one a barcode."""
    row = get_object_or_404(BibRecord, pk=record_id)
    actor = Actor.of(request)
    form = AddCopiesForm(request.POST, shelves=places.locations(actor), prefix="copies")
    if form.is_valid():
        try:
            added = operations.add_items(
                record_id=row.pk,
                barcodes=form.entered_barcodes(),
                values=form.values(),
                numbered=form.is_numbered(),
                actor=actor,
                now=clock.now(),
            )
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        else:
            numbers = f"{added[0].accession_number}–{added[-1].accession_number}"
            words = _("%(count)s copies added, accession numbers %(numbers)s, call number %(call)s.")
            call = added[0].call_number or "–"
            messages.success(request, words % {"count": len(added), "numbers": numbers, "call": call})
            return redirect(f"{reverse('desk:catalogue-record', args=[row.pk])}#copies")
    return record_page(request, row, form=form, status=422)


@requires("catalogue.see")
@require_safe
def history(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show what was changed in a record, version by version."""
    row = get_object_or_404(BibRecord, pk=record_id)
    steps = [
        (step, [(change, CHANGES[change.kind]) for change in step.changes])
        for step in queries.versions_of(row)
    ]
    back = reverse("desk:catalogue-record", args=[row.pk])
    return render(
        request,
        "catalogue/desk/history.html",
        {
            "record": row,
            "steps": steps,
            "may_restore": Actor.of(request).may("catalogue.restore_version"),
            "crumbs": record_crumbs((row.title, back), _("History")),
        },
    )


@requires("catalogue.restore_version")
@require_POST
def restore(request: HttpRequest, record_id: int) -> HttpResponse:
    """Put a record back to a former version, as a new one."""
    version = request.POST.get("version", "")
    operations.restore_version(
        record_id=record_id,
        version=int(version) if version.isdecimal() else 0,
        actor=Actor.of(request),
        now=clock.now(),
    )
    messages.success(request, _("Version %(version)s is back, as a new version.") % {"version": version})
    return redirect("desk:catalogue-record", record_id)


def _steps(row: BibRecord) -> list[Step]:
    order = list(RecordState)
    present = order.index(RecordState(row.state))
    return [
        Step(
            state.label,
            is_done=place < present or row.state == RecordState.RELEASED,
            is_current=place == present,
        )
        for place, state in enumerate(order)
    ]


def _acts(row: BibRecord, actor: Actor) -> list[tuple[BatchAct, str]]:
    """Return the steps the record may take now, for those the actor may do; the way back first."""
    possible = [one for one in reversed(BatchAct) if queries.may_act(row.state, one)]
    return [(one, ACTS[one][2]) for one in possible if actor.may(ACTS[one][0])]


def _facts(row: BibRecord) -> list[tuple[Any, Any]]:
    return [
        (_("Form"), Form(row.form).label),
        (_("Class number"), row.class_number),
        (_("Class"), queries.class_name(row.class_number)),
        (_("ISBN"), row.isbn),
        (_("Control number"), row.control_number),
        (_("Format"), row.get_dialect_display()),
        (_("Entered on"), table_date(row.created_at)),
        (_("Changed on"), table_date(row.changed_at)),
        (_("First released on"), table_date(row.released_on)),
        (_("Version"), row.version),
    ]


def _copies_form(row: BibRecord, actor: Actor) -> AddCopiesForm | None:
    """Return the empty form of copies, the call number proposed; nothing where there is no shelf yet."""
    shelves = places.locations(actor)
    here = min(shelves, key=lambda shelf: shelf.branch_id != actor.branch_id, default=None)
    if here is None:
        return None
    usual = queries.usual_shelf(here.branch_id)
    here = next((shelf for shelf in shelves if shelf.pk == usual), here)
    proposed = queries.next_call_number(row, here.branch.library_id)
    return AddCopiesForm(
        shelves=shelves,
        prefix="copies",
        initial={
            "location": here.pk,
            "call_number": proposed,
            "proposed": proposed,
            "price_fen": row.price_fen,
        },
    )
