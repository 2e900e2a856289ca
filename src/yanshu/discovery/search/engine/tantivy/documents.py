"""A record turned into the fields of the index."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

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
_LONGEST_WRITTEN = LONGEST_SPOKEN + 1
"""Characters a suggestion is looked up by; one more than is asked for, or a longer title were exact."""
_LONGEST_SHOWN = 80

Fields = dict[str, Any]


class _Reading(NamedTuple):
    """One title, name or phrase: its tokens, its syllables and the keys it is known by."""

    tokens: str
    characters: str
    words: str = ""
    syllables: str = ""
    initials: str = ""
    keys: tuple[int, ...] = ()
    suggestions: tuple[str, ...] = ()
    shown: str = ""
    """What is suggested, its kind before it."""


def _reading(
    value: str, found: list[str], syllables: Sequence[str], *, kind: str, words: str = ""
) -> _Reading:
    """Return the reading of a value that is suggested by its characters, its pinyin and its initials."""
    written = "".join(found)
    tokens, characters = _tokens(found)
    if not written:
        return _Reading(tokens, characters)
    shown = f"{kind}{' '.join(value.split())[:_LONGEST_SHOWN]}"
    mark = SUGGESTION_BORDER + suggestion_mark(shown)
    written_key = key_number("t", written)
    if not syllables:
        looked_up = written[:_LONGEST_WRITTEN] + mark
        return _Reading(tokens, characters, words, "", "", (written_key,), (looked_up,), shown)
    spoken, letters = "".join(syllables), "".join([one[0] for one in syllables])
    suggested = {written[:_LONGEST_WRITTEN], spoken[:LONGEST_SPOKEN], letters[:LONGEST_INITIALS]}
    return _Reading(
        tokens,
        characters,
        words,
        " ".join(syllables),
        " ".join(text.bigrams(letters)),
        (written_key, key_number("p", spoken), key_number("i", letters)),
        tuple([one + mark for one in suggested]),
        shown,
    )


def key_number(kind: str, whole: str) -> int:
    """Return the number of a whole title: as written (``t``), in pinyin (``p``) or by initials (``i``).

    A number and not the title itself, because the engine builds its list of terms byte by byte at each commit
    and each merge. Two titles with one number are not to be expected among 64 bits.
    """
    digest = blake2b(f"{kind}:{whole[:LONGEST_KEY]}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def suggestion_mark(shown: str) -> str:
    """Return what stands behind the border of a suggestion's terms: its kind, and which of the same letters.

    What is shown is kept once in the record and not in each of the three terms it is looked up by: long terms
    were the dearest part of a build.
    """
    return f"{shown[0]}{crc32(shown.encode('utf-8', 'replace')) & 0xFFFFFF:06x}"


def _tokens(found: list[str]) -> tuple[str, str]:
    """Return the tokens of the runs with spaces between, and the Han characters."""
    if len(found) == 1 and len(run := found[0]) > 1 and text.is_han(run):
        return " ".join(text.bigrams(run)), run
    return " ".join(text.tokens(found)), "".join(filter(text.is_han, found))


def _read_title(value: str, *, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    if value.isascii() or not any(map(text.is_han, found)):
        syllables = pinyin.romanised_syllables(value) if chinese else ()
        return _reading(value, found, syllables, kind="t")
    cut = text.segments(value)
    return _reading(value, found, pinyin.read_segments(cut), kind="t", words=" ".join(text.words(cut)))


@lru_cache(maxsize=50_000)
def _read_name(value: str, chinese: bool) -> _Reading:
    found = text.joined_runs(value)
    syllables: Sequence[str] = ()
    if any(map(text.is_han, found)):
        syllables = [
            one for run in found for one in (pinyin.name_reading(run) if text.is_han(run) else (run,))
        ]
    elif chinese:
        syllables = pinyin.romanised_syllables(value)
    return _reading(value, found, syllables, kind="a")


@lru_cache(maxsize=50_000)
def _read_phrase(value: str) -> _Reading:
    """Read a subject or publisher: words, but no pinyin."""
    tokens, characters = _tokens(text.joined_runs(value))
    return _Reading(tokens, characters, " ".join(text.words(text.segments(value))))


def _spoken_once(read: list[_Reading]) -> list[_Reading]:
    """Leave out what only spells another value in pinyin: that one is found by the same letters."""
    if len(read) < 2:  # noqa: PLR2004 - one alone repeats nothing
        return read
    written = {one.syllables for one in read if one.characters}
    kept: dict[str, _Reading] = {}
    for number, one in enumerate(read):
        if one.characters or one.syllables not in written:
            kept.setdefault(one.syllables or str(number), one)
    return list(kept.values())


def _apart(values: Iterable[str]) -> str:
    return f" {text.BREAK} ".join([one for one in values if one])


def _characters(titles: list[_Reading], others: Sequence[_Reading]) -> str:
    """Return every character once, and those of the titles once more with their mark."""
    written = "".join([one.characters for one in titles])
    anywhere = set("".join([written, *[one.characters for one in others]]))
    return " ".join([*anywhere, *[TITLE_CHARACTER + one for one in set(written)]])


def day_number(day: date | None) -> int:
    """Return a date as the index orders it; 0 when unknown."""
    return day.toordinal() if day is not None else 0


def fields_of(document: SearchDocument) -> Fields:
    """Return every field of the index for one record."""
    chinese = document.language in CHINESE
    whole = [_read_title(one, chinese=chinese) for one in document.titles]
    titles = [*whole, *([_read_title(document.subtitle, chinese=chinese)] if document.subtitle else [])]
    authors = [_read_name(one, chinese) for one in document.authors]
    subjects = [_read_phrase(one) for one in document.subjects]
    publishers = [_read_phrase(document.publisher)] if document.publisher else []
    by_field = {"title": titles, "author": authors, "subject": subjects, "publisher": publishers}
    tokens = {name: text.join_tokens([one.tokens for one in read]) for name, read in by_field.items() if read}
    fields: Fields = dict(tokens)
    fields["text"] = text.join_tokens(tokens.values())
    fields["chars"] = _characters(titles, [*authors, *subjects, *publishers])
    fields["words"] = " ".join([one.words for one in (*titles, *subjects) if one.words])
    spoken = {"title": _spoken_once(titles), "author": _spoken_once(authors)}
    for name, read in spoken.items():
        fields[f"{name}_py"] = _apart([one.syllables for one in read])
        fields[f"{name}_pyi"] = _apart([one.initials for one in read])
    fields["key"] = [*{key for read in whole for key in read.keys}]
    suggested = [one for read in spoken.values() for one in read if one.shown]
    fields["suggest"] = [term for one in suggested for term in one.suggestions]
    fields["shown"] = [one.shown for one in suggested]
    return fields | _exact_fields(document) | _facet_fields(document, titles)


def _exact_fields(document: SearchDocument) -> Fields:
    return {
        "isbn": _once([marks.fold_isbn(one) for one in document.isbns]),
        "class_prefix": _once([prefix for one in document.classes for prefix in marks.class_prefixes(one)]),
        "call_number": [marks.fold_call_number(one) for one in document.call_numbers],
    }


def _once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, values))) if values else values


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
