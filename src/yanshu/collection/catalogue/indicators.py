"""What is counted of the catalogue."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.queries import main_class_words
from yanshu.collection.catalogue.terms import Origin
from yanshu.core.indicator import Column, Kind, Split, indicator
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.places.queries import branch_name

SPLITS = (
    Split("branch", "home_branch_id", _("Branch"), branch_name),
    Split("class", "record__class_main", _("Main class"), main_class_words),
    Split("language", "record__language", _("Language")),
)
COLUMNS = (
    Column("record__title", _("Title")),
    Column("barcode", _("Barcode")),
    Column("call_number", _("Call number")),
    Column("home_branch_id", _("Branch"), branch_name),
    Column("accessioned_on", _("Accessioned on")),
    Column("released_on", _("First released on")),
)


def _released(span: Span) -> QuerySet[Item]:
    return Item.objects.filter(
        origin=Origin.PURCHASE,
        accessioned_on__isnull=False,  # what was here before the system is no new title
        record__released_on__gte=span.first_day,
        record__released_on__lt=span.end_day,
        released_on__gte=span.first_day,
        released_on__lt=span.end_day,
    )


def _accessioned(span: Span) -> QuerySet[Item]:
    return Item.objects.filter(
        origin=Origin.PURCHASE, accessioned_on__gte=span.first_day, accessioned_on__lt=span.end_day
    )


@indicator(
    code="cataloguing.titles",
    name=_("New titles proofread and released"),
    unit=Unit.TITLE,
    kind=Kind.FLOW,
    counted_from=_(
        "Titles with bought copies whose record was first released in the span; a title counts once, at its "
        "first release."
    ),
    source="docs/indicators/catalogue.md#cataloguingtitles",
    splits=SPLITS,
    columns=COLUMNS,
    measure=Count("record_id", distinct=True),
)
def cataloguing_titles(span: Span) -> QuerySet[Item]:
    """Return the bought copies of titles first released."""
    return _released(span)


@indicator(
    code="cataloguing.copies",
    name=_("Copies of new titles proofread and released"),
    unit=Unit.COPY,
    kind=Kind.FLOW,
    counted_from=_(
        "Bought copies, accessioned on a known day, of titles whose record was first released in the span."
    ),
    source="docs/indicators/catalogue.md#cataloguingcopies",
    splits=SPLITS,
    columns=COLUMNS,
)
def cataloguing_copies(span: Span) -> QuerySet[Item]:
    """Return the bought copies of titles first released."""
    return _released(span)


@indicator(
    code="acquisitions.titles",
    name=_("Titles of books bought"),
    unit=Unit.TITLE,
    kind=Kind.FLOW,
    counted_from=_("Titles with at least one bought copy accessioned in the span; a title counts once."),
    source="docs/indicators/catalogue.md#acquisitionstitles",
    splits=SPLITS,
    columns=COLUMNS,
    measure=Count("record_id", distinct=True),
)
def acquisitions_titles(span: Span) -> QuerySet[Item]:
    """Return the bought copies accessioned."""
    return _accessioned(span)


@indicator(
    code="acquisitions.copies",
    name=_("Books bought"),
    unit=Unit.COPY,
    kind=Kind.FLOW,
    counted_from=_(
        "Bought copies accessioned in the span; a copy without known origin or day of accession is none."
    ),
    source="docs/indicators/catalogue.md#acquisitionscopies",
    splits=SPLITS,
    columns=COLUMNS,
)
def acquisitions_copies(span: Span) -> QuerySet[Item]:
    """Return the bought copies accessioned."""
    return _accessioned(span)


@indicator(
    code="collection.holdings",
    name=_("Total holdings"),
    unit=Unit.COPY,
    kind=Kind.STOCK,
    counted_from=_(
        "Physical items accessioned and not withdrawn at the end of the span; a copy without a day of "
        "accession was here before."
    ),
    source="Ministry form, total holdings; docs/indicators/catalogue.md#collectionholdings",
    splits=SPLITS,
    columns=COLUMNS,
)
def holdings(span: Span) -> QuerySet[Item]:
    """Return the items held at the end of the span."""
    held = Item.objects.filter(Q(accessioned_on__lt=span.end_day) | Q(accessioned_on=None))
    return held.exclude(withdrawn_on__lt=span.end_day)
