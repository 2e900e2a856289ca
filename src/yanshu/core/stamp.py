"""Stamps: numbers that say whether something held in memory is still what the database says."""

from django.db import models
from django.db.models import F


class Stamp(models.Model):
    """How often something has changed."""

    name = models.CharField(max_length=60, unique=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


def bump(name: str) -> None:
    """Say, in the transaction of the change, that what ``name`` stands for has changed."""
    if not Stamp.objects.filter(name=name).update(value=F("value") + 1):
        Stamp.objects.create(name=name, value=1)


def current(name: str) -> int:
    """Return how often what ``name`` stands for has changed."""
    return Stamp.objects.filter(name=name).values_list("value", flat=True).first() or 0
