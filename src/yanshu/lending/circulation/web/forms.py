"""Lending's forms: a policy, a case to be explained, the pick-up branch of a hold."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue.models import ItemCategory
from yanshu.institution.places.models import Branch
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.readers.patrons.models import PatronCategory

ANY = _("any")


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A lending policy; an empty key means any."""

    widths = {
        "name": "w-8",
        "article": "w-4",
        "patron_category": "w-4",
        "item_category": "w-4",
        "branch": "w-4",
        "loan_limit": "w-3",
        "category_limit": "w-3",
        "loan_days": "w-3",
        "hold_limit": "w-3",
        "renewals": "w-3",
        "renewal_days": "w-3",
        "pickup_days": "w-3",
        "suspension_days_per_day": "w-3",
        "suspension_most_days": "w-3",
        "lendable": "w-4",
        "active": "w-4",
    }

    class Meta:
        model = LoanPolicy
        fields = (
            "name", "article", "patron_category", "item_category", "branch", "loan_limit", "category_limit",
            "loan_days", "hold_limit", "renewals", "renewal_days", "pickup_days",
            "suspension_days_per_day", "suspension_most_days", "lendable", "active",
        )  # fmt: skip
        help_texts = {
            "article": _("Stands in every refusal, so that the reader can look it up: article 12."),
            "loan_limit": _("All open loans of the reader count."),
            "category_limit": _("Only open loans of this item category count; empty: no limit of its own."),
            "suspension_days_per_day": _("0 where an overdue return brings no suspension."),
        }

    def __init__(self, *args: Any, branches: QuerySet[Branch], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("patron_category", "item_category", "branch"):
            field: Any = self.fields[name]
            field.empty_label = ANY
        branch: Any = self.fields["branch"]
        branch.queryset = branches

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the key of the policy to the operation, which names the twin at its field."""
        known: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django's own hook
        return {*known, "patron_category", "item_category", "branch"}

    def values(self) -> dict[str, Any]:
        """Return what the operation takes: foreign keys by their numbers."""
        found = dict(self.cleaned_data)
        for name in ("patron_category", "item_category", "branch"):
            chosen = found.pop(name)
            found[f"{name}_id"] = chosen.pk if chosen else None
        return found


class CaseForm(forms.Form):
    """A case: whose card, what kind of item, at which branch."""

    widths = {"patron_category": "w-4", "item_category": "w-4", "branch": "w-4"}
    patron_category = forms.ModelChoiceField(
        queryset=PatronCategory.objects.all(), label=_("Patron category"), empty_label=None
    )
    item_category = forms.ModelChoiceField(
        queryset=ItemCategory.objects.all(), label=_("Item category"), empty_label=None
    )
    branch = forms.ModelChoiceField(queryset=Branch.objects.all(), label=_("Branch"), empty_label=None)


class RealCaseForm(forms.Form):
    """A real case: a card and a barcode, at the branch one works at."""

    widths = {"card_number": "w-6", "barcode": "w-6"}
    card_number = forms.CharField(label=_("Card number"), max_length=64)
    barcode = forms.CharField(label=_("Barcode"), max_length=40)


class _Pickup(forms.widgets.ChoiceWidget):
    """Where to collect; a branch that has the book on its shelf is named but cannot be chosen."""

    with_copy: frozenset[int] = frozenset()

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the option of a branch."""
        has_copy = getattr(value, "value", value) in self.with_copy
        words = _("%(branch)s (on the shelf there: take it and borrow it)") % {"branch": label}
        option = super().create_option(name, value, words if has_copy else label, *args, **options)
        if has_copy:
            option["attrs"]["disabled"] = True
        return option


class _PickupRadios(_Pickup, forms.RadioSelect):
    pass


class _PickupSelect(_Pickup, forms.Select):
    pass


class HoldForm(forms.Form):
    """Where a reader wants to collect a title.

    Args:
        with_copy: branches on whose shelves it stands; another one is chosen to begin with.
        home: the branch to begin with where it may be.
    """

    pickup_branch = forms.ModelChoiceField(
        queryset=Branch.objects.none(), label=_("Collect at"), empty_label=None, widget=_PickupRadios
    )

    def __init__(
        self,
        *args: Any,
        branches: QuerySet[Branch],
        with_copy: frozenset[int],
        home: int | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["pickup_branch"]
        field.queryset = branches
        if len(field.queryset) > MOST_RADIOS:
            field.widget = _PickupSelect(choices=field.choices)
        field.widget.with_copy = with_copy
        keys = [branch.pk for branch in field.queryset if branch.pk not in with_copy]
        self.has_choice = bool(keys)
        field.initial = home if home in keys else next(iter(keys), None)


MOST_RADIOS = 5
