"""What visits count."""

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.indicator import Column, Family, Kind, RollUp, Split
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.places.queries import branch_name
from yanshu.institution.places.terms import SELF_SERVICE_KINDS, BranchKind
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.terms import Quality, Source

READINGS = Family(
    kind=Kind.FLOW,
    measure=Sum("corrected"),
    rollup=RollUp(day="business_date", branch="branch_id"),
    splits=(
        Split("branch", "branch_id", _("Branch"), branch_name),
        Split("month", "month", _("Month")),
        Split("gate", "gate__name", _("Gate")),
        Split("day", "business_date", _("Day")),
        Split("hour", "interval_start__hour", _("Hour")),
        Split("branch_kind", "branch_kind", _("Kind of branch"), lambda value: BranchKind(value).label),
        Split("quality", "quality", _("Quality"), lambda value: Quality(value).label),
        Split("source", "source", _("Source"), lambda value: Source(value).label),
    ),
    columns=(
        Column("interval_start", _("Interval from"), lambda value: f"{clock.local(value):%Y-%m-%d %H:%M}"),
        Column("gate__branch__name", _("Branch")),
        Column("gate__name", _("Gate")),
        Column("raw_in", _("In, raw")),
        Column("factor_permille", _("Factor, per mille")),
        Column("corrected", _("Visits")),
        Column("quality", _("Quality"), lambda value: Quality(value).label),
        Column("source", _("Source"), lambda value: Source(value).label),
        Column("note", _("Note")),
    ),
)


def _gates(span: Span) -> QuerySet[Gate]:
    return Gate.objects.filter(installed_on__lt=span.end_day).filter(
        Q(removed_on=None) | Q(removed_on__gt=span.first_day)
    )


def _a_gate_counts(span: Span) -> bool:
    return _gates(span).exists()


def _a_self_service_gate_counts(span: Span) -> bool:
    return _gates(span).filter(branch__kind__in=SELF_SERVICE_KINDS).exists()


@READINGS.indicator(
    code="visits.total",
    name=_("Visits"),
    unit=Unit.VISIT,
    counted_from=_(
        "people entering as the gates counted them, times each gate's factor, by the beginning of the "
        "interval; estimates where a counter was out of order; without virtual visits and off-site events"
    ),
    source="ISO 2789, visits (docs/indicators/sources.md#visits)",
    ready=_a_gate_counts,
)
def total(span: Span) -> QuerySet[GateReading]:
    """Return the lines of the gates' ledger; a correction is a line with the difference."""
    return GateReading.objects.filter(business_date__gte=span.first_day, business_date__lt=span.end_day)


@READINGS.indicator(
    code="visits.selfservice",
    name=_("Visits to self-service points"),
    unit=Unit.VISIT,
    counted_from=_(
        "the visits to branches that were 24-hour self-service points or city reading rooms when they were "
        "counted; part of all visits"
    ),
    source="docs/indicators/sources.md#self-service-visits",
    ready=_a_self_service_gate_counts,
)
def selfservice(span: Span) -> QuerySet[GateReading]:
    """Return the lines counted at self-service points."""
    return total(span).filter(branch_kind__in=SELF_SERVICE_KINDS)
