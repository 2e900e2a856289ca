"""Scheduled work: declared by apps, kept as rows, run by the worker.

A job is idempotent and finds what it has to do in the tables; nothing lives in a queue alone, so that a
worker killed in the middle loses nothing: the next run takes up the rest (docs/adr).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models, transaction

from yanshu.core import clock

logger = logging.getLogger("yanshu.jobs")
LONGEST_RUN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of scheduled work: every so often, or daily at a time of the library's clock."""

    name: str
    run: Callable[[datetime], None]
    every: timedelta | None
    daily_at: time | None

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Say whether the job, last begun at ``last``, is to be run at ``now``."""
        if last is None:
            return True
        if self.every is not None:
            return now - last >= self.every
        wall = clock.local(now)
        at = self.daily_at or time(0)
        latest = wall.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        if latest > wall:
            latest -= timedelta(days=1)
        return last < latest


class JobRun(models.Model):
    """When a job was last begun and ended, and what went wrong."""

    name = models.CharField(max_length=80, unique=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "core"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


registry: dict[str, Job] = {}


def job(
    name: str, *, every: timedelta | None = None, daily_at: time | None = None
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Declare a job; call only from an app's ``jobs`` room."""
    if (every is None) == (daily_at is None):
        raise ValueError(f"job {name}: say either every or daily_at")

    def keep(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        if name in registry:
            raise ValueError(f"job {name} is declared twice")
        registry[name] = Job(name=name, run=function, every=every, daily_at=daily_at)
        return function

    return keep


def run_due(now: datetime) -> int:
    """Run every job whose time has come, each by one worker only; return how many were run."""
    done = 0
    for name in sorted(registry):
        if _claim(registry[name], now):
            run_one(name, now)
            done += 1
    return done


def run_one(name: str, now: datetime) -> None:
    """Run a job and keep how it ended; a failure is logged and kept, and does not stop the worker."""
    failure = ""
    try:
        registry[name].run(now)
    except Exception as wrong:
        logger.exception("job %s failed", name)
        failure = type(wrong).__name__  # the words may quote persons
    JobRun.objects.update_or_create(name=name, defaults={"ended_at": now, "failure": failure})


def give_sign_of_life(name: str, *, every: timedelta) -> None:
    """Say, at most as often as given, that the process which does ``name`` is there; told in real time."""
    now = clock.real_now()
    if not seen_alive(name, within=every):
        JobRun.objects.update_or_create(name=name, defaults={"begun_at": now})


def seen_alive(name: str, *, within: timedelta) -> bool:
    """Say whether the process which does ``name`` gave a sign of life within the time given."""
    now = clock.real_now()
    return JobRun.objects.filter(name=name, begun_at__gt=now - within, begun_at__lte=now).exists()


def _claim(wanted: Job, now: datetime) -> bool:
    known = JobRun.objects.filter(name=wanted.name).values_list("begun_at", "ended_at").first()
    if known is not None and not _free(wanted, known[0], known[1], now):
        return False
    with transaction.atomic():
        row, _made = JobRun.objects.get_or_create(name=wanted.name)
        row = JobRun.objects.select_for_update().get(pk=row.pk)
        if not _free(wanted, row.begun_at, row.ended_at, now):
            return False
        row.begun_at, row.ended_at = now, None
        row.save(update_fields=["begun_at", "ended_at"])
    return True


def _free(wanted: Job, begun: datetime | None, ended: datetime | None, now: datetime) -> bool:
    still_running = begun is not None and ended is None and now - begun < LONGEST_RUN
    return wanted.due(begun, now) and not still_running
