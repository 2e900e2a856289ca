"""The search tree turned into the engine's queries.

A scored query ranks; a lean one has the same hits without the parts that only add to the score, for counts,
facets and other orders. Ranking: a phrase in the text is required; the same phrase in the title counts three
times, segmented words twice, and a title that is exactly what was typed stands above all.
"""

import re
from collections.abc import Iterable, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from yanshu.discovery.search.engine import marks, text
from yanshu.discovery.search.engine.request import (
    AllOf,
    AnyOf,
    CallNumber,
    ClassMark,
    FacetName,
    Filters,
    Initials,
    Isbn,
    Leaf,
    Node,
    Not,
    Pinyin,
    SearchRequest,
    Text,
    TextField,
)
from yanshu.discovery.search.engine.tantivy.documents import TITLE_CHARACTER, day_number, key_number
from yanshu.discovery.search.engine.tantivy.schema import NO_ID, RECORDS

_TITLE_PHRASE = 3.0
_WORD = 2.0
_EXACT = {"t": 50.0, "p": 30.0, "i": 20.0}
_ISBN13_DIGITS = 13


def _escaped(value: str) -> str:
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~\-])", r"\\\1", value)


class QueryBuilder:
    """Builds queries for one schema.

    Args:
        scored: whether the parts that only add to the score are built.
    """

    def __init__(self, schema: tantivy.Schema, *, scored: bool) -> None:
        self._schema = schema
        self._scored = scored

    def request(self, request: SearchRequest, *, without: FacetName | None = None) -> Query:
        """Return the whole query of a request.

        Args:
            without: a facet whose own filter is left out.
        """
        limits = self.filters(request.filters, without=without)
        wanted = self._everything() if request.query is None else self.node(request.query)
        parts = [(Occur.Must, wanted), *((Occur.Must, one) for one in limits)]
        if self._scored and request.typed:
            parts.extend((Occur.Should, one) for one in self._exact_titles(request.typed))
        return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)

    def node(self, node: Node) -> Query:
        """Return the query of one node and what hangs below it."""
        match node:
            case AllOf(nodes):
                return self._all(nodes)
            case AnyOf(nodes):
                return self._either([self.node(one) for one in nodes])
            case Not(inner):
                return Query.boolean_query(
                    [(Occur.Must, self._everything()), (Occur.MustNot, self.node(inner))]
                )
            case _:
                return self._leaf(node)

    def _everything(self) -> Query:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self.position())])

    def _all(self, nodes: Sequence[Node]) -> Query:
        parts = [
            (Occur.MustNot, self.node(one.node)) if isinstance(one, Not) else (Occur.Must, self.node(one))
            for one in nodes
        ]
        if not any(occur == Occur.Must for occur, _ in parts):
            parts.append((Occur.Must, self._everything()))
        return Query.boolean_query(parts)

    def _leaf(self, leaf: Leaf) -> Query:
        match leaf:
            case Text():
                return self._text(leaf)
            case Pinyin(syllables, field):
                return self._either(
                    [self._phrase(f"{name}_py", syllables) for name in self._read_aloud(field)]
                )
            case Initials(letters, field):
                pairs = text.bigrams(letters)
                return self._either([self._phrase(f"{name}_pyi", pairs) for name in self._read_aloud(field)])
            case Isbn(number):
                return self._isbn(marks.fold_isbn(number))
            case ClassMark(prefix):
                return self._constant(self._term("class_prefix", marks.fold_class(prefix)))
            case CallNumber(prefix):
                return self._prefix("call_number", marks.fold_call_number(prefix))

    def _text(self, leaf: Text) -> Query:
        found = text.joined_runs(leaf.text) if leaf.quoted else text.runs(leaf.text)
        if not found:
            return Query.empty_query()
        if leaf.quoted:
            required = self._quoted(leaf.field, found)
        else:
            required = [self._run(leaf.field, run) for run in found]
        if not self._scored:
            return required[0] if len(required) == 1 else _conjunction(required)
        parts = [(Occur.Must, one) for one in required]
        if leaf.field in (TextField.ANY, TextField.TITLE):
            parts.extend((Occur.Should, one) for one in self._title_extras(leaf, found))
        return Query.boolean_query(parts)

    def _run(self, field: TextField, run: str) -> Query:
        if text.is_han(run) and len(run) == 1:
            return self._character(field, run)
        return self._phrase(_field_name(field), text.tokens([run]))

    def _character(self, field: TextField, one: str) -> Query:
        match field:
            case TextField.ANY:
                return self._term("chars", one)
            case TextField.TITLE:
                return self._term("chars", TITLE_CHARACTER + one)
            case _:
                return Query.regex_query(self._schema, field.value, f"{one}.?|.{one}")

    def _quoted(self, field: TextField, found: Sequence[str]) -> list[Query]:
        """Return one phrase over all runs; single Han characters have no place in it and stand apart."""
        sequence = text.tokens(run for run in found if not text.is_han(run) or len(run) > 1)
        queries = [self._phrase(_field_name(field), sequence)] if sequence else []
        lone = [run for run in found if text.is_han(run) and len(run) == 1]
        return queries + [self._run(field, run) for run in lone]

    def _title_extras(self, leaf: Text, found: Sequence[str]) -> Iterable[Query]:
        for run in found:
            yield Query.boost_query(self._run(TextField.TITLE, run), _TITLE_PHRASE)
        for word in text.words(text.segments(leaf.text)):
            yield Query.boost_query(self._term("words", word), _WORD)

    def _exact_titles(self, typed: str) -> Iterable[Query]:
        whole = text.key(typed)
        for kind, score in _EXACT.items():
            yield Query.const_score_query(self._term("key", key_number(kind, whole)), score)

    def _isbn(self, folded: str) -> Query:
        if len(folded) < _ISBN13_DIGITS and marks.is_isbn_part(folded):
            return self._prefix("isbn", folded)
        return self._constant(self._term("isbn", folded))

    def filters(self, filters: Filters, *, without: FacetName | None = None) -> list[Query]:
        """Return one query per kind of limit; none of them changes a score."""
        made = {
            FacetName.BRANCH: self._places(filters, without=without),
            FacetName.AVAILABILITY: self._available(filters),
            FacetName.YEAR: self._range("year", filters.year_from, filters.year_to),
            FacetName.CLASS: self._classes(filters.classes),
            FacetName.LANGUAGE: self._one_of("language", filters.languages),
            FacetName.FORM: self._one_of("form", filters.forms),
            FacetName.AUTHOR: self._one_of("author_name", filters.authors),
        }
        limits = [one for kind, one in made.items() if kind != without and one is not None]
        if filters.added_since is not None:
            limits.append(self._newer(day_number(filters.added_since)))
        return [self._constant(one) for one in limits]

    def _places(self, filters: Filters, *, without: FacetName | None) -> Query | None:
        there = filters.available and without is not FacetName.AVAILABILITY
        return self._numbers("available_branch" if there else "branch", filters.branches)

    def _available(self, filters: Filters) -> Query | None:
        return self.available_somewhere() if filters.available and not filters.branches else None

    def available_somewhere(self) -> Query:
        """Return the query of records with a copy to borrow now."""
        return self._constant(self._term("available", 1))

    def available_at(self, branches: Sequence[int]) -> Query:
        """Return the query of records with a copy to borrow now at one of ``branches``, anywhere if none."""
        there = self._numbers("available_branch", branches)
        return self.available_somewhere() if there is None else self._constant(there)

    def _classes(self, classes: Sequence[str]) -> Query | None:
        if not classes:
            return None
        marked = [
            self._term("class_prefix", folded) if folded else self._term("main_class", "")
            for folded in (marks.fold_class(one) for one in classes)
        ]
        return self._either(marked)

    def _numbers(self, name: str, values: Sequence[int]) -> Query | None:
        return self._either([self._term(name, one) for one in values]) if values else None

    def _one_of(self, name: str, values: Sequence[str]) -> Query | None:
        return self._either([self._term(name, one) for one in values]) if values else None

    def _newer(self, day: int) -> Query:
        return Query.range_query(self._schema, "added", FieldType.Integer, day, None)

    def _range(self, name: str, first: int | None, last: int | None) -> Query | None:
        if first is None and last is None:
            return None
        stated = 1 if first is None else first
        return Query.range_query(self._schema, name, FieldType.Integer, stated, last)

    def ids(self, start: int, stop: int) -> Query:
        """Return the query of the records with ``start <= id < stop``."""
        return Query.range_query(
            self._schema, "id", FieldType.Integer, max(start, 0), stop, include_upper=False
        )

    def position(self) -> Query:
        """Return the query of the document that keeps the feed position."""
        return self._term("id", NO_ID)

    def suggestion(self, term: str) -> Query:
        """Return the query of the records that bear a suggested title or name."""
        return self._term("suggest", term)

    def _read_aloud(self, field: TextField) -> tuple[str, ...]:
        match field:
            case TextField.ANY:
                return ("title", "author")
            case TextField.TITLE | TextField.AUTHOR:
                return (field.value,)
            case _:
                return ()

    def _phrase(self, name: str, sequence: Sequence[str]) -> Query:
        if not sequence:
            return Query.empty_query()
        if len(sequence) == 1:
            return self._term(name, sequence[0])
        return Query.phrase_query(self._schema, name, list(sequence))

    def _term(self, name: str, value: str | int) -> Query:
        return Query.term_query(self._schema, name, value, index_option=RECORDS.get(name, "basic"))

    def _prefix(self, name: str, value: str) -> Query:
        if not value:
            return Query.empty_query()
        return Query.regex_query(self._schema, name, _escaped(value) + ".*")

    def _constant(self, query: Query) -> Query:
        return Query.const_score_query(query, 0.0)

    def _either(self, queries: Sequence[Query]) -> Query:
        if not queries:
            return Query.empty_query()
        if len(queries) == 1:
            return queries[0]
        return Query.boolean_query([(Occur.Should, one) for one in queries])


def _field_name(field: TextField) -> str:
    return "text" if field is TextField.ANY else field.value


def _conjunction(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, one) for one in queries])
