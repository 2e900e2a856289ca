"""Figures for other systems."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures import queries

router = Router(tags=["figures"])
MOST_ROWS = 1000
MOST_OFFSET = 10**9
Year = Annotated[int | None, Query(ge=1900, le=2999)]


class Definition(Schema):
    version: str
    text: str
    source: str


class StatedValue(Schema):
    value: float
    unit: str
    source: str


class FigureOut(Schema):
    """A figure in the plain unit; ``value`` is null where no source is set up."""

    code: str
    name: str
    value: int | float | None
    unit: str
    kind: str
    rows: int
    definition: Definition
    state: str
    numerator: str | None
    denominator: str | None
    stated: list[StatedValue]


class PartOut(Schema):
    key: str
    label: str
    value: int | float
    rows: int


class FiguresOut(Schema):
    """The figures of a span; its end is exclusive."""

    span: tuple[date, date]
    timezone: str
    figures: list[FigureOut]


class FigureWithParts(FigureOut):
    span: tuple[date, date]
    parts: list[PartOut] = Field(default_factory=list)


class RowsOut(Schema):
    """Rows behind a figure, by the columns of its trace; persons are masked."""

    columns: list[str]
    total: int
    rows: list[list[Any]]


@router.get("", response=FiguresOut, summary="Figures of a year or of a span")
def figures(
    request: HttpRequest, year: Year = None, first: date | None = None, end: date | None = None
) -> dict[str, Any]:
    """Return all figures of a calendar year, or from ``first`` up to but not including ``end``."""
    actor = _actor(request)
    return queries.document(_span(year, first, end), None, actor.scope)


@router.get("/{code}", response=FigureWithParts, summary="One figure, parted")
def figure(
    request: HttpRequest,
    code: str,
    year: Year = None,
    first: date | None = None,
    end: date | None = None,
    by: str = "",
) -> dict[str, Any]:
    """Return one figure; ``by`` parts it by one of its splits, and what is none of them is refused."""
    actor, span = _actor(request), _span(year, first, end)
    within = queries.within_scope(actor.scope, code, span)
    found = queries.entry(queries.measure(code, span, within))
    known = [split.name for split in queries.splits_of(code, span)]
    if by and by not in known:
        label = _("This figure is not parted so. It is parted by: %(known)s.")
        raise Invalid.because("by", "split-unknown", label % {"known": ", ".join(known) or "—"})
    parts = queries.splits(code, span, by, within).parts if by else ()
    return {
        **found,
        "span": (span.first_day, span.end_day),
        "parts": [
            {
                "key": part.key,
                "label": str(part.label),
                "value": queries.json_number(part.value),
                "rows": part.rows,
            }
            for part in parts
        ],
    }


@router.get("/{code}/rows", response=RowsOut, summary="The rows behind a figure")
def rows(
    request: HttpRequest,
    code: str,
    year: Year = None,
    first: date | None = None,
    end: date | None = None,
    offset: Annotated[int, Query(ge=0, le=MOST_OFFSET)] = 0,
    limit: Annotated[int, Query(ge=0, le=MOST_ROWS)] = 100,
) -> dict[str, Any]:
    """Return the counted rows from ``offset`` on, at most a thousand."""
    actor, span = _actor(request), _span(year, first, end)
    counted = queries.rows(code, span, queries.within_scope(actor.scope, code, span))
    columns = queries.basis_of(queries.source_of(code, span), span).indicator.columns
    last = offset + limit
    return {
        "columns": [column.field for column in columns],
        "total": counted.count(),
        "rows": [
            [str(cell) for cell in queries.cells(row, columns)]
            for row in queries.with_columns(counted, columns).order_by("pk")[offset:last]
        ],
    }


def _span(year: int | None, first: date | None, end: date | None) -> Span:
    """Return the span asked for: a year, or both its ends; this year where nothing is said.

    Raises:
        Invalid: when a year and an end are given, one end without the other, the end before the
            first day, or days of a year no library counts.
    """
    if first is None and end is None:
        return Span.year(year if year is not None else clock.business_date(clock.now()).year)
    if year is not None:
        raise Invalid.because("year", "span-twice", _("Give a year, or first and end; not both."))
    if first is None or end is None:
        missing = "first" if first is None else "end"
        raise Invalid.because(
            missing, "span-open", _("A span needs its first day and the day after its last.")
        )
    if end < first:
        raise Invalid.because("end", "span-reversed", _("The span ends before it begins."))
    if first < queries.EVER.first_day or end > queries.EVER.end_day:
        wrong = "first" if first < queries.EVER.first_day else "end"
        raise Invalid.because(wrong, "span-unfit", _("Days of the years 1900 to 2999 are counted."))
    return Span(first, end)


def _actor(request: HttpRequest) -> Actor:
    actor = Actor.of(request)
    actor.demand("figures.see")
    return actor
