"""What lending's lists can be narrowed by."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue.models import ItemCategory
from yanshu.core.actor import Actor, Door
from yanshu.core.scanned import readings
from yanshu.institution.places import queries as places
from yanshu.institution.places.models import Branch
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy, ReturnIssue
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, ReturnIssueKind
from yanshu.readers.patrons.models import PatronCategory


class ScopedFilterSet(django_filters.FilterSet):
    """A filter whose branches are those of the actor; ``today`` is the library's day."""

    def __init__(
        self, data: QueryDict | dict[str, str] | None, *, queryset: QuerySet[Any], actor: Actor, today: date
    ) -> None:
        self.actor, self.today = actor, today
        super().__init__(data, queryset=queryset)
        for name in ("branch", "pickup_branch"):
            if name in self.form.fields:
                self.form.fields[name].queryset = places.branches_in_scope(actor)


def _search(label: Any) -> Any:
    return django_filters.CharFilter(
        method="by_words",
        label=label,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": label, "autocomplete": "off"}),
    )


class LoanFilter(ScopedFilterSet):
    """Open loans: by title or barcode, when they are due, where they were made, for whom, of what kind."""

    DUE = (
        ("overdue", _("Overdue")),
        ("today", _("Due today")),
        ("week", _("Due within 7 days")),
    )
    q = _search(_("Title or barcode"))
    due = django_filters.ChoiceFilter(
        choices=DUE, method="by_due", label=_("Due"), empty_label=_("Due: any time")
    )
    branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.none(), label=_("Branch"), empty_label=_("Branch: any")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=PatronCategory.objects.all(),
        field_name="patron__category",
        label=_("Patron category"),
        empty_label=_("any"),
    )
    item_category = django_filters.ModelChoiceFilter(
        queryset=ItemCategory.objects.all(),
        field_name="item__category",
        label=_("Item category"),
        empty_label=_("any"),
    )
    due_on = django_filters.DateFromToRangeFilter(
        label=_("Due between"),
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date", "class": "form-control"}),
    )

    class Meta:
        model = Loan
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Loan], _name: str, words: str) -> QuerySet[Loan]:
        """Return the loans of titles that begin so, or of this barcode."""
        return rows.filter(
            Q(item__barcode__in=readings(words)) | Q(item__record__title__icontains=words.strip())
        )

    def by_due(self, rows: QuerySet[Loan], _name: str, wanted: str) -> QuerySet[Loan]:
        """Return the loans overdue, due today, or due within a week."""
        if wanted == "overdue":
            return rows.filter(due_on__lt=self.today)
        last = self.today if wanted == "today" else self.today + timedelta(days=7)
        return rows.filter(due_on__gte=self.today, due_on__lte=last)


class HoldFilter(ScopedFilterSet):
    """Holds: by title, where they stand, where they are collected."""

    q = _search(_("Title"))
    state = django_filters.ChoiceFilter(
        choices=HoldState.choices, label=_("State"), empty_label=_("State: any")
    )
    pickup_branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.none(), label=_("Pick-up branch"), empty_label=_("Pick-up branch: any")
    )

    class Meta:
        model = Hold
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Hold], _name: str, words: str) -> QuerySet[Hold]:
        """Return the holds on titles with these words."""
        return rows.filter(record__title__icontains=words.strip())


class PolicyFilter(ScopedFilterSet):
    """Lending policies: by name, in force or not, for whom, for what, where."""

    STATES = (("active", _("In force")), ("off", _("Out of force")))
    q = _search(_("Name or article"))
    state = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("State"), empty_label=_("State: any")
    )
    patron_category = django_filters.ModelChoiceFilter(
        queryset=PatronCategory.objects.all(), label=_("Patron category"), empty_label=_("any")
    )
    item_category = django_filters.ModelChoiceFilter(
        queryset=ItemCategory.objects.all(), label=_("Item category"), empty_label=_("any")
    )
    branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.none(), label=_("Branch"), empty_label=_("Branch: any")
    )

    class Meta:
        model = LoanPolicy
        fields: list[str] = []

    def by_words(self, rows: QuerySet[LoanPolicy], _name: str, words: str) -> QuerySet[LoanPolicy]:
        """Return the policies with these words in name or article."""
        return rows.filter(Q(name__icontains=words.strip()) | Q(article__icontains=words.strip()))

    def by_state(self, rows: QuerySet[LoanPolicy], _name: str, wanted: str) -> QuerySet[LoanPolicy]:
        """Return the policies in force, or those that are not."""
        return rows.filter(active=wanted == "active")


class IssueFilter(ScopedFilterSet):
    """What returns brought to light: by barcode, open or settled, kind and branch."""

    q = _search(_("Barcode"))
    settled = django_filters.ChoiceFilter(
        choices=(("no", _("Open")), ("yes", _("Settled"))),
        method="by_settled",
        label=_("State"),
        empty_label=_("State: any"),
    )
    kind = django_filters.ChoiceFilter(
        choices=ReturnIssueKind.choices, label=_("What it is"), empty_label=_("What: any")
    )
    branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.none(), label=_("Branch"), empty_label=_("Branch: any")
    )

    class Meta:
        model = ReturnIssue
        fields: list[str] = []

    def by_words(self, rows: QuerySet[ReturnIssue], _name: str, words: str) -> QuerySet[ReturnIssue]:
        """Return the issues of this barcode."""
        return rows.filter(barcode__in=readings(words))

    def by_settled(self, rows: QuerySet[ReturnIssue], _name: str, wanted: str) -> QuerySet[ReturnIssue]:
        """Return the issues still open, or those settled."""
        return rows.filter(settled_at__isnull=wanted == "no")


class LineFilter(ScopedFilterSet):
    """Lines of the ledger: the day, what happened, through which door, at which branch."""

    day = django_filters.DateFilter(
        field_name="business_date",
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = django_filters.ChoiceFilter(
        choices=LoanEventKind.choices, label=_("What happened"), empty_label=_("What: any")
    )
    door = django_filters.ChoiceFilter(choices=Door.choices, label=_("Door"), empty_label=_("Door: any"))
    branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.none(),
        label=_("Branch"),
        method="by_branch",
        empty_label=_("Branch: any"),
    )
    by = django_filters.ChoiceFilter(
        choices=(("me", _("My own acts only")),), method="by_me", label=_("By"), empty_label=_("By: anybody")
    )

    class Meta:
        model = LoanEvent
        fields: list[str] = []

    def by_branch(self, rows: QuerySet[LoanEvent], _name: str, branch: Branch) -> QuerySet[LoanEvent]:
        """Return the lines written at a branch; the ledger keeps its key only."""
        return rows.filter(branch_id=branch.pk)

    def by_me(self, rows: QuerySet[LoanEvent], _name: str, _wanted: str) -> QuerySet[LoanEvent]:
        """Return what the colleague at the desk did himself."""
        return rows.filter(account_id=self.actor.account_id)
