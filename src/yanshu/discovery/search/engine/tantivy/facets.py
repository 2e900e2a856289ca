"""Facets by aggregation over fast fields."""

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy

from yanshu.discovery.search.engine.request import FacetCount, FacetName, Filters, SearchRequest
from yanshu.discovery.search.engine.tantivy.queries import QueryBuilder
from yanshu.discovery.search.engine.tantivy.results import hits

_FIELDS = {
    FacetName.BRANCH: "branch",
    FacetName.YEAR: "year",
    FacetName.CLASS: "main_class",
    FacetName.LANGUAGE: "language",
    FacetName.FORM: "form",
    FacetName.AUTHOR: "author_name",
}
_WHOLE_DIMENSION = (
    1_000  # every branch, class, language and form is counted, and then the most frequent shown
)
_PER_SEGMENT = 10_000  # exact counts also when the records lie in many segments
_FIRST_GUESS_NS = 100.0
_LEARNING = 0.3

Facets = dict[FacetName, tuple[FacetCount, ...]]


class FacetCost:
    """What a facet has cost so far, so that a budget can be kept before time is spent."""

    def __init__(self) -> None:
        self._ns_per_hit = _FIRST_GUESS_NS

    def expected_ms(self, total: int, facets: int) -> float:
        """Return the time ``facets`` over ``total`` hits are likely to take."""
        return total * facets * self._ns_per_hit / 1e6

    def learn(self, total: int, facets: int, took_ms: float) -> None:
        """Take a measured answer into account; small answers say nothing about the cost of a hit."""
        if total * facets >= _PER_SEGMENT:
            measured = took_ms * 1e6 / (total * facets)
            self._ns_per_hit += _LEARNING * (measured - self._ns_per_hit)


def count_facets(searcher: tantivy.Searcher, builder: QueryBuilder, request: SearchRequest) -> Facets:
    """Return the facets a request asks for, each counted without its own filter.

    Args:
        builder: lean; facets do not rank.
    """
    facets: Facets = {}
    bound = _bound(request.filters)
    free = [one for one in request.facets if one not in bound and one in _FIELDS]
    if free:
        facets |= _aggregate(searcher, builder.request(request), free, request)
    for name in request.facets:
        if name is FacetName.AVAILABILITY:
            facets[name] = _availability(searcher, builder, request)
        elif name in bound:
            facets |= _aggregate(searcher, builder.request(request, without=name), [name], request)
    return {name: facets[name] for name in request.facets}


def _bound(filters: Filters) -> frozenset[FacetName]:
    limits = {
        FacetName.BRANCH: bool(filters.branches),
        FacetName.YEAR: filters.year_from is not None or filters.year_to is not None,
        FacetName.CLASS: bool(filters.classes),
        FacetName.LANGUAGE: bool(filters.languages),
        FacetName.FORM: bool(filters.forms),
        FacetName.AUTHOR: bool(filters.authors),
    }
    return frozenset(name for name, limited in limits.items() if limited)


def _aggregate(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[FacetName], request: SearchRequest
) -> Facets:
    wanted = {name.value: {"terms": _terms(name, request)} for name in names}
    found = searcher.aggregate(query, wanted)
    return {name: _counts(name, found[name.value], request.facet_size) for name in names}


def _terms(name: FacetName, request: SearchRequest) -> dict[str, Any]:
    field = _FIELDS[name]
    if name is FacetName.BRANCH and request.filters.available:
        field = "available_branch"
    size = request.facet_size if name is FacetName.AUTHOR else _WHOLE_DIMENSION
    return {"field": field, "size": max(size, request.facet_size), "segment_size": _PER_SEGMENT}


def _counts(name: FacetName, found: Mapping[str, Any], size: int) -> tuple[FacetCount, ...]:
    counts = [FacetCount(_value(bucket["key"]), bucket["doc_count"]) for bucket in found["buckets"]]
    if name is FacetName.YEAR:
        counts.sort(key=lambda one: -int(one.value))
    else:
        counts.sort(key=lambda one: (-one.records, one.value))
    return tuple(counts[:size])


def _value(key: str | float) -> str | int:
    return key if isinstance(key, str) else int(key)


def _availability(
    searcher: tantivy.Searcher, builder: QueryBuilder, request: SearchRequest
) -> tuple[FacetCount, ...]:
    anywhere = builder.request(request, without=FacetName.AVAILABILITY)
    here = anywhere.and_must_match(builder.available_at(request.filters.branches))
    total = hits(searcher, anywhere)
    available = hits(searcher, here)
    return (FacetCount("available", available), FacetCount("unavailable", total - available))
