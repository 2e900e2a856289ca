"""Keeping figures summed by day: always computed anew from rows, never counted up."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Count, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from yanshu.core import indicator as declared
from yanshu.core.actor import Actor
from yanshu.core.feed import Cursor, settled
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.operation import operation
from yanshu.core.span import Span
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.models import DailyRollUp
from yanshu.reporting.figures.queries import (
    EVER,
    Move,
    all_moves,
    every_row,
    keeps_rollup,
    ledger_of,
    moves,
    subscriber_name,
)

BEFORE_ANY_ROW = (0, 0)
BATCH = 1000


@operation("figures.refresh_rollup", permission="figures.rebuild", journalled=False)
def refresh_rollup(*, code: str, days: Iterable[date], actor: Actor, now: datetime) -> None:
    """Sum the named days of an indicator anew; doing it twice changes nothing.

    Roll-ups are derived and checked by ``doctor``; refreshing them leaves no line in the journal.
    """
    touched = sorted(set(days))
    DailyRollUp.objects.filter(code=code, day__in=touched).delete()
    for version in _versions(code):
        known = [day for day in touched if _in_force(version, day)]
        if known and version.kind is Kind.STOCK:
            _keep(version, moves(version, every_row(version), known))
        elif known:
            assert version.rollup is not None
            rows = _rows(version, Span(known[0], Span.day(known[-1]).end_day))
            _insert(version, rows.filter(**{f"{version.rollup.day}__in": known}))


@operation("figures.rebuild")
def rebuild_rollups(*, actor: Actor, now: datetime, code: str | None = None, span: Span | None = None) -> int:
    """Sum all days anew, of one indicator or of all, and return how many cells there are.

    Without a span the subscribers' cursors move behind the last row, as after a bulk load.

    Raises:
        UnknownFigure: when no indicator of the code is kept summed.
    """
    codes = [code] if code is not None else sorted(declared.registry)
    kept = {one: versions for one in codes if (versions := _versions(one))}
    if code is not None and not kept:
        raise UnknownFigure(code)
    for one, versions in kept.items():
        if span is None:
            _move_cursor(one, versions[0], now)
        _rebuild(one, versions, span or EVER)
    return DailyRollUp.objects.filter(code__in=list(kept)).count()


def _rebuild(code: str, versions: list[Indicator], span: Span) -> None:
    DailyRollUp.objects.filter(code=code, day__gte=span.first_day, day__lt=span.end_day).delete()
    for version in versions:
        first = max(span.first_day, version.valid_from)
        end = min(span.end_day, version.valid_until or span.end_day)
        if first < end and version.kind is Kind.STOCK:
            _keep(version, all_moves(version, Span(first, end)))
        elif first < end:
            _insert(version, _rows(version, Span(first, end)))


def _versions(code: str) -> list[Indicator]:
    return [version for version in declared.registry.get(code, []) if keeps_rollup(version)]


def _in_force(version: Indicator, day: date) -> bool:
    return version.valid_from <= day and (version.valid_until is None or day < version.valid_until)


def _rows(version: Indicator, span: Span) -> QuerySet[Any]:
    assert version.rows is not None
    return version.rows(span)


def _move_cursor(code: str, version: Indicator, now: datetime) -> None:
    """Lock the subscriber's cursor and set it behind the last settled row, before anything is summed.

    Rows that come while summing lie after it and are summed again: that does no harm.
    """
    ledger = ledger_of(version)
    assert ledger is not None
    name = subscriber_name(code)
    Cursor.objects.get_or_create(name=name)
    cursor = Cursor.objects.select_for_update().get(name=name)
    last = settled(ledger._default_manager.all()).order_by("tx", "id").last()  # noqa: SLF001
    cursor.tx, cursor.row_id = (last.tx, last.pk) if last is not None else BEFORE_ANY_ROW
    cursor.moved_at = now
    cursor.save()


def _keep(version: Indicator, found: Mapping[Move, int]) -> None:
    """Write what days brought to a stock and took from it."""
    DailyRollUp.objects.bulk_create(
        [
            DailyRollUp(code=version.code, day=day, branch_id=branch_id, value=number, rows=number)
            for (day, branch_id), number in found.items()
        ],
        batch_size=BATCH,
    )


def _insert(version: Indicator, rows: QuerySet[Any]) -> None:
    """Write the sums of rows in one statement, without carrying them through Python."""
    assert version.rollup is not None
    assert version.measure is not None
    branch = version.rollup.branch
    sums = (
        rows.order_by()
        .values(
            rolled_day=F(version.rollup.day),
            rolled_branch=F(branch) if branch else Cast(Value(None), BigIntegerField()),
        )
        .annotate(rolled_value=Coalesce(version.measure, 0), rolled_rows=Count("pk"))
    )
    select, values = sums.query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in ("code", "day", "branch_id", "value", "rows"))
    columns = ", ".join(f"rolled.{quote(f'rolled_{name}')}" for name in ("day", "branch", "value", "rows"))
    table = quote(DailyRollUp._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) SELECT %s, {columns} FROM ({select}) rolled"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [version.code, *values])
