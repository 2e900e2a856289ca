"""The forms of the catalogue."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.collection.catalogue.engine.composing import TitlePage
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault, isbn13, printed
from yanshu.collection.catalogue.models import ItemCategory
from yanshu.collection.catalogue.queries.wording import NUMBER_FAULTS
from yanshu.collection.catalogue.terms import Dialect, Medium, Origin
from yanshu.core import money
from yanshu.institution.places.models import ShelvingLocation

_LINES = re.compile(r"[\s,，;；]+")
LANGUAGES = (
    ("chi", _("Chinese")),
    ("eng", _("English")),
    ("jpn", _("Japanese")),
    ("kor", _("Korean")),
    ("fre", _("French")),
    ("ger", _("German")),
    ("rus", _("Russian")),
    ("spa", _("Spanish")),
    ("und", _("Another language")),
)


class PriceField(forms.CharField):
    """An amount in yuan as people write it, kept in fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=20, **options)

    def clean(self, value: Any) -> Any:
        """Return the fen, or None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = money.parse(text)
        except money.NotMoney:
            raise forms.ValidationError(_("Write an amount such as 58.00."), code="price") from None
        if fen < 0:
            raise forms.ValidationError(_("A price is not less than nothing."), code="price")
        return fen

    def prepare_value(self, value: Any) -> Any:
        """Return fen as yuan, and what was typed as it was typed."""
        return money.yuan(value) if isinstance(value, int) else value


class TitlePageForm(forms.Form):
    """A new book by what stands on its title page: the simple face of a record."""

    widths = {
        "isbn": "w-4", "price_fen": "w-3", "class_number": "w-4", "title": "w-8", "volume": "w-4",
        "subtitle": "w-8", "edition": "w-4", "place": "w-3", "publisher": "w-6", "year": "w-3",
        "pages": "w-3", "size": "w-3", "language": "w-4", "dialect": "w-6", "is_juvenile": "w-6",
    }  # fmt: skip
    isbn = forms.CharField(
        label=_("ISBN"), max_length=20, required=False, help_text=_("Scan the bar code on the back."),
        widget=forms.TextInput(attrs={
            "data-ys-scan": "", "hx-get": reverse_lazy("desk:catalogue-record-new-isbn"),
            "hx-trigger": "change", "hx-target": "#same-isbn", "hx-swap": "innerHTML",
        }),
    )  # fmt: skip
    price_fen = PriceField(label=_("Price (yuan)"), required=False)
    class_number = forms.CharField(
        label=_("Class number"), max_length=40, required=False, help_text=_("中图法, such as I247.57")
    )
    title = forms.CharField(label=_("Title"), max_length=500)
    volume = forms.CharField(label=_("Volume"), max_length=100, required=False)
    subtitle = forms.CharField(label=_("Subtitle"), max_length=500, required=False)
    edition = forms.CharField(label=_("Edition"), max_length=100, required=False)
    responsibility = forms.CharField(
        label=_("Statement of responsibility"), max_length=500, required=False,
        help_text=_("As printed, with the word for what was done; a semicolon between several."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place of publication"), max_length=100, required=False)
    publisher = forms.CharField(label=_("Publisher"), max_length=200, required=False)
    year = forms.CharField(label=_("Year"), max_length=20, required=False)
    pages = forms.CharField(label=_("Pages"), max_length=50, required=False)
    size = forms.CharField(label=_("Size"), max_length=50, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    subjects = forms.CharField(
        label=_("Subjects"), max_length=500, required=False, help_text=_("A semicolon between several.")
    )
    summary = forms.CharField(
        label=_("Summary"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_juvenile = forms.BooleanField(label=_("For children"), required=False)
    dialect = forms.ChoiceField(
        label=_("Format"), choices=Dialect.choices, initial=Dialect.CNMARC, widget=forms.RadioSelect
    )

    def clean_isbn(self) -> str:
        """Return the ISBN as printed, 10 or 13 digits."""
        text: str = self.cleaned_data["isbn"].strip()
        if not text:
            return ""
        number = isbn13(text)
        if isinstance(number, NumberFault) or number is None:
            raise forms.ValidationError(NUMBER_FAULTS[number or NumberFault.LENGTH], code="isbn")
        return printed(text)

    def title_page(self) -> TitlePage:
        """Return what was entered."""
        return TitlePage(**{name: value for name, value in self.cleaned_data.items() if name != "dialect"})


class WorksheetForm(forms.Form):
    """The MARC face of a record: one field a line."""

    text = forms.CharField(
        label=_("MARC record"),
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(
            attrs={"rows": 22, "class": "ys-code", "spellcheck": "false", "autocomplete": "off"}
        ),
        help_text=_("One field a line: tag, two indicators (# is blank), subfields behind ‡ or $."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewWorksheetForm(WorksheetForm):
    """A new record written as MARC; its format is chosen."""

    dialect = forms.ChoiceField(
        label=_("Format"), choices=Dialect.choices, initial=Dialect.CNMARC, widget=forms.RadioSelect
    )
    field_order = ("dialect", "text", "version")


class ShelfField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A shelving location, told with its branch."""

    def label_from_instance(self, obj: Any) -> str:
        """Return branch and shelf."""
        return f"{obj.branch}　{obj.name}"


