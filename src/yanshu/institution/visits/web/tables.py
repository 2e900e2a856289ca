"""The lists of visits."""

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.ui.pieces import State
from yanshu.core.ui.tables import (
    CodeColumn,
    DateColumn,
    ListTable,
    NumberColumn,
    StateColumn,
    TitleColumn,
)
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.terms import Quality


class GateTable(ListTable):
    """Gates."""

    region_label = _("List of gates")
    empty_title = _("No gate yet")
    empty_words = _(
        "Enter the counter at the main entrance first; its readings then come by file, HTTP or hand."
    )
    name = TitleColumn(
        verbose_name=_("Gate"),
        sub=lambda gate: gate.service_point,
        linkify=lambda record: reverse("desk:visits-gate", args=[record.pk]),
    )
    state = StateColumn(
        verbose_name=_("State"),
        accessor="removed_on",
        empty_values=(),
        orderable=False,
        enum=lambda removed: (
            State(_("Taken down"), "stone", "dash-lg")
            if removed
            else State(_("Counting"), "yes", "check-circle-fill")
        ),
    )
    branch = django_tables2.Column(verbose_name=_("Branch"))
    code = CodeColumn(verbose_name=_("Code"))
    installed_on = DateColumn(verbose_name=_("Installed on"))
    removed_on = DateColumn(verbose_name=_("Removed on"))

    class Meta(ListTable.Meta):
        model = Gate
        fields = ("name", "state", "branch", "code", "installed_on", "removed_on")


def _interval_url(record: GateReading) -> str:
    start = f"{clock.local(record.interval_start):%Y-%m-%dT%H:%M}"
    return reverse("desk:visits-interval", args=[record.gate_id, start])


class ReadingTable(ListTable):
    """The lines of the gates' ledger."""

    region_label = _("List of gate readings")
    empty_title = _("No reading yet")
    empty_words = _("Readings come from a file, from the gate itself, or by hand.")
    is_compact = True
    interval_start = TitleColumn(
        verbose_name=_("Interval from"),
        linkify=_interval_url,
    )
    quality = StateColumn(verbose_name=_("Quality"), enum=Quality)
    gate = django_tables2.Column(verbose_name=_("Gate"))
    branch = django_tables2.Column(verbose_name=_("Branch"), accessor="gate__branch")
    raw_in = NumberColumn(verbose_name=_("In, raw"))
    factor_permille = NumberColumn(verbose_name=_("Factor ‰"))
    corrected = NumberColumn(verbose_name=_("Visits"))
    source = django_tables2.Column(verbose_name=_("Source"))
    note = django_tables2.Column(verbose_name=_("Note"), orderable=False)

    class Meta(ListTable.Meta):
        model = GateReading
        fields = (
            "interval_start",
            "quality",
            "gate",
            "branch",
            "raw_in",
            "factor_permille",
            "corrected",
            "source",
            "note",
        )

    def render_interval_start(self, value: Any) -> str:
        """Return day and hour on the library's clock."""
        return f"{clock.local(value):%Y-%m-%d %H:%M}"

    def render_note(self, record: GateReading) -> Any:
        """Return the note; a correction says that it is one."""
        if record.corrects_id is None:
            return record.note
        return _("Correction: %(reason)s") % {"reason": record.note}
