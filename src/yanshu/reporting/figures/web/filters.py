"""What lists of figures can be searched by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yanshu.reporting.figures.models import StatedFigure


class _SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Code, name or definition"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Code, name or definition")}),
    )


class DictionarySearch:
    """The search of the dictionary, in the form of a filter set; what it lists are no rows of a table."""

    def __init__(self, query: QueryDict) -> None:
        self.form = _SearchForm(query if "q" in query else None)
        self.words = query.get("q", "")


class StatedFilter(django_filters.FilterSet):
    """Printed figures by code, source or year."""

    q = django_filters.CharFilter(
        label=_("Code or source"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Code or source")}),
    )
    year = django_filters.NumberFilter(
        label=_("Year"),
        field_name="first_day",
        lookup_expr="year",
        widget=forms.NumberInput(attrs={"placeholder": _("Year")}),
    )

    class Meta:
        model = StatedFigure
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Keep the rows whose code or source holds the words."""
        return rows.filter(Q(code__icontains=value) | Q(source__icontains=value))
