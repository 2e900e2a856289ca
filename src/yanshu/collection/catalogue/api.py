"""The catalogue for other programs: records as JSON or MARCXML, copies by barcode."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.queries.wording import LINE_FAULTS
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid, NotFound, Reason

router = Router(tags=["catalogue"])
MARCXML = "application/marcxml+xml"
MOST_FOUND = 100


class RecordColumnsOut(Schema):
    """A record's columns. ``price_fen`` is in fen, ``state`` and ``form`` are stable codes."""

    id: int
    dialect: str
    control_number: str
    title: str
    subtitle: str
    volume: str
    responsibility: str
    publisher: str
    place: str
    year: int | None
    isbn: str
    class_number: str
    language: str
    form: str
    price_fen: int | None
    state: str
    released_on: date | None
    changed_at: datetime
    version: int


class CopyColumnsOut(Schema):
    """A copy. ``state`` is what is the matter with it apart from loans, which lending knows."""

    barcode: str
    owner: str
    record_id: int
    title: str
    branch: str
    home_branch: str
    location: str
    call_number: str
    state: str
    for_reference: bool
    accessioned_on: date | None
    withdrawn_on: date | None


class Wanted(Schema):
    """What is looked for; the first of the three that is given counts."""

    isbn: str = ""
    control_number: str = ""
    title: str = Field(default="", description="The beginning of the title.")


class RecordIn(Schema):
    """A record to enter, as the text of the worksheet: one field a line, subfields behind ``‡`` or ``$``."""

    dialect: Dialect = Dialect.CNMARC
    marc: str


@router.get("/records", response=list[RecordColumnsOut], summary="Find records")
def find_records(request: HttpRequest, wanted: Query[Wanted]) -> list[BibRecord]:
    """Return at most 100 records of an ISBN, a control number, or a beginning of a title."""
    Actor.of(request).demand("catalogue.see")
    rows = queries.records()
    if wanted.isbn:
        rows = queries.records_by_isbn(wanted.isbn)
    elif wanted.control_number:
        rows = rows.filter(control_number=wanted.control_number)
    elif wanted.title:
        rows = rows.filter(title__startswith=wanted.title)
    else:
        raise Invalid.because("isbn", "nothing-asked", _("Name an ISBN, a control number or a title."))
    return list(rows[:MOST_FOUND])


@router.get("/records/{record_id}", response=RecordColumnsOut, summary="One record")
def one_record(request: HttpRequest, record_id: int) -> BibRecord:
    """Return the columns of a record."""
    return _record(request, record_id)


@router.get("/records/{record_id}/marcxml", summary="One record as MARCXML")
def one_record_marcxml(request: HttpRequest, record_id: int) -> HttpResponse:
    """Return a record as MARCXML."""
    xml = queries.marcxml_of(bytes(_record(request, record_id).marc))
    if not xml:
        raise NotFound.because("no-marc", _("No MARC is kept of this record."))
    return HttpResponse(xml, content_type=f"{MARCXML}; charset=utf-8")


@router.post("/records", response={201: RecordColumnsOut}, summary="Enter a record")
def enter_record(request: HttpRequest, entered: RecordIn) -> Status[BibRecord]:
    """Enter a record as a draft; every line that cannot be read is told."""
    actor = Actor.of(request)
    actor.demand("catalogue.edit_record")
    sheet = worksheet.parse(entered.marc)
    if sheet.errors:
        raise Invalid(
            Reason(
                code=f"line-{error.code}",
                label=LINE_FAULTS[error.code],
                field=f"marc:{error.line}",
                facts={"line": error.line},
            )
            for error in sheet.errors
        )
    row = operations.save_record(marc=sheet.record, dialect=entered.dialect, actor=actor, now=clock.now())
    return Status(201, row)


@router.post("/records/{record_id}/proofread", response=RecordColumnsOut, summary="Mark as proofread")
def proofread_record(request: HttpRequest, record_id: int) -> BibRecord:
    """Say that a record has been checked against the book."""
    return operations.proofread(
        record_id=_record(request, record_id).pk, actor=Actor.of(request), now=clock.now()
    )


@router.post("/records/{record_id}/release", response=RecordColumnsOut, summary="Release to readers")
def release_record(request: HttpRequest, record_id: int) -> BibRecord:
    """Release a proofread record with its copies."""
    return operations.release(
        record_id=_record(request, record_id).pk, actor=Actor.of(request), now=clock.now()
    )


@router.get("/items/{barcode}", response=CopyColumnsOut, summary="One copy")
def one_item(request: HttpRequest, barcode: str, owner: str = "") -> CopyColumnsOut:
    """Return a copy by its barcode; of several owners' the one of ``owner`` comes first."""
    actor = Actor.of(request)
    actor.demand("catalogue.see")
    item = queries.item_by_barcode(barcode, owner_code=owner)
    if item is None:
        raise NotFound.because("unknown-barcode", _("No copy bears this barcode."))
    return _copy_out(item)


def _record(request: HttpRequest, record_id: int) -> BibRecord:
    Actor.of(request).demand("catalogue.see")
    found = BibRecord.objects.filter(pk=record_id).first()
    if found is None:
        raise NotFound.because("unknown-record", _("There is no record of this number."))
    return found


def _copy_out(item: Item) -> CopyColumnsOut:
    return CopyColumnsOut(
        barcode=item.barcode,
        owner=item.library.code,
        record_id=item.record_id,
        title=item.record.title,
        branch=item.branch.code,
        home_branch=item.home_branch.code,
        location=item.location.code,
        call_number=item.call_number,
        state=item.state,
        for_reference=item.for_reference,
        accessioned_on=item.accessioned_on,
        withdrawn_on=item.withdrawn_on,
    )
