"""Numbers read from the engine's answers, where its type stubs fall short of it."""

from collections.abc import Iterable

import tantivy


def hits(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return how many documents match."""
    return total(searcher.search(query, limit=1, count=True))


def total(result: tantivy.SearchResult) -> int:
    """Return how many documents match in all, beyond the page."""
    found: int = result.count  # type: ignore[attr-defined] # the stubs leave it out
    return found


def numbers(
    searcher: tantivy.Searcher, field: str, addresses: Iterable[tantivy.DocAddress]
) -> tuple[int, ...]:
    """Return a fast field of the documents in order; documents without it are passed over."""
    values = searcher.fast_field_values(field, list(addresses))
    return tuple(int(value) for value in values if value is not None)
