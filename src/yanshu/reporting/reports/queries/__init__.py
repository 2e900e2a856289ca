"""Reading reports: the overview and the annual report, counted now."""

from yanshu.reporting.reports.queries.annual import (
    Chapter,
    Drift,
    Missing,
    Picture,
    Report,
    TableShown,
    Text,
    ToldFigure,
    Untold,
    annual_report,
)
from yanshu.reporting.reports.queries.outline import outline
from yanshu.reporting.reports.queries.overview import BranchLine, Overview, Standing, overview

__all__ = [
    "BranchLine",
    "Chapter",
    "Drift",
    "Missing",
    "Overview",
    "Picture",
    "Report",
    "Standing",
    "TableShown",
    "Text",
    "ToldFigure",
    "Untold",
    "annual_report",
    "outline",
    "overview",
]
