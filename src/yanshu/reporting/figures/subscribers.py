"""Keeps every indicator that declares a roll-up summed by day, behind the ledger its rows stand in."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from yanshu.core import indicator as declared
from yanshu.core.actor import Actor, Door
from yanshu.core.event import Event
from yanshu.core.feed import subscriber
from yanshu.core.indicator import Indicator
from yanshu.reporting.figures import operations
from yanshu.reporting.figures.queries import keeps_rollup, ledger_of, subscriber_name

BATCH = 2000


def follow(indicator: Indicator) -> None:
    """Register the subscriber that keeps an indicator's roll-up."""

    def rows() -> QuerySet[Any]:
        """Return the ledger; nothing for an indicator that cannot be kept summed (``doctor`` says so)."""
        ledger = ledger_of(indicator) if keeps_rollup(indicator) else None
        return Event.objects.none() if ledger is None else ledger._default_manager.all()  # noqa: SLF001

    subscriber(subscriber_name(indicator.code), rows=rows, batch=BATCH)(_handler(indicator))


def _handler(indicator: Indicator) -> Callable[[Sequence[Any], datetime], None]:
    def handle(batch: Sequence[Any], now: datetime) -> None:
        """Sum anew every day the batch touches."""
        operations.refresh_rollup(
            code=indicator.code, days=_days(indicator, batch), actor=Actor.system(Door.JOB), now=now
        )

    return handle


def _days(indicator: Indicator, batch: Sequence[Any]) -> list[date]:
    assert indicator.rollup is not None
    model = type(batch[0])
    read = model._default_manager.filter(pk__in=[row.pk for row in batch])  # noqa: SLF001
    return list(read.order_by().values_list(indicator.rollup.changed_day, flat=True).distinct())


for _versions in declared.registry.values():
    if _versions[0].rollup is not None:
        follow(_versions[0])
