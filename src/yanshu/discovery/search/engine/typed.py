"""What a person types into the one search line, understood as a search tree.

Words are all required; what stands in quotation or title marks stands together; a minus before a word
excludes it. A number that looks like an ISBN, a class mark, a call number and Latin letters that divide into
pinyin or may be initials are tried as such *beside* the plain words, so a guess never hides a plain hit.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from yanshu.discovery.search.engine import marks, pinyin, text
from yanshu.discovery.search.engine.request import (
    AllOf,
    AnyOf,
    CallNumber,
    ClassMark,
    Initials,
    Isbn,
    Node,
    Not,
    Pinyin,
    SearchRequest,
    Text,
    TextField,
)

_CHUNK = re.compile(r"\"([^\"]+)\"|“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》|〈([^〉]+)〉|(\S+)")
_LATIN = re.compile(r"[a-z]+")
_LONGEST_TYPED = 300
_MOST_DIVISIONS = 6
_READ_ALOUD = (TextField.ANY, TextField.TITLE, TextField.AUTHOR)


def request_of(typed: str) -> SearchRequest:
    """Return the request for what a person typed; add filters, sort and page with ``dataclasses.replace``."""
    return SearchRequest(query=parse(typed), typed=typed.strip()[:_LONGEST_TYPED])


def parse(typed: str, *, field: TextField = TextField.ANY) -> Node | None:
    """Return the search tree of typed text, or ``None`` when nothing was typed.

    Args:
        field: the one field of an advanced search line; class marks and numbers are tried only for any field.

    Example: ``parse("lishi")`` looks for the word lishi or for the syllables li shi.
    """
    whole = typed.strip()[:_LONGEST_TYPED]
    if not whole:
        return None
    if field is TextField.ANY and marks.is_isbn(whole):
        return _isbn(whole)
    nodes: list[Node] = []
    latin: list[str] = []
    chunks = list(_chunks(whole))
    for quoted, chunk in chunks:
        words = _latin_words(chunk)
        if words and not quoted and field in _READ_ALOUD:
            latin.extend(words)
            continue
        nodes.extend(_latin_nodes(latin, field, alone=False))
        latin = []
        node = Text(chunk, field, quoted=True) if quoted else _chunk_node(chunk, field)
        if node is not None:
            nodes.append(node)
    nodes.extend(_latin_nodes(latin, field, alone=not nodes))
    return _all(nodes) if nodes else Text(whole, field)


def _chunks(typed: str) -> Iterable[tuple[bool, str]]:
    for found in _CHUNK.finditer(typed):
        *marked, plain = found.groups()
        yield (False, plain) if plain is not None else (True, next(one for one in marked if one is not None))


def _latin_words(chunk: str) -> list[str]:
    """Return the words of a chunk that is Latin letters and nothing else."""
    found = text.runs(chunk)
    return found if found and chunk[0] != "-" and all(_LATIN.fullmatch(run) for run in found) else []


def _chunk_node(chunk: str, field: TextField) -> Node | None:
    if chunk[0] in "-－" and len(chunk) > 1:
        inner = _chunk_node(chunk[1:], field)
        return None if inner is None or isinstance(inner, Not) else Not(inner)
    if not text.runs(chunk):
        return None
    return _by_shape(chunk) if field is TextField.ANY else Text(chunk, field)


def _by_shape(chunk: str) -> Node:
    plain = Text(chunk)
    compact = unicodedata.normalize("NFKC", chunk)
    if marks.is_isbn(compact):
        return _isbn(compact)
    if marks.is_class_mark(compact):
        return AnyOf((plain, ClassMark(marks.fold_class(compact))))
    if marks.is_call_number(compact):
        return AnyOf((plain, CallNumber(marks.fold_call_number(compact))))
    return plain


def _isbn(typed: str) -> Node:
    return AnyOf((Isbn(marks.fold_isbn(typed)), Text(typed, quoted=True)))


def _latin_nodes(words: list[str], field: TextField, *, alone: bool) -> list[Node]:
    """Return the nodes of neighbouring Latin words; single syllables side by side are read as one run.

    Args:
        alone: nothing else was typed, so that a single word may be initials even if it has a vowel.
    """
    nodes: list[Node] = []
    for single, group in groupby(words, key=lambda word: pinyin.syllable(word) in pinyin.SYLLABLES):
        members = list(group)
        if single and len(members) > 1:
            plain = _all([Text(word, field) for word in members])
            nodes.append(AnyOf((plain, Pinyin(tuple(pinyin.syllable(word) for word in members), field))))
        else:
            nodes.extend(_latin_word(word, field, alone=alone and len(words) == 1) for word in members)
    return nodes


def _latin_word(word: str, field: TextField, *, alone: bool) -> Node:
    ways: list[Node] = [Text(word, field)]
    ways.extend(Pinyin(one, field) for one in pinyin.divisions(word, limit=_MOST_DIVISIONS))
    if pinyin.is_initials(word) and (alone or not pinyin.has_vowel(word)):
        ways.append(Initials(word, field))
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))
