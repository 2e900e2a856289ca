"""Forms of premises, terminals and closures; those of the calendar stand in ``hour_forms``."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.permission import registry as permissions
from yanshu.institution.places.models import Branch, Library, ServicePoint
from yanshu.institution.places.rules import USUAL
from yanshu.institution.places.terms import (
    BranchData,
    BranchKind,
    Charset,
    ClosureData,
    ClosureFlaw,
    ErrorDetection,
    HolidayPolicy,
    LibraryData,
    LocationData,
    ServicePointData,
    ServicePointKind,
    TerminalData,
    TerminalKind,
)


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class LibraryForm(forms.Form):
    """A library."""

    widths = {"code": "w-4", "name": "w-8", "name_en": "w-8", "telephone": "w-4"}
    code = forms.CharField(
        label=_("Owner code"),
        max_length=20,
        help_text=_("Stands before barcodes of different owners, as in CN-430400-HY."),
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    name_en = forms.CharField(label=_("English name"), max_length=100, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def data_(self) -> LibraryData:
        """Return what was entered."""
        return LibraryData(**self.cleaned_data)


class BranchForm(forms.Form):
    """A branch."""

    widths = {
        "library": "w-6",
        "kind": "w-6",
        "code": "w-3",
        "name": "w-6",
        "position": "w-3",
        "name_en": "w-6",
        "district": "w-3",
        "telephone": "w-3",
        "construction_started_on": "w-4",
        "service_from": "w-4",
        "service_until": "w-4",
    }
    library = forms.ModelChoiceField(label=_("Library"), queryset=Library.objects.all(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=BranchKind.choices)
    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("Letters and digits, as in zhuhui."))
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    position = forms.IntegerField(
        label=_("Position in lists"), min_value=0, max_value=9999, required=False, initial=0
    )
    name_en = forms.CharField(label=_("English name"), max_length=100, required=False)
    district = forms.CharField(label=_("District"), max_length=50, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    construction_started_on = day_field(_("Construction started on"))
    service_from = day_field(
        _("In service from"), help_text=_("Empty under construction, or where the day is no longer known.")
    )
    service_until = day_field(_("In service until"), help_text=_("The first day without service."))
    holiday_policy = forms.ChoiceField(
        label=_("On public holidays"),
        choices=HolidayPolicy.choices,
        widget=forms.RadioSelect,
        help_text=_("An exception in the calendar goes before this rule."),
    )

    def data_(self) -> BranchData:
        """Return what was entered."""
        values = dict(self.cleaned_data)
        library = values.pop("library")
        values["position"] = values["position"] or 0
        values["kind"] = BranchKind(values["kind"])
        values["holiday_policy"] = HolidayPolicy(values["holiday_policy"])
        return BranchData(library_id=library.pk, **values)


class _OfBranch(forms.Form):
    """A form whose first field is one of the actor's branches."""

    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), empty_label=_("Choose a branch")
    )

    def __init__(self, *args: Any, branches: QuerySet[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["branch"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = branches

    def values(self) -> dict[str, Any]:
        """Return what was entered, the branch as its key."""
        values = dict(self.cleaned_data)
        return {"branch_id": values.pop("branch").pk, **values}


class LocationForm(_OfBranch):
    """A shelving location."""

    widths = {"branch": "w-4", "code": "w-3", "name": "w-5"}
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    for_reference = forms.BooleanField(label=_("Reading on the premises only"), required=False)
    open_shelf = forms.BooleanField(label=_("Open shelf"), required=False, initial=True)

    def data_(self) -> LocationData:
        """Return what was entered."""
        return LocationData(**self.values())


class ServicePointForm(_OfBranch):
    """A service point."""

    widths = {"branch": "w-4", "name": "w-4", "kind": "w-4", "service_from": "w-6", "service_until": "w-6"}
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=ServicePointKind.choices)
    public = forms.BooleanField(label=_("Open to the public"), required=False, initial=True)
    service_from = day_field(_("In service from"), help_text=_("Empty: as long as its branch."))
    service_until = day_field(_("In service until"), help_text=_("The first day without service."))

    def data_(self) -> ServicePointData:
        """Return what was entered."""
        values = self.values()
        return ServicePointData(**{**values, "kind": ServicePointKind(values["kind"])})


class TerminalForm(_OfBranch):
    """A terminal; the settings below the line are those of SIP2 machines."""

    widths = {
        "branch": "w-4",
        "service_point": "w-4",
        "kind": "w-4",
        "name": "w-6",
        "login": "w-6",
        "charset": "w-4",
        "delimiter": "w-4",
        "error_detection": "w-4",
        "language": "w-4",
        "institution": "w-4",
    }
    service_point = forms.ModelChoiceField(
        label=_("Service point"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=_("No service point"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=TerminalKind.choices)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    login = forms.CharField(
        label=_("Log-in"), max_length=50, help_text=_("Letters, digits, hyphen and underscore.")
    )
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: what is usual for its kind."),
    )
    charset = forms.ChoiceField(label=_("Character set"), choices=Charset.choices, required=False)
    delimiter = forms.CharField(label=_("Delimiter"), max_length=1, initial="|", required=False)
    error_detection = forms.ChoiceField(
        label=_("Check sums"), choices=ErrorDetection.choices, initial=ErrorDetection.OPTIONAL, required=False
    )
    language = forms.ChoiceField(
        label=_("Language of its messages"),
        choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))],
        required=False,
    )
    institution = forms.CharField(
        label=_("Institution it is told (AO)"),
        max_length=40,
        required=False,
        help_text=_("Empty: the owner code of its library."),
    )
    pin_required = forms.BooleanField(label=_("Asks for the reader's password"), required=False, initial=True)
    masks_names = forms.BooleanField(label=_("Masks readers' names"), required=False)
    takes_offline = forms.BooleanField(label=_("Sends what it did off line afterwards"), required=False)
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, points: QuerySet[ServicePoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        point, codes = self.fields["service_point"], self.fields["permissions"]
        assert isinstance(point, forms.ModelChoiceField)
        assert isinstance(codes, forms.MultipleChoiceField)
        point.queryset = points
        usual = sorted({code for group in USUAL.values() for code in group} | set(self._held()))
        codes.choices = [(code, permissions.get(code, code)) for code in usual]

    def _held(self) -> list[str]:
        return list(self.initial.get("permissions", ()))

    def data_(self) -> TerminalData:
        """Return what was entered; protocol settings only for machines that speak SIP2."""
        values = self.values()
        kind = TerminalKind(values["kind"])
        point = values["service_point"]
        return TerminalData(
            branch_id=values["branch_id"],
            kind=kind,
            name=values["name"],
            login=values["login"],
            service_point_id=point.pk if point else None,
            permissions=tuple(values["permissions"]),
            options=self._options(values) if kind is TerminalKind.SIP2 else {},
            active=values["active"],
        )

    @staticmethod
    def _options(values: dict[str, Any]) -> dict[str, Any]:
        texts = {
            name: values[name]
            for name in ("charset", "delimiter", "error_detection", "language", "institution")
            if values[name]
        }
        switches = {name: values[name] for name in ("pin_required", "masks_names", "takes_offline")}
        return {**texts, **switches}


class ClosureForm(forms.Form):
    """A closure order."""

    widths = {"first_closed_day": "w-4", "reopens_on": "w-4", "notice_on": "w-4"}
    branches = forms.ModelMultipleChoiceField(
        label=_("Branches"), queryset=Branch.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    first_closed_day = day_field(_("First closed day"), required=True)
    reopens_on = day_field(_("Reopens on"), required=True, help_text=_("The first open day again."))
    notice_on = day_field(
        _("Notice published on"), required=True, help_text=_("By the first closed day at the latest.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Readers will see it, as in: fire-safety works.")
    )
    notice = forms.CharField(
        label=_("Public notice"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=_("Leave it empty and look at the effects: a notice is drafted for you."),
    )
    draft = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, branches: QuerySet[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["branches"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = branches

    def clean(self) -> dict[str, Any]:
        """Put what is wrong with the days at their fields."""
        entered: dict[str, Any] = super().clean() or {}
        first, reopens = entered.get("first_closed_day"), entered.get("reopens_on")
        if first and reopens and reopens <= first:
            self.add_error("reopens_on", ClosureFlaw.NO_DAYS.label)
        elif first and (notice := entered.get("notice_on")) and notice > first:
            self.add_error("notice_on", ClosureFlaw.LATE_NOTICE.label)
        return entered

    def data_(self) -> ClosureData:
        """Return what was entered."""
        values = dict(self.cleaned_data)
        values.pop("draft")
        branches = values.pop("branches")
        return ClosureData(branch_ids=tuple(branch.pk for branch in branches), **values)


class ReopeningForm(forms.Form):
    """Another day of reopening."""

    widths = {"reopens_on": "w-4"}

    reopens_on = day_field(_("Reopens on"), required=True, help_text=_("The first open day again."))
