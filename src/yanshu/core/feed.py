"""Feeds and durable subscribers: a cursor over append-only rows, moved in the transaction of its effects.

A feed is any table of rows that are only ever added: a ledger, or ``core.event`` rows. A subscriber keeps a
cursor and must be idempotent: after a crash it may see the last batch again. On PostgreSQL a lower id may be
committed after a higher one, so rows carry their transaction's number and a cursor reads in the order of
(transaction, id) and only below the oldest running transaction: nothing is skipped.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q

from yanshu.core.db.transaction_id import TransactionId

logger = logging.getLogger("yanshu.feeds")


class FeedRow(models.Model):
    """Base of rows that others follow."""

    tx = models.BigIntegerField(db_default=TransactionId(), editable=False)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["tx", "id"], name="%(class)s_feed")]


class Cursor(models.Model):
    """How far a subscriber has read a feed."""

    name = models.CharField(max_length=100, unique=True)
    tx = models.BigIntegerField(default=0)
    row_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.name}: {self.row_id}"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reaction to the rows of a feed."""

    name: str
    rows: Callable[[], "models.QuerySet[Any]"]
    handle: "Handler"
    batch: int


Handler = Callable[[Sequence[Any], datetime], bool | None]
"""Handles a batch; ``True`` says that more remains to be done for it than one transaction should hold."""


registry: dict[str, Subscriber] = {}


def subscriber(
    name: str, *, rows: Callable[[], "models.QuerySet[Any]"], batch: int = 500
) -> Callable[[Handler], Handler]:
    """Register a durable subscriber; call only from an app's ``subscribers`` room.

    A handler that answers ``True`` is handed the same rows again in the next transaction, so that others may
    write in between; it must find by what is kept how far it has come.

    Args:
        rows: returns the feed's queryset (a ``FeedRow`` model, filtered as the subscriber likes).
        batch: the most rows handed over in one transaction.
    """

    def keep(handle: Handler) -> Handler:
        if name in registry:
            raise ValueError(f"subscriber {name} is declared twice")
        registry[name] = Subscriber(name=name, rows=rows, handle=handle, batch=batch)
        return handle

    return keep


def settled(rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """Keep the rows no running transaction can still slip a row before."""
    if connection.vendor != "postgresql":
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest,) = cursor.fetchone()
    return rows.filter(tx__lt=oldest)


def after(rows: "models.QuerySet[Any]", *, tx: int, row_id: int) -> "models.QuerySet[Any]":
    """Return the settled rows after a position, in feed order."""
    if connection.vendor == "sqlite":  # one writer: no transaction numbers, and the key alone is the order
        return rows.filter(pk__gt=row_id).order_by("pk")
    beyond = rows.filter(Q(tx__gt=tx) | Q(tx=tx, id__gt=row_id))
    return settled(beyond).order_by("tx", "id")


def advance(name: str, *, now: datetime) -> int:
    """Hand the next batch to subscriber ``name`` and move its cursor; return how many rows it took.

    A handler that is not done with its rows leaves the cursor where it was: they come again.
    """
    reader = registry[name]
    with transaction.atomic():
        Cursor.objects.get_or_create(name=name)
        cursor = Cursor.objects.select_for_update().get(name=name)
        batch = list(after(reader.rows(), tx=cursor.tx, row_id=cursor.row_id)[: reader.batch])
        if not batch:
            return 0
        if reader.handle(batch, now):
            return len(batch)
        cursor.tx, cursor.row_id, cursor.moved_at = batch[-1].tx, batch[-1].pk, now
        cursor.failure = ""
        cursor.save()
    return len(batch)


def waiting(name: str) -> bool:
    """Say whether rows wait for subscriber ``name``, without opening a write transaction."""
    reader = registry[name]
    place = Cursor.objects.filter(name=name).values_list("tx", "row_id").first() or (0, 0)
    return after(reader.rows(), tx=place[0], row_id=place[1]).exists()


def advance_all(*, now: datetime, most_batches: int = 1000) -> int:
    """Bring every subscriber up to date; return how many rows were handled.

    A subscriber that fails is logged and kept with its failure, and does not hold up the others; it is tried
    again at the next call, and ``doctor`` names it.
    """
    done = 0
    for name in sorted(registry):
        try:
            for _round in range(most_batches):
                if not waiting(name):
                    break
                done += advance(name, now=now)
        except Exception as wrong:
            logger.exception("subscriber %s failed", name)
            Cursor.objects.update_or_create(name=name, defaults={"failure": type(wrong).__name__})
    return done


def move_to_end(name: str, *, now: datetime) -> None:
    """Set a subscriber's cursor behind the last row, after a bulk load has done its work by other means."""
    last = registry[name].rows().order_by("tx", "id").last()
    if last is not None:
        Cursor.objects.update_or_create(
            name=name, defaults={"tx": last.tx, "row_id": last.pk, "moved_at": now}
        )
