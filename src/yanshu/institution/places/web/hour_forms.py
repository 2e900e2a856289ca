"""Forms of the calendar: weekly hours, and days that depart from them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yanshu.institution.places.queries import Period
from yanshu.institution.places.rules import NotAPeriod, read_periods
from yanshu.institution.places.terms import ExceptionKind
from yanshu.institution.places.web.forms import day_field

DAYS = range(7)


class PeriodsField(forms.CharField):
    """Opening periods as people write them: ``08:30-12:00 14:00-17:30``; empty is closed."""

    def prepare_value(self, value: Any) -> Any:
        """Return periods as text; text stays as it was typed."""
        if isinstance(value, str) or value is None:
            return value
        return " ".join(str(period).replace("–", "-") for period in value)

    def clean(self, value: Any) -> tuple[Period, ...]:
        """Return the periods.

        Raises:
            ValidationError: naming what cannot be read.
        """
        text = super().clean(value)
        try:
            return read_periods(text)
        except NotAPeriod as damage:
            words = gettext("“%(text)s” is no opening period like 08:30-17:30.") % {"text": damage}
            raise forms.ValidationError(words) from None


class WeekForm(forms.Form):
    """The hours of a week, from a day on."""

    widths = {**{f"day_{number}": "w-6" for number in DAYS}, "valid_from": "w-6", "valid_until": "w-6"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in DAYS:
            self.fields[f"day_{number}"] = PeriodsField(
                label=WEEKDAYS[number],
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
            )
        self.fields["valid_from"] = day_field(
            _("Holds from"), required=True, help_text=_("Before that day the present hours stay.")
        )
        self.fields["valid_until"] = day_field(
            _("Holds until"),
            help_text=_("For summer hours: the first day on which the old hours hold again."),
        )

    @property
    def week(self) -> Sequence[tuple[Period, ...]]:
        """The seven days as entered, Monday first."""
        return [self.cleaned_data[f"day_{number}"] for number in DAYS]


class ExceptionForm(forms.Form):
    """What one day is, against its week."""

    kind = forms.ChoiceField(label=_("This day is"), choices=ExceptionKind.choices, widget=forms.RadioSelect)
    periods = PeriodsField(
        label=pgettext_lazy("hours", "Open"),
        required=False,
        max_length=100,
        help_text=_("From when to when, as in 09:00-12:00 14:00-17:00; 22:00-06:00 runs past midnight."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Readers see it beside the hours.")
    )
