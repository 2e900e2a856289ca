"""Reading visits: gates, what they counted, which are silent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet, Sum

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.span import midnight
from yanshu.institution.places import queries as places
from yanshu.institution.visits import rules
from yanshu.institution.visits.models import Calibration, Gate, GateReading
from yanshu.institution.visits.terms import Count, Quality

SILENT_AFTER_HOURS = 2
"""So many finished hours of opening without a reading make a gate silent."""
LOOKED_BACK_HOURS = 48
HOUR = timedelta(hours=1)
HOURS = range(24)
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """What is recorded of one interval of one gate, all its lines taken together."""

    start: datetime
    end: datetime
    raw_in: int
    raw_out: int
    corrected: int
    factor_permille: int
    quality: Quality
    last_line_id: int
    lines: int

    @property
    def count(self) -> Count:
        """The counts alone."""
        return Count(self.raw_in, self.raw_out, self.corrected, self.quality)


@dataclass(frozen=True, slots=True)
class HourCell:
    """One hour of one gate: visits if something is recorded, and whether something ought to be."""

    hour: int
    is_open: bool
    is_over: bool
    standing: Standing | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the hour is over, was an open one, and has no reading."""
        return self.is_open and self.is_over and self.standing is None


@dataclass(frozen=True, slots=True)
class GateDay:
    """One day of one gate."""

    gate: Gate
    day: date
    cells: tuple[HourCell, ...]
    total: int
    opening: places.DayFact

    @property
    def missing(self) -> int:
        """The open hours that are over and have no reading."""
        return sum(cell.is_missing for cell in self.cells)


@dataclass(frozen=True, slots=True)
class GateWeek:
    """The visits of a gate on each day of a week, and what the branch's calendar says of the day."""

    gate: Gate
    days: tuple[int | None, ...]
    total: int = field(default=0)


def gates(actor: Actor) -> QuerySet[Gate]:
    """Return the gates of the actor's branches."""
    rows = Gate.objects.select_related("branch", "service_point", "terminal")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


def gates_standing(actor: Actor, day: date) -> list[Gate]:
    """Return the gates of the actor's branches that were installed on ``day``."""
    rows = gates(actor).filter(installed_on__lte=day)
    return [gate for gate in rows if gate.removed_on is None or day < gate.removed_on]


def readings(actor: Actor) -> QuerySet[GateReading]:
    """Return the lines of the actor's branches, the latest interval first, corrections among them."""
    rows = GateReading.objects.select_related("gate__branch").order_by("-interval_start", "-id")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


def factors(gate_ids: Collection[int]) -> Mapping[int, list[tuple[date, int]]]:
    """Return the calibrations of gates as pairs of (valid from, factor), in one statement."""
    found: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = Calibration.objects.filter(gate_id__in=gate_ids)
    for gate_id, valid_from, factor in rows.values_list("gate_id", "valid_from", "factor_permille"):
        found[gate_id].append((valid_from, factor))
    return found


def standings(
    gate_ids: Collection[int], start: datetime, end: datetime
) -> dict[tuple[int, datetime], Standing]:
    """Return what is recorded of gates for intervals that begin from ``start`` to before ``end``."""
    rows = GateReading.objects.filter(
        gate_id__in=gate_ids, interval_start__gte=start, interval_start__lt=end
    ).order_by("id")
    found: dict[tuple[int, datetime], Standing] = {}
    for line in rows:
        key = (line.gate_id, line.interval_start)
        found[key] = _joined(found.get(key), line)
    return found


def standing_of(gate: Gate, start: datetime) -> Standing | None:
    """Return what is recorded of the gate's interval that begins at ``start``."""
    return standings([gate.pk], start, start + timedelta(microseconds=1)).get((gate.pk, start))


