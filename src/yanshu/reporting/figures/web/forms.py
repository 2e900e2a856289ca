"""The forms of figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanshu.core import indicator as declared
from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.reporting.figures import rules
from yanshu.reporting.figures.models import Selection


class SelectionForm(forms.Form):
    """A figure of one's own."""

    widths = {"code": "w-6", "name": "w-6", "indicator": "w-6", "chosen": "w-6"}

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        help_text=_("Small letters, parted by dots; the first part is the report's subject."),
    )
    indicator = forms.ChoiceField(label=_("General indicator"))
    chosen = forms.CharField(
        label=_("Chosen values"),
        help_text=_("split=value; several values with |, several splits with ; as the rows' addresses show."),
    )

    def __init__(self, *args: Any, kept: Selection | None = None, **kwargs: Any) -> None:
        if kept is not None:
            kwargs["initial"] = {
                "name": kept.name,
                "code": kept.code,
                "indicator": kept.indicator,
                "chosen": rules.chosen_words(kept.chosen),
            }
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = kept is not None
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (code, f"{versions[-1].name} ({code})")
            for code, versions in sorted(declared.registry.items())
            if versions[-1].kind is not Kind.RATIO
        ]

    def clean_chosen(self) -> dict[str, Any]:
        """Read the chosen values."""
        try:
            return rules.chosen_of(self.cleaned_data["chosen"])
        except ValueError:
            raise forms.ValidationError(_("Write split=value.")) from None


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
