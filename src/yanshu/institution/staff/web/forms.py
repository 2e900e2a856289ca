"""Forms for accounts, roles and the founding of a library."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from yanshu.institution.places.models import Branch
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import Role


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A staff account."""

    widths = {"username": "w-4", "display_name": "w-4", "home_branch": "w-4"}

    class Meta:
        model = Account
        fields = ("username", "display_name", "home_branch", "is_active")
        help_texts = {
            "username": _("Used to log in: letters, digits, no spaces."),
            "home_branch": _("Where the account works after log-in; it can be changed for a day."),
        }


class GrantForm(forms.Form):
    """A role to grant."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    branch = forms.ModelChoiceField(
        label=_("At"), queryset=Branch.objects.all(), required=False, empty_label=_("the whole library")
    )


class FoundingForm(forms.Form):
    """The four things a library begins with."""

    library_name = forms.CharField(label=_("Name of the library"), max_length=100)
    owner_code = forms.RegexField(
        label=_("Owner code"),
        regex=r"^[A-Za-z0-9-]{2,20}$",
        help_text=_("Stands for the library on barcodes and in exchange, such as CN-430400."),
    )
    branch_name = forms.CharField(
        label=_("Name of the first branch"), max_length=100, initial=_("Central library")
    )
    opens = forms.TimeField(label=_("Opens"), initial="09:00", widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label=_("Closes"), initial="18:00", widget=forms.TimeInput(attrs={"type": "time"})
    )
    closed_weekdays = forms.MultipleChoiceField(
        label=_("Closed on"),
        required=False,
        initial=["0"],
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(number), name) for number, name in sorted(WEEKDAYS.items())],
    )
    display_name = forms.CharField(label=_("Name of the director"), max_length=60)
    username = forms.CharField(label=_("User name"), max_length=60, initial="director")
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, and not only digits."),
    )


class OwnPasswordForm(ChangePasswordForm):
    """One's own password changed: labels stand above the fields, not in them too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
