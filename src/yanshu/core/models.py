"""The kernel's tables; each is defined beside what it serves."""

from django.db import models

from yanshu.core.certificate import Certificate
from yanshu.core.event import Event
from yanshu.core.feed import Cursor
from yanshu.core.file import StoredFile
from yanshu.core.importing.run import ImportRemark, ImportRun
from yanshu.core.job import JobRun
from yanshu.core.journal import JournalLine, JournalPrivate, JournalSeal
from yanshu.core.sequence import Sequence
from yanshu.core.stamp import Stamp


class Instance(models.Model):
    """What this installation is; one row with key 1."""

    name = models.CharField(max_length=100, blank=True)
    is_demonstration = models.BooleanField(default=False)
    demonstration_name = models.CharField(max_length=100, blank=True)
    clock_offset_seconds = models.BigIntegerField(default=0)
    settings = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="core_instance_only_one"),
            models.CheckConstraint(
                condition=models.Q(is_demonstration=True) | models.Q(clock_offset_seconds=0),
                name="core_instance_offset_needs_demonstration",
            ),
        ]

    def __str__(self) -> str:
        return self.name


__all__ = [
    "Certificate",
    "Cursor",
    "Event",
    "ImportRemark",
    "ImportRun",
    "Instance",
    "JobRun",
    "JournalLine",
    "JournalPrivate",
    "JournalSeal",
    "Sequence",
    "Stamp",
    "StoredFile",
]
