"""Scheduled work on readers."""

from datetime import datetime, time

from yanshu.core.actor import Actor, Door
from yanshu.core.job import job
from yanshu.readers.patrons import operations


@job("patrons.tidy", daily_at=time(3, 10))
def tidy(now: datetime) -> None:
    """Remove codes and counts of wrong passwords whose time is over."""
    operations.tidy(actor=Actor.system(Door.JOB, permissions={"patrons.tidy"}), now=now)
