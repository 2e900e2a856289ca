"""A page of the rows behind a figure, as quickly at the end of a year as at its beginning."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from yanshu.core.indicator import Column, Indicator, Kind
from yanshu.core.span import Span
from yanshu.reporting.figures.queries.coverage import Coverage
from yanshu.reporting.figures.queries.source import Chosen, Source
from yanshu.reporting.figures.queries.tally import rows_by_day


def newest_first(rows: QuerySet[Any], indicator: Indicator) -> QuerySet[Any]:
    """Return rows as a trace lists them, with all that its columns show read together with them."""
    is_by_day = indicator.rollup is not None and indicator.kind is Kind.FLOW
    day = [f"-{indicator.rollup.day}"] if indicator.rollup is not None and is_by_day else []
    return with_columns(rows, indicator.columns).order_by(*day, "-pk")


def with_columns(rows: QuerySet[Any], columns: tuple[Column, ...]) -> QuerySet[Any]:
    """Return rows that need no query each for what the columns show, and read nothing else."""
    beside = {column.field.rpartition("__")[0] for column in columns} - {""}
    return rows.select_related(*sorted(beside)).only("pk", *(column.field for column in columns))


class TracePaginator(Paginator):  # type: ignore[type-arg]  # the class itself takes no type
    """Pages of a figure's rows.

    A database counts its way to a deep page row by row. Where the roll-up knows how many rows each day has,
    the days before the page are skipped instead; elsewhere a page of the second half is read from the end.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int, *, count: int | None, days: "Days | None") -> None:
        super().__init__(rows, per_page)
        self._ordered = rows
        if count is not None:
            self.count = count
        self._days = days

    def page(self, number: Any) -> Any:
        """Return a page; its rows are read when they are asked for."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        return Page(self._rows(first, last), number, self)

    def _rows(self, first: int, last: int) -> Any:
        if self._days is not None and first:
            day, skipped = self._days.at(first)
            return self._days.until(day)[first - skipped : last - skipped]
        if first > self.count / 2:
            return list(self._ordered.reverse()[self.count - last : self.count - first])[::-1]
        return self._ordered[first:last]


class Days:
    """How many rows each day of a figure has, the newest day first.

    Args:
        until: returns the figure's rows up to and with a day, in the order of the trace.
    """

    def __init__(self, counts: Mapping[date, int], until: Callable[[date], QuerySet[Any]]) -> None:
        self.counts = dict(sorted(counts.items(), reverse=True))
        self.until = until

    def at(self, place: int) -> tuple[date, int]:
        """Return the day in which the row at ``place`` lies, and how many rows lie before that day."""
        before = 0
        for day, number in self.counts.items():
            if before + number > place:
                return day, before
            before += number
        return min(self.counts, default=date.min), before


def days_of(source: Source, span: Span, within: Chosen, coverage: Coverage) -> Days | None:
    """Return the rows of each day from the roll-up; nothing where it does not hold what is asked."""
    counted = rows_by_day(source, span, within, coverage)
    if counted is None:
        return None

    def until(day: date) -> QuerySet[Any]:
        # A shorter span, not a second bound beside the first: SQLite walks its index by one bound alone.
        return newest_first(
            source.rows(Span(span.first_day, Span.day(day).end_day), within), source.indicator
        )

    return Days(counted, until)
