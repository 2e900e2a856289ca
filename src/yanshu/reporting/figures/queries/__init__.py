"""Reading figures: values, rows, parts, the dictionary, the document of the command line."""

from yanshu.reporting.figures.queries.closures import closures
from yanshu.reporting.figures.queries.coverage import (
    EVER,
    keeps_rollup,
    ledger_of,
    stale_days,
    subscriber_name,
)
from yanshu.reporting.figures.queries.dictionary import Word, dictionary, selections
from yanshu.reporting.figures.queries.document import document, entry, figures_document, json_number
from yanshu.reporting.figures.queries.figure import Figure, basis_of, measure, measure_all, rows
from yanshu.reporting.figures.queries.parting import (
    Part,
    Parting,
    as_key,
    former_years,
    from_key,
    known_value,
    months,
    months_of,
    sparkline,
    splits,
    splits_of,
    twelve_months,
    worded,
)
from yanshu.reporting.figures.queries.source import Chosen, Source, all_sources, narrowed, source_of
from yanshu.reporting.figures.queries.stated import Stated, as_number, stated_figures

__all__ = [
    "EVER",
    "Chosen",
    "Figure",
    "Part",
    "Parting",
    "Source",
    "Stated",
    "Word",
    "all_sources",
    "as_key",
    "as_number",
    "basis_of",
    "closures",
    "dictionary",
    "document",
    "entry",
    "figures_document",
    "former_years",
    "from_key",
    "json_number",
    "keeps_rollup",
    "known_value",
    "ledger_of",
    "measure",
    "measure_all",
    "months",
    "months_of",
    "narrowed",
    "rows",
    "selections",
    "source_of",
    "sparkline",
    "splits",
    "splits_of",
    "stale_days",
    "stated_figures",
    "subscriber_name",
    "twelve_months",
    "worded",
]
