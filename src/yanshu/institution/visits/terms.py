"""The words of visit counting."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Quality(models.TextChoices):
    """How a reading came about."""

    MEASURED = "measured", _("Measured")
    ESTIMATED = "estimated", _("Estimated")
    OUTAGE = "outage", _("Counter out of order")


class Source(models.TextChoices):
    """The way a reading came in."""

    HTTP = "http", _("Sent by the gate")
    FILE = "file", _("From a file")
    HAND = "hand", _("Entered by hand")
