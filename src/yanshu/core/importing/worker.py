"""The worker: takes up the runs that wait, one after another, and carries each to its end."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections
from django.utils.translation import override

from yanshu.core import clock, job
from yanshu.core.actor import Actor
from yanshu.core.importing import lease
from yanshu.core.importing.loading import Interrupted, carry_on
from yanshu.core.importing.run import UNDER_WAY, ImportRun
from yanshu.core.refusal import Refused

logger = logging.getLogger("yanshu.imports")
NAME = "core.imports"
PAUSE_SECONDS = 1.0
SIGN_OF_LIFE = timedelta(seconds=20)
SILENT_AFTER = timedelta(minutes=1)

ActorOf = Callable[[ImportRun], Actor]
"""Who a run is carried for, with what that person may do now."""


def work(actor_of: ActorOf, ended: threading.Event) -> None:
    """Carry runs until ``ended``; a fault is logged and does not end the worker."""
    while not ended.is_set():
        close_old_connections()
        try:
            if not carry_next(actor_of, ended.is_set):
                ended.wait(PAUSE_SECONDS)
        except Exception:
            logger.exception("the worker of imports stumbled")
            ended.wait(PAUSE_SECONDS)


def carry_next(actor_of: ActorOf, ended: Callable[[], bool] = lambda: False) -> bool:
    """Carry the run that has waited longest; return whether there was one.

    Runs whose process was killed are taken up again as soon as their lease is void.
    """
    job.give_sign_of_life(NAME, every=SIGN_OF_LIFE)
    holder = lease.new_holder()
    waiting = ImportRun.objects.filter(state__in=UNDER_WAY, file__isnull=False).select_related("file")
    for run in waiting.order_by("moved_at", "pk"):
        if lease.take(run, holder):
            _carry(run, actor_of, ended)
            return True
    return False


def is_at_work() -> bool:
    """Say whether a worker has been seen lately, waiting or carrying a run."""
    if job.seen_alive(NAME, within=SILENT_AFTER):
        return True
    now = clock.real_now()
    return any(lease.is_held(run, now) for run in ImportRun.objects.filter(state__in=UNDER_WAY))


def _carry(run: ImportRun, actor_of: ActorOf, ended: Callable[[], bool]) -> None:
    try:
        with override(run.language or None):
            carry_on(run, actor=actor_of(run), tick=clock.now, ended=ended)
    except Interrupted:
        logger.info("import %s was put down at row %s", run.pk, run.position)
    except Refused as refused:
        logger.info("import %s ended: %s", run.pk, ",".join(refused.codes))
    except Exception:
        logger.exception("import %s broke off", run.pk)
