"""The vocabulary in which every app declares what it counts.

An indicator's function returns *the rows that are counted*, never a number; the measure is taken over exactly
those rows and the trace lists exactly those. A flow covers a half-open span; a stock is counted from dated
rows as of the end of the span; a ratio names two indicators and has no rows of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Aggregate, Count, Model, QuerySet

from yanshu.core.span import Span
from yanshu.core.unit import Unit

M = TypeVar("M", bound=Model)


class Kind(StrEnum):
    """How a figure relates to time."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an indicator's trace: a field path of its rows and its words.

    ``shown_by`` turns the value into text (an enum's label, a date); ``personal`` columns are masked unless
    the reader of the trace may see persons.
    """

    field: str
    label: Any
    shown_by: Callable[[Any], Any] | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A way to part the rows of an indicator: a field path and how its values are worded."""

    name: str
    field: str
    label: Any
    shown_by: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """By which columns the rows are kept summed a day: the day's and the branch's.

    A flow is what its days sum up to. A stock is what all days up to its instant have brought, less what they
    have taken: ``day`` says when a row begins to count and ``until`` when it ceases to, a day or an instant
    each; every row of the table counts in between, and no other.

    Args:
        feed: the feed that tells which days have changed, where the counted rows stand in none themselves;
            whatever sets ``day`` or ``until`` of a row writes a line there.
        feed_day: the column of that feed with the changed day.
    """

    day: str
    branch: str | None = None
    until: str | None = None
    feed: type[Model] | None = None
    feed_day: str = ""

    @property
    def changed_day(self) -> str:
        """The column of the feed that says which day a line changes."""
        return self.feed_day or self.day


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in one version of its definition."""

    code: str
    name: Any
    unit: Unit
    kind: Kind
    counted_from: Any
    source: str
    version: str
    valid_from: date
    valid_until: date | None
    rows: Callable[[Span], QuerySet[Any]] | None
    measure: Aggregate | None
    splits: tuple[Split, ...]
    columns: tuple[Column, ...]
    rollup: RollUp | None
    ready: Callable[[Span], bool] | None
    numerator: str | None = None
    denominator: str | None = None
    times: Decimal = Decimal(1)

    def split(self, name: str) -> Split:
        """Return the named split.

        Raises:
            KeyError: when the indicator has no such split.
        """
        for split in self.splits:
            if split.name == name:
                return split
        raise KeyError(f"{self.code} has no split {name}")

    def selected(self, span: Span, chosen: Mapping[str, Any]) -> QuerySet[Any]:
        """Return the rows of ``span`` whose named splits have the chosen values."""
        if self.rows is None:
            raise TypeError(f"{self.code} is a ratio and has no rows of its own")
        conditions = {}
        for name, value in chosen.items():
            suffix = "__in" if isinstance(value, list) else ""
            conditions[self.split(name).field + suffix] = value
        return self.rows(span).filter(**conditions)


registry: dict[str, list[Indicator]] = {}


def at(code: str, day: date) -> Indicator:
    """Return the version of an indicator that was in force on ``day``.

    Raises:
        KeyError: when the code is not declared, or not for that day.
    """
    for version in registry[code]:
        if version.valid_from <= day and (version.valid_until is None or day < version.valid_until):
            return version
    raise KeyError(f"{code} has no definition for {day}")


def indicator(  # noqa: PLR0913  a declaration says everything in one place
    *,
    code: str,
    name: Any,
    unit: Unit,
    kind: Kind,
    counted_from: Any,
    source: str,
    splits: tuple[Split, ...] = (),
    columns: tuple[Column, ...] = (),
    measure: Aggregate | None = None,
    rollup: RollUp | None = None,
    ready: Callable[[Span], bool] | None = None,
    version: str = "1",
    valid_from: date = date.min,
    valid_until: date | None = None,
) -> Callable[[Callable[[Span], QuerySet[M]]], Callable[[Span], QuerySet[M]]]:
    """Declare an indicator; the decorated function returns the rows that are counted.

    Args:
        counted_from: the definition in words: which rows, by which moment, without what.
        source: the standard, form or report the definition follows, with the heading in our documents.
        measure: ``Count``, ``Count(…, distinct=True)`` or ``Sum``; by default the rows are counted.
        ready: says whether a source for the span is set up; without one the figure is null, not 0.
    """

    def keep(rows: Callable[[Span], QuerySet[M]]) -> Callable[[Span], QuerySet[M]]:
        _add(
            Indicator(
                code=code,
                name=name,
                unit=unit,
                kind=kind,
                counted_from=counted_from,
                source=source,
                version=version,
                valid_from=valid_from,
                valid_until=valid_until,
                rows=rows,
                measure=measure or Count("pk"),
                splits=splits,
                columns=columns,
                rollup=rollup,
                ready=ready,
            )
        )
        return rows

    return keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Indicators over the rows of one table: what their declarations share, said once.

    Example:
        ``LENDING = Family(kind=Kind.FLOW, splits=…, measure=Sum("quantity"))``, then
        ``@LENDING.indicator(code=…, name=…, unit=…, counted_from=…, source=…)``.
    """

    kind: Kind
    splits: tuple[Split, ...] = ()
    columns: tuple[Column, ...] = ()
    measure: Aggregate | None = None
    rollup: RollUp | None = None
    ready: Callable[[Span], bool] | None = None

    def indicator(
        self,
        *,
        code: str,
        name: Any,
        unit: Unit,
        counted_from: Any,
        source: str,
        measure: Aggregate | None = None,
        rollup: RollUp | None = None,
        ready: Callable[[Span], bool] | None = None,
    ) -> Callable[[Callable[[Span], QuerySet[M]]], Callable[[Span], QuerySet[M]]]:
        """Declare an indicator of the family; what is named here stands before the family's own."""
        return indicator(
            code=code,
            name=name,
            unit=unit,
            kind=self.kind,
            counted_from=counted_from,
            source=source,
            splits=self.splits,
            columns=self.columns,
            measure=measure or self.measure,
            rollup=rollup or self.rollup,
            ready=ready or self.ready,
        )


def ratio(
    *,
    code: str,
    name: Any,
    numerator: str,
    denominator: str,
    unit: Unit,
    counted_from: Any,
    source: str,
    times: Decimal = Decimal(1),
) -> Indicator:
    """Declare a ratio of two indicators; ``times`` is 100 for a percentage."""
    declared = Indicator(
        code=code,
        name=name,
        unit=unit,
        kind=Kind.RATIO,
        counted_from=counted_from,
        source=source,
        version="1",
        valid_from=date.min,
        valid_until=None,
        rows=None,
        measure=None,
        splits=(),
        columns=(),
        rollup=None,
        ready=None,
        numerator=numerator,
        denominator=denominator,
        times=times,
    )
    _add(declared)
    return declared


def _add(new: Indicator) -> None:
    versions = registry.setdefault(new.code, [])
    for old in versions:
        starts_before_end = old.valid_until is None or new.valid_from < old.valid_until
        ends_after_start = new.valid_until is None or old.valid_from < new.valid_until
        if starts_before_end and ends_after_start:
            raise ValueError(f"indicator {new.code} is declared twice for the same days")
    versions.append(new)
