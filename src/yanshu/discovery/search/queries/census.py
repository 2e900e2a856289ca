"""What should be in the index, counted in the database by ranges of keys, to find silent drift."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Floor

from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import RecordState
from yanshu.discovery.search.engine.backend import Census, SearchBackend
from yanshu.lending.circulation.models import Loan

RANGE = 4_096


def database_census() -> dict[int, Census]:
    """Return count and sum of revisions of findable records by range, in four queries.

    A record's revision is its own version, those of its copies, and the number of its copies on loan, so
    that a loan the index has missed shows like any other change.
    """
    loaned = Loan.objects.filter(closed_at__isnull=True, item__record__in=_findable().values("pk"))
    records = _by_range(_findable(), "pk", Count("pk"))
    revisions = _by_range(_findable(), "pk", Sum("version"))
    revisions += _by_range(
        Item.objects.filter(record__in=_findable().values("pk")), "record_id", Sum("version")
    )
    revisions += _by_range(loaned, "item__record_id", Count("pk"))
    return {block: Census(count, revisions[block]) for block, count in records.items()}


def drifted(index: SearchBackend) -> frozenset[int]:
    """Return the ranges of keys where index and database differ."""
    highest = BibRecord.objects.aggregate(last=Max("pk"))["last"] or 0
    blocks = range(highest // RANGE + 1)
    indexed = {block: index.census(block * RANGE, (block + 1) * RANGE) for block in blocks}
    expected = database_census()
    nothing = Census(0, 0)
    return frozenset(block for block in blocks if indexed[block] != expected.get(block, nothing))


def blocks_of(record_ids: Iterable[int]) -> frozenset[int]:
    """Return the ranges some records lie in."""
    return frozenset(key // RANGE for key in record_ids)


def keys_in(block: int) -> list[int]:
    """Return every key of a range, those of the database and those only the index may know."""
    return list(range(block * RANGE, (block + 1) * RANGE))


def _findable() -> QuerySet[BibRecord]:
    """Return the released records, apart from those whose copies have all been withdrawn."""
    shelved = Item.objects.filter(withdrawn_on__isnull=True).values("record_id")
    gone = Item.objects.filter(withdrawn_on__isnull=False).exclude(record_id__in=shelved).values("record_id")
    return BibRecord.objects.filter(state=RecordState.RELEASED).exclude(pk__in=gone)


def _by_range(rows: "QuerySet[Any]", key: str, measure: Sum | Count) -> Counter[int]:
    found = rows.annotate(block=Floor(F(key) / RANGE)).order_by().values_list("block")
    return Counter({int(block): total for block, total in found.annotate(total=measure)})
