"""What somebody printed: shown beside the count, never in its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from yanshu.core.span import Span
from yanshu.reporting.figures.models import StatedFigure
from yanshu.reporting.figures.rules import Number


@dataclass(frozen=True, slots=True)
class Stated:
    """A printed value in the plain unit, where it stands, and the words it stands in."""

    value: Number
    unit: str
    source: str
    quote: str


def stated_beside(codes: Iterable[str], span: Span) -> dict[str, tuple[Stated, ...]]:
    """Return what was printed for exactly this span, by code."""
    found: dict[str, tuple[Stated, ...]] = {}
    rows = StatedFigure.objects.filter(
        code__in=list(codes), first_day=span.first_day, end_day=span.end_day
    ).order_by("code", "source")
    for row in rows:
        found[row.code] = (*found.get(row.code, ()), _shown(row))
    return found


def stated_over(code: str, spans: Iterable[Span]) -> dict[Span, tuple[Stated, ...]]:
    """Return what was printed of one figure for exactly these spans."""
    found: dict[Span, tuple[Stated, ...]] = {}
    wanted = set(spans)
    for row in StatedFigure.objects.filter(code=code).order_by("source"):
        span = Span(row.first_day, row.end_day)
        if span in wanted:
            found[span] = (*found.get(span, ()), _shown(row))
    return found


def _shown(row: StatedFigure) -> Stated:
    return Stated(value=as_number(row.value), unit=row.unit, source=row.source, quote=row.quote)


def stated_figures() -> QuerySet[StatedFigure]:
    """Return all printed figures, newest span first."""
    return StatedFigure.objects.order_by("-first_day", "code", "source")


def last_day(stated: StatedFigure) -> date:
    """Return the last day of a printed figure's span, included."""
    return Span(stated.first_day, stated.end_day).last_day


def as_number(value: Decimal) -> Number:
    """Return a stored value as a whole number where it is one."""
    return int(value) if value == value.to_integral_value() else value
