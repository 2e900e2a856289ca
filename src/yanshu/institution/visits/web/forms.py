"""Forms of gates, calibration, corrections and the entry of a day by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yanshu.institution.places.models import Branch, ServicePoint, Terminal
from yanshu.institution.visits.queries import GateDay, HourCell
from yanshu.institution.visits.terms import Fate, GateData, Quality, ReadingData, Taken

MOST = 1_000_000
HOUR = timedelta(hours=1)


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class GateForm(forms.Form):
    """A gate."""

    widths = {
        "branch": "w-4",
        "code": "w-4",
        "name": "w-4",
        "installed_on": "w-6",
        "removed_on": "w-6",
        "service_point": "w-6",
        "terminal": "w-6",
    }
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)
    code = forms.CharField(
        label=_("Code"), max_length=30, help_text=_("As the counter and the files name it, such as C1.")
    )
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=100, help_text=_("Where it stands: main entrance.")
    )
    installed_on = day_field(_("Installed on"), help_text=_("Readings before this day are refused."))
    removed_on = day_field(_("Removed on"), required=False, help_text=_("The first day without it."))
    service_point = forms.ModelChoiceField(
        label=_("Service point"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=_("The whole branch"),
    )
    terminal = forms.ModelChoiceField(
        label=_("Reports through"),
        queryset=Terminal.objects.none(),
        required=False,
        empty_label=_("Any terminal of the branch"),
    )

    def __init__(
        self,
        *args: Any,
        branches: QuerySet[Branch],
        points: QuerySet[ServicePoint],
        terminals: QuerySet[Terminal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {"branch": branches, "service_point": points, "terminal": terminals}
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def data_(self) -> GateData:
        """Return what was entered."""
        values: dict[str, Any] = dict(self.cleaned_data)
        for name in ("branch", "service_point", "terminal"):
            row = values.pop(name)
            values[f"{name}_id"] = row.pk if row else None
        return GateData(**values)


class CalibrationForm(forms.Form):
    """A sample counted by hand beside the gate."""

    widths = {"valid_from": "w-4", "counted_by_hand": "w-4", "counted_by_gate": "w-4"}
    valid_from = day_field(_("Holds from"), help_text=_("After the last reading that is recorded."))
    counted_by_hand = forms.IntegerField(label=_("Counted by hand"), min_value=0, max_value=MOST)
    counted_by_gate = forms.IntegerField(
        label=_("Counted by the gate"), min_value=0, max_value=MOST, help_text=_("In the same time.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Who counted, when, for how long; at least 200 people make a sound sample."),
    )


class CorrectionForm(forms.Form):
    """What an interval should say."""

    widths = {"count_in": "w-4", "count_out": "w-4"}
    quality = forms.ChoiceField(label=_("Quality"), choices=Quality.choices, widget=forms.RadioSelect)
    count_in = forms.IntegerField(
        label=_("People in"),
        min_value=0,
        max_value=MOST,
        help_text=_("What the counter showed, or the estimate."),
    )
    count_out = forms.IntegerField(
        label=_("People out"), min_value=0, max_value=MOST, required=False, initial=0
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Stays with the correcting line for good.")
    )


@dataclass(frozen=True, slots=True)
class HourRow:
    """One hour of the day as it is entered: fields where nothing is recorded yet."""

    cell: HourCell
    start: datetime
    count_in: BoundField | None
    count_out: BoundField | None
    quality: BoundField | None


class DayForm(forms.Form):
    """The hours of one day of one gate; recorded ones are shown, the others can be entered."""

    def __init__(self, *args: Any, day: GateDay, midnight: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.midnight = midnight
        for cell in self.open_cells():
            hour = f"{cell.hour}:00"
            self.fields[f"in_{cell.hour}"] = self._count(gettext("%(hour)s in") % {"hour": hour})
            self.fields[f"out_{cell.hour}"] = self._count(gettext("%(hour)s out") % {"hour": hour})
            self.fields[f"quality_{cell.hour}"] = forms.ChoiceField(
                label=gettext("%(hour)s quality") % {"hour": hour},
                choices=Quality.choices,
                initial=Quality.MEASURED,
                required=False,
            )

    def open_cells(self) -> Iterable[HourCell]:
        """Yield the hours that are over and have no reading."""
        return (cell for cell in self.day.cells if cell.is_over and cell.standing is None)

    def rows(self) -> list[HourRow]:
        """Return the hours to show: those open, recorded, or entered just now."""
        shown = []
        for cell in self.day.cells:
            fields = [self[name] if name in self.fields else None for name in self._names(cell.hour)]
            typed = any(bound is not None and bound.data for bound in fields[:2])
            if cell.is_open or cell.standing is not None or typed:
                shown.append(HourRow(cell, self.midnight + cell.hour * HOUR, *fields))
        return shown

    def readings(self) -> list[ReadingData]:
        """Return the hours that were entered."""
        found = []
        for cell in self.open_cells():
            count_in, count_out, quality = (self.cleaned_data.get(name) for name in self._names(cell.hour))
            if count_in is None and quality != Quality.OUTAGE:
                continue
            start = self.midnight + cell.hour * HOUR
            found.append(
                ReadingData(
                    gate_code=self.day.gate.code,
                    start=start,
                    end=start + HOUR,
                    count_in=count_in or 0,
                    count_out=count_out or 0,
                    quality=Quality(quality or Quality.MEASURED),
                )
            )
        return found

    def add_refused(self, taken: Iterable[Taken]) -> bool:
        """Put the reasons of readings not taken at their hours; say whether there were any."""
        refused = [one for one in taken if one.fate in {Fate.REFUSED, Fate.DIFFERS}]
        for one in refused:
            hour = int((one.data.start - self.midnight) / HOUR)
            labels = [str(flaw.label) for flaw in one.flaws] or [str(one.fate.label)]
            self.add_error(f"in_{hour}", " ".join(labels))
        return bool(refused)

    @staticmethod
    def _count(label: str) -> forms.IntegerField:
        widget = forms.NumberInput(attrs={"aria-label": label, "inputmode": "numeric"})
        return forms.IntegerField(label=label, min_value=0, max_value=MOST, required=False, widget=widget)

    @staticmethod
    def _names(hour: int) -> tuple[str, str, str]:
        return f"in_{hour}", f"out_{hour}", f"quality_{hour}"
