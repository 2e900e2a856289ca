"""Gates and their correction factors."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.institution.places.models import ServicePoint, Terminal
from yanshu.institution.visits import rules
from yanshu.institution.visits.models import Calibration, Gate, GateReading
from yanshu.institution.visits.terms import GateData


@operation("visits.make_gate")
def make_gate(data: GateData, *, actor: Actor, now: datetime) -> Gate:
    """Enter a gate and return it; its readings count from the day it was installed.

    Raises:
        Invalid: for empty fields, a code in use, dates in the wrong order, or things of another branch.
    """
    return _saved(Gate(), data, actor)


@operation("visits.change_gate")
def change_gate(gate: Gate, data: GateData, *, actor: Actor, now: datetime) -> Gate:
    """Change a gate; once it has counted it stays at its branch, and its dates enclose what it counted.

    Raises:
        Invalid: for empty fields, a code in use, dates in the wrong order, or things of another branch.
        Conflict: when readings stand against it.
    """
    actor.demand_branch(gate.branch_id)
    counted = GateReading.objects.filter(gate=gate)
    outside = counted.filter(business_date__lt=data.installed_on)
    if data.removed_on is not None:
        outside = outside | counted.filter(business_date__gte=data.removed_on)
    moved = data.branch_id != gate.branch_id and counted.exists()
    if moved or outside.exists():
        label = _("Readings of this gate are recorded that would then be outside its branch or its dates.")
        raise Conflict.because("gate-has-readings", label)
    return _saved(gate, data, actor)


@operation("visits.calibrate")
def calibrate(
    gate: Gate,
    *,
    valid_from: date,
    counted_by_hand: int,
    counted_by_gate: int,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Calibration:
    """Set the gate's correction factor from a day on, out of a count by hand and the gate's own.

    Readings already recorded keep the factor they were corrected with, so the day must come after them.

    Raises:
        Invalid: for an empty sample or a factor no counter can need.
        Conflict: when readings are recorded for that day or later.
    """
    actor.demand_branch(gate.branch_id)
    _demand_sample(counted_by_hand, counted_by_gate)
    last = GateReading.objects.filter(gate=gate).order_by("business_date").last()
    if last is not None and last.business_date >= valid_from:
        label = _("Readings are recorded up to %(day)s; let the factor hold from the day after.")
        raise Conflict.because(
            "already-counted", label % {"day": last.business_date}, day=last.business_date.isoformat()
        )
    calibration, _created = Calibration.objects.update_or_create(
        gate=gate,
        valid_from=valid_from,
        defaults={
            "factor_permille": rules.factor_from_sample(
                counted_by_hand=counted_by_hand, counted_by_gate=counted_by_gate
            ),
            "counted_by_hand": counted_by_hand,
            "counted_by_gate": counted_by_gate,
            "note": note.strip(),
        },
    )
    about(gate)
    return calibration


# --- how ---------------------------------------------------------------------------------------------------


def _demand_sample(counted_by_hand: int, counted_by_gate: int) -> None:
    counts = {"counted_by_hand": counted_by_hand, "counted_by_gate": counted_by_gate}
    if empty := [name for name, count in counts.items() if count <= 0]:
        label = _("Count at least one person.")
        raise Invalid(Reason(code="empty-sample", label=label, field=name) for name in empty)
    factor = rules.factor_from_sample(counted_by_hand=counted_by_hand, counted_by_gate=counted_by_gate)
    if not rules.factor_is_plausible(factor):
        label = _("These counts lie too far apart (factor %(factor)s ‰); have the counter looked at.")
        raise Invalid.because("counted_by_gate", "implausible-factor", label % {"factor": factor})


def _saved(gate: Gate, data: GateData, actor: Actor) -> Gate:
    actor.demand_branch(data.branch_id)
    if reasons := list(_reasons(gate, data)):
        raise Invalid(reasons)
    for name, value in asdict(data).items():
        setattr(gate, name, value.strip() if isinstance(value, str) else value)
    gate.save()
    return gate


def _reasons(gate: Gate, data: GateData) -> Iterable[Reason]:
    for name in ("code", "name"):
        if not getattr(data, name).strip():
            yield Reason(code="missing", label=_("Nothing is entered."), field=name)
    if Gate.objects.filter(code=data.code.strip()).exclude(pk=gate.pk).exists():
        yield Reason(code="taken", label=_("This code is in use already."), field="code")
    if data.removed_on is not None and data.removed_on <= data.installed_on:
        label = _("The day of removal must come after the day of installation.")
        yield Reason(code="ends-before-start", label=label, field="removed_on")
    strangers = (
        ("service_point", ServicePoint, data.service_point_id),
        ("terminal", Terminal, data.terminal_id),
    )
    for name, model, number in strangers:
        if number and not model.objects.filter(pk=number, branch_id=data.branch_id).exists():
            yield Reason(code="other-branch", label=_("This belongs to another branch."), field=name)
