"""Selections and printed figures of the scenario, and the roll-ups of what was loaded."""

from decimal import Decimal

from yanshu.core import feed
from yanshu.core.span import Span
from yanshu.demo.loader.terms import Loading
from yanshu.reporting.figures import operations as figures

__all__ = ["load_figures", "sum_up"]


def load_figures(loading: Loading) -> None:
    """Enter the scenario's selections and printed figures."""
    for selection in loading.scenario.selections:
        figures.set_selection(
            code=selection["code"],
            name=selection["name"],
            indicator=selection["indicator"],
            chosen=selection["chosen"],
            **loading.by,
        )
    for stated in loading.scenario.stated:
        figures.state_figure(
            code=stated.code,
            span=Span.year(stated.year),
            value=Decimal(stated.value),
            unit=stated.unit,
            source=stated.source,
            quote=stated.quote,
            **loading.by,
        )


def sum_up(loading: Loading) -> None:
    """Sum all days, and let every subscriber go on behind what was loaded: its work is done."""
    tell = loading.stage("日汇总 · roll-ups", 1)
    figures.rebuild_rollups(**loading.by)
    for name in sorted(feed.registry):
        feed.move_to_end(name, now=loading.now)
    tell(1)
