"""The journal of operations: who did what to which object and when, sealed in blocks.

A line names the operation, the actor, the instant and *one* object. Arguments that are personal go to a side
row that can be erased; the line keeps only their hash, so that erasing leaves the seal whole. A job closes
blocks: each block's seal covers its lines and the seal before it. ``doctor`` verifies the chain.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from yanshu.core.actor import Actor, Door
from yanshu.core.feed import FeedRow, settled
from yanshu.core.operation import Frame

BLOCK = 1000


class JournalLine(FeedRow):
    """One operation, carried out."""

    operation = models.CharField(max_length=80, db_index=True)
    at = models.DateTimeField(db_index=True)
    account_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=100, blank=True)
    door = models.CharField(max_length=10, choices=Door.choices)
    branch_id = models.BigIntegerField(null=True)
    terminal_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    private_hash = models.CharField(max_length=64, blank=True)

    class Meta(FeedRow.Meta):
        app_label = "core"
        indexes = [
            models.Index(fields=["tx", "id"], name="core_journal_feed"),
            models.Index(fields=["subject_kind", "subject_id"], name="core_journal_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.at:%Y-%m-%d %H:%M}"

    def digest(self) -> bytes:
        """Return the hash of what the line says."""
        said = [
            self.pk,
            self.operation,
            self.at.isoformat(),
            self.account_id,
            self.actor_label,
            self.door,
            self.branch_id,
            self.terminal_id,
            self.subject_kind,
            self.subject_id,
            self.private_hash,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


class JournalPrivate(models.Model):
    """The erasable side row of a line: arguments that tell of persons."""

    line = models.OneToOneField(JournalLine, on_delete=models.CASCADE, related_name="private")
    arguments = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return str(self.line_id)


class JournalSeal(models.Model):
    """A closed block: the lines of the block in order, and the seal before it, hashed."""

    number = models.PositiveIntegerField(unique=True)
    last_tx = models.BigIntegerField()
    last_line_id = models.BigIntegerField()
    lines = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A block whose lines no longer give the digest that was sealed."""

    number: int
    sealed: str
    found: str


def write_line(frame: Frame, *, actor: Actor, now: datetime) -> JournalLine:
    """Write the line of the outermost operation, and its side row if it kept private arguments."""
    private = json.dumps(frame.private, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    line = JournalLine.objects.create(
        operation=frame.code,
        at=now,
        account_id=actor.answerable_id,
        actor_label=actor.label[:100],
        door=actor.door,
        branch_id=actor.branch_id,
        terminal_id=actor.terminal_id,
        subject_kind=frame.subject_kind,
        subject_id=frame.subject_id,
        private_hash=hashlib.sha256(private.encode()).hexdigest() if frame.private else "",
    )
    if frame.private:
        JournalPrivate.objects.create(line=line, arguments=frame.private)
    return line


def erase_private(*, subject_kind: str, subject_ids: list[int]) -> int:
    """Erase the side rows of lines about some objects; the lines and their seals stand."""
    rows = JournalPrivate.objects.filter(line__subject_kind=subject_kind, line__subject_id__in=subject_ids)
    return rows.delete()[0]


def seal_blocks(*, now: datetime, least: int = 1) -> int:
    """Close as many blocks as there are settled lines for; return how many.

    Args:
        least: the fewest lines worth a block of their own (the job uses 1 at night, a full block by day).
    """
    sealed = 0
    while True:
        with transaction.atomic():
            last = JournalSeal.objects.order_by("number").last()
            lines = list(_lines_after(last)[:BLOCK])
            if len(lines) < max(least, 1):
                return sealed
            JournalSeal.objects.create(
                number=last.number + 1 if last else 1,
                last_tx=lines[-1].tx,
                last_line_id=lines[-1].pk,
                lines=len(lines),
                digest=_digest(last.digest if last else "", lines),
                sealed_at=now,
            )
        sealed += 1


def broken_seals() -> Iterator[BrokenSeal]:
    """Yield every block whose lines were changed, removed or added to after sealing."""
    before: JournalSeal | None = None
    for seal in JournalSeal.objects.order_by("number").iterator():
        lines = list(_between(before, seal))
        found = _digest(before.digest if before else "", lines)
        if found != seal.digest or len(lines) != seal.lines:
            yield BrokenSeal(number=seal.number, sealed=seal.digest, found=found)
        before = seal


def _digest(previous: str, lines: list[JournalLine]) -> str:
    block = hashlib.sha256(previous.encode())
    for line in lines:
        block.update(line.digest())
    return block.hexdigest()


def _lines_after(seal: JournalSeal | None) -> "models.QuerySet[Any]":
    lines = JournalLine.objects.order_by("tx", "id")
    if seal is not None:
        lines = lines.filter(_beyond(seal))
    return settled(lines)


def _between(before: JournalSeal | None, seal: JournalSeal) -> "models.QuerySet[JournalLine]":
    lines = JournalLine.objects.order_by("tx", "id").exclude(_beyond(seal))
    return lines.filter(_beyond(before)) if before is not None else lines


def _beyond(seal: JournalSeal) -> models.Q:
    return models.Q(tx__gt=seal.last_tx) | models.Q(tx=seal.last_tx, id__gt=seal.last_line_id)
