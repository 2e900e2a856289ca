"""Which rows of a list were ticked, or all that its filters let through; and the batch under way."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.web.filters import CopyFilter, RecordFilter
from yanshu.core.actor import Actor

SALT = "catalogue.batch"
UNDO = "catalogue_undo"


def chosen_records(request: HttpRequest) -> list[int]:
    """Return the records a list's form names: those ticked, or all of its filters."""
    if request.POST.get("all") == "1":
        rows = RecordFilter(QueryDict(request.POST.get("query", "")), queries.records(), request=request).qs
        return list(rows.order_by("pk").values_list("pk", flat=True)[: queries.RECORDS_AT_ONCE + 1])
    return _ticked(request)


def chosen_copies(request: HttpRequest) -> list[int]:
    """Return the copies a list's form names: those ticked, or all of its filters."""
    if request.POST.get("all") == "1":
        seen = queries.copies_seen_by(Actor.of(request))
        rows = CopyFilter(QueryDict(request.POST.get("query", "")), seen, request=request).qs
        return list(rows.order_by("pk").values_list("pk", flat=True)[: queries.COPIES_AT_ONCE + 1])
    return _ticked(request)


def packed(ids: Iterable[int]) -> str:
    """Return ids as one field of a form that nobody can change on its way."""
    return signing.dumps(list(ids), salt=SALT, compress=True)


def unpacked(text: str) -> list[int]:
    """Return the ids of a packed field; nothing where it was changed."""
    try:
        found: list[int] = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return []
    return found


def remember_undo(request: HttpRequest, subject: str, facts: dict[str, Any]) -> None:
    """Keep in the session what takes the last batch back."""
    request.session[UNDO] = {"subject": subject, **facts}


def undo_of(request: HttpRequest, subject: str) -> dict[str, Any]:
    """Return what takes the last batch of a subject back, and forget it when it was used."""
    kept: dict[str, Any] = request.session.get(UNDO, {})
    return kept if kept.get("subject") == subject else {}


def _ticked(request: HttpRequest) -> list[int]:
    ticked: Sequence[str] = request.POST.getlist("selected")
    return [int(text) for text in ticked if text.isdecimal()]
