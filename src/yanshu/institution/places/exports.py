"""What can be taken out of places."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core import exporting
from yanshu.core.actor import Actor
from yanshu.institution.places import queries
from yanshu.institution.places.models import (
    Branch,
    ClosureOrder,
    DayException,
    PublicHoliday,
    ServicePoint,
    ShelvingLocation,
)
from yanshu.institution.places.terms import BranchKind, HolidayPolicy, ServicePointKind

_WORDS = {
    "off": _("Day off"),
    "work": _("Compensating work day"),
    "closed": _("Branch closed"),
    "open": _("Branch open"),
}


def _is_exception(row: Any) -> bool:
    return isinstance(row, DayException)


def _kind(row: Any) -> str:
    if _is_exception(row):
        return str(row.kind)
    return "off" if row.is_off else "work"


def _reason(row: Any) -> str:
    return str(getattr(row, "reason", ""))


@exporting.declare
class Branches(exporting.Exporter):
    """Branches, with the headings the import knows."""

    kind = "branches"
    title = _("Branches")
    permission = "places.export"
    columns = (
        exporting.Column("code", _("Code")),
        exporting.Column("name", pgettext_lazy("thing", "Name")),
        exporting.Column("name_en", _("English name")),
        exporting.Column("kind", _("Kind"), shown=lambda value: BranchKind(value).label),
        exporting.Column("library", _("Owner code"), "library__code"),
        exporting.Column("district", _("District")),
        exporting.Column("address", _("Address")),
        exporting.Column("telephone", _("Telephone")),
        exporting.Column("construction_started_on", _("Construction started on")),
        exporting.Column("service_from", _("In service from")),
        exporting.Column("service_until", _("In service until")),
        exporting.Column(
            "holiday_policy", _("On public holidays"), shown=lambda value: HolidayPolicy(value).label
        ),
        exporting.Column("position", _("Position in lists")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[Branch]:
        """Return the actor's branches."""
        return queries.branches_in_scope(actor).order_by("position", "pk")


@exporting.declare
class Locations(exporting.Exporter):
    """Shelving locations."""

    kind = "locations"
    title = _("Shelving locations")
    permission = "places.export"
    columns = (
        exporting.Column("branch", _("Branch"), "branch__code"),
        exporting.Column("code", _("Code")),
        exporting.Column("name", pgettext_lazy("thing", "Name")),
        exporting.Column("for_reference", _("Reading on the premises only")),
        exporting.Column("open_shelf", _("Open shelf")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[ShelvingLocation]:
        """Return the locations of the actor's branches."""
        return queries.locations(actor).order_by("branch__position", "code")


@exporting.declare
class ServicePoints(exporting.Exporter):
    """Service points."""

    kind = "service_points"
    title = _("Service points")
    permission = "places.export"
    columns = (
        exporting.Column("branch", _("Branch"), "branch__code"),
        exporting.Column("name", pgettext_lazy("thing", "Name")),
        exporting.Column("kind", _("Kind"), shown=lambda value: ServicePointKind(value).label),
        exporting.Column("public", _("Open to the public")),
        exporting.Column("service_from", _("In service from")),
        exporting.Column("service_until", _("In service until")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[ServicePoint]:
        """Return the service points of the actor's branches."""
        return queries.service_points(actor).order_by("branch__position", "pk")


@exporting.declare
class CalendarDays(exporting.Exporter):
    """Public holidays, then the exceptions of branches, as the import takes them."""

    kind = "calendar"
    title = _("Calendar days")
    permission = "places.export"
    columns = (
        exporting.Column("day", _("Day")),
        exporting.Column("kind", _("Kind"), _kind, shown=lambda value: _WORDS[value]),
        exporting.Column("name", _("Name or reason"), lambda row: getattr(row, "name", "") or _reason(row)),
        exporting.Column("branch", _("Branch"), lambda row: row.branch.code if _is_exception(row) else ""),
        exporting.Column(
            "periods", _("Periods"), lambda row: " ".join(row.periods) if _is_exception(row) else ""
        ),
        exporting.Column("source", _("Source"), lambda row: getattr(row, "source", "")),
    )

    def rows(self, *, actor: Actor) -> Iterable[Any]:
        """Return the days, of the actor's branches where they belong to one."""
        yield from PublicHoliday.objects.order_by("day").iterator()
        exceptions = DayException.objects.filter(service_point=None).select_related("branch")
        if actor.scope is not None:
            exceptions = exceptions.filter(branch_id__in=actor.scope)
        yield from exceptions.order_by("day", "branch__position").iterator()


@exporting.declare
class Closures(exporting.Exporter):
    """Closure orders."""

    kind = "closures"
    title = _("Closure orders")
    permission = "places.export"
    columns = (
        exporting.Column("number", _("Order number")),
        exporting.Column(
            "branches", _("Branches"), lambda row: "、".join(branch.name for branch in row.branches.all())
        ),
        exporting.Column("first_closed_day", _("First closed day")),
        exporting.Column("reopens_on", _("Reopens on")),
        exporting.Column("days", _("Days"), lambda row: (row.reopens_on - row.first_closed_day).days),
        exporting.Column("reason", _("Reason")),
        exporting.Column("notice_on", _("Notice published on")),
        exporting.Column("state", _("State"), lambda row: row.get_state_display()),
    )

    def rows(self, *, actor: Actor) -> QuerySet[ClosureOrder]:
        """Return the orders that concern the actor's branches."""
        return queries.closure_orders(actor)
