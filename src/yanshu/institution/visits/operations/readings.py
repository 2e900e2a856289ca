"""The intake of readings, and their correction. Lines are only ever added."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Conflict, Invalid, NotFound
from yanshu.institution.places.queries import stage_of_branch
from yanshu.institution.places.terms import BranchStage
from yanshu.institution.visits import queries, rules
from yanshu.institution.visits.errors import ReadingRefused
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.queries import Standing
from yanshu.institution.visits.rules import ReadingFacts
from yanshu.institution.visits.terms import Count, Fate, Quality, ReadingData, ReadingFlaw, Source, Taken

BATCH = 500
_Interval = tuple[datetime, datetime]


@operation("visits.record", journalled=False)
def record_reading(data: ReadingData, *, source: Source, actor: Actor, now: datetime) -> Taken:
    """Record one reading; the same one again changes nothing.

    Raises:
        ReadingRefused: with every flaw, or with the difference where another count is recorded.
    """
    (taken,) = _take([data], source=source, actor=actor, now=now)
    if taken.fate in {Fate.REFUSED, Fate.DIFFERS}:
        raise ReadingRefused.because_of(taken)
    return taken


@operation("visits.record_many", permission="visits.record", journalled=False)
def record_readings(
    readings: Sequence[ReadingData], *, source: Source, actor: Actor, now: datetime
) -> list[Taken]:
    """Record readings in one transaction and return what became of each, in order.

    What can be taken is taken; a reading that cannot comes back with its reasons and hinders no other. An
    interval recorded before with the same count is unchanged; with another count it differs, and only
    ``correct_reading`` may change it.
    """
    return _take(readings, source=source, actor=actor, now=now)


@operation("visits.correct", journalled=False)
def correct_reading(data: ReadingData, *, reason: str, actor: Actor, now: datetime) -> GateReading:
    """Correct what is recorded of an interval by a new line with the difference, which names the old line.

    Where the quality changes, two lines take the place of one: the first takes all back, the second says it
    anew; so the visits split by quality stay right. The factor of the first line is kept.

    Raises:
        Invalid: without a reason, or for a count that cannot be.
        NotFound: when there is no such gate, or nothing is recorded of the interval.
        Conflict: when what is recorded says so already.
    """
    gate = Gate.objects.select_related("branch").select_for_update(of=("self",)).filter(code=data.gate_code)
    found = gate.first()
    standing = queries.standing_of(found, data.start) if found else None
    if found is None or standing is None:
        raise NotFound.because("no-reading", _("Nothing is recorded of this interval."))
    actor.demand_branch(found.branch_id)
    wanted = _wanted(data, reason, standing)
    lines = _difference(standing, wanted)
    last_id = standing.last_line_id
    for count in lines:
        line = _line(found, standing, count, factor=standing.factor_permille, source=Source.HAND)
        line.note, line.corrects_id = reason.strip()[:200], last_id
        line.stamp(actor=actor, happened_at=standing.start, recorded_at=now).save()
        last_id = line.pk
    return line


# --- how ---------------------------------------------------------------------------------------------------


def _wanted(data: ReadingData, reason: str, standing: Standing) -> Count:
    if not reason.strip():
        raise Invalid.because("reason", "missing", _("Write why the reading is corrected."))
    if min(data.count_in, data.count_out) < 0:
        raise Invalid.because("count_in", ReadingFlaw.NEGATIVE.value, ReadingFlaw.NEGATIVE.label)
    if rules.is_beyond_counting(data.count_in, data.count_out):
        raise Invalid.because("count_in", ReadingFlaw.TOO_MANY.value, ReadingFlaw.TOO_MANY.label)
    if data.quality == Quality.OUTAGE and max(data.count_in, data.count_out) > 0:
        flaw = ReadingFlaw.COUNT_IN_OUTAGE
        raise Invalid.because("count_in", flaw.value, flaw.label)
    wanted = rules.count_of(
        count_in=data.count_in,
        count_out=data.count_out,
        quality=data.quality,
        factor_permille=standing.factor_permille,
    )
    if wanted == standing.count:
        raise Conflict.because("nothing-to-correct", _("This is what is recorded already."))
    return wanted


def _difference(standing: Standing, wanted: Count) -> tuple[Count, ...]:
    kept = standing.count
    if wanted.quality == kept.quality:
        return (_minus(wanted, kept, wanted.quality),)
    return (_minus(Count(0, 0, 0, kept.quality), kept, kept.quality), wanted)


def _minus(left: Count, right: Count, quality: Quality) -> Count:
    return Count(
        left.raw_in - right.raw_in,
        left.raw_out - right.raw_out,
        left.corrected - right.corrected,
        quality,
    )


def _line(
    gate: Gate, interval: ReadingData | Standing, count: Count, *, factor: int, source: Source
) -> GateReading:
    return GateReading(
        gate=gate,
        branch_id=gate.branch_id,
        branch_kind=gate.branch.kind,
        interval_start=interval.start,
        interval_end=interval.end,
        raw_in=count.raw_in,
        raw_out=count.raw_out,
        corrected=count.corrected,
        quality=count.quality,
        factor_permille=factor,
        source=source,
    )


@dataclass(slots=True)
class _Intake:
    """What is known while a batch is taken: gates, factors, what is recorded and what is added."""

    gates: Mapping[str, Gate]
    factors: Mapping[int, list[tuple[date, int]]]
    standing: Mapping[tuple[int, datetime], Standing]
    intervals: Mapping[int, list[_Interval]]
    actor: Actor
    now: datetime


def _take(readings: Sequence[ReadingData], *, source: Source, actor: Actor, now: datetime) -> list[Taken]:
    intake = _gather(readings, actor, now)
    taken: list[Taken] = []
    lines: list[GateReading] = []
    for data in readings:
        judged, line = _judge(data, intake, source)
        taken.append(judged)
        if line is not None:
            lines.append(line)
    GateReading.objects.bulk_create(lines, batch_size=BATCH)
    return taken


def _gather(readings: Sequence[ReadingData], actor: Actor, now: datetime) -> _Intake:
    codes = {data.gate_code for data in readings}
    # Lock order: gates by key. Two intakes of one gate go one after another.
    rows = Gate.objects.select_related("branch", "service_point").select_for_update(of=("self",))
    gates = {gate.code: gate for gate in rows.filter(code__in=codes).order_by("pk")}
    ids = [gate.pk for gate in gates.values()]
    standing: dict[tuple[int, datetime], Standing] = {}
    if ids:
        first = min(data.start for data in readings) - rules.LONGEST
        standing = queries.standings(ids, first, max(data.end for data in readings))
    intervals: defaultdict[int, list[_Interval]] = defaultdict(list)
    for (gate_id, start), kept in sorted(standing.items()):
        intervals[gate_id].append((start, kept.end))
    return _Intake(gates, queries.factors(ids), standing, intervals, actor, now)


def _judge(data: ReadingData, intake: _Intake, source: Source) -> tuple[Taken, GateReading | None]:
    gate = intake.gates.get(data.gate_code)
    if gate is None:
        return Taken(data, Fate.REFUSED, (ReadingFlaw.UNKNOWN_GATE,)), None
    day = clock.business_date(data.start)
    factor = rules.factor_on(day, intake.factors.get(gate.pk, ()))
    kept = intake.standing.get((gate.pk, data.start))
    if flaws := _flaws(data, gate, intake):
        return Taken(data, Fate.REFUSED, flaws), None
    applied = kept.factor_permille if kept else factor
    sent = rules.count_of(
        count_in=data.count_in, count_out=data.count_out, quality=data.quality, factor_permille=applied
    )
    if kept is not None:
        fate = Fate.UNCHANGED if kept.count == sent and kept.end == data.end else Fate.DIFFERS
        return Taken(data, fate, kept=kept.count, sent=sent), None
    insort(intake.intervals[gate.pk], (data.start, data.end))
    line = _line(gate, data, sent, factor=factor, source=source)
    line.note = data.note[:200]
    line.stamp(actor=intake.actor, happened_at=data.start, recorded_at=intake.now)
    return Taken(data, Fate.RECORDED, sent=sent), line


def _flaws(data: ReadingData, gate: Gate, intake: _Intake) -> tuple[ReadingFlaw, ...]:
    actor = intake.actor
    flaws = []
    if not actor.sees(gate.branch_id):
        flaws.append(ReadingFlaw.OTHER_BRANCH)
    if actor.terminal_id is not None and gate.terminal_id not in {None, actor.terminal_id}:
        flaws.append(ReadingFlaw.OTHER_TERMINAL)
    day = clock.business_date(data.start)
    facts = ReadingFacts(
        start=data.start,
        end=data.end,
        day=day,
        count_in=data.count_in,
        count_out=data.count_out,
        quality=data.quality,
        now=intake.now,
        installed_on=gate.installed_on,
        removed_on=gate.removed_on,
        in_service=_serves(gate, day),
    )
    flaws.extend(rules.reading_flaws(facts))
    if (gate.pk, data.start) not in intake.standing:
        flaws.extend(_clashes(data, intake.intervals[gate.pk]))
    return tuple(flaws)


def _serves(gate: Gate, day: date) -> bool:
    point = gate.service_point
    if point is not None and (
        (point.service_from is not None and day < point.service_from)
        or (point.service_until is not None and day >= point.service_until)
    ):
        return False
    return stage_of_branch(gate.branch, day) is BranchStage.SERVICE


def _clashes(data: ReadingData, intervals: list[_Interval]) -> list[ReadingFlaw]:
    """Say whether an interval covers part of another one, or is one the batch has brought already."""
    place = bisect_left(intervals, (data.start, data.start))
    following = intervals[place] if place < len(intervals) else None
    if following is not None and following[0] == data.start:
        return [ReadingFlaw.TWICE]
    before = intervals[place - 1] if place else None
    overlaps = (following is not None and following[0] < data.end) or (
        before is not None and before[1] > data.start
    )
    return [ReadingFlaw.OVERLAP] if overlaps else []
