"""Scheduled work, declared by apps and run by the worker. Nothing that must not be lost lives here only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of scheduled work: every so often, or daily at a time of the library's clock."""

    name: str
    run: Callable[[datetime], None]
    every: timedelta | None
    daily_at: time | None


registry: dict[str, Job] = {}


def job(
    name: str, *, every: timedelta | None = None, daily_at: time | None = None
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Declare a job; it must be idempotent and bring back what it finds, since a run may be lost."""
    if (every is None) == (daily_at is None):
        raise ValueError(f"job {name}: say either every or daily_at")

    def keep(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        if name in registry:
            raise ValueError(f"job {name} is declared twice")
        registry[name] = Job(name=name, run=function, every=every, daily_at=daily_at)
        return function

    return keep
