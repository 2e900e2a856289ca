"""Branches and what belongs to them."""

from datetime import date

from django.db.models import Q, QuerySet

from yanshu.core.actor import Actor
from yanshu.institution.places.engine import holiday_pack
from yanshu.institution.places.models import (
    Branch,
    DayException,
    PublicHoliday,
    ServicePoint,
    ShelvingLocation,
    Terminal,
)
from yanshu.institution.places.rules import branch_stage
from yanshu.institution.places.terms import BranchStage


def branches_in_scope(actor: Actor) -> QuerySet[Branch]:
    """Return the branches whose data ``actor`` may see and change."""
    rows = Branch.objects.select_related("library")
    return rows if actor.scope is None else rows.filter(pk__in=actor.scope)


def branches_serving(day: date) -> QuerySet[Branch]:
    """Return the branches in service on ``day``; ``service_until`` is the first day out of service."""
    begun = Q(service_from__lte=day) | Q(service_from=None, construction_started_on=None)
    return Branch.objects.filter(begun).filter(Q(service_until=None) | Q(service_until__gt=day))


def stage_of_branch(branch: Branch, day: date) -> BranchStage:
    """Return where a branch stands on ``day``."""
    return branch_stage(
        day=day,
        service_from=branch.service_from,
        service_until=branch.service_until,
        construction_started_on=branch.construction_started_on,
    )


def locations(actor: Actor) -> QuerySet[ShelvingLocation]:
    """Return the shelving locations of the actor's branches."""
    rows = ShelvingLocation.objects.select_related("branch")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


def service_points(actor: Actor) -> QuerySet[ServicePoint]:
    """Return the service points of the actor's branches."""
    rows = ServicePoint.objects.select_related("branch")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


def terminals(actor: Actor) -> QuerySet[Terminal]:
    """Return the terminals of the actor's branches."""
    rows = Terminal.objects.select_related("branch", "service_point")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


def exceptions_between(branch_id: int, first: date, end: date) -> QuerySet[DayException]:
    """Return the exceptions of a branch and its service points from ``first`` to before ``end``."""
    rows = DayException.objects.filter(branch_id=branch_id, day__gte=first, day__lt=end)
    return rows.select_related("service_point").order_by("day", "service_point_id")


def holidays_of(year: int) -> QuerySet[PublicHoliday]:
    """Return the public holidays and compensating work days kept for a year."""
    return PublicHoliday.objects.filter(day__year=year)


def pack_years() -> tuple[int, ...]:
    """Return the years whose holidays come with the program."""
    return holiday_pack.years()
