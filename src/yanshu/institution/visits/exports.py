"""What can be taken out of visits."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock, exporting
from yanshu.core.actor import Actor
from yanshu.institution.visits import queries
from yanshu.institution.visits.models import GateReading
from yanshu.institution.visits.terms import Quality, Source


@exporting.declare
class Visits(exporting.Exporter):
    """Every line of the gates' ledger, corrections among them, so that the visits add up."""

    kind = "visits"
    title = _("Gate readings")
    permission = "visits.export"
    columns = (
        exporting.Column("branch", _("Branch"), "gate__branch__code"),
        exporting.Column("gate", _("Gate"), "gate__code"),
        exporting.Column("day", _("Date"), "business_date"),
        exporting.Column("hour", _("Hour"), lambda row: clock.local(row.interval_start).hour),
        exporting.Column("count_in", _("People in"), "raw_in"),
        exporting.Column("count_out", _("People out"), "raw_out"),
        exporting.Column("factor_permille", _("Factor, per mille")),
        exporting.Column("visits", _("Visits"), "corrected"),
        exporting.Column("quality", _("Quality"), shown=lambda value: Quality(value).label),
        exporting.Column("source", _("Source"), shown=lambda value: Source(value).label),
        exporting.Column("corrects", _("Corrects line"), "corrects_id"),
        exporting.Column("note", _("Note")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[GateReading]:
        """Return the lines of the actor's branches in the order of time."""
        return queries.readings(actor).order_by("interval_start", "id")
