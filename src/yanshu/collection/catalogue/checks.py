"""What must hold in the catalogue."""

from collections.abc import Iterator

from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core.doctor import check

SAMPLE = 500
"""How many records, the last changed, are read again from their MARC."""


@check("catalogue.columns", _("Columns of records agree with their MARC (the last 500 changed)"))
def columns() -> Iterator[str]:
    """Yield every record of the sample whose columns say something else than its MARC."""
    for row in BibRecord.objects.order_by("-changed_at", "-id")[:SAMPLE]:
        seen = queries.columns_of(bytes(row.marc), row.dialect)
        if seen is None:
            if row.marc:
                yield f"record {row.pk}: its MARC cannot be read"
            continue
        read = {
            "title": (seen.title or seen.volume_title or seen.parallel_title)[:500],
            "isbn": seen.isbns[0] if seen.isbns else "",
            "class_number": seen.class_number[:40],
            "control_number": seen.control_number[:60],
        }
        for name, value in read.items():
            if getattr(row, name) != value:
                yield f"record {row.pk}: {name} is {getattr(row, name)!r}, its MARC says {value!r}"


@check("catalogue.titles", _("Every record has a title"))
def titles() -> Iterator[str]:
    """Yield every record without a title."""
    for pk in BibRecord.objects.filter(title="").values_list("pk", flat=True):
        yield f"record {pk} has no title"


@check("catalogue.released_copies", _("Copies on the shelf have the day of their release"))
def released_copies() -> Iterator[str]:
    """Yield every copy readers can take that was never released, or released before it came."""
    rows = Item.objects.filter(state=ItemState.AVAILABLE, released_on=None, withdrawn_on=None)
    for barcode in rows.values_list("barcode", flat=True):
        yield f"copy {barcode} stands on the shelf without a day of release"
    early = Item.objects.filter(released_on__lt=F("accessioned_on"))
    for barcode in early.values_list("barcode", flat=True):
        yield f"copy {barcode} was released before it was accessioned"


@check("catalogue.withdrawn_copies", _("Withdrawn copies are marked and dated"))
def withdrawn_copies() -> Iterator[str]:
    """Yield every copy whose state and day of withdrawal disagree."""
    for barcode, state, day in Item.objects.filter(state=ItemState.WITHDRAWN, withdrawn_on=None).values_list(
        "barcode", "state", "withdrawn_on"
    ):
        yield f"copy {barcode}: state {state}, withdrawn on {day}"


@check("catalogue.barcodes", _("A barcode stands on one copy of its owner"))
def barcodes() -> Iterator[str]:
    """Yield every barcode that stands twice; the constraint forbids it, a damaged index would not."""
    rows = Item.objects.order_by().values("library_id", "barcode").annotate(number=Count("id"))
    for row in rows.filter(number__gt=1):
        yield f"barcode {row['barcode']} stands on {row['number']} copies"


@check("catalogue.shelves", _("Copies stand on shelves of the branch where they are or belong"))
def shelves() -> Iterator[str]:
    """Yield every copy at home whose shelf is at another branch."""
    rows = Item.objects.filter(branch=F("home_branch"), withdrawn_on=None)
    for barcode in rows.exclude(location__branch=F("branch")).values_list("barcode", flat=True):
        yield f"copy {barcode} stands on a shelf of another branch"
