"""The form of a printed figure."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanshu.core.span import Span
from yanshu.core.unit import Unit


class StatedForm(forms.Form):
    """A printed figure of one year."""

    widths = {"code": "w-8", "year": "w-4", "value": "w-4", "unit": "w-4", "source": "w-6", "quote": "w-6"}

    code = forms.ChoiceField(label=_("Figure"))
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2200)
    value = forms.DecimalField(label=_("Value as printed"), max_digits=18, decimal_places=4)
    unit = forms.CharField(
        label=_("Unit as printed"), max_length=10, help_text=_("As printed: 人次, 万人次, 万元.")
    )
    source = forms.CharField(
        label=_("Where it is printed"), max_length=200, help_text=_("Report and section.")
    )
    quote = forms.CharField(
        label=_("Quotation"), max_length=300, required=False, help_text=_("The words it stands in.")
    )

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = codes
        words = sorted({unit.word for unit in Unit})
        self.fields["unit"].widget.attrs["list"] = "units"
        self.unit_words = words

    @property
    def span(self) -> Span:
        """The calendar year that was entered."""
        return Span.year(self.cleaned_data["year"])