class CopyFieldsForm(forms.Form):
    """What is kept of a copy beside its barcode and title."""

    location = ShelfField(
        label=_("Shelving location"), queryset=ShelvingLocation.objects.none(), empty_label=None
    )
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=ItemCategory.objects.all(), empty_label=None
    )
    call_number = forms.CharField(label=_("Call number"), max_length=60, required=False)
    volume = forms.CharField(label=_("Volume"), max_length=60, required=False)
    price_fen = PriceField(label=_("Price (yuan)"), required=False)
    origin = forms.ChoiceField(label=_("Origin"), choices=Origin.choices, initial=Origin.PURCHASE)
    for_reference = forms.BooleanField(label=_("Reading on the premises only"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, shelves: QuerySet[ShelvingLocation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["location"]
        assert isinstance(field, ShelfField)
        field.queryset = shelves

    def values(self) -> dict[str, Any]:
        """Return what was entered as the operations take it."""
        entered = dict(self.cleaned_data)
        location, category = entered.pop("location"), entered.pop("category")
        return {**entered, "location_id": location.pk, "category_id": category.pk}


class AddCopiesForm(CopyFieldsForm):
    """Copies of a title, one a barcode."""

    widths = {
        "barcodes": "w-6", "location": "w-6", "category": "w-4", "call_number": "w-4", "price_fen": "w-4",
        "origin": "w-4", "volume": "w-4", "note": "w-4",
    }  # fmt: skip
    field_order = ("barcodes", "location", "call_number", "category", "price_fen", "origin", "volume")
    barcodes = forms.CharField(
        label=_("Barcodes"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "ys-code", "autocomplete": "off"}),
        help_text=_("One a line; scan them one after another."),
    )
    proposed = forms.CharField(widget=forms.HiddenInput, required=False)

    def entered_barcodes(self) -> list[str]:
        """Return the barcodes in their order."""
        return [code for code in _LINES.split(self.cleaned_data["barcodes"]) if code]

    def is_numbered(self) -> bool:
        """Whether the proposed call number stayed, so that the operation gives it."""
        return bool(self.cleaned_data["call_number"] == self.cleaned_data["proposed"])

    def values(self) -> dict[str, Any]:
        """Return what was entered as the operation takes it; the shelf tells the branch."""
        values = super().values()
        del values["barcodes"], values["proposed"]
        return {**values, "branch_id": self.cleaned_data["location"].branch_id}


class CopyForm(CopyFieldsForm):
    """What is kept of a copy, to be changed."""

    widths = {
        "location": "w-6", "category": "w-6", "call_number": "w-4", "volume": "w-4", "price_fen": "w-4",
        "origin": "w-4", "for_reference": "w-8",
    }  # fmt: skip
    accessories = forms.CharField(
        label=_("Accessories"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, such as: 1 disc. They are ticked at the desk on loan and return."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "location", "category", "call_number", "volume", "price_fen", "origin", "for_reference",
        "accessories", "note", "version",
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Return what was entered as the operation takes it."""
        values = super().values()
        del values["version"]
        lines = self.cleaned_data["accessories"].splitlines()
        return {**values, "accessories": [line.strip() for line in lines if line.strip()]}


class CategoryForm(forms.Form):
    """An item category."""

    widths = {"code": "w-4", "name": "w-8", "name_en": "w-8", "position": "w-4"}
    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=50)
    name_en = forms.CharField(label=_("English name"), max_length=50, required=False)
    medium = forms.ChoiceField(
        label=_("Medium"), choices=Medium.choices, initial=Medium.PRINT, widget=forms.RadioSelect
    )
    lendable = forms.BooleanField(label=_("Can be borrowed"), required=False, initial=True)
    position = forms.IntegerField(
        label=_("Position in lists"), min_value=0, max_value=999, initial=0,
        help_text=_("Small numbers come first."),
    )  # fmt: skip
