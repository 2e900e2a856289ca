"""Searching for other systems: open to everybody, as the catalogue is."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import Field as Described

from yanshu.collection.catalogue import queries as catalogue
from yanshu.core.refusal import Invalid, NotFound
from yanshu.discovery.search import queries
from yanshu.discovery.search.engine.request import LARGEST_PAGE
from yanshu.discovery.search.queries import Copy, Filters, Found, Sort, Wish
from yanshu.discovery.search.terms import Field

router = Router(tags=["search"])


class SearchQuery(Schema):
    """What is searched; lists may be repeated (``branch=1&branch=2``)."""

    q: str = ""
    title: str = ""
    author: str = ""
    subject: str = ""
    publisher: str = ""
    isbn: str = ""
    class_number: str = ""
    call_number: str = ""
    branch: list[int] = []
    available: bool = False
    year_from: int | None = None
    year_to: int | None = None
    in_class: list[str] = []
    language: list[str] = []
    form: list[str] = []
    sort: Sort | None = None
    page: int = Described(1, ge=1)
    page_size: int = Described(20, ge=1, le=LARGEST_PAGE)


class SuggestQuery(Schema):
    """What suggestions begin with, and how many at most."""

    q: str
    limit: int = Described(8, ge=1, le=20)


class CopyOut(Schema):
    """A copy as it is now; ``state`` is the word a reader is shown."""

    barcode: str
    branch_id: int
    branch: str
    location: str
    call_number: str
    state: str
    due_on: date | None


class RecordOut(Schema):
    """A title with its copies."""

    id: int
    title: str
    subtitle: str
    volume: str
    responsibility: str
    author: str
    publisher: str
    place: str
    year: int | None
    isbn: str
    class_number: str
    language: str
    form: str
    available: int
    queue: int
    copies: list[CopyOut]


class FullRecordOut(RecordOut):
    """A title with everything its record says of authors, subjects and content."""

    authors: list[str]
    subjects: list[str]
    isbns: list[str]
    series: list[str]
    extent: str
    summary: str


class FacetOut(Schema):
    """A value of a facet and how many of the titles found have it."""

    value: str | int
    records: int


class AnswerOut(Schema):
    """A page of titles; ``degraded`` says that only exact look-ups could be made."""

    total: int
    page: int
    page_size: int
    degraded: bool
    records: list[RecordOut]
    facets: dict[str, list[FacetOut]]


class SuggestionOut(Schema):
    """A title or a name that begins with what was typed."""

    text: str
    kind: str
    records: int


@router.get("/", response=AnswerOut, auth=None, operation_id="search")
def search(request: HttpRequest, asked: Query[SearchQuery]) -> dict[str, Any]:  # noqa: ARG001  ninja hands it over
    """Search the catalogue: words, pinyin, initials, ISBN, class and call numbers; facets beside them."""
    if asked.year_from is not None and asked.year_to is not None and asked.year_to < asked.year_from:
        raise Invalid.because("year_to", "years-reversed", _("The last year lies before the first."))
    result = queries.search(_wish(asked))
    answer = result.answer
    return {
        "total": answer.total,
        "page": result.request.page,
        "page_size": result.request.page_size,
        "degraded": result.degraded,
        "records": [_record(found) for found in queries.found(answer.ids)],
        "facets": {
            name.value: [{"value": one.value, "records": one.records} for one in counts]
            for name, counts in answer.facets.items()
        },
    }


@router.get("/suggestions", response=list[SuggestionOut], auth=None, operation_id="suggest")
def suggest(request: HttpRequest, asked: Query[SuggestQuery]) -> list[dict[str, Any]]:  # noqa: ARG001  ninja hands it over
    """Return titles and names that begin with what is asked in characters, pinyin or initials."""
    found = queries.suggest(asked.q, limit=asked.limit)
    return [{"text": one.text, "kind": one.kind.value, "records": one.records} for one in found]


@router.get("/records/{int:record_id}", response=FullRecordOut, auth=None, operation_id="record")
def record(request: HttpRequest, record_id: int) -> dict[str, Any]:  # noqa: ARG001  ninja hands it over
    """Return a released title with its copies as they are now."""
    shown = catalogue.released_record(record_id)
    if shown is None:
        raise NotFound.because("record-unknown", _("There is no such title."))
    parsed = catalogue.columns_of(bytes(shown.marc), shown.dialect)
    (found,) = queries.found([record_id])
    return _record(found) | {
        "authors": parsed.authors if parsed else [shown.author],
        "subjects": parsed.subjects if parsed else [],
        "isbns": parsed.isbns if parsed else [shown.isbn],
        "series": parsed.series if parsed else [],
        "extent": parsed.extent if parsed else "",
        "summary": parsed.summary if parsed else "",
    }


def _wish(asked: SearchQuery) -> Wish:
    typed = {
        Field.TITLE: asked.title,
        Field.AUTHOR: asked.author,
        Field.SUBJECT: asked.subject,
        Field.PUBLISHER: asked.publisher,
        Field.ISBN: asked.isbn,
        Field.CLASS: asked.class_number,
        Field.CALL: asked.call_number,
    }
    fields = {field: text for field, text in typed.items() if text.strip()}
    return Wish(
        typed=asked.q,
        fields=fields,
        filters=Filters(
            branches=tuple(asked.branch),
            available=asked.available,
            year_from=asked.year_from,
            year_to=asked.year_to,
            classes=tuple(asked.in_class),
            languages=tuple(asked.language),
            forms=tuple(asked.form),
        ),
        sort=asked.sort or (Sort.RELEVANCE if asked.q.strip() or fields else Sort.NEWEST),
        page=asked.page,
        page_size=asked.page_size,
    )


_OWN = (
    "id",
    "title",
    "subtitle",
    "volume",
    "responsibility",
    "author",
    "publisher",
    "place",
    "year",
    "isbn",
    "class_number",
    "language",
    "form",
)


def _record(found: Found) -> dict[str, Any]:
    own = {name: getattr(found.record, name) for name in _OWN}
    return own | {
        "available": found.available,
        "queue": found.queue,
        "copies": [_copy(copy) for copy in found.copies],
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "barcode": copy.item.barcode,
        "branch_id": copy.item.branch_id,
        "branch": copy.branch,
        "location": copy.item.location.name,
        "call_number": copy.item.call_number,
        "state": copy.shown.value,
        "due_on": copy.due_on,
    }
