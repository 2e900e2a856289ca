"""Records by when they came, and small views of records for covers and rankings."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import RecordState


def new_records(*, since: date) -> QuerySet[BibRecord]:
    """Return the records released since a day, newest first; those whose copies are all gone stay away."""
    copies = Item.objects.filter(record_id=OuterRef("pk"))
    standing = Q(Exists(copies.filter(withdrawn_on__isnull=True))) | ~Q(Exists(copies))
    return (
        BibRecord.objects.filter(standing, state=RecordState.RELEASED, released_on__gte=since)
        .defer("marc")
        .order_by("-released_on", "-pk")
    )


def titles(record_ids: Sequence[int]) -> list[BibRecord]:
    """Return released records in the order given, without their MARC, in one query."""
    rows = BibRecord.objects.filter(state=RecordState.RELEASED).defer("marc").in_bulk(record_ids)
    return [rows[key] for key in record_ids if key in rows]
