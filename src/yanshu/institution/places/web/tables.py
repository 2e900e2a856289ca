"""The lists of places."""

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.ui.dates import weekday
from yanshu.core.ui.parts import state
from yanshu.core.ui.pieces import State
from yanshu.core.ui.tables import (
    CodeColumn,
    DateColumn,
    ListTable,
    MomentColumn,
    NumberColumn,
    StateColumn,
    TitleColumn,
)
from yanshu.institution.places import queries
from yanshu.institution.places.models import (
    Branch,
    ClosureOrder,
    PublicHoliday,
    ServicePoint,
    ShelvingLocation,
    Terminal,
)


class BranchTable(ListTable):
    """Branches with where they stand today."""

    region_label = _("List of branches")
    empty_title = _("No branch yet")
    empty_words = _("Enter the central library first; its opening hours come next.")
    name = TitleColumn(
        verbose_name=_("Branch"),
        sub=lambda branch: branch.address,
        linkify=lambda record: reverse("desk:places-branch", args=[record.pk]),
    )
    stage = django_tables2.Column(verbose_name=_("State"), accessor="pk", orderable=False)
    kind = django_tables2.Column(verbose_name=_("Kind"))
    code = CodeColumn(verbose_name=_("Code"))
    district = django_tables2.Column(verbose_name=_("District"))
    service_from = DateColumn(verbose_name=_("In service from"))

    class Meta(ListTable.Meta):
        model = Branch
        fields = ("name", "stage", "kind", "code", "district", "service_from")

    def render_stage(self, record: Branch) -> SafeString:
        """Return where the branch stands today."""
        return state(queries.stage_of_branch(record, clock.business_date(clock.now())))


class LocationTable(ListTable):
    """Shelving locations."""

    region_label = _("List of shelving locations")
    empty_title = _("No shelving location yet")
    empty_words = _("Halls, stacks and shelf ranges stand here; every copy has one.")
    name = TitleColumn(
        verbose_name=_("Location"),
        linkify=lambda record: reverse("desk:places-location", args=[record.pk]),
    )
    branch = django_tables2.Column(verbose_name=_("Branch"))
    code = CodeColumn(verbose_name=_("Code"))
    for_reference = django_tables2.Column(verbose_name=_("Use of the copies"))
    open_shelf = django_tables2.Column(verbose_name=_("Shelf"))

    class Meta(ListTable.Meta):
        model = ShelvingLocation
        fields = ("name", "branch", "code", "for_reference", "open_shelf")

    def render_for_reference(self, value: bool) -> Any:
        """Return what may be done with what stands there."""
        return _("On the premises only") if value else _("For loan")

    def render_open_shelf(self, value: bool) -> Any:
        """Return whether readers reach it."""
        return _("Open shelf") if value else _("Closed stack")


class ServicePointTable(ListTable):
    """Service points."""

    region_label = _("List of service points")
    empty_title = _("No service point yet")
    empty_words = _("Desks, machines, reading rooms and doors stand here.")
    name = TitleColumn(
        verbose_name=_("Service point"),
        linkify=lambda record: reverse("desk:places-point", args=[record.pk]),
    )
    branch = django_tables2.Column(verbose_name=_("Branch"))
    kind = django_tables2.Column(verbose_name=_("Kind"))
    public = django_tables2.Column(verbose_name=_("For whom"))
    service_from = DateColumn(verbose_name=_("In service from"))
    service_until = DateColumn(verbose_name=_("In service until"))

    class Meta(ListTable.Meta):
        model = ServicePoint
        fields = ("name", "branch", "kind", "public", "service_from", "service_until")

    def render_public(self, value: bool) -> Any:
        """Return for whom it is."""
        return _("The public") if value else _("Staff only")


class TerminalTable(ListTable):
    """Terminals and when they were last heard of."""

    region_label = _("List of terminals")
    empty_title = _("No terminal yet")
    empty_words = _("Self-service machines, gate counters and other programs get a log-in and a key here.")
    name = TitleColumn(
        verbose_name=_("Terminal"),
        sub=lambda terminal: terminal.service_point,
        linkify=lambda record: reverse("desk:places-terminal", args=[record.pk]),
    )
    active = StateColumn(
        verbose_name=_("State"),
        enum=lambda active: (
            State(_("Active"), "yes", "check-circle-fill")
            if active
            else State(_("Switched off"), "stone", "dash-lg")
        ),
    )
    branch = django_tables2.Column(verbose_name=_("Branch"))
    kind = django_tables2.Column(verbose_name=_("Kind"))
    login = CodeColumn(verbose_name=_("Log-in"))
    last_seen_at = MomentColumn(verbose_name=_("Last heard of"))

    class Meta(ListTable.Meta):
        model = Terminal
        fields = ("name", "active", "branch", "kind", "login", "last_seen_at")


class HolidayTable(ListTable):
    """The public holidays of a year."""

    region_label = _("List of public holidays")
    empty_title = _("The holidays of this year are not loaded")
    empty_words = _("Without them no branch can keep public holidays; load the year, or import a file.")
    day = DateColumn(verbose_name=_("Day"))
    weekday = django_tables2.Column(verbose_name=_("Weekday"), accessor="day", orderable=False)
    is_off = StateColumn(
        verbose_name=_("Day off or work day"),
        enum=lambda off: (
            State(_("Day off"), "goose", "sun")
            if off
            else State(_("Compensating work day"), "stone", "briefcase")
        ),
    )
    name = django_tables2.Column(verbose_name=_("Holiday"))

    class Meta(ListTable.Meta):
        model = PublicHoliday
        fields = ("day", "weekday", "is_off", "name")

    def render_weekday(self, value: Any) -> str:
        """Return the day of the week."""
        return weekday(value)


class ClosureTable(ListTable):
    """Closure orders."""

    region_label = _("List of closure orders")
    empty_title = _("No closure has been ordered")
    empty_words = _("A closure needs a reason and a public notice; due dates move with it.")
    reason = TitleColumn(
        verbose_name=_("Reason"),
        sub=lambda order: "、".join(str(branch) for branch in order.branches.all()),
        linkify=lambda record: reverse("desk:places-closure", args=[record.pk]),
    )
    stage = django_tables2.Column(verbose_name=_("State"), accessor="pk", orderable=False)
    number = CodeColumn(verbose_name=_("Order number"))
    first_closed_day = DateColumn(verbose_name=_("First closed day"))
    reopens_on = DateColumn(verbose_name=_("Reopens on"))
    days = NumberColumn(verbose_name=_("Days"), accessor="pk", orderable=False)

    class Meta(ListTable.Meta):
        model = ClosureOrder
        fields = ("reason", "stage", "number", "first_closed_day", "reopens_on", "days")

    def render_stage(self, record: ClosureOrder) -> SafeString:
        """Return what the order means today."""
        return state(queries.stage_of(record, clock.business_date(clock.now())))

    def render_days(self, record: ClosureOrder) -> SafeString:
        """Return how many days it keeps shut."""
        return format_html("{}", (record.reopens_on - record.first_closed_day).days)
