"""Writing records: the simple form of a new book, and the MARC worksheet with its checks."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.check import Severity, check
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
from yanshu.collection.catalogue.queries.wording import CHANGES, LINE_FAULTS, finding_words
from yanshu.collection.catalogue.web.forms import NewWorksheetForm, TitlePageForm, WorksheetForm
from yanshu.collection.catalogue.web.pages import record_crumbs
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.institution.places import queries as places

UNWRITABLE = (FieldTooLongError, RecordTooLongError, UnwritableRecordError)
GET_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line of the worksheet that could not be read: its number, its text, why."""

    line: int
    text: str
    reason: Any


@dataclass(frozen=True, slots=True)
class FindingNote:
    """Something found in a record before it was saved."""

    field: str
    words: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against saving a record as it stands; ``sure`` sets aside what may be set aside."""

    lines: tuple[LineNote, ...] = ()
    findings: tuple[FindingNote, ...] = ()
    alike: tuple[BibRecord, ...] = ()
    left_out: tuple[str, ...] = ()
    theirs: tuple[Any, ...] = field(default=())
    """What the version somebody else has saved meanwhile says otherwise, where there is one."""

    @property
    def may_be_set_aside(self) -> bool:
        """Whether saving all the same is offered."""
        return not self.lines and bool(self.alike or any(found.is_error for found in self.findings))

    def stand(self, *, is_sure: bool) -> bool:
        """Say whether the record must not be saved now."""
        return bool(self.lines) or (self.may_be_set_aside and not is_sure)


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
@require_http_methods(GET_POST)
def new_worksheet(request: HttpRequest) -> HttpResponse:
    """Enter a new record as MARC: written, or pasted from another catalogue."""
    now = clock.now()
    if request.method != "POST":
        dialect = Dialect.MARC21 if request.GET.get("dialect") == Dialect.MARC21 else Dialect.CNMARC
        blank = compose(
            TitlePage(title=_("Title")), dialect, on=clock.business_date(now), agency=_agency(request)
        )
        form = NewWorksheetForm(initial={"dialect": dialect, "text": worksheet.to_text(blank)})
        return _worksheet_page(request, form, Doubts(), 200)
    form = NewWorksheetForm(request.POST)
    doubts = Doubts()
    if form.is_valid():
        dialect = Dialect(form.cleaned_data["dialect"])
        marc, doubts = _read(form.cleaned_data["text"], dialect)
        if not doubts.stand(is_sure=_is_sure(request.POST)):
            row = _save(form, lambda: _new(marc, dialect, request, now))
            if row is not None:
                return _saved(request, row, _("The record is entered as a draft. Add its copies next."))
    return _worksheet_page(request, form, doubts, 422)


@requires("catalogue.edit_record")
@require_http_methods(GET_POST)
def edit(request: HttpRequest, record_id: int) -> HttpResponse:
    """Change a record as MARC; what is typed survives errors and other people's changes."""
    row = get_object_or_404(BibRecord, pk=record_id)
    dialect = Dialect(row.dialect)
    present = queries.marc_of(bytes(row.marc))
    if request.method != "POST":
        text = worksheet.to_text(present) if present is not None else ""
        form = WorksheetForm(initial={"text": text, "version": row.version})
        return _worksheet_page(request, form, Doubts(), 200, row)
    form = WorksheetForm(request.POST)
    if not form.is_valid():
        return _worksheet_page(request, form, Doubts(), 422, row)
    marc, doubts = _read(form.cleaned_data["text"], dialect, but=row.pk)
    if doubts.stand(is_sure=_is_sure(request.POST)):
        return _worksheet_page(request, form, doubts, 422, row)
    try:
        saved = _save(form, lambda: _next_version(row.pk, form, marc, dialect, request))
    except Conflict:
        return _worksheet_page(request, _over(form, row), _against(doubts, present, marc), 409, row)
    if saved is None:
        return _worksheet_page(request, form, doubts, 422, row)
    return _saved(request, saved, _("Saved as version %(version)s.") % {"version": saved.version})


def _read(text: str, dialect: Dialect, *, but: int | None = None) -> tuple[MarcRecord, Doubts]:
    """Read the worksheet, ours or a copied web view, and say everything that speaks against it."""
    sheet = worksheet.parse_pasted(text) if worksheet.is_pasted(text) else worksheet.parse(text)
    lines = text.split("\n")
    faults = tuple(
        LineNote(error.line, lines[error.line - 1].rstrip("\r"), LINE_FAULTS[error.code])
        for error in sheet.errors
    )
    findings = tuple(
        FindingNote(found.field, finding_words(found), found.severity is Severity.ERROR)
        for found in (check(sheet.record, dialect) if not faults else ())
    )
    alike = tuple(queries.alike_records(sheet.record, dialect, but=but)) if not faults else ()
    return sheet.record, Doubts(faults, findings, alike, sheet.left_out)


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
    request: HttpRequest, form: WorksheetForm, doubts: Doubts, status: int, row: BibRecord | None = None
) -> HttpResponse:
    if row is None:
        crumbs = record_crumbs(
            (_("New record"), reverse("desk:catalogue-record-new")), _("As a MARC worksheet")
        )
    else:
        crumbs = record_crumbs((row.title, reverse("desk:catalogue-record", args=[row.pk])), _("MARC"))
    shown = {"form": form, "doubts": doubts, "record": row, "crumbs": crumbs}
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
