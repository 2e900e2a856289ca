"""Gates, their calibration and their readings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.ledger import LedgerLine
from yanshu.institution.visits.terms import Quality, Source


class Gate(models.Model):
    """A counter at a door of a branch."""

    branch = models.ForeignKey("places.Branch", on_delete=models.PROTECT, related_name="gates")
    service_point = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, null=True, blank=True)
    terminal = models.ForeignKey("places.Terminal", on_delete=models.PROTECT, null=True, blank=True)
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    installed_on = models.DateField(_("installed on"))
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "gate")
        ordering = ["branch__position", "code"]

    def __str__(self) -> str:
        return self.name


class Calibration(models.Model):
    """A gate's correction factor from a day on, and the sample it rests on.

    ``factor_permille`` 1000 leaves the raw count as it is.
    """

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="calibrations")
    valid_from = models.DateField(_("valid from"))
    factor_permille = models.PositiveIntegerField(_("factor, per mille"), default=1000)
    counted_by_hand = models.PositiveIntegerField(_("counted by hand"), null=True, blank=True)
    counted_by_gate = models.PositiveIntegerField(_("counted by the gate"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "calibration")
        ordering = ["gate", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["gate", "valid_from"], name="visits_calibration_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(factor_permille__gt=0), name="visits_factor_above_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.factor_permille}‰"


class GateReading(LedgerLine):
    """The people counted by one gate in one interval: raw, factor and corrected count, as integers.

    A correction is a line with the *difference* that names the line it corrects, so that sums stay sums.
    """

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="readings")
    interval_start = models.DateTimeField(_("from"))
    interval_end = models.DateTimeField(_("to"))
    raw_in = models.IntegerField(_("in, raw"))
    raw_out = models.IntegerField(_("out, raw"), default=0)
    factor_permille = models.PositiveIntegerField(_("factor, per mille"))
    corrected = models.IntegerField(_("visits"))
    quality = models.CharField(_("quality"), max_length=10, choices=Quality.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    branch_kind = models.CharField(max_length=20)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "gate reading")
        ordering = ["interval_start", "id"]
        indexes = [
            models.Index(fields=["tx", "id"], name="visits_reading_feed"),
            models.Index(fields=["business_date", "branch_id"], name="visits_reading_day"),
            # The key's own index is nearly all nothing, and SQLite would rather read the ledger through.
            models.Index(
                fields=["corrects"],
                condition=models.Q(corrects__isnull=False),
                name="visits_reading_corrects",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["gate", "interval_start"],
                condition=models.Q(corrects__isnull=True),
                name="visits_reading_once_an_interval",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.interval_start:%Y-%m-%d %H:%M}"
