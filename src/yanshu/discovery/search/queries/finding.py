"""Finding records: by the index, and without one by exact look-ups in the database."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yanshu.discovery.search.engine import marks, typed
from yanshu.discovery.search.engine.backend import Suggestion
from yanshu.discovery.search.engine.errors import IndexMissing
from yanshu.discovery.search.engine.request import (
    LAST_ROW,
    AllOf,
    CallNumber,
    ClassMark,
    FacetCount,
    FacetName,
    Filters,
    Isbn,
    Node,
    SearchAnswer,
    SearchRequest,
    Sort,
    TextField,
)
from yanshu.discovery.search.queries.exact import exact
from yanshu.discovery.search.queries.index import index
from yanshu.discovery.search.terms import Field

FACETS = (
    FacetName.AVAILABILITY,
    FacetName.BRANCH,
    FacetName.FORM,
    FacetName.CLASS,
    FacetName.LANGUAGE,
    FacetName.YEAR,
)
FACET_SIZE = 200
LONGEST_SUGGESTED = 60
LEAST_TYPED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader asked for, as it stands in the address of the page.

    Args:
        typed: the one search line.
        fields: lines of the advanced search; all of them are required.
    """

    typed: str = ""
    fields: Mapping[Field, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20

    @property
    def query(self) -> Node | None:
        """The wish as the engine's tree."""
        nodes = [node for name, text in self.fields.items() if (node := _field_node(name, text))]
        if (line := typed.parse(self.typed)) is not None:
            nodes.insert(0, line)
        return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes)) if nodes else None

    @property
    def is_browsing(self) -> bool:
        """Whether nothing was typed at all."""
        return not self.typed.strip() and not any(text.strip() for text in self.fields.values())

    @property
    def request(self) -> SearchRequest:
        """The wish as the engine's request; a page that cannot be asked for becomes the nearest that can."""
        return SearchRequest(
            query=self.query,
            typed=self.typed.strip()[:300],
            filters=self.filters,
            sort=self.sort,
            page=max(1, min(self.page, LAST_ROW // self.page_size)),
            page_size=self.page_size,
            facets=FACETS,
            facet_size=FACET_SIZE,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What was found.

    ``degraded`` says that there is no index and only exact look-ups were made; ``exact`` that the index
    found nothing, but a barcode or another exact number did.
    """

    answer: SearchAnswer
    request: SearchRequest
    degraded: bool = False
    exact: bool = False


def search(wish: Wish) -> Result:
    """Return what a reader asked for; a page behind the last one becomes the last."""
    request = wish.request
    try:
        answer = index().search(request)
    except IndexMissing:
        return Result(exact(wish.typed, page=request.page, size=request.page_size), request, degraded=True)
    last = max(1, -(-answer.total // request.page_size))
    if answer.total and request.page > last:
        request = dataclasses.replace(request, page=last)
        answer = index().search(request)
    if not answer.total and wish.typed.strip() and not wish.fields and wish.filters == Filters():
        numbers = exact(wish.typed, page=1, size=request.page_size, titles=False)
        if numbers.total:
            return Result(numbers, request, exact=True)
    return Result(answer, request)


def closest(words: str, *, limit: int) -> tuple[int, ...]:
    """Return the records that fit what was typed best, for a list that is no page of results.

    Nothing without an index, and nothing for a single letter, which fits too much.
    """
    query = typed.parse(words)
    if query is None or len(words.strip()) < LEAST_TYPED:
        return ()
    try:
        return index().search(SearchRequest(query=query, typed=words[:300], page_size=max(1, limit))).ids
    except IndexMissing:
        return ()


def same_class(prefix: str, *, limit: int) -> tuple[int, ...]:
    """Return records whose class mark begins so, newly added first; nothing without an index."""
    request = SearchRequest(
        query=ClassMark(marks.fold_class(prefix)), sort=Sort.NEWEST, page_size=max(1, limit)
    )
    try:
        return index().search(request).ids
    except IndexMissing:
        return ()


def counts_in(wish: Wish, marks_wanted: Iterable[str]) -> tuple[FacetCount, ...]:
    """Return how many of the records wished for lie in each of some classes, empty ones left out."""
    found = []
    try:
        for mark in marks_wanted:
            filters = dataclasses.replace(wish.filters, classes=(mark,))
            request = dataclasses.replace(wish.request, filters=filters, facets=(), page=1, page_size=1)
            if records := index().search(request).total:
                found.append(FacetCount(mark, records))
    except IndexMissing:
        return ()
    return tuple(found)


def suggest(prefix: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return titles and names that begin with what is being typed; nothing without an index."""
    try:
        return index().suggest(prefix[:LONGEST_SUGGESTED], limit)
    except IndexMissing:
        return ()


def _field_node(name: Field, text: str) -> Node | None:
    if not text.strip():
        return None
    if name is Field.ISBN:
        return Isbn(marks.fold_isbn(text))
    if name is Field.CLASS:
        return ClassMark(marks.fold_class(text))
    if name is Field.CALL:
        return CallNumber(marks.fold_call_number(text))
    return typed.parse(text, field=TextField(name.value))
