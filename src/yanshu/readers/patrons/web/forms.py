"""The forms of readers: at the desk, and for readers themselves."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Actor
from yanshu.core.ui.masking import mask_number
from yanshu.institution.places.models import Branch
from yanshu.institution.places.queries import branches_in_scope
from yanshu.readers.patrons import queries
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.readers.patrons.terms import CardKind

DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
FOREIGN = {"category": "category_id", "home_branch": "home_branch_id"}
_NO_COMPLETION = {"autocomplete": "off", "spellcheck": "false"}
_CODE = {**_NO_COMPLETION, "class": "ys-code"}


def date_field(**options: Any) -> forms.DateField:
    """Return a field for a day typed with the keyboard, with or without hyphens."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={**_NO_COMPLETION, "inputmode": "numeric"})
    return forms.DateField(input_formats=DATE_FORMATS, widget=widget, **options)


def entered(form: forms.Form, names: set[str]) -> dict[str, Any]:
    """Return what a form says under the names of the record's columns."""
    return {
        FOREIGN.get(name, name): getattr(value, "pk", value)
        for name, value in form.cleaned_data.items()
        if name in names
    }


class PersonForm(forms.Form):
    """What registration and change have in common."""

    id_number = forms.CharField(
        label=_("Identity number"), required=False, max_length=30, widget=forms.TextInput(attrs=_CODE)
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=60, widget=forms.TextInput(attrs=_NO_COMPLETION)
    )
    birth_date = date_field(label=_("Date of birth"), required=False)
    telephone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "tel"}),
    )
    category: Any = forms.ModelChoiceField(
        label=_("Patron category"), queryset=PatronCategory.objects.none(), empty_label=None
    )
    home_branch: Any = forms.ModelChoiceField(
        label=_("Home branch"), queryset=Branch.objects.none(), empty_label=None
    )
    note = forms.CharField(
        label=_("Note for the desk"),
        required=False,
        max_length=200,
        help_text=_("The reader may ask to see it."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_branch"].queryset = branches_in_scope(actor)  # type: ignore[attr-defined]
        self.fields["category"].queryset = self.categories()  # type: ignore[attr-defined]

    def categories(self) -> QuerySet[PatronCategory]:
        """Return the categories to choose from."""
        return queries.categories_offered()


class RegistrationForm(PersonForm):
    """A new reader."""

    PERSON = ("name", "birth_date", "id_number", "telephone", "category", "home_branch", "note")

    card_number = forms.CharField(
        label=_("Card number"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("Scan a printed card. Left empty, the next number is given."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.initial.setdefault("home_branch", actor.branch_id)
        self.fields["id_number"].help_text = _(
            "18 characters. Kept encrypted, found again, never shown. The date of birth is taken from it."
        )
        self.fields["birth_date"].help_text = _("1980-05-05 or 19800505, where no identity number is given.")

    def values(self) -> dict[str, Any]:
        """Return the reader's values for the operation."""
        return entered(self, set(self.PERSON))


class ChangeForm(PersonForm):
    """A reader's record; numbers are never shown again, what is left empty stays."""

    KEPT_WHEN_EMPTY = ("id_number", "telephone")

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, patron: Patron, **kwargs: Any) -> None:
        self.patron = patron
        shown = ("name", "birth_date", "category", "home_branch", "note", "version")
        initial = {name: _plain(getattr(patron, name)) for name in shown}
        super().__init__(*args, actor=actor, initial=initial, **kwargs)
        for name in self.KEPT_WHEN_EMPTY:
            kept = mask_number(getattr(patron, name))
            if kept:
                self.fields[name].help_text = _("On record: %(number)s. Left empty, it stays.") % {
                    "number": kept
                }

    def categories(self) -> QuerySet[PatronCategory]:
        """Return the categories offered, and the one the reader has."""
        return queries.categories_offered() | PatronCategory.objects.filter(pk=self.patron.category_id)

    def values(self) -> dict[str, Any]:
        """Return what is to stand in the record."""
        data = self.cleaned_data
        names = {name for name in self.fields if name != "version"}
        silent = {name for name in self.KEPT_WHEN_EMPTY if not data.get(name)}
        return entered(self, names - silent)


class CardForm(forms.Form):
    """Another carrier for a reader."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CardKind.choices, widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("Number read from it"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("Lay the card on the reader. A library card or QR code left empty gets the next number."),
    )


class SuspensionForm(forms.Form):
    """Until when borrowing is suspended, and why."""

    widths = {"until": "w-4", "reason": "w-8"}

    until = date_field(
        label=_("Suspended up to and including"), help_text=_("For example 2020-01-31 or 20200131.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The reader sees it. No names of others.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date:
        """Take a day that is still to come, or today."""
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("This day is over. Write today or a later one."))
        return until


class LiftForm(forms.Form):
    """Why a suspension ends before its time."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It stands beside the journal's line.")
    )


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A category of readers."""

    widths = {
        "code": "w-4",
        "name": "w-8",
        "name_en": "w-8",
        "kind": "w-4",
        "valid_months": "w-4",
        "youngest": "w-4",
        "oldest": "w-4",
        "position": "w-4",
    }

    class Meta:
        model = PatronCategory
        fields = (
            "name",
            "code",
            "name_en",
            "kind",
            "valid_months",
            "youngest",
            "oldest",
            "position",
            "active",
        )
        help_texts = {
            "code": _("Short and lasting, for files and other systems."),
            "kind": _("Statistics count by it."),
            "youngest": _("Completed years. Empty: no lower bound."),
            "oldest": _("Completed years. Empty: no upper bound."),
            "active": _("New readers may be given it."),
        }

    def _post_clean(self) -> None:
        """Leave the rules to the operation; the form reads the fields."""

    def values(self) -> dict[str, Any]:
        """Return the category's values for the operation."""
        return dict(self.cleaned_data)


class ActivationForm(forms.Form):
    """A card, the printed code, and the password a reader chooses."""

    card_number = forms.CharField(
        label=_("Card number"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "class": "ys-code", "inputmode": "text"}),
    )
    code = forms.CharField(
        label=_("Code from the slip"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "class": "ys-code"}
        ),
        help_text=_("Ten letters and digits; capitals and hyphens do not matter."),
    )
    password = forms.CharField(
        label=pgettext_lazy("activation", "New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, not digits alone."),
    )
    again = forms.CharField(
        label=pgettext_lazy("activation", "New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Compare both passwords."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ. Type the second one again."))
        return again


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
