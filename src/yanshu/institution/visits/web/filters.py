"""The filters of the lists of visits."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Actor
from yanshu.institution.places.models import Branch
from yanshu.institution.places.queries import branches_in_scope
from yanshu.institution.visits import queries
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.terms import Quality, Source


def _branches(request: HttpRequest | None) -> QuerySet[Branch]:
    return branches_in_scope(Actor.of(request)) if request else Branch.objects.none()


def _gates(request: HttpRequest | None) -> QuerySet[Gate]:
    return queries.gates(Actor.of(request)) if request else Gate.objects.none()


def _day(label: object, lookup: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter("business_date", lookup, label=label, widget=widget)


class GateFilter(django_filters.FilterSet):
    """Gates."""

    q = django_filters.CharFilter(
        "name",
        "icontains",
        label=pgettext_lazy("thing", "Name"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": pgettext_lazy("thing", "Name")}),
    )
    branch = django_filters.ModelChoiceFilter(
        queryset=_branches, label=_("Branch"), empty_label=_("Branch: any")
    )

    class Meta:
        model = Gate
        fields: tuple[str, ...] = ()


class ReadingFilter(django_filters.FilterSet):
    """Lines of the ledger."""

    first = _day(_("First day"), "gte")
    last = _day(_("Last day"), "lte")
    gate = django_filters.ModelChoiceFilter(queryset=_gates, label=_("Gate"), empty_label=_("Gate: any"))
    branch = django_filters.ModelChoiceFilter(
        field_name="gate__branch", queryset=_branches, label=_("Branch"), empty_label=_("Branch: any")
    )
    quality = django_filters.ChoiceFilter(
        label=_("Quality"), choices=Quality.choices, empty_label=_("Quality: any")
    )
    source = django_filters.ChoiceFilter(
        label=_("Source"), choices=Source.choices, empty_label=_("Source: any")
    )
    corrections = django_filters.BooleanFilter("corrects", "isnull", exclude=True, label=_("Corrections"))

    class Meta:
        model = GateReading
        fields: tuple[str, ...] = ()
