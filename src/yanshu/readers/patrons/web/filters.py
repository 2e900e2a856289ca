"""Filters of the list of readers; what tells of a person is searched by the form above them, not here."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.institution.places.models import Branch
from yanshu.institution.places.queries import branches_in_scope
from yanshu.readers.patrons import queries
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.readers.patrons.terms import MembershipState

EXPIRING = "expiring"
STATES = [
    *MembershipState.choices,
    (EXPIRING, _("Expires within 30 days")),
]
_DAY = {"type": "date"}


class PatronFilter(django_filters.FilterSet):
    """Category, home branch, standing, days of registration and of the end."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="by_state", empty_label=_("State: any")
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Patron category"),
        queryset=PatronCategory.objects.none(),
        empty_label=_("Patron category: any"),
    )
    home_branch = django_filters.ModelChoiceFilter(
        label=_("Home branch"), queryset=Branch.objects.none(), empty_label=_("Home branch: any")
    )
    registered_from = django_filters.DateFilter(
        field_name="registered_on",
        lookup_expr="gte",
        label=_("Registered from"),
        widget=forms.DateInput(attrs=_DAY),
    )
    registered_to = django_filters.DateFilter(
        field_name="registered_on",
        lookup_expr="lte",
        label=_("Registered to"),
        widget=forms.DateInput(attrs=_DAY),
    )
    expires_to = django_filters.DateFilter(
        field_name="expires_on",
        lookup_expr="lte",
        label=_("Valid until at most"),
        widget=forms.DateInput(attrs=_DAY),
    )

    class Meta:
        model = Patron
        fields = ("state", "category", "home_branch", "registered_from", "registered_to", "expires_to")

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.filters["category"].queryset = queries.categories()
        self.filters["home_branch"].queryset = branches_in_scope(actor)

    def by_state(self, rows: QuerySet[Patron], _name: str, value: str) -> QuerySet[Patron]:
        """Keep the readers whose membership stands so today."""
        if value == EXPIRING:
            return queries.expiring(rows, self.today)
        return queries.standing(rows, value, self.today)
