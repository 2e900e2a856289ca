"""Figures' scheduled work."""

from datetime import datetime, time

from yanshu.core.actor import Actor, Door
from yanshu.core.job import job
from yanshu.reporting.figures import operations


@job("figures.rebuild-rollups", daily_at=time(3, 20))
def rebuild_rollups(now: datetime) -> None:
    """Sum all days anew, so that a definition changed by an update holds for the days gone by too."""
    operations.rebuild_rollups(actor=Actor.system(Door.JOB), now=now)
