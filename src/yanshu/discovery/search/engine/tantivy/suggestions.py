"""Titles and names that begin with what was typed, by characters, full pinyin or initials."""

import tantivy

from yanshu.discovery.search.engine import text
from yanshu.discovery.search.engine.backend import Suggestion, SuggestionKind
from yanshu.discovery.search.engine.tantivy.documents import (
    LONGEST_SPOKEN,
    SUGGESTION_BORDER,
    suggestion_mark,
)
from yanshu.discovery.search.engine.tantivy.queries import QueryBuilder
from yanshu.discovery.search.engine.tantivy.results import total

_KINDS = {"t": SuggestionKind.TITLE, "a": SuggestionKind.AUTHOR}
_CANDIDATES = 4
_SHORTEST_LATIN = 2


def suggest(
    searcher: tantivy.Searcher, builder: QueryBuilder, typed: str, limit: int
) -> tuple[Suggestion, ...]:
    """Return at most ``limit`` suggestions: what was typed exactly first, then by number of records.

    A single Latin letter suggests nothing; a single character does.
    """
    prefix = typed_key(typed)[:LONGEST_SPOKEN]
    if not prefix or (prefix.isascii() and len(prefix) < _SHORTEST_LATIN):
        return ()
    exact = searcher.terms_with_prefix("suggest", prefix + SUGGESTION_BORDER, limit=limit)
    begun = searcher.terms_with_prefix("suggest", prefix, limit=limit * _CANDIDATES)
    found: dict[tuple[SuggestionKind, str], Suggestion] = {}
    for term, _ in (*exact, *begun):
        # The term list also counts records that were replaced or removed since the last merge.
        bearing = searcher.search(builder.suggestion(term), limit=1)
        shown = _shown(searcher, bearing, term)
        if not shown:
            continue
        kind, display = _KINDS[shown[0]], shown[1:]
        found.setdefault((kind, text.key(display)), Suggestion(display, kind, total(bearing)))
        if len(found) == limit:
            break
    return tuple(found.values())


def _shown(searcher: tantivy.Searcher, bearing: tantivy.SearchResult, term: str) -> str:
    """Return what the term stands for, as the first record that bears it has it; nothing where none does."""
    mark = term.partition(SUGGESTION_BORDER)[2]
    kept = [one for _, address in bearing.hits for one in searcher.doc(address).get_all("shown")]
    return next((one for one in kept if suggestion_mark(one) == mark), "")


def typed_key(typed: str) -> str:
    """Return typed text as suggestions are keyed; v stands for ü as on a keyboard."""
    whole = text.key(typed)
    return whole.replace("lv", "lu").replace("nv", "nu") if whole.isascii() else whole
