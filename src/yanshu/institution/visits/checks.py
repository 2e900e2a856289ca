"""What must hold in visits."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yanshu.core.doctor import check
from yanshu.institution.visits import rules
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.queries import Standing, standing_of
from yanshu.institution.visits.terms import Quality

HALF = rules.WHOLE // 2
SHOWN = 50
"""A check that finds very much names the first ones."""


@check("visits.corrected", _("Visits are the raw count times the factor"))
def corrected() -> Iterator[str]:
    """Yield the measured intervals whose visits do not follow from raw count and factor."""
    single = GateReading.objects.filter(corrects=None, corrected_by=None, quality=Quality.MEASURED).annotate(
        rest=F("raw_in") * F("factor_permille") + HALF - F("corrected") * rules.WHOLE
    )
    wrong = single.filter(Q(rest__lt=0) | Q(rest__gte=rules.WHOLE))
    for line in wrong.select_related("gate")[:SHOWN]:
        counted = f"{line.raw_in} × {line.factor_permille}‰, not {line.corrected}"
        yield f"{line.gate.code} {line.interval_start:%Y-%m-%d %H:%M}: {counted}"
    for line in GateReading.objects.filter(corrects=None, corrected_by__isnull=False).select_related("gate"):
        standing = standing_of(line.gate, line.interval_start)
        if standing is not None and _is_wrong(standing):
            yield f"{line.gate.code} {line.interval_start:%Y-%m-%d %H:%M}: corrections do not add up"


@check("visits.chains", _("Corrections name the line before them"))
def chains() -> Iterator[str]:
    """Yield the corrections that stand beside the line they correct, at another gate or interval."""
    stray = GateReading.objects.filter(corrects__isnull=False).exclude(
        gate=F("corrects__gate"), interval_start=F("corrects__interval_start")
    )
    for line in stray.select_related("gate"):
        yield f"{line.gate.code} line {line.pk} corrects a line of another gate or interval"


@check("visits.service_dates", _("Readings lie inside the dates of gate and branch"))
def service_dates() -> Iterator[str]:
    """Yield the gates with readings before or after their own dates, or those of their branch."""
    for gate in Gate.objects.select_related("branch"):
        outside = Q(business_date__lt=gate.installed_on)
        if gate.removed_on is not None:
            outside |= Q(business_date__gte=gate.removed_on)
        if gate.branch.service_from is not None:
            outside |= Q(business_date__lt=gate.branch.service_from)
        if gate.branch.service_until is not None:
            outside |= Q(business_date__gte=gate.branch.service_until)
        if count := GateReading.objects.filter(outside, gate=gate).count():
            yield f"{gate.code}: {count} lines outside the dates of gate or branch"


def _is_wrong(standing: Standing) -> bool:
    if standing.quality != Quality.MEASURED:
        return standing.corrected < 0
    return standing.corrected != rules.corrected(standing.raw_in, standing.factor_permille)
