"""A record turned into the fields of the index."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Self

from yanshu.discovery.search.engine import marks, pinyin, text
from yanshu.discovery.search.engine.document import SearchDocument
from yanshu.discovery.search.engine.tantivy.schema import NO_ID, POSITION

CHINESE = frozenset({"chi", "zho", "zh", "cmn"})
TITLE_CHARACTER = "t"
SUGGESTION_BORDER = "\x1f"
LONGEST_KEY = 120
LONGEST_SPOKEN = 30
"""Letters of pinyin a suggestion is looked up by; nobody types further without choosing."""
LONGEST_INITIALS = 12
_LONGEST_SHOWN = 80

Fields = dict[str, Any]


class _Reading:
    """One title, name or phrase: its tokens, its syllables and the keys it is known by."""

    __slots__ = ("characters", "initials", "keys", "suggestions", "syllables", "tokens", "words")

    def __init__(
        self, found: list[str], *, cut: list[str] | None = None, parts: list[tuple[str, ...]] | None = None
    ) -> None:
        self.tokens = " ".join(text.tokens(found))
        self.characters = "".join([run for run in found if text.is_han(run)])
        self.words = " ".join(text.words(cut)) if cut else ""
        syllables = [one for part in parts for one in part] if parts else []
        letters = "".join([one[0] for one in syllables])
        self.syllables = " ".join(syllables)
        self.initials = " ".join(text.bigrams(letters))
        self.keys = ("".join(found)[:LONGEST_KEY], "".join(syllables)[:LONGEST_KEY], letters[:LONGEST_KEY])
        self.suggestions: tuple[str, ...] = ()

    def suggested(self, value: str, kind: str) -> Self:
        """Let the value be suggested by its characters, its pinyin and its initials."""
        written, spoken, letters = self.keys
        shown = f"{SUGGESTION_BORDER}{kind}{' '.join(value.split())[:_LONGEST_SHOWN]}"
        keys = dict.fromkeys((written, spoken[:LONGEST_SPOKEN], letters[:LONGEST_INITIALS]))
        self.suggestions = tuple([one + shown for one in keys if one])
        return self


def _read_title(value: str, *, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    if value.isascii() or not any(text.is_han(run) for run in found):
        syllables = pinyin.romanised_syllables(value) if chinese else ()
        return _Reading(found, parts=[syllables]).suggested(value, "t")
    cut = text.segments(value)
    return _Reading(found, cut=cut, parts=pinyin.read_segments(cut)).suggested(value, "t")


@lru_cache(maxsize=50_000)
def _read_name(value: str, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    if any(text.is_han(run) for run in found):
        parts = [pinyin.name_reading(run) if text.is_han(run) else (run,) for run in found]
    else:
        parts = [pinyin.romanised_syllables(value) if chinese else ()]
    return _Reading(found, parts=parts).suggested(value, "a")


@lru_cache(maxsize=50_000)
def _read_phrase(value: str) -> _Reading:
    """Read a subject or publisher: words, but no pinyin."""
    return _Reading(text.joined_runs(value), cut=text.segments(value))


def _apart(values: Iterable[str]) -> str:
    return f" {text.BREAK} ".join([one for one in values if one])


def _characters(titles: list[_Reading], everything: list[_Reading]) -> str:
    """Return every character once, and those of the titles once more with their mark."""
    anywhere = set("".join([one.characters for one in everything]))
    in_titles = set("".join([one.characters for one in titles]))
    return " ".join([*anywhere, *(TITLE_CHARACTER + one for one in in_titles)])


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
    tokens = {name: text.join_tokens([one.tokens for one in read]) for name, read in by_field.items() if read}
    fields: Fields = dict(tokens)
    fields["text"] = text.join_tokens(tokens.values())
    fields["chars"] = _characters(titles, [*titles, *authors, *subjects, *publishers])
    fields["words"] = " ".join([one.words for one in (*titles, *subjects) if one.words])
    for name, read in (("title", titles), ("author", authors)):
        fields[f"{name}_py"] = _apart([one.syllables for one in read])
        fields[f"{name}_pyi"] = _apart([one.initials for one in read])
    fields["key"] = list(dict.fromkeys(one for read in titles for one in title_keys(read.keys)))
    fields["suggest"] = [term for one in (*titles, *authors) for term in one.suggestions]
    return fields | _exact_fields(document) | _facet_fields(document, titles)


def _exact_fields(document: SearchDocument) -> Fields:
    return {
        "isbn": list(dict.fromkeys(n for one in document.isbns if (n := marks.fold_isbn(one)))),
        "class_prefix": list(dict.fromkeys(p for one in document.classes for p in marks.class_prefixes(one))),
        "call_number": [marks.fold_call_number(one) for one in document.call_numbers],
    }


def _facet_fields(document: SearchDocument, titles: list[_Reading]) -> Fields:
    main_classes = {letter for one in document.classes if (letter := marks.main_class(one))}
    sort_key = document.title_sort_key or (titles[0].syllables or titles[0].tokens if titles else "")
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
        "title_sort": sort_key[:LONGEST_KEY],
    }


def position_fields(position: int) -> Fields:
    """Return the one document that keeps the feed position in the same commit as the changes."""
    return {"id": NO_ID, POSITION: str(position)}
