"""Stamps: numbers that say whether something held in memory is still what the database says.

A stamp is drawn at random and not counted: a transaction rolled back can then never leave its stamp to
another one's data.
"""

import secrets

from django.db import models

BITS = 62


class Stamp(models.Model):
    """The stamp of something that processes hold in memory."""

    name = models.CharField(max_length=60, unique=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


def renew(name: str) -> None:
    """Say, in the transaction of the change, that what ``name`` stands for has changed."""
    Stamp.objects.update_or_create(name=name, defaults={"value": secrets.randbits(BITS)})


def current(name: str) -> int:
    """Return the stamp of what ``name`` stands for; 0 where nothing has ever been set."""
    return Stamp.objects.filter(name=name).values_list("value", flat=True).first() or 0
