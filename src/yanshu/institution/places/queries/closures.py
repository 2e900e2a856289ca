"""Closure orders, their notices, and what a closure would do before it is ordered."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.unit import Unit
from yanshu.institution.places import rules
from yanshu.institution.places.models import Branch, ClosedDay, ClosureOrder
from yanshu.institution.places.queries.calendars import calendars_of
from yanshu.institution.places.queries.places import stage_of_branch
from yanshu.institution.places.rules import ClosureFacts
from yanshu.institution.places.terms import (
    BranchStage,
    ClosureData,
    ClosureFlaw,
    ClosureStage,
    ClosureState,
    Effect,
    Following,
)

EffectSource = Callable[[Sequence[int], date, date], Iterable[Effect]]
FollowingSource = Callable[[int, Sequence[int], date, date], Following]
_effect_sources: dict[str, EffectSource] = {}
_following_sources: dict[str, FollowingSource] = {}


@dataclass(frozen=True, slots=True)
class ClosurePreview:
    """What a closure would do, and what stands against it."""

    days: int
    open_days_lost: int
    effects: tuple[Effect, ...]
    flaws: tuple[ClosureFlaw, ...]


def previews_closure(name: str) -> Callable[[EffectSource], EffectSource]:
    """Let an upper app tell what a closure would do to its records; call it in the app's ``subscribers``.

    The function takes the branches, the first closed day and the day of reopening, and reads only.

    Raises:
        ValueError: when the name is taken.
    """

    def keep(source: EffectSource) -> EffectSource:
        if name in _effect_sources:
            raise ValueError(f"closure effects {name} are declared twice")
        _effect_sources[name] = source
        return source

    return keep


def follows_closure(name: str) -> Callable[[FollowingSource], FollowingSource]:
    """Let an upper app tell how far its records have followed an order; call it in its ``subscribers``.

    The function takes the order, its branches, the first closed day and the day of reopening, and reads only.

    Raises:
        ValueError: when the name is taken.
    """

    def keep(source: FollowingSource) -> FollowingSource:
        if name in _following_sources:
            raise ValueError(f"closure followers {name} are declared twice")
        _following_sources[name] = source
        return source

    return keep


def closure_followed(order: ClosureOrder) -> tuple[Following, ...]:
    """Return how far the records of upper apps have followed an order: later, in the background."""
    branch_ids = tuple(order.branches.values_list("pk", flat=True))
    return tuple(
        _following_sources[name](order.pk, branch_ids, order.first_closed_day, order.reopens_on)
        for name in sorted(_following_sources)
    )


def preview_closure(data: ClosureData, *, besides: ClosureOrder | None = None) -> ClosurePreview:
    """Return what a closure would do if it were ordered now; nothing is written.

    Args:
        besides: the order that is being changed, whose own days are no obstacle.
    """
    days = max((data.reopens_on - data.first_closed_day).days, 0)
    lost = 0
    effects: list[Effect] = []
    if days and data.branch_ids:
        for calendar in calendars_of(data.branch_ids).values():
            lost += len(calendar.open_days(data.first_closed_day, data.reopens_on))
        for name in sorted(_effect_sources):
            effects.extend(_effect_sources[name](data.branch_ids, data.first_closed_day, data.reopens_on))
    own = Effect(_("opening days lost, all branches together"), lost, Unit.DAY.label)
    return ClosurePreview(days, lost, (own, *effects), closure_flaws(data, besides=besides))


def closure_flaws(data: ClosureData, *, besides: ClosureOrder | None = None) -> tuple[ClosureFlaw, ...]:
    """Return everything that stands against an order."""
    standing = ClosedDay.objects.filter(
        branch_id__in=data.branch_ids, day__gte=data.first_closed_day, day__lt=data.reopens_on
    )
    if besides is not None:
        standing = standing.exclude(order=besides)
    branches = list(Branch.objects.filter(pk__in=data.branch_ids))
    return rules.closure_flaws(
        ClosureFacts(
            branches=len(branches),
            first_closed_day=data.first_closed_day,
            reopens_on=data.reopens_on,
            reason=data.reason,
            notice=data.notice,
            notice_on=data.notice_on,
            branch_out_of_service=any(
                stage_of_branch(branch, data.first_closed_day) is not BranchStage.SERVICE
                for branch in branches
            ),
            days_closed_already=standing.count(),
        )
    )


def draft_notice(data: ClosureData) -> str:
    """Return a notice to start from."""
    branches = list(Branch.objects.filter(pk__in=data.branch_ids).select_related("library"))
    return rules.draft_notice(
        library=branches[0].library.name if branches else "",
        branches=[branch.name for branch in branches],
        reason=data.reason,
        first_closed_day=data.first_closed_day,
        reopens_on=data.reopens_on,
    )


def closure_orders(actor: Actor) -> QuerySet[ClosureOrder]:
    """Return the closure orders that concern the actor's branches, with those branches."""
    rows = ClosureOrder.objects.prefetch_related(Prefetch("branches", Branch.objects.order_by("position")))
    return rows if actor.scope is None else rows.filter(branches__in=actor.scope).distinct()


def closure_notices(*, today: date, branch_id: int | None = None) -> QuerySet[ClosureOrder]:
    """Return the orders in force whose notice is out and whose last day is not over."""
    rows = ClosureOrder.objects.filter(state=ClosureState.ORDERED, notice_on__lte=today, reopens_on__gt=today)
    if branch_id is not None:
        rows = rows.filter(branches=branch_id)
    return rows.order_by("first_closed_day").prefetch_related("branches")


def closures_in_force(branch_id: int) -> QuerySet[ClosureOrder]:
    """Return the orders that close a branch and have not been revoked, the earliest first."""
    rows = ClosureOrder.objects.filter(state=ClosureState.ORDERED, branches=branch_id)
    return rows.order_by("first_closed_day")


def closure_days_in_force(first: date, end: date) -> QuerySet[ClosedDay]:
    """Return the days that orders in force keep branches shut, from ``first`` to before ``end``."""
    return ClosedDay.objects.filter(order__state=ClosureState.ORDERED, day__gte=first, day__lt=end)


def stage_of(order: ClosureOrder, today: date) -> ClosureStage:
    """Return what an order means on ``today``."""
    return rules.closure_stage(
        state=order.state,
        first_closed_day=order.first_closed_day,
        reopens_on=order.reopens_on,
        day=today,
    )
