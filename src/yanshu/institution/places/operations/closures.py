"""Closure orders: made, moved, taken back, restored. Each closed day of each branch is a row."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.event import Noteworthy, publish
from yanshu.core.operation import operation
from yanshu.core.refusal import Conflict, Reason
from yanshu.core.sequence import next_number
from yanshu.institution.places.errors import ClosureRefused
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.models import Branch, ClosedDay, ClosureOrder
from yanshu.institution.places.operations.hours import renew_calendars
from yanshu.institution.places.queries.closures import closure_flaws, stage_of
from yanshu.institution.places.terms import ClosureData, ClosureFlaw, ClosureStage, ClosureState

FIELD_OF = {
    ClosureFlaw.NO_BRANCH: "branches",
    ClosureFlaw.NO_DAYS: "reopens_on",
    ClosureFlaw.TOO_LONG: "reopens_on",
    ClosureFlaw.NO_REASON: "reason",
    ClosureFlaw.NO_NOTICE: "notice",
    ClosureFlaw.LATE_NOTICE: "notice_on",
    ClosureFlaw.NOT_IN_SERVICE: "branches",
    ClosureFlaw.OVERLAP: "first_closed_day",
}


@operation("places.order_closure")
def order_closure(data: ClosureData, *, actor: Actor, now: datetime) -> ClosureOrder:
    """Close branches from a day until the day they reopen, with reason and public notice.

    Every calendar day counts, those too on which a branch would have been shut anyway: what is ordered is the
    closure, not the loss of opening days.

    Raises:
        ClosureRefused: with every flaw of the order, overlap with another order among them.

    Source: 公共图书馆法, announcement of changed opening hours (docs/rules/places.md#closures).
    """
    for branch_id in data.branch_ids:
        actor.demand_branch(branch_id)
    _demand_no_flaws(data)
    branches = list(Branch.objects.filter(pk__in=data.branch_ids))
    year = clock.business_date(now).year
    order = ClosureOrder.objects.create(
        number=f"{year}-{next_number(f'places.closure.{year}'):02d}",
        first_closed_day=data.first_closed_day,
        reopens_on=data.reopens_on,
        reason=data.reason.strip(),
        notice=data.notice.strip(),
        notice_on=data.notice_on,
        ordered_at=now,
        ordered_by=actor.label[:100],
    )
    order.branches.set(branches)
    _put_in_force(order, [branch.pk for branch in branches], now=now)
    names = "、".join(branch.name for branch in branches)
    publish(
        Noteworthy(
            title=f"{names}闭馆：{order.reason}",
            day=order.first_closed_day,
            precision="day",
            source=f"places.closureorder:{order.pk}",
        ),
        now=now,
    )
    return order


@operation("places.move_reopening")
def move_reopening(order: ClosureOrder, reopens_on: date, *, actor: Actor, now: datetime) -> ClosureOrder:
    """Set another day of reopening, earlier or later; closed days are added or taken away accordingly.

    Raises:
        ClosureRefused: for a day not after the first closed one, or days another order keeps shut.
        Conflict: when the order was revoked or the closure is over; then another one is ordered.
    """
    order, branch_ids = _locked(order, actor)
    if stage_of(order, clock.business_date(now)) in {ClosureStage.REVOKED, ClosureStage.OVER}:
        label = _("This closure is over or revoked; order another one.")
        raise Conflict.because("closure-over", label)
    _demand_no_flaws(replace(_data_of(order, branch_ids), reopens_on=reopens_on), besides=order)
    order.reopens_on = reopens_on
    order.save(update_fields=["reopens_on"])
    ClosedDay.objects.filter(order=order).delete()
    _put_in_force(order, branch_ids, now=now)
    return order


@operation("places.revoke_closure")
def revoke_closure(order: ClosureOrder, *, actor: Actor, now: datetime) -> ClosureOrder:
    """Take an order back before its first day; its closed days go.

    Raises:
        Conflict: when it is revoked already, or has begun: what was shut stays shut in the record, and an
            earlier day of reopening ends the closure.
    """
    order, branch_ids = _locked(order, actor)
    stage = stage_of(order, clock.business_date(now))
    if stage is ClosureStage.REVOKED:
        raise Conflict.because("closure-revoked", _("This order is revoked already."))
    if stage is not ClosureStage.ANNOUNCED:
        label = _("The closure has begun; set an earlier day of reopening instead.")
        raise Conflict.because("closure-begun", label)
    order.state, order.revoked_at = ClosureState.REVOKED, now
    order.save(update_fields=["state", "revoked_at"])
    ClosedDay.objects.filter(order=order).delete()
    renew_calendars()
    publish(ClosureRevoked(**_facts(order, branch_ids)), now=now)
    return order


@operation("places.restore_closure")
def restore_closure(order: ClosureOrder, *, actor: Actor, now: datetime) -> ClosureOrder:
    """Undo a revocation while the first closed day lies ahead.

    Raises:
        Conflict: when the order is not revoked, or its first day has come.
        ClosureRefused: when another order closes a branch on these days by now.
    """
    order, branch_ids = _locked(order, actor)
    if order.state != ClosureState.REVOKED:
        raise Conflict.because("closure-not-revoked", _("This order is in force."))
    if clock.business_date(now) >= order.first_closed_day:
        label = _("The first closed day has come; order another closure.")
        raise Conflict.because("closure-begun", label)
    _demand_no_flaws(_data_of(order, branch_ids))
    order.state, order.revoked_at = ClosureState.ORDERED, None
    order.save(update_fields=["state", "revoked_at"])
    _put_in_force(order, branch_ids, now=now)
    return order


# --- how ---------------------------------------------------------------------------------------------------


def _locked(order: ClosureOrder, actor: Actor) -> tuple[ClosureOrder, tuple[int, ...]]:
    locked = ClosureOrder.objects.select_for_update().get(pk=order.pk)
    branch_ids = tuple(locked.branches.order_by("pk").values_list("pk", flat=True))
    for branch_id in branch_ids:
        actor.demand_branch(branch_id)
    return locked, branch_ids


def _data_of(order: ClosureOrder, branch_ids: tuple[int, ...]) -> ClosureData:
    return ClosureData(
        branch_ids=branch_ids,
        first_closed_day=order.first_closed_day,
        reopens_on=order.reopens_on,
        reason=order.reason,
        notice=order.notice,
        notice_on=order.notice_on,
    )


def _demand_no_flaws(data: ClosureData, *, besides: ClosureOrder | None = None) -> None:
    if flaws := closure_flaws(data, besides=besides):
        raise ClosureRefused(
            Reason(
                code=flaw.value,
                label=flaw.label,
                field=FIELD_OF[flaw],
                rule="docs/rules/places.md#closures",
            )
            for flaw in flaws
        )


def _put_in_force(order: ClosureOrder, branch_ids: Iterable[int], *, now: datetime) -> None:
    days = (order.reopens_on - order.first_closed_day).days
    ids = tuple(sorted(branch_ids))
    ClosedDay.objects.bulk_create(
        [
            ClosedDay(order=order, branch_id=branch_id, day=order.first_closed_day + timedelta(days=number))
            for branch_id in ids
            for number in range(days)
        ],
        batch_size=1000,
    )
    renew_calendars()
    publish(ClosureOrdered(**_facts(order, ids)), now=now)


def _facts(order: ClosureOrder, branch_ids: tuple[int, ...]) -> dict[str, Any]:
    return {
        "order_id": order.pk,
        "branch_ids": branch_ids,
        "first_closed_day": order.first_closed_day,
        "reopens_on": order.reopens_on,
    }
