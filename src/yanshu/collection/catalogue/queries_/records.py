"""Reading the catalogue."""

from io import BytesIO

from django.db.models import QuerySet

from yanshu.collection.catalogue.engine import columns, isbd, iso2709
from yanshu.collection.catalogue.engine.bibliographic import Columns
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import RecordState


def item_by_barcode(barcode: str, *, owner_code: str = "") -> Item | None:
    """Return the item with this barcode; of several owners' the one of ``owner_code`` comes first."""
    items = Item.objects.select_related("record", "library", "location").filter(barcode=barcode.strip())
    if owner_code:
        own = items.filter(library__code=owner_code).first()
        if own is not None:
            return own
    return items.order_by("withdrawn_on", "id").first()


def released_record(record_id: int) -> BibRecord | None:
    """Return a record readers may see, or nothing."""
    return BibRecord.objects.filter(pk=record_id, state=RecordState.RELEASED).first()


def copies(record_id: int) -> QuerySet[Item]:
    """Return the copies of a title that have not been withdrawn, in the order of branches."""
    return (
        Item.objects.filter(record_id=record_id, withdrawn_on__isnull=True)
        .select_related("branch", "home_branch", "location", "category")
        .order_by("branch__position", "call_number", "id")
    )


def marc_of(marc: bytes) -> MarcRecord | None:
    """Return the MARC record kept in ``BibRecord.marc``, or nothing where there is none."""
    return next((reading.record for reading in iso2709.read(BytesIO(marc))), None) if marc else None


def columns_of(marc: bytes, dialect: str) -> Columns | None:
    """Return everything that can be found by of a kept record, in every script it has."""
    record = marc_of(marc)
    return columns.parse(record, Dialect(dialect)) if record is not None else None


def isbd_areas(marc: bytes, dialect: str) -> tuple[isbd.Area, ...]:
    """Return the ISBD display of a kept record, area by area."""
    record = marc_of(marc)
    return isbd.areas(record, Dialect(dialect)) if record is not None else ()
