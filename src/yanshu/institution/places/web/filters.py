"""The filters of the lists of places."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Actor
from yanshu.institution.places import queries
from yanshu.institution.places.models import (
    Branch,
    ClosureOrder,
    PublicHoliday,
    ServicePoint,
    ShelvingLocation,
    Terminal,
)
from yanshu.institution.places.terms import BranchKind, ClosureState, ServicePointKind, TerminalKind


def _branches(request: HttpRequest | None) -> QuerySet[Branch]:
    return queries.branches_in_scope(Actor.of(request)) if request else Branch.objects.none()


class _Search(django_filters.CharFilter):
    """A search field over some columns."""

    def __init__(self, label: Any, *columns: str) -> None:
        self.columns = columns
        widget = forms.TextInput(attrs={"type": "search", "placeholder": label})
        super().__init__(label=label, widget=widget)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the rows that hold the text in any of the columns."""
        if not value:
            return rows
        wanted = Q()
        for column in self.columns:
            wanted |= Q(**{f"{column}__icontains": value})
        return rows.filter(wanted)


class _Of(django_filters.ModelChoiceFilter):
    """One of the actor's branches."""

    def __init__(self, field_name: str = "branch") -> None:
        super().__init__(
            field_name=field_name,
            queryset=_branches,
            label=_("Branch"),
            empty_label=_("Branch: any"),
        )


class BranchFilter(django_filters.FilterSet):
    """Branches."""

    q = _Search(_("Name or code"), "name", "code", "address")
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=BranchKind.choices, empty_label=_("Kind: any")
    )

    class Meta:
        model = Branch
        fields: tuple[str, ...] = ()


class LocationFilter(django_filters.FilterSet):
    """Shelving locations."""

    q = _Search(_("Name or code"), "name", "code")
    branch = _Of()

    class Meta:
        model = ShelvingLocation
        fields: tuple[str, ...] = ()


class ServicePointFilter(django_filters.FilterSet):
    """Service points."""

    q = _Search(pgettext_lazy("thing", "Name"), "name")
    branch = _Of()
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=ServicePointKind.choices, empty_label=_("Kind: any")
    )

    class Meta:
        model = ServicePoint
        fields: tuple[str, ...] = ()


class TerminalFilter(django_filters.FilterSet):
    """Terminals."""

    q = _Search(_("Name or log-in"), "name", "login")
    branch = _Of()
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=TerminalKind.choices, empty_label=_("Kind: any")
    )

    class Meta:
        model = Terminal
        fields: tuple[str, ...] = ()


class HolidayFilter(django_filters.FilterSet):
    """Public holidays."""

    year = django_filters.NumberFilter(field_name="day", lookup_expr="year", label=_("Year"))

    class Meta:
        model = PublicHoliday
        fields: tuple[str, ...] = ()


class ClosureFilter(django_filters.FilterSet):
    """Closure orders."""

    q = _Search(_("Reason or number"), "reason", "number")
    branch = _Of("branches")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=ClosureState.choices, empty_label=_("State: any")
    )

    class Meta:
        model = ClosureOrder
        fields: tuple[str, ...] = ()
