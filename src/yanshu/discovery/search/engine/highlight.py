"""Which places of a shown text answer the search, worked out on the text of the database.

The engine's own snippets mark single characters; and the text shown may be newer than the index.
"""

import re
from collections.abc import Iterable, Iterator

from yanshu.discovery.search.engine import pinyin, text
from yanshu.discovery.search.engine.request import AllOf, AnyOf, Initials, Node, Pinyin, Text

Place = tuple[int, int]


def marked_places(value: str, query: Node | None) -> tuple[Place, ...]:
    """Return the half-open places of ``value`` to mark, in order and apart from one another.

    Traditional text is marked for a simplified search and the other way round; Chinese text is marked for
    pinyin and for initials.

    Example: ``marked_places("紅樓夢研究", parse("红楼梦")) == ((0, 3),)``.
    """
    leaves = list(_leaves(query)) if query is not None else []
    places = list(_written(value, [leaf for leaf in leaves if isinstance(leaf, Text)]))
    spoken = [leaf for leaf in leaves if isinstance(leaf, Pinyin | Initials)]
    if spoken:
        places.extend(_spoken(value, spoken))
    return _merged(places)


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            for one in nodes:
                yield from _leaves(one)
        case Text() | Pinyin() | Initials():
            yield node


def _written(value: str, wanted: Iterable[Text]) -> Iterator[Place]:
    folded, origins = _folded_with_origins(value)
    for leaf in wanted:
        for run in text.joined_runs(leaf.text) if leaf.quoted else text.runs(leaf.text):
            for found in re.finditer(_pattern(run), folded):
                yield origins[found.start()], origins[found.end() - 1] + 1


def _pattern(run: str) -> str:
    if text.is_han(run):
        return r"\s*".join(re.escape(one) for one in run)
    return rf"(?<![a-z0-9]){re.escape(run)}(?![a-z0-9])"


def _folded_with_origins(value: str) -> tuple[str, list[int]]:
    """Return the folded text, every sign a space, and for each of its characters where it came from."""
    folded: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(value):
        for one in text.fold(character):
            folded.append(one if one.isalnum() or one in "+#" else " ")
            origins.append(place)
    return "".join(folded), origins


def _spoken(value: str, wanted: Iterable[Pinyin | Initials]) -> Iterator[Place]:
    heard = _syllables_with_places(value)
    for leaf in wanted:
        sequence = leaf.syllables if isinstance(leaf, Pinyin) else tuple(leaf.letters)
        heads = isinstance(leaf, Initials)
        size = len(sequence)
        for start in range(len(heard) - size + 1):
            window = heard[start : start + size]
            if tuple(said[0] if heads else said for said, _ in window) == sequence:
                yield window[0][1], window[-1][1] + 1


def _syllables_with_places(value: str) -> list[tuple[str, int]]:
    """Return each Han character's syllable with its place; nothing when simplifying changes the length."""
    cut = text.segments(value)
    if sum(map(len, cut)) != len(value):
        return []
    heard: list[tuple[str, int]] = []
    place = 0
    for segment in cut:
        if text.all_han(segment) and len(said := pinyin.reading(segment)) == len(segment):
            heard.extend((one, place + offset) for offset, one in enumerate(said))
        place += len(segment)
    return heard


def _merged(places: Iterable[Place]) -> tuple[Place, ...]:
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
