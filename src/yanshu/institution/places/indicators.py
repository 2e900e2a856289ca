"""What places count: branches by kind, and the days that orders kept shut."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.indicator import Column, Family, Kind, Split, indicator
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.places.models import Branch, ClosedDay
from yanshu.institution.places.terms import BranchKind, ClosureState


def _a_branch_exists(_span: Span) -> bool:
    return Branch.objects.exists()


def _not_ended(span: Span) -> Q:
    """Keep what still served on the last day; ``service_until`` is the first day out of service."""
    return Q(service_until=None) | Q(service_until__gte=span.end_day)


def _open(span: Span) -> Q:
    """Keep what was in service on the last day of the span."""
    begun = Q(service_from__lt=span.end_day) | Q(service_from=None, construction_started_on=None)
    return begun & _not_ended(span)


BRANCHES = Family(
    kind=Kind.STOCK,
    ready=_a_branch_exists,
    splits=(
        Split("kind", "kind", _("Kind"), lambda value: BranchKind(value).label),
        Split("district", "district", _("District")),
        Split("branch", "name", _("Branch")),
    ),
    columns=(
        Column("name", _("Branch")),
        Column("kind", _("Kind"), lambda value: BranchKind(value).label),
        Column("construction_started_on", _("Construction started on")),
        Column("service_from", _("In service from")),
        Column("service_until", _("In service until")),
    ),
)


@indicator(
    code="facilities.closure_days",
    name=_("Days closed by order"),
    unit=Unit.DAY,
    kind=Kind.FLOW,
    counted_from=_(
        "days on which a closure order in force kept a branch shut, each day once however many branches; "
        "from the first closed day to the day before reopening, weekly closing days among them"
    ),
    source="docs/indicators/sources.md#closure-days",
    splits=(
        Split("branch", "branch__name", _("Branch")),
        Split("reason", "order__reason", _("Reason")),
        Split("order", "order__number", _("Closure order")),
    ),
    columns=(
        Column("day", _("Day")),
        Column("branch__name", _("Branch")),
        Column("order__number", _("Closure order")),
        Column("order__reason", _("Reason")),
    ),
    measure=Count("day", distinct=True),
    ready=_a_branch_exists,
)
def closure_days(span: Span) -> QuerySet[ClosedDay]:
    """Return the closed days of branches; one day of one branch is a row, days are counted once."""
    return ClosedDay.objects.filter(
        order__state=ClosureState.ORDERED, day__gte=span.first_day, day__lt=span.end_day
    ).order_by("day", "branch__position")


@BRANCHES.indicator(
    code="facilities.bookhouses",
    name=_("City reading rooms"),
    unit=Unit.PLACE_ROOM,
    counted_from=_("branches of this kind under construction or in service on the last day"),
    source="docs/indicators/sources.md#bookhouses",
)
def bookhouses(span: Span) -> QuerySet[Branch]:
    """Return the reading rooms being built or open as of the end of the span."""
    building = Q(construction_started_on__lt=span.end_day)
    rows = Branch.objects.filter(kind=BranchKind.BOOKHOUSE)
    return rows.filter((building & _not_ended(span)) | _open(span))


@BRANCHES.indicator(
    code="facilities.community_libraries",
    name=_("Residential-community libraries"),
    unit=Unit.PLACE,
    counted_from=_("branches of this kind in service on the last day"),
    source="docs/indicators/sources.md#community-libraries",
)
def community_libraries(span: Span) -> QuerySet[Branch]:
    """Return the libraries of residential communities in service as of the end of the span."""
    return Branch.objects.filter(_open(span), kind=BranchKind.COMMUNITY_LIBRARY)


@BRANCHES.indicator(
    code="facilities.branches",
    name=_("Places in service"),
    unit=Unit.PLACE,
    counted_from=_("branches of every kind in service on the last day, the central library among them"),
    source="ISO 2789, administrative units and service points (docs/indicators/sources.md#branches)",
)
def branches(span: Span) -> QuerySet[Branch]:
    """Return the branches in service as of the end of the span."""
    return Branch.objects.filter(_open(span))
