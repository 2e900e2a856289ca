"""Libraries, branches, shelving locations and service points."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from yanshu.core import remembered
from yanshu.core.actor import Actor
from yanshu.core.models import Instance
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid
from yanshu.institution.places.errors import demand_filled, demand_free
from yanshu.institution.places.models import Branch, Library, ServicePoint, ShelvingLocation
from yanshu.institution.places.operations.hours import renew_calendars
from yanshu.institution.places.terms import BranchData, LibraryData, LocationData, ServicePointData

M = TypeVar("M", bound=models.Model)


@operation("places.make_library")
def make_library(data: LibraryData, *, actor: Actor, now: datetime) -> Library:
    """Enter a library, the owner of stock, and return it.

    Raises:
        Invalid: for an empty name, or an owner code in use.
    """
    actor.demand_whole_library()
    return _save_library(Library(), data)


@operation("places.change_library")
def change_library(library: Library, data: LibraryData, *, actor: Actor, now: datetime) -> Library:
    """Change what is kept of a library.

    Raises:
        Invalid: for an empty name, or an owner code in use.
    """
    actor.demand_whole_library()
    return _save_library(library, data)


@operation("places.make_branch")
def make_branch(data: BranchData, *, actor: Actor, now: datetime) -> Branch:
    """Enter a branch and return it; its opening hours are entered apart.

    Raises:
        Invalid: for empty fields, a code in use, or dates in the wrong order.
    """
    actor.demand_whole_library()
    return _save_branch(Branch(), data)


@operation("places.change_branch")
def change_branch(branch: Branch, data: BranchData, *, actor: Actor, now: datetime) -> Branch:
    """Change what is kept of a branch.

    Raises:
        Invalid: for empty fields, a code in use, or dates in the wrong order.
    """
    actor.demand_branch(branch.pk)
    return _save_branch(branch, data)


@operation("places.make_location")
def make_location(data: LocationData, *, actor: Actor, now: datetime) -> ShelvingLocation:
    """Enter a shelving location and return it.

    Raises:
        Invalid: for empty fields, or a code the branch uses already.
    """
    return _save_location(ShelvingLocation(), data, actor)


@operation("places.change_location")
def change_location(
    location: ShelvingLocation, data: LocationData, *, actor: Actor, now: datetime
) -> ShelvingLocation:
    """Change what is kept of a shelving location; it stays at its branch.

    Raises:
        Invalid: for empty fields, another branch, or a code the branch uses already.
    """
    actor.demand_branch(location.branch_id)
    _demand_same_branch(location.branch_id, data.branch_id)
    return _save_location(location, data, actor)


@operation("places.make_service_point")
def make_service_point(data: ServicePointData, *, actor: Actor, now: datetime) -> ServicePoint:
    """Enter a service point and return it; it opens as its branch unless it is given hours of its own.

    Raises:
        Invalid: for an empty name, or dates in the wrong order.
    """
    return _save_point(ServicePoint(), data, actor)


@operation("places.change_service_point")
def change_service_point(
    point: ServicePoint, data: ServicePointData, *, actor: Actor, now: datetime
) -> ServicePoint:
    """Change what is kept of a service point; it stays at its branch.

    Raises:
        Invalid: for an empty name, another branch, or dates in the wrong order.
    """
    actor.demand_branch(point.branch_id)
    _demand_same_branch(point.branch_id, data.branch_id)
    return _save_point(point, data, actor)


# --- how ---------------------------------------------------------------------------------------------------


def _save_library(library: Library, data: LibraryData) -> Library:
    demand_filled(code=data.code, name=data.name)
    taken = Library.objects.filter(code=data.code).exclude(pk=library.pk).exists()
    demand_free(taken=taken, field="code", value=data.code)
    saved = _written(library, data)
    if not Library.objects.filter(pk__lt=saved.pk).exists():
        # The pages of this installation stand under the name of its first library.
        Instance.objects.update_or_create(pk=1, defaults={"name": saved.name})
    transaction.on_commit(remembered.forget_all)
    return saved


def _save_branch(branch: Branch, data: BranchData) -> Branch:
    demand_filled(code=data.code, name=data.name, kind=data.kind)
    taken = Branch.objects.filter(code=data.code).exclude(pk=branch.pk).exists()
    demand_free(taken=taken, field="code", value=data.code)
    _demand_dates(data.service_from, data.service_until)
    saved = _written(branch, data)
    renew_calendars()
    transaction.on_commit(remembered.forget_all)
    return saved


def _save_location(location: ShelvingLocation, data: LocationData, actor: Actor) -> ShelvingLocation:
    actor.demand_branch(data.branch_id)
    demand_filled(code=data.code, name=data.name)
    others = ShelvingLocation.objects.filter(branch_id=data.branch_id, code=data.code)
    demand_free(taken=others.exclude(pk=location.pk).exists(), field="code", value=data.code)
    return _written(location, data)


def _save_point(point: ServicePoint, data: ServicePointData, actor: Actor) -> ServicePoint:
    actor.demand_branch(data.branch_id)
    demand_filled(name=data.name, kind=data.kind)
    _demand_dates(data.service_from, data.service_until)
    saved = _written(point, data)
    renew_calendars()
    return saved


def _demand_same_branch(branch_id: int, asked: int) -> None:
    if branch_id != asked:
        label = _("It stays at its branch; enter a new one at the other branch.")
        raise Invalid.because("branch_id", "other-branch", label)


def _demand_dates(service_from: date | None, service_until: date | None) -> None:
    if service_from is not None and service_until is not None and service_until <= service_from:
        label = _("The end of service must come after its beginning.")
        raise Invalid.because("service_until", "ends-before-start", label)


def _written(row: M, data: LibraryData | BranchData | LocationData | ServicePointData) -> M:
    for name, value in asdict(data).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.save()
    about(row)
    return row
