"""The gates, their calibration, and a year of hourly readings as the gates' terminals sent them."""

from collections.abc import Iterator
from datetime import date

from yanshu.core.actor import Door
from yanshu.demo.loader import bulk
from yanshu.demo.loader.terms import Doer, Loading, Premises
from yanshu.demo.year import YearPlan
from yanshu.institution.visits import operations as visits
from yanshu.institution.visits.models import GateReading
from yanshu.institution.visits.terms import GateData, Source

__all__ = ["load_gates", "load_visits"]

SAMPLE = 1000
"""People the gate counted while somebody counted by hand."""
_COLUMNS = (
    "gate_id", "branch_id", "branch_kind", "interval_start", "interval_end", "raw_in", "factor_permille",
    "corrected", "quality", "source", "happened_at", "recorded_at", "business_date", "month", "actor_label",
    "door", "terminal_id",
)  # fmt: skip
_HOUR = 3600


def load_gates(loading: Loading, premises: Premises) -> None:
    """Enter the gates with their correction factors, counted by hand when the year began."""
    first = loading.scenario.first_day
    for spec in loading.scenario.branches_in_service:
        for gate_spec in spec.gates:
            installed_on = spec.opened_on or first
            data = GateData(
                branch_id=premises.branches[spec.code].pk,
                code=gate_spec.code,
                name=gate_spec.name,
                installed_on=installed_on,
                service_point_id=premises.doors[spec.code, gate_spec.code].pk,
                terminal_id=premises.counters[spec.code].pk,
            )
            gate = visits.make_gate(data, **loading.by)
            premises.gates[spec.code, gate_spec.code] = gate
            if gate_spec.factor_per_mille != SAMPLE:
                visits.calibrate(
                    gate,
                    valid_from=max(installed_on, first),
                    counted_by_hand=gate_spec.factor_per_mille,
                    counted_by_gate=SAMPLE,
                    **loading.by,
                )


def load_visits(loading: Loading, premises: Premises, plan: YearPlan) -> None:
    """Write the readings of the year."""
    hours = sum(
        len(spec.gates) * sum((end - start) // 60 for day in plan.periods[spec.code] for start, end in day)
        for spec in loading.scenario.branches_in_service
    )
    tell = loading.stage("到馆读数 · gate readings", hours)
    bulk.write(GateReading, _COLUMNS, _readings(loading, premises, plan), tell=tell)


def _readings(loading: Loading, premises: Premises, plan: YearPlan) -> Iterator[bulk.Row]:
    midnights: dict[date, int] = {}
    senders = {code: Doer.of_terminal(terminal, Door.API) for code, terminal in premises.counters.items()}
    for reading in plan.visits():
        if reading.day not in midnights:
            midnights[reading.day] = int(loading.at(reading.day, 0).timestamp())
        start = midnights[reading.day] + reading.hour * _HOUR
        begins, ends = bulk.instant_text(start), bulk.instant_text(start + _HOUR)
        gate, branch = premises.gates[reading.branch, reading.gate], premises.branches[reading.branch]
        sender, day = senders[reading.branch], reading.day.isoformat()

        yield (
            gate.pk, branch.pk, branch.kind, begins, ends, reading.raw, reading.factor_per_mille,
            reading.corrected, reading.quality.value, Source.HTTP.value, begins, ends, day, day[:7],
            sender.label, sender.door, sender.terminal_id,
        )  # fmt: skip
