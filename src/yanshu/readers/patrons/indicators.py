"""What is counted of readers."""

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from yanshu.core.indicator import Column, Family, Kind, RollUp, Split
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.places.queries import branch_name
from yanshu.readers.patrons.models import MembershipEvent
from yanshu.readers.patrons.queries import category_name
from yanshu.readers.patrons.terms import AgeBand, CategoryKind, MembershipEventKind

LINES = Family(
    kind=Kind.FLOW,
    measure=Sum("quantity"),
    rollup=RollUp(day="business_date", branch="branch_id"),
    splits=(
        Split("branch", "branch_id", _("Branch"), branch_name),
        Split("month", "month", _("Month")),
        Split("patron_category", "category_code", _("Patron category"), category_name),
        Split("group", "category_kind", _("Group"), lambda value: CategoryKind(value).label),
        Split("age_band", "age_band", _("Age"), lambda value: AgeBand(value).label),
    ),
    columns=(
        Column("happened_at", _("When")),
        Column("branch_id", _("Branch"), branch_name),
        Column("category_code", _("Patron category"), category_name),
        Column("age_band", _("Age"), lambda value: AgeBand(value).label),
        Column("quantity", _("Counts")),
    ),
)


@LINES.indicator(
    code="patrons.registered",
    name=_("New readers"),
    unit=Unit.PERSON,
    counted_from=_(
        "Persons whose first registration falls in the span, by the day they were registered; "
        "cancellations are shown apart and not deducted."
    ),
    source="GB/T 13191-2009 (ISO 2789), registered users; docs/indicators/patrons.md#patronsregistered",
)
def registered(span: Span) -> QuerySet[MembershipEvent]:
    """Return the lines of registrations."""
    return MembershipEvent.objects.filter(
        kind=MembershipEventKind.REGISTERED,
        business_date__gte=span.first_day,
        business_date__lt=span.end_day,
    )


@LINES.indicator(
    code="accessibility.visually_impaired_cards",
    name=_("Cards for visually impaired readers"),
    unit=Unit.CARD,
    counted_from=_("Registrations in a category for visually impaired readers, by the day they were made."),
    source="GB/T 36719-2018; docs/indicators/patrons.md#accessibilityvisually_impaired_cards",
)
def visually_impaired_cards(span: Span) -> QuerySet[MembershipEvent]:
    """Return the registrations of visually impaired readers."""
    return registered(span).filter(category_kind=CategoryKind.VISUALLY_IMPAIRED)
