"""The library, its branches, hours, terminals and closure orders, entered by the operations of places."""

from datetime import date, timedelta

from yanshu.demo.loader.terms import Loading, Premises
from yanshu.demo.stock_terms import LOCATIONS
from yanshu.demo.terms import BranchSpec, ClosureSpec
from yanshu.institution.places import operations as places
from yanshu.institution.places.engine import holiday_pack
from yanshu.institution.places.models import Branch, PublicHoliday, Terminal
from yanshu.institution.places.rules import Period
from yanshu.institution.places.rules.terminal import USUAL
from yanshu.institution.places.terms import (
    BranchData,
    BranchKind,
    ClosureData,
    LibraryData,
    LocationData,
    ServicePointData,
    ServicePointKind,
    TerminalData,
    TerminalKind,
)

__all__ = ["load_places", "public_days"]

FOR_REFERENCE = frozenset({"local", "bound"})
CLOSED_STACKS = frozenset({"bound"})
ORDERED_AT_HOUR = 21
"""A closure is ordered on the evening before its notice, after the last reader has gone."""
CENTRAL_SHELF_CODES = tuple(code for code in LOCATIONS if code != "open")


def load_places(loading: Loading) -> Premises:
    """Enter the library with all its branches; return their keys."""
    spec = loading.scenario.library
    library = places.make_library(
        LibraryData(code=spec.code, name=spec.name, name_en=spec.name_en), **loading.by
    )
    premises = Premises(library=library)
    for year in (loading.scenario.year - 1, loading.scenario.year, loading.scenario.year + 1):
        if year in holiday_pack.years():
            places.load_holidays(year, **loading.by)
    for position, branch in enumerate(loading.scenario.branches):
        premises.branches[branch.code] = _branch(loading, premises, branch, position)
    premises.in_service = [premises.branches[b.code] for b in loading.scenario.branches_in_service]
    for place, branch in enumerate(loading.scenario.branches_in_service):
        _furnish(loading, premises, branch, place)
    for order in sorted(loading.scenario.closures, key=lambda order: order.noticed_on):
        premises.orders[order.code] = _order(loading, premises, order)
    return premises


def public_days() -> dict[date, bool]:
    """Return the public holidays (``True``) and compensating work days (``False``) that are entered."""
    return dict(PublicHoliday.objects.values_list("day", "is_off"))


def _branch(loading: Loading, premises: Premises, spec: BranchSpec, position: int) -> Branch:
    branch = places.make_branch(
        BranchData(
            library_id=premises.library.pk,
            code=spec.code,
            name=spec.name,
            name_en=spec.name_en,
            kind=BranchKind(spec.kind),
            address=spec.address,
            construction_started_on=spec.construction_from,
            service_from=spec.opened_on,
            position=position,
        ),
        **loading.by,
    )
    if any(spec.hours):
        week = [[Period(start, end) for start, end in periods] for periods in spec.hours]
        places.set_week(branch, week, **loading.by)
    return branch


def _furnish(loading: Loading, premises: Premises, spec: BranchSpec, place: int) -> None:
    """Give a branch in service its shelves, desks, doors and machines."""
    branch = premises.branches[spec.code]
    is_central = spec.kind == BranchKind.CENTRAL
    for code in CENTRAL_SHELF_CODES if is_central else ("open",):
        location = places.make_location(
            LocationData(
                branch_id=branch.pk,
                code=code,
                name=LOCATIONS[code],
                for_reference=code in FOR_REFERENCE,
                open_shelf=code not in CLOSED_STACKS,
            ),
            **loading.by,
        )
        premises.locations[place, code] = location.pk
    if not spec.round_the_clock:
        _point(loading, branch, "总服务台", ServicePointKind.DESK)
    if is_central:
        _point(loading, branch, "采编与办公区", ServicePointKind.STAFF, public=False)
    machine = _point(loading, branch, "自助借还机", ServicePointKind.SELF_CHECK)
    premises.machines.append(
        _terminal(loading, premises, spec, TerminalKind.SIP2, f"sip2-{spec.code}", "自助借还机", machine)
    )
    if spec.gates:
        premises.counters[spec.code] = _terminal(
            loading, premises, spec, TerminalKind.GATE, f"gate-{spec.code}", "客流计数器", None
        )
    for gate in spec.gates:
        door = places.make_service_point(
            ServicePointData(branch_id=branch.pk, name=gate.name, kind=ServicePointKind.DOOR), **loading.by
        )
        premises.doors[spec.code, gate.code] = door


def _point(
    loading: Loading, branch: Branch, name: str, kind: ServicePointKind, *, public: bool = True
) -> int:
    data = ServicePointData(branch_id=branch.pk, name=name, kind=kind, public=public)
    point_id: int = places.make_service_point(data, **loading.by).pk
    return point_id


def _terminal(
    loading: Loading,
    premises: Premises,
    spec: BranchSpec,
    kind: TerminalKind,
    login: str,
    name: str,
    point_id: int | None,
) -> Terminal:
    data = TerminalData(
        branch_id=premises.branches[spec.code].pk,
        kind=kind,
        name=f"{spec.name}{name}",
        login=login,
        service_point_id=point_id,
        permissions=USUAL[kind],
    )
    made = places.make_terminal(data, **loading.by)
    premises.logins[login] = made.key
    return made.terminal


def _order(loading: Loading, premises: Premises, spec: ClosureSpec) -> int:
    data = ClosureData(
        branch_ids=tuple(premises.branches[code].pk for code in spec.branches),
        first_closed_day=spec.first_closed_on,
        reopens_on=spec.reopens_on,
        reason=spec.reason,
        notice=spec.notice,
        notice_on=spec.noticed_on,
    )
    ordered_at = loading.at(spec.noticed_on - timedelta(days=1), ORDERED_AT_HOUR)
    order_id: int = places.order_closure(data, actor=loading.actor, now=ordered_at).pk
    return order_id
