"""Look-ups by number and by the beginning of a title, in the database alone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from yanshu.collection.catalogue.models import BibRecord, Item, RecordIsbn
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core.scanned import readings
from yanshu.discovery.search.engine import marks
from yanshu.discovery.search.engine.request import SearchAnswer

MOST = 200
_LAST_CHARACTER = "\U0010ffff"


def exact(typed: str, *, page: int, size: int, titles: bool = True) -> SearchAnswer:
    """Return the released records with this ISBN, barcode or call number, or a title that begins so.

    At most 200 are found: this is the way without an index, or for a number the index does not keep.

    Args:
        titles: whether titles are looked at too.
    """
    words = " ".join(typed.split())
    if not words:
        return SearchAnswer(total=0, ids=())
    found = dict.fromkeys(_by_number(words))
    if titles:
        found |= dict.fromkeys(_by_title(words))
    ids = tuple(found)[:MOST]
    return SearchAnswer(total=len(ids), ids=ids[(page - 1) * size : page * size])


def _by_number(words: str) -> Iterable[int]:
    isbn = marks.fold_isbn(words) if marks.is_isbn(words) else ""
    if isbn:
        yield from _released(RecordIsbn.objects.filter(isbn=isbn), "record_id")
    standing = Item.objects.filter(withdrawn_on__isnull=True)
    yield from _released(standing.filter(barcode__in=readings(words)), "record_id")
    yield from _released(standing.filter(call_number=words), "record_id")


def _by_title(words: str) -> Iterable[int]:
    begun = BibRecord.objects.filter(title__gte=words, title__lt=words + _LAST_CHARACTER)
    rows = begun.filter(state=RecordState.RELEASED).order_by("title", "pk")
    return rows.values_list("pk", flat=True)[:MOST]


def _released(rows: QuerySet[Any], key: str) -> Iterable[int]:
    found = rows.filter(record__state=RecordState.RELEASED).order_by("pk")
    return found.values_list(key, flat=True)[:MOST]
