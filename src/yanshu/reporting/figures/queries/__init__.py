"""Reading figures: values, rows, parts, the dictionary, the document of the command line."""

from yanshu.reporting.figures.queries.beginning import first_year, is_recorded, unrecorded
from yanshu.reporting.figures.queries.closures import closures
from yanshu.reporting.figures.queries.coverage import (
    EVER,
    Coverage,
    codes_never_summed,
    keeps_rollup,
    ledger_of,
    subscriber_name,
)
from yanshu.reporting.figures.queries.dictionary import Word, dictionary, selections
from yanshu.reporting.figures.queries.document import document, entry, figures_document, json_number
from yanshu.reporting.figures.queries.drawing import year_chart
from yanshu.reporting.figures.queries.figure import (
    Figure,
    basis_of,
    drifted,
    holds_corrections,
    measure,
    measure_all,
    measure_seen,
    rows,
    within_scope,
)
from yanshu.reporting.figures.queries.moves import Move, all_moves, every_row, moves
from yanshu.reporting.figures.queries.page import TracePaginator, days_of, newest_first, with_columns
from yanshu.reporting.figures.queries.parting import (
    Part,
    Parting,
    branches_of,
    former_years,
    known_value,
    months,
    months_of,
    sparkline,
    splits,
    splits_of,
    twelve_months,
    typed,
    worded,
)
from yanshu.reporting.figures.queries.source import (
    Chosen,
    Source,
    all_sources,
    is_declared,
    narrowed,
    source_of,
)
from yanshu.reporting.figures.queries.stated import Stated, as_number, last_day, stated_figures
from yanshu.reporting.figures.queries.trace import cells, value_in
from yanshu.reporting.figures.queries.wording import in_prose, number_words, source_words, unit_word
from yanshu.reporting.figures.rules import Number, Run

__all__ = [
    "EVER",
    "Chosen",
    "Coverage",
    "Figure",
    "Move",
    "Number",
    "Part",
    "Parting",
    "Run",
    "Source",
    "Stated",
    "TracePaginator",
    "Word",
    "all_moves",
    "all_sources",
    "as_number",
    "basis_of",
    "branches_of",
    "cells",
    "closures",
    "codes_never_summed",
    "days_of",
    "dictionary",
    "document",
    "drifted",
    "entry",
    "every_row",
    "figures_document",
    "first_year",
    "former_years",
    "holds_corrections",
    "in_prose",
    "is_declared",
    "is_recorded",
    "json_number",
    "keeps_rollup",
    "known_value",
    "last_day",
    "ledger_of",
    "measure",
    "measure_all",
    "measure_seen",
    "months",
    "months_of",
    "moves",
    "narrowed",
    "newest_first",
    "number_words",
    "rows",
    "selections",
    "source_of",
    "source_words",
    "sparkline",
    "splits",
    "splits_of",
    "stated_figures",
    "subscriber_name",
    "twelve_months",
    "typed",
    "unit_word",
    "unrecorded",
    "value_in",
    "with_columns",
    "within_scope",
    "worded",
    "year_chart",
]
