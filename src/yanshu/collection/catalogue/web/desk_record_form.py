"""Writing records: the simple form of a new book, and the MARC worksheet with its checks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.composing import TitlePage, compose
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.difference import differences
from yanshu.collection.catalogue.engine.iso2709 import (
    FieldTooLongError,
    RecordTooLongError,
    UnwritableRecordError,
)
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.queries.wording import CHANGES
from yanshu.collection.catalogue.web import sheet as sheets
from yanshu.collection.catalogue.web.crumbs import record_crumbs
from yanshu.collection.catalogue.web.doubts import Doubts, read
from yanshu.collection.catalogue.web.forms import NewWorksheetForm, TitlePageForm, WorksheetForm
from yanshu.collection.catalogue.web.sheet import Sheet
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.pieces import Key
from yanshu.institution.places import queries as places

SHEET_KEYS = (
    ("Enter", gettext_lazy("new field below")),
    ("F7", gettext_lazy("subfield mark ‡")),
    ("Alt ↑ ↓", gettext_lazy("move the field")),
    ("Alt Delete", gettext_lazy("remove the field")),
    ("Ctrl S", gettext_lazy("save")),
)
UNWRITABLE = (FieldTooLongError, RecordTooLongError, UnwritableRecordError)
GET_POST = ["GET", "HEAD", "POST"]


@requires("catalogue.edit_record")
@require_http_methods(GET_POST)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a new book by its title page."""
    form = TitlePageForm(request.POST or None)
    doubts, status = Doubts(), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            dialect = Dialect(form.cleaned_data["dialect"])
            now = clock.now()
            marc = compose(form.title_page(), dialect, on=clock.business_date(now), agency=_agency(request))
            doubts = Doubts(alike=tuple(queries.alike_records(marc, dialect)))
            if not doubts.stand(is_sure=_is_sure(request.POST)):
                row = _save(form, lambda: _new(marc, dialect, request, now))
                if row is not None:
                    return _saved(request, row, _("The record is entered as a draft. Add its copies next."))
    return render(
        request,
        "catalogue/desk/record_new.html",
        {"form": form, "doubts": doubts, "crumbs": record_crumbs(_("New record"))},
        status=status,
    )


@requires("catalogue.edit_record")
@require_safe
def isbn(request: HttpRequest) -> HttpResponse:
    """Say, as soon as an ISBN is entered, which records bear it already; a part of the form's page."""
    if not request.headers.get("HX-Request"):
        return redirect("desk:catalogue-record-new")
    same = queries.records_by_isbn(request.GET.get("isbn", "")).distinct()[: queries.MOST_ALIKE]
    return render(request, "catalogue/desk/record_new.html#same_isbn", {"same": same})


@requires("catalogue.edit_record")
@require_http_methods(GET_POST)
def new_worksheet(request: HttpRequest) -> HttpResponse:
    """Enter a new record as MARC: written, or pasted from another catalogue."""
    now = clock.now()
    if request.method != "POST":
        return _new_sheet(request)
    dialect = _dialect(request.POST)
    sheet, data = sheets.posted(request.POST, dialect)
    form = NewWorksheetForm(data)
    if sheet.act:
        return _worksheet_page(request, NewWorksheetForm(initial=data.dict()), sheet)
    doubts = Doubts()
    if form.is_valid():
        marc, doubts = read(form.cleaned_data["text"], dialect)
        if not doubts.stand(is_sure=_is_sure(request.POST)):
            row = _save(form, lambda: _new(marc, dialect, request, now))
            if row is not None:
                return _saved(request, row, _("The record is entered as a draft. Add its copies next."))
    return _worksheet_page(request, form, sheet, doubts, 422)


def _new_sheet(request: HttpRequest) -> HttpResponse:
    dialect = _dialect(request.GET)
    day = clock.business_date(clock.now())
    blank = compose(TitlePage(title=_("Title")), dialect, on=day, agency=_agency(request))
    form = NewWorksheetForm(initial={"dialect": dialect, "text": worksheet.to_text(blank)})
    return _worksheet_page(request, form, sheets.of_record(blank, dialect))


