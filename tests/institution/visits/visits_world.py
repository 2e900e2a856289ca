"""A library with two gates: one at a branch open Tuesday to Sunday, one at a self-service point."""

from datetime import date, datetime, timedelta

from institution.places.places_world import NOW, ROUND_THE_CLOCK, SYSTEM, a_branch, a_library
from yanshu.core import clock
from yanshu.institution.places.terms import BranchKind
from yanshu.institution.visits import operations
from yanshu.institution.visits.models import Gate
from yanshu.institution.visits.terms import GateData, ReadingData, Source

ACT = {"actor": SYSTEM, "now": NOW}
DAY = date(2019, 3, 19)


def at(hour: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone())


def reading(hour: int, count_in: int, gate: str = "C1", day: date = DAY, **more) -> ReadingData:
    start = at(hour, day)
    return ReadingData(gate, start, start + timedelta(hours=1), count_in, **more)


def record(*readings: ReadingData, **more):
    return operations.record_readings(readings, **{"source": Source.HAND, **ACT, **more})


def two_gates() -> tuple[Gate, Gate]:
    library = a_library()
    central = a_branch(library)
    night = a_branch(
        library,
        "night",
        week=ROUND_THE_CLOCK,
        kind=BranchKind.SELF_SERVICE_POINT,
        service_from=date(2016, 4, 23),
    )
    gates = []
    for branch, code, installed in ((central, "C1", date(2019, 1, 1)), (night, "N1", date(2019, 1, 1))):
        data = GateData(branch.pk, code, f"{code}门", installed)
        gates.append(operations.make_gate(data, **ACT))
    operations.calibrate(
        gates[0], valid_from=date(2019, 1, 1), counted_by_hand=481, counted_by_gate=500, **ACT
    )
    return gates[0], gates[1]
