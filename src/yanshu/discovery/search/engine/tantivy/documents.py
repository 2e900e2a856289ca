"""A record turned into the fields of the index."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from yanshu.discovery.search.engine import marks, pinyin, text
from yanshu.discovery.search.engine.document import SearchDocument
from yanshu.discovery.search.engine.tantivy.schema import NO_ID

CHINESE = frozenset({"chi", "zho", "zh", "cmn"})
CHARACTER_PREFIX = {"title": "t", "author": "a", "subject": "s", "publisher": "p"}
SUGGESTION_BORDER = "\x1f"
_LONGEST_KEY = 120
_LONGEST_SHOWN = 80

Fields = dict[str, Any]


class _Reading:
    """One title or name: its tokens, its syllables and the keys it is known by."""

    __slots__ = ("characters", "initials", "keys", "syllables", "tokens", "words")

    def __init__(self, parts: list[tuple[str, ...]], cut: list[str], found: list[str]) -> None:
        self.tokens = text.tokens(found)
        self.characters = {one for run in found if text.is_han(run) for one in run}
        self.words = text.words(cut)
        self.syllables = [one for part in parts for one in part]
        letters = "".join(one[0] for one in self.syllables)
        self.initials = [a + b for a, b in pairwise(letters)]
        self.keys = ("".join(found)[:_LONGEST_KEY], "".join(self.syllables)[:_LONGEST_KEY], letters)


def _read_title(value: str, *, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    if value.isascii() or not any(text.is_han(run) for run in found):
        syllables = pinyin.romanised_syllables(value) if chinese else ()
        return _Reading([syllables] if syllables else [], [], found)
    cut = text.segments(value)
    return _Reading(pinyin.read_segments(cut), cut, found)


@lru_cache(maxsize=50_000)
def _read_name(value: str, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    if any(text.is_han(run) for run in found):
        simplified = text.runs(text.simplify(value))
        parts = [pinyin.name_reading(run) if text.is_han(run) else (run,) for run in simplified]
    else:
        syllables = pinyin.romanised_syllables(value) if chinese else ()
        parts = [syllables] if syllables else []
    return _Reading(parts, [], found)


@lru_cache(maxsize=50_000)
def _read_phrase(value: str) -> _Reading:
    """Read a subject or publisher: words, but no pinyin."""
    return _Reading([], text.segments(value), text.joined_runs(value))


def _joined(values: Iterable[list[str]]) -> str:
    return " ".join(text.join_tokens(values))


def _spaced(values: Iterable[list[str]]) -> str:
    return f" {text.BREAK} ".join(" ".join(one) for one in values if one)


def _characters(by_field: dict[str, list[_Reading]]) -> str:
    anywhere: set[str] = set()
    marked: list[str] = []
    for name, read in by_field.items():
        here = set().union(*(one.characters for one in read))
        anywhere |= here
        marked.extend(CHARACTER_PREFIX[name] + one for one in here)
    return " ".join([*anywhere, *marked])


def suggestion_terms(value: str, keys: Iterable[str], kind: str) -> list[str]:
    """Return the terms under which a title or name is suggested: by characters, full pinyin and initials."""
    shown = " ".join(value.split())[:_LONGEST_SHOWN]
    return [f"{one}{SUGGESTION_BORDER}{kind}{shown}" for one in dict.fromkeys(keys) if one]


def title_keys(keys: tuple[str, str, str]) -> list[str]:
    """Return the exact keys of a title: ``t:`` as written, ``p:`` in pinyin, ``i:`` by initials."""
    return [f"{kind}:{one}" for kind, one in zip("tpi", keys, strict=True) if one]


def day_number(day: date | None) -> int:
    """Return a date as the index orders it; 0 when unknown."""
    return day.toordinal() if day is not None else 0


def fields_of(document: SearchDocument) -> Fields:
    """Return every field of the index for one record."""
    chinese = document.language in CHINESE
    titles = [_read_title(one, chinese=chinese) for one in document.titles]
    authors = [_read_name(one, chinese) for one in document.authors]
    subjects = [_read_phrase(one) for one in document.subjects]
    publishers = [_read_phrase(document.publisher)] if document.publisher else []
    by_field = {"title": titles, "author": authors, "subject": subjects, "publisher": publishers}
    everything = [*titles, *authors, *subjects, *publishers]
    fields: Fields = {name: _joined(one.tokens for one in read) for name, read in by_field.items() if read}
    fields["text"] = _joined(one.tokens for one in everything)
    fields["chars"] = _characters(by_field)
    fields["words"] = " ".join(word for one in (*titles, *subjects) for word in one.words)
    for name, read in (("title", titles), ("author", authors)):
        fields[f"{name}_py"] = _spaced(one.syllables for one in read)
        fields[f"{name}_pyi"] = _spaced(one.initials for one in read)
    fields["key"] = list(dict.fromkeys(one for read in titles for one in title_keys(read.keys)))
    fields["suggest"] = [
        term
        for kind, values, read in (("t", document.titles, titles), ("a", document.authors, authors))
        for value, one in zip(values, read, strict=True)
        for term in suggestion_terms(value, one.keys, kind)
    ]
    return fields | _exact_fields(document) | _facet_fields(document, titles)


def _exact_fields(document: SearchDocument) -> Fields:
    return {
        "isbn": list({folded for one in document.isbns if (folded := marks.fold_isbn(one))}),
        "class_prefix": list({prefix for one in document.classes for prefix in marks.class_prefixes(one)}),
        "call_number": [marks.fold_call_number(one) for one in document.call_numbers],
    }


def _facet_fields(document: SearchDocument, titles: list[_Reading]) -> Fields:
    main_classes = {letter for one in document.classes if (letter := marks.main_class(one))}
    sort_key = document.title_sort_key or (
        " ".join(titles[0].syllables or titles[0].tokens) if titles else ""
    )
    return {
        "id": document.id,
        "rev": document.rev,
        "year": document.year or 0,
        "added": day_number(document.added_on),
        "main_class": sorted(main_classes) or [""],
        "language": document.language,
        "form": document.form,
        "author_name": list(dict.fromkeys(document.authors)),
        "branch": list(dict.fromkeys(document.branches)),
        "available_branch": list(dict.fromkeys(document.available_branches)),
        "available": 1 if document.available_branches else 0,
        "title_sort": sort_key[:_LONGEST_KEY],
    }


def position_fields(position: int) -> Fields:
    """Return the one document that keeps the feed position in the same commit as the changes."""
    return {"id": NO_ID, "position": position}
