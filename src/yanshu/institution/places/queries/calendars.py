"""Calendars out of the tables, kept in the memory of each process until any of them changes."""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from yanshu.core import clock
from yanshu.institution.places.models import (
    Branch,
    CalendarVersion,
    ClosedDay,
    DayException,
    PublicHoliday,
    ServicePoint,
    WeeklyPeriod,
)
from yanshu.institution.places.rules import (
    Calendar,
    ClosureFact,
    DayRule,
    HolidayFact,
    Period,
    WeeklyHours,
    calendar_of_point,
    read_periods,
)
from yanshu.institution.places.terms import ClosureState, ExceptionKind, HolidayPolicy

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Key = tuple[str, int]


@dataclass(slots=True)
class _Memory:
    """The calendars held by this process, and the version they were read at."""

    version: str = ""
    calendars: dict[Key, Calendar] = field(default_factory=dict)


_memory = _Memory()
_lock = threading.Lock()


def calendar_version() -> str:
    """Return the stamp of the calendars now in force; empty where no operation has ever set one.

    One statement. Who reads it along with other facts hands it to ``due_calendar``, which then asks nothing:
    table ``places_calendarversion``, row 1, column ``stamp``.
    """
    return CalendarVersion.objects.filter(pk=1).values_list("stamp", flat=True).first() or ""


def due_calendar(branch_id: int, *, version: str | None = None) -> Calendar:
    """Return the calendar by which due dates at a branch are told.

    Warm it costs one statement, none with ``version`` from ``calendar_version``; cold it costs six.

    Raises:
        KeyError: when there is no such branch.
    """
    return calendars_of([branch_id], version=version)[branch_id]


def calendar_of(branch_id: int, service_point_id: int | None = None) -> Calendar:
    """Return the calendar of a branch, or of one of its service points.

    Raises:
        KeyError: when there is no such branch or service point.
    """
    if service_point_id is None:
        return due_calendar(branch_id)
    return calendars_of_points([service_point_id])[service_point_id]


def calendars_of(branch_ids: Collection[int], *, version: str | None = None) -> dict[int, Calendar]:
    """Return the calendars of branches that exist, in a constant number of statements (one when warm)."""
    return _remembered("branch", branch_ids, version, _load_branches)


def calendars_of_points(point_ids: Collection[int]) -> dict[int, Calendar]:
    """Return the calendars of service points that exist, in a constant number of statements."""
    return _remembered("point", point_ids, None, _load_points)


def forget_calendars() -> None:
    """Drop the calendars this process holds; only tests that write tables past the operations need it."""
    with _lock:
        _memory.version = ""
        _memory.calendars = {}


def is_open_now(branch_id: int, now: datetime, *, service_point_id: int | None = None) -> bool:
    """Say whether a branch, or a service point of it, is open at ``now``."""
    return calendar_of(branch_id, service_point_id).is_open(now)


def next_open_day(branch_id: int, day: date) -> date | None:
    """Return the first open day of a branch from ``day`` on, ``day`` included."""
    return due_calendar(branch_id).next_open_day(day)


def open_days(branch_id: int, first: date, end: date) -> tuple[date, ...]:
    """Return the open days of a branch from ``first`` to before ``end``."""
    return due_calendar(branch_id).open_days(first, end)


def weekly_hours(rows: Iterable[WeeklyPeriod]) -> tuple[WeeklyHours, ...]:
    """Return rows of the week as the rules know them."""
    return tuple(
        WeeklyHours(row.weekday, Period.between(row.opens, row.closes), row.valid_from, row.valid_until)
        for row in rows
    )


# --- how ---------------------------------------------------------------------------------------------------


def _remembered(
    kind: str,
    ids: Collection[int],
    version: str | None,
    load: Callable[[Collection[int]], dict[int, Calendar]],
) -> dict[int, Calendar]:
    # The stamp is read before the data: what is read later can only be newer, and is then read once more.
    asked = calendar_version() if version is None else version
    with _lock:
        held = _memory.calendars if asked and asked == _memory.version else {}
    missing = {number for number in ids if (kind, number) not in held}
    loaded = load(missing) if missing else {}
    if loaded and asked:
        _keep(asked, {(kind, number): calendar for number, calendar in loaded.items()})
    found = {number: held[kind, number] for number in ids if (kind, number) in held}
    return {**found, **loaded}


def _keep(version: str, calendars: dict[Key, Calendar]) -> None:
    with _lock:
        if _memory.version != version:
            _memory.version, _memory.calendars = version, {}
        _memory.calendars = {**_memory.calendars, **calendars}


def _load_branches(ids: Collection[int]) -> dict[int, Calendar]:
    weeks = _grouped(
        WeeklyPeriod.objects.filter(branch_id__in=ids, service_point=None), lambda row: row.branch_id
    )
    exceptions = _grouped(
        DayException.objects.filter(branch_id__in=ids, service_point=None), lambda row: row.branch_id
    )
    closed = _grouped(
        ClosedDay.objects.filter(branch_id__in=ids, order__state=ClosureState.ORDERED).select_related(
            "order"
        ),
        lambda row: row.branch_id,
    )
    holidays = {row.day: HolidayFact(row.name, row.is_off) for row in PublicHoliday.objects.all()}
    return {
        branch.pk: Calendar(
            zone=clock.zone(),
            week=weekly_hours(weeks[branch.pk]),
            exceptions=_day_rules(exceptions[branch.pk]),
            holidays=holidays,
            policy=HolidayPolicy(branch.holiday_policy),
            closures=_closures(closed[branch.pk]),
            serves=branch.service_from is not None or branch.construction_started_on is None,
            service_from=branch.service_from,
            service_until=branch.service_until,
        )
        for branch in Branch.objects.filter(pk__in=ids)
    }


def _load_points(ids: Collection[int]) -> dict[int, Calendar]:
    points = list(ServicePoint.objects.filter(pk__in=ids))
    branches = _load_branches({point.branch_id for point in points})
    weeks = _grouped(WeeklyPeriod.objects.filter(service_point_id__in=ids), lambda row: row.service_point_id)
    exceptions = _grouped(
        DayException.objects.filter(service_point_id__in=ids), lambda row: row.service_point_id
    )
    return {
        point.pk: calendar_of_point(
            branches[point.branch_id],
            week=weekly_hours(weeks[point.pk]),
            exceptions=_day_rules(exceptions[point.pk]),
            service_from=point.service_from,
            service_until=point.service_until,
        )
        for point in points
    }


def _grouped(rows: Iterable[V], key: Callable[[V], K]) -> defaultdict[K, list[V]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _day_rules(rows: Iterable[DayException]) -> dict[date, DayRule]:
    return {
        row.day: DayRule(ExceptionKind(row.kind), read_periods(" ".join(row.periods)), row.reason)
        for row in rows
    }


def _closures(rows: Iterable[Any]) -> dict[date, ClosureFact]:
    return {
        row.day: ClosureFact(row.order_id, row.order.number, row.order.reason, row.order.reopens_on)
        for row in rows
    }
