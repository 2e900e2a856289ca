"""Searching, and how the index stands."""

from yanshu.discovery.search.engine.backend import Suggestion, SuggestionKind
from yanshu.discovery.search.engine.errors import IndexNotLocal
from yanshu.discovery.search.engine.highlight import marked_places
from yanshu.discovery.search.engine.request import FacetCount, FacetName, Filters, Sort
from yanshu.discovery.search.queries.census import RANGE
from yanshu.discovery.search.queries.finding import (
    Result,
    Wish,
    closest,
    counts_in,
    same_class,
    search,
    suggest,
)
from yanshu.discovery.search.queries.holdings import Copy, Found, copies_of, found
from yanshu.discovery.search.queries.index import index
from yanshu.discovery.search.queries.shelves import new_records, titles
from yanshu.discovery.search.queries.state import IndexStatus, silent_drift, status

__all__ = [
    "RANGE",
    "Copy",
    "FacetCount",
    "FacetName",
    "Filters",
    "Found",
    "IndexNotLocal",
    "IndexStatus",
    "Result",
    "Sort",
    "Suggestion",
    "SuggestionKind",
    "Wish",
    "closest",
    "copies_of",
    "counts_in",
    "found",
    "index",
    "marked_places",
    "new_records",
    "same_class",
    "search",
    "silent_drift",
    "status",
    "suggest",
    "titles",
]
