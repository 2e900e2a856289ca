"""The rows behind a figure, shown: the columns an indicator names, with persons masked."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from yanshu.core.indicator import Column
from yanshu.core.ui.dates import moment
from yanshu.core.ui.masking import mask_name
from yanshu.core.ui.numbers import MINUS


def value_in(row: Any, path: str) -> Any:
    """Return what a row holds under a field path; ``None`` where the path leads nowhere."""
    found = row
    for name in path.split("__"):
        if found is None:
            return None
        found = getattr(found, name)
    return found


def cells(row: Any, columns: Iterable[Column]) -> list[Any]:
    """Return a row's cells in words."""
    return [_cell(row, column) for column in columns]


def _cell(row: Any, column: Column) -> Any:
    value = value_in(row, column.field)
    if value is None or value == "":
        return ""
    if column.personal:
        return mask_name(str(value))
    if column.shown_by is not None:
        return column.shown_by(value)
    if isinstance(value, int | Decimal) and value < 0:
        return str(value).replace("-", MINUS)
    return moment(value) if isinstance(value, datetime) else value