@requires("catalogue.edit_record")
@require_http_methods(GET_POST)
def edit(request: HttpRequest, record_id: int) -> HttpResponse:
    """Change a record as MARC; what is typed survives errors and other people's changes."""
    row = get_object_or_404(BibRecord, pk=record_id)
    dialect = Dialect(row.dialect)
    present = queries.marc_of(bytes(row.marc))
    if request.method != "POST":
        form = WorksheetForm(initial={"version": row.version})
        return _worksheet_page(request, form, sheets.of_record(present, dialect), row=row)
    sheet, data = sheets.posted(request.POST, dialect)
    form = WorksheetForm(data)
    if sheet.act:
        return _worksheet_page(request, WorksheetForm(initial=data.dict()), sheet, row=row)
    doubts = Doubts()
    if form.is_valid():
        marc, doubts = read(form.cleaned_data["text"], dialect, but=row.pk)
        if not doubts.stand(is_sure=_is_sure(request.POST)):
            try:
                saved = _save(form, lambda: _next_version(row.pk, form, marc, dialect, request))
            except Conflict:
                theirs = _against(doubts, present, marc)
                return _worksheet_page(request, _over(form, row), sheet, theirs, 409, row)
            if saved is not None:
                words = _("Saved as version %(version)s.")
                return _saved(request, saved, words % {"version": saved.version})
    return _worksheet_page(request, form, sheet, doubts, 422, row)


def _dialect(data: QueryDict) -> Dialect:
    return Dialect.MARC21 if data.get("dialect") == Dialect.MARC21 else Dialect.CNMARC


def _save(form: Any, act: Callable[[], BibRecord]) -> BibRecord | None:
    """Save; put the reasons why not at the form and return nothing.

    Raises:
        Conflict: when somebody else has changed the record.
    """
    try:
        return act()
    except Invalid as refused:
        add_reasons(form, refused.reasons)
    except UNWRITABLE as unwritable:
        form.add_error(None, _("MARC cannot hold this record: %(why)s") % {"why": unwritable})
    return None


def _new(marc: MarcRecord, dialect: Dialect, request: HttpRequest, now: datetime) -> BibRecord:
    return operations.save_record(marc=marc, dialect=dialect, actor=Actor.of(request), now=now)


def _next_version(
    record_id: int, form: WorksheetForm, marc: MarcRecord, dialect: Dialect, request: HttpRequest
) -> BibRecord:
    return operations.save_record(
        record_id=record_id,
        version=form.cleaned_data["version"] or 0,
        marc=marc,
        dialect=dialect,
        actor=Actor.of(request),
        now=clock.now(),
    )


def _against(doubts: Doubts, present: MarcRecord | None, mine: MarcRecord) -> Doubts:
    if present is None:
        return doubts
    changes = tuple((change, CHANGES[change.kind]) for change in differences(present, mine))
    return replace(doubts, theirs=changes)


def _over(form: WorksheetForm, row: BibRecord) -> WorksheetForm:
    """Return the form with what was typed, to be saved over the present version if that is wanted."""
    data = {**form.cleaned_data, "version": row.version}
    again = WorksheetForm(data)
    again.full_clean()
    words = _("Somebody else saved version %(version)s while you were writing. Your text is still here.")
    again.add_error(None, words % {"version": row.version})
    return again


def _worksheet_page(
    request: HttpRequest,
    form: WorksheetForm,
    sheet: Sheet,
    doubts: Doubts | None = None,
    status: int = 200,
    row: BibRecord | None = None,
) -> HttpResponse:
    doubts = doubts or Doubts()
    if row is None:
        crumbs = record_crumbs(
            (_("New record"), reverse("desk:catalogue-record-new")), _("As a MARC worksheet")
        )
    else:
        crumbs = record_crumbs((row.title, reverse("desk:catalogue-record", args=[row.pk])), _("MARC"))
    shown = {
        "form": form,
        "doubts": doubts,
        "record": row,
        "crumbs": crumbs,
        "mode": sheet.mode,
        "rows": sheet.shown(doubts.at_rows(sheet.rows)),
        "keys": [Key(key, words) for key, words in SHEET_KEYS],
    }
    return render(request, "catalogue/desk/worksheet.html", shown, status=status)


def _saved(request: HttpRequest, row: BibRecord, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("desk:catalogue-record", row.pk)


def _is_sure(data: QueryDict) -> bool:
    return data.get("sure") == "1"


def _agency(request: HttpRequest) -> str:
    """Return the code of the library that writes the record."""
    branch = places.branches_in_scope(Actor.of(request)).first()
    return branch.library.code if branch is not None else "CN"
