"""The two feeds the index follows: the catalogue's changes, and lending's ledger for what is on the shelf."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yanshu.collection.catalogue.models import RecordChange
from yanshu.core import feed
from yanshu.discovery.search.rules import FeedPosition, Place
from yanshu.lending.circulation.models import LoanEvent


@dataclass(frozen=True, slots=True)
class Changes:
    """The records that changed after a position, each once, and the position behind them."""

    record_ids: tuple[int, ...]
    position: FeedPosition
    rows: int


def changes_after(position: FeedPosition, *, limit: int) -> Changes:
    """Return the next changes of both feeds, at most ``limit`` rows of each."""
    records, place = _next(RecordChange.objects.all(), position.records, limit)
    loans, loan_place = _next(LoanEvent.objects.all(), position.loans, limit)
    ids = tuple(dict.fromkeys([*records, *loans]))
    return Changes(ids, FeedPosition(place, loan_place), len(records) + len(loans))


def head() -> FeedPosition:
    """Return the end of both feeds as far as no running transaction can still slip a row before it."""
    return FeedPosition(_end(RecordChange.objects.all()), _end(LoanEvent.objects.all()))


def lies_ahead(position: FeedPosition) -> bool:
    """Say whether a position lies behind the end of a feed: the database was put back from a copy."""
    return position.records > _last(RecordChange.objects.all()) or position.loans > _last(
        LoanEvent.objects.all()
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """The records with changes after a position, and the time their changes span."""

    record_ids: frozenset[int]
    span: timedelta


def waiting(position: FeedPosition) -> Waiting:
    """Return what has changed after ``position``, settled or not."""
    changed = list(_beyond(RecordChange.objects.all(), position.records).values_list("record_id", "at"))
    moved = list(_beyond(LoanEvent.objects.all(), position.loans).values_list("record_id", "recorded_at"))
    moments = [at for _id, at in (*changed, *moved)]
    span = max(moments) - min(moments) if moments else timedelta(0)
    return Waiting(frozenset(key for key, _at in (*changed, *moved)), span)


def rows_waiting(position: FeedPosition) -> int:
    """Return how many rows of both feeds lie after ``position``."""
    changed = _beyond(RecordChange.objects.all(), position.records).count()
    return changed + _beyond(LoanEvent.objects.all(), position.loans).count()


def _beyond(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    return rows.filter(Q(tx__gt=place.tx) | Q(tx=place.tx, id__gt=place.row_id)).order_by()


def _next(rows: QuerySet[Any], place: Place, limit: int) -> tuple[list[int], Place]:
    """Return the next rows of a feed: first the rest of the transaction, then those after it.

    Two statements, each a seek in the index (tx, id); asked as one with OR, SQLite walks the whole index,
    five times a second.
    """
    settled = feed.settled(rows)
    parts = (settled.filter(tx=place.tx, id__gt=place.row_id), settled.filter(tx__gt=place.tx))
    found: list[tuple[int, int, int]] = []
    for part in parts:
        if len(found) < limit:
            wanted = part.order_by("tx", "id").values_list("tx", "id", "record_id")
            found.extend(wanted[: limit - len(found)])
    return [record_id for _tx, _row, record_id in found], Place(*found[-1][:2]) if found else place


def _end(rows: QuerySet[Any]) -> Place:
    return _last(feed.settled(rows))


def _last(rows: QuerySet[Any]) -> Place:
    found = rows.order_by("-tx", "-id").values_list("tx", "id").first()
    return Place(*found) if found else Place()
