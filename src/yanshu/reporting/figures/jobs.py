"""Figures' scheduled work."""

from datetime import datetime, timedelta

from yanshu.core.actor import Actor, Door
from yanshu.core.job import job
from yanshu.reporting.figures import operations, queries


@job("figures.new-rollups", every=timedelta(minutes=10))
def sum_new_definitions(now: datetime) -> None:
    """Sum all days of the indicators nobody has summed yet: after an update, and in a new library."""
    for code in queries.codes_never_summed():
        operations.rebuild_rollups(code=code, actor=Actor.system(Door.JOB), now=now)
