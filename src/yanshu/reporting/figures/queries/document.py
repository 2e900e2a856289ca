"""The figures of a year as one document: the contract of ``yanshu figures``."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from yanshu.core import clock
from yanshu.core.span import Span
from yanshu.reporting.figures.queries.figure import Figure, measure_seen
from yanshu.reporting.figures.rules import Number


def figures_document(year: int, codes: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the figures of a calendar year, ready for JSON; all that are declared, or the named ones.

    Raises:
        UnknownFigure: naming every asked code that nothing bears.
    """
    return document(Span.year(year), codes)


def document(
    span: Span, codes: Iterable[str] | None = None, scope: frozenset[int] | None = None
) -> dict[str, Any]:
    """Return the figures of a span, ready for JSON, as far as the branches of ``scope`` reach.

    Raises:
        UnknownFigure: naming every asked code that nothing bears.
    """
    return {
        "span": [span.first_day.isoformat(), span.end_day.isoformat()],
        "timezone": clock.zone().key,
        "figures": [entry(figure) for figure in measure_seen(codes, span, scope).values()],
    }


def entry(figure: Figure) -> dict[str, Any]:
    """Return one figure as the document has it."""
    return {
        "code": figure.code,
        "name": str(figure.name),
        "value": json_number(figure.value),
        "unit": str(figure.unit),
        "kind": figure.kind.value,
        "rows": figure.rows,
        "definition": {
            "version": figure.version,
            "text": str(figure.definition),
            "source": figure.source,
        },
        "state": figure.state.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "stated": [
            {"value": json_number(stated.value), "unit": stated.unit, "source": stated.source}
            for stated in figure.stated
        ],
    }


def json_number(value: Number | None) -> int | float | None:
    """Return a value as a JSON number; two decimals are well inside what a double keeps."""
    return float(value) if isinstance(value, Decimal) else value
