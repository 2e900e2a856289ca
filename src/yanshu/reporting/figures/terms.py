"""The words of figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yanshu.core.indicator import Kind


class FigureState(models.TextChoices):
    """Whether a figure is counted from the rows as they are now, or kept as it was published."""

    LIVE = "live", _("Counted now")
    FROZEN = "frozen", _("Frozen")


KIND_LABELS = {
    Kind.FLOW: _("Flow: what happened in the span"),
    Kind.STOCK: _("Stock: what there is at the end of the span"),
    Kind.RATIO: _("Ratio of two figures"),
}
