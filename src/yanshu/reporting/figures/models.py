"""Roll-ups, selections and stated figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DailyRollUp(models.Model):
    """The rows of one indicator of one day at one branch, summed; rebuildable, and checked by ``doctor``.

    A cell of a stock is what the day has brought less what it has taken, and may be below 0.
    """

    code = models.CharField(max_length=100)
    day = models.DateField()
    branch_id = models.BigIntegerField(null=True)
    value = models.BigIntegerField()
    rows = models.IntegerField()

    class Meta:
        ordering = ["code", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "day", "branch_id"], name="figures_rollup_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.day}"


class Selection(models.Model):
    """A figure of one library: a general indicator narrowed by some of its named splits. Data, not code."""

    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=100)
    indicator = models.CharField(_("general indicator"), max_length=100)
    chosen = models.JSONField(_("chosen values"), default=dict)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "selection")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class StatedFigure(models.Model):
    """What somebody printed: kept apart from what is counted, shown beside it, never in its place.

    ``value`` is in the plain unit (人次, 元).
    """

    code = models.CharField(_("code"), max_length=100)
    first_day = models.DateField(_("from"))
    end_day = models.DateField(_("to, exclusive"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=10)
    source = models.CharField(_("source"), max_length=200)
    quote = models.CharField(_("quotation"), max_length=300, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "printed figure")
        ordering = ["code", "first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "first_day", "end_day", "source"], name="figures_stated_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.first_day}"
