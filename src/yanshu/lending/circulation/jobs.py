"""Lending's scheduled work."""

import logging
from datetime import datetime, time

from yanshu.core.actor import Actor, Door
from yanshu.core.job import job
from yanshu.lending.circulation import operations

logger = logging.getLogger("yanshu.circulation")


@job("circulation.expire-holds", daily_at=time(2, 10))
def expire_holds(now: datetime) -> None:
    """Close the holds nobody came for."""
    operations.expire_holds(actor=Actor.system(Door.JOB), now=now)


@job("circulation.cut-links", daily_at=time(2, 40))
def cut_links(now: datetime) -> None:
    """Forget who had what."""
    operations.cut_links(
        actor=Actor.system(Door.JOB),
        now=now,
        progress=lambda cut: logger.info("%s links to readers cut", cut),
    )
