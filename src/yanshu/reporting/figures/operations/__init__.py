"""Writing what figures rest on: roll-ups, selections, printed figures."""

from yanshu.reporting.figures.operations.rollups import rebuild_rollups, refresh_rollup
from yanshu.reporting.figures.operations.selections import delete_selection, set_selection
from yanshu.reporting.figures.operations.stated import delete_stated, in_plain_unit, state_figure

__all__ = [
    "delete_selection",
    "delete_stated",
    "in_plain_unit",
    "rebuild_rollups",
    "refresh_rollup",
    "set_selection",
    "state_figure",
]
