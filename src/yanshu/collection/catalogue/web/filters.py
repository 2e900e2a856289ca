"""The filters of the lists of records and copies."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.collection.catalogue.terms import Dialect, Form, ItemState, Medium, Origin, RecordState
from yanshu.core.actor import Actor
from yanshu.core.span import Span
from yanshu.institution.places import queries as places
from yanshu.institution.places.models import Branch, ShelvingLocation


def _branches(request: HttpRequest | None) -> QuerySet[Branch]:
    return places.branches_in_scope(Actor.of(request)) if request else Branch.objects.none()


def _shelves(request: HttpRequest | None) -> QuerySet[ShelvingLocation]:
    return places.locations(Actor.of(request)) if request else ShelvingLocation.objects.none()


def _text(label: Any, method: str) -> Any:
    widget = forms.TextInput(attrs={"type": "search", "placeholder": label})
    return django_filters.CharFilter(label=label, method=method, widget=widget)


def _day(label: Any, **options: Any) -> Any:
    widget = forms.DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(label=label, widget=widget, **options)


class RecordFilter(django_filters.FilterSet):
    """Records."""

    q = _text(_("Title, author, ISBN, control number"), "search")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=RecordState.choices, empty_label=_("State: any")
    )
    form_ = django_filters.ChoiceFilter(
        field_name="form", label=_("Form"), choices=Form.choices, empty_label=_("Form: any")
    )
    class_number = django_filters.CharFilter(lookup_expr="startswith", label=_("Class number begins with"))
    language = django_filters.CharFilter(lookup_expr="iexact", label=_("Language (code)"))
    dialect = django_filters.ChoiceFilter(
        label=_("Format"), choices=Dialect.choices, empty_label=_("Format: any")
    )
    created_from = _day(_("Entered from"), method="entered_from")
    created_until = _day(_("Entered until"), method="entered_until")

    class Meta:
        model = BibRecord
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[BibRecord], _name: str, value: str) -> QuerySet[BibRecord]:
        """Keep what the search field asks for."""
        return queries.search_records(rows, value)

    def entered_from(self, rows: QuerySet[BibRecord], _name: str, value: Any) -> QuerySet[BibRecord]:
        """Keep records entered on the day or after it."""
        return rows.filter(created_at__gte=Span.day(value).start)

    def entered_until(self, rows: QuerySet[BibRecord], _name: str, value: Any) -> QuerySet[BibRecord]:
        """Keep records entered on the day or before it."""
        return rows.filter(created_at__lt=Span.day(value).end)


class CopyFilter(django_filters.FilterSet):
    """Copies."""

    q = _text(_("Title, barcode or call number"), "search")
    branch = django_filters.ModelChoiceFilter(
        queryset=_branches, label=_("Now at"), empty_label=_("Now at: any branch")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=ItemState.choices, empty_label=_("State: any")
    )
    home_branch = django_filters.ModelChoiceFilter(queryset=_branches, label=_("Belongs to"))
    location = django_filters.ModelChoiceFilter(queryset=_shelves, label=_("Shelving location"))
    category = django_filters.ModelChoiceFilter(
        queryset=lambda _request: queries.categories(), label=_("Category")
    )
    origin = django_filters.ChoiceFilter(label=_("Origin"), choices=Origin.choices)
    barcode = django_filters.CharFilter(label=_("Barcode begins with"), method="numbered")
    accessioned_from = _day(_("Accessioned from"), field_name="accessioned_on", lookup_expr="gte")
    accessioned_until = _day(_("Accessioned until"), field_name="accessioned_on", lookup_expr="lte")

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        """Keep the copies whose barcode, call number or title begins so."""
        return queries.search_copies(rows, value)

    def numbered(self, rows: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        """Keep the copies whose barcode begins so."""
        return queries.copies_numbered(rows, value)


class CategoryFilter(django_filters.FilterSet):
    """Item categories."""

    q = _text(_("Name or code"), "search")
    medium = django_filters.ChoiceFilter(
        label=_("Medium"), choices=Medium.choices, empty_label=_("Medium: any")
    )

    class Meta:
        model = ItemCategory
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[ItemCategory], _name: str, value: str) -> QuerySet[ItemCategory]:
        """Keep the categories that hold the text in name or code."""
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value)) if value else rows
