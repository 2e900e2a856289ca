"""What days brought to a stock, and what they took from it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, DateTimeField, Max, Min, QuerySet

from yanshu.core import clock
from yanshu.core.indicator import Indicator
from yanshu.core.span import Span

Move = tuple[date, int | None]
"""A day, and a branch."""


def every_row(indicator: Indicator) -> QuerySet[Any]:
    """Return all the rows a stock has ever counted or will count."""
    assert indicator.rows is not None
    model = indicator.rows(Span(date.min, date.min)).model
    found: QuerySet[Any] = model._default_manager.order_by()  # noqa: SLF001
    return found


def moves(indicator: Indicator, rows: QuerySet[Any], days: Iterable[date]) -> dict[Move, int]:
    """Return what each of the days brought a branch less what it took; nothing where both were none."""
    return _balance(indicator, rows, [Span.day(day) for day in sorted(set(days))])


def all_moves(indicator: Indicator, span: Span) -> dict[Move, int]:
    """Return what each day of a span brought a branch less what it took."""
    rows = every_row(indicator)
    return _balance(indicator, rows, [span])


def _balance(indicator: Indicator, rows: QuerySet[Any], spans: Iterable[Span]) -> dict[Move, int]:
    rollup = indicator.rollup
    assert rollup is not None
    assert rollup.until is not None
    found: dict[Move, int] = {}
    touched = list(spans)
    for path, sign in ((rollup.day, 1), (rollup.until, -1)):
        for span in touched:
            for move, number in _counted(rows, path, rollup.branch, span):
                found[move] = found.get(move, 0) + sign * number
    return {move: number for move, number in found.items() if number}


def _counted(rows: QuerySet[Any], path: str, branch: str | None, span: Span) -> Iterator[tuple[Move, int]]:
    """Yield how many rows have the day or instant ``path`` on each day of a span, branch by branch.

    Instants are asked for day by day: an index leads to each, and no database cuts every instant to a day of
    the library's calendar.
    """
    if not isinstance(rows.model._meta.get_field(path), DateTimeField):
        told = rows.filter(**{f"{path}__gte": span.first_day, f"{path}__lt": span.end_day})
        for group in _grouped(told, path, branch):
            yield (group[path], group[branch] if branch else None), group["number"]
        return
    for day in _known(rows, path, span).each_day():
        told = rows.filter(**{f"{path}__gte": Span.day(day).start, f"{path}__lt": Span.day(day).end})
        for group in _grouped(told, None, branch):
            yield (day, group[branch] if branch else None), group["number"]


def _grouped(rows: QuerySet[Any], path: str | None, branch: str | None) -> Iterable[Mapping[str, Any]]:
    fields = [field for field in (path, branch) if field is not None]
    if fields:
        groups: Iterable[Mapping[str, Any]] = rows.values(*fields).annotate(number=Count("pk"))
        return groups
    return [rows.aggregate(number=Count("pk"))]


def _known(rows: QuerySet[Any], path: str, span: Span) -> Span:
    """Return the part of a span in which there are rows at all."""
    if span.days == 1:
        return span
    ends = rows.aggregate(first=Min(path), last=Max(path))
    if ends["first"] is None:
        return Span(span.first_day, span.first_day)
    first = max(span.first_day, clock.business_date(ends["first"]))
    end = min(span.end_day, Span.day(clock.business_date(ends["last"])).end_day)
    return Span(first, max(first, end))
