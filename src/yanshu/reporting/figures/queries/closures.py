"""The days the library was shut by order, as far as an indicator tells them: to explain a figure."""

from yanshu.core import indicator as declared
from yanshu.core.span import Span
from yanshu.reporting.figures.queries.source import source_of
from yanshu.reporting.figures.rules import Run, runs

CLOSURE_DAYS = "facilities.closure_days"
DAY_COLUMN = "day"


def closures(span: Span) -> tuple[Run, ...]:
    """Return the closures of a span from the rows of ``facilities.closure_days``, in order.

    Nothing where no app declares that figure, or its rows have no column ``day``.
    """
    if CLOSURE_DAYS not in declared.registry:
        return ()
    source = source_of(CLOSURE_DAYS, span)
    if not any(column.field == DAY_COLUMN for column in source.indicator.columns):
        return ()
    if not source.is_ready(span):
        return ()
    return tuple(runs(source.rows(span).values_list(DAY_COLUMN, flat=True).distinct()))
