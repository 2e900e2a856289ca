"""What the lists of accounts and of the audit log can be narrowed by."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Door
from yanshu.core.models import JournalLine
from yanshu.institution.places.models import Branch
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import Role
from yanshu.institution.staff.web.words import acts


def _day(label: object, lookup: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter("at", f"date__{lookup}", label=label, widget=widget)


class AccountFilter(django_filters.FilterSet):
    """Accounts: by name, role, whether they can be used, where they work."""

    STATES = (("active", _("Active")), ("off", _("Switched off")))
    q = django_filters.CharFilter(
        method="by_name",
        label=_("Name or user name"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or user name")}),
    )
    role = django_filters.ChoiceFilter(
        choices=Role.choices, method="by_role", label=_("Role"), empty_label=_("Role: any")
    )
    state = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("State"), empty_label=_("State: any")
    )
    home_branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.all(), label=_("Workplace"), empty_label=_("Workplace: any")
    )

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Account], _name: str, words: str) -> QuerySet[Account]:
        """Return the accounts whose name or user name has these words."""
        wanted = words.strip()
        return rows.filter(Q(username__icontains=wanted) | Q(display_name__icontains=wanted))

    def by_role(self, rows: QuerySet[Account], _name: str, role: str) -> QuerySet[Account]:
        """Return the accounts that hold a role anywhere; each stands once, at however many branches."""
        return rows.filter(pk__in=rows.order_by().filter(grants__role=role).values("pk"))

    def by_state(self, rows: QuerySet[Account], _name: str, wanted: str) -> QuerySet[Account]:
        """Return the accounts in use, or those switched off."""
        return rows.filter(is_active=wanted == "active")


class JournalFilter(django_filters.FilterSet):
    """The audit log: by act, who did it, through which door, when."""

    operation = django_filters.ChoiceFilter(
        label=_("Act"),
        choices=lambda: sorted(acts().items(), key=lambda act: act[1]),
        empty_label=_("Every act"),
    )
    actor_label = django_filters.CharFilter(
        label=_("Who"),
        lookup_expr="icontains",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Who did it")}),
    )
    door = django_filters.ChoiceFilter(label=_("Door"), choices=Door.choices, empty_label=_("Every door"))
    from_day = _day(_("From"), "gte")
    to_day = _day(_("To"), "lte")

    class Meta:
        model = JournalLine
        fields: tuple[str, ...] = ()