def day_of(gates: Iterable[Gate], day: date, now: datetime) -> list[GateDay]:
    """Return the hours of ``day`` of each gate; a constant number of statements."""
    listed = list(gates)
    start = midnight(day, clock.zone())
    found = standings([gate.pk for gate in listed], start, midnight(day + timedelta(days=1), clock.zone()))
    calendars = _calendars(listed)
    days = []
    for gate in listed:
        calendar = calendars[gate.pk]
        hours = rules.open_hours(
            _minutes(calendar.periods_on(day)), _minutes(calendar.periods_on(day - timedelta(days=1)))
        )
        cells = tuple(
            HourCell(
                hour=hour,
                is_open=hour in hours,
                is_over=start + (hour + 1) * HOUR <= now,
                standing=found.get((gate.pk, start + hour * HOUR)),
            )
            for hour in HOURS
        )
        total = sum(standing.corrected for (gate_id, _at), standing in found.items() if gate_id == gate.pk)
        days.append(GateDay(gate, day, cells, total, calendar.day(day)))
    return days


def week_of(gates: Iterable[Gate], monday: date) -> list[GateWeek]:
    """Return the visits of each gate on the seven days from ``monday``; empty where nothing is recorded."""
    listed = list(gates)
    rows = (
        GateReading.objects.filter(
            gate__in=listed, business_date__gte=monday, business_date__lt=monday + timedelta(days=WEEK_DAYS)
        )
        .order_by()
        .values_list("gate_id", "business_date")
        .annotate(visits=Sum("corrected"))
    )
    found = {(gate_id, day): visits for gate_id, day, visits in rows}
    weeks = []
    for gate in listed:
        days = tuple(found.get((gate.pk, monday + timedelta(days=number))) for number in range(WEEK_DAYS))
        weeks.append(GateWeek(gate, days, sum(visits or 0 for visits in days)))
    return weeks


def silent_gates(actor: Actor, now: datetime) -> dict[int, int]:
    """Return the silent gates: their ids, and the finished open hours since they were last heard of.

    Hours more than two days back are not asked about; a gate silent for longer shows the hours of two days.
    """
    listed = gates_standing(actor, clock.business_date(now))
    heard = dict(
        GateReading.objects.filter(gate__in=listed)
        .order_by()
        .values_list("gate_id")
        .annotate(last=Max("interval_end"))
    )
    calendars = _calendars(listed)
    silent = {}
    earliest = now - LOOKED_BACK_HOURS * HOUR
    for gate in listed:
        since = max(heard.get(gate.pk, earliest), earliest, midnight(gate.installed_on, clock.zone()))
        hours = _open_hours_between(calendars[gate.pk], since, now)
        if hours >= SILENT_AFTER_HOURS:
            silent[gate.pk] = hours
    return silent


def lines_of(gate: Gate, start: datetime) -> list[GateReading]:
    """Return every line of one interval in the order they were written."""
    return list(GateReading.objects.filter(gate=gate, interval_start=start).order_by("id"))


# --- how ---------------------------------------------------------------------------------------------------


def _joined(before: Standing | None, line: GateReading) -> Standing:
    return Standing(
        start=line.interval_start,
        end=line.interval_end,
        raw_in=line.raw_in + (before.raw_in if before else 0),
        raw_out=line.raw_out + (before.raw_out if before else 0),
        corrected=line.corrected + (before.corrected if before else 0),
        factor_permille=line.factor_permille,
        quality=Quality(line.quality),
        last_line_id=line.pk,
        lines=1 + (before.lines if before else 0),
    )


def _calendars(gates: Collection[Gate]) -> dict[int, places.Calendar]:
    branches = places.calendars_of({gate.branch_id for gate in gates})
    points = places.calendars_of_points(
        {gate.service_point_id for gate in gates if gate.service_point_id is not None}
    )
    return {
        gate.pk: points[gate.service_point_id]
        if gate.service_point_id is not None
        else branches[gate.branch_id]
        for gate in gates
    }


def _minutes(periods: Iterable[places.Period]) -> list[tuple[int, int]]:
    return [(period.opens, period.closes) for period in periods]


def _open_hours_between(calendar: places.Calendar, since: datetime, now: datetime) -> int:
    whole = -(-since.timestamp() // HOUR.total_seconds()) * HOUR.total_seconds()
    moment = datetime.fromtimestamp(whole, tz=clock.zone())
    hours = 0
    while moment + HOUR <= now:
        hours += calendar.is_open(moment)
        moment += HOUR
    return hours
