"""The panel 筛选: for each kind of condition the values found, as boxes to tick."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from yanshu.discovery.search import queries
from yanshu.discovery.search.queries import FacetCount, FacetName, Result, Wish
from yanshu.discovery.search.web.words import FacetWords

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Box:
    """One value to tick; ``is_inner`` where it stands under the one before."""

    name: str
    value: str
    words: str
    records: int
    is_ticked: bool
    is_inner: bool = False

    @property
    def key(self) -> str:
        """The key of the box on the page."""
        return f"f-{self.name}-{self.value or 'none'}"


@dataclass(frozen=True, slots=True)
class Group:
    """The boxes of one kind; those behind ``SHOWN`` are folded, unless one of them is ticked."""

    title: str
    boxes: Sequence[Box]

    @property
    def in_sight(self) -> Sequence[Box]:
        """The first boxes."""
        return self.boxes[:SHOWN]

    @property
    def folded(self) -> Sequence[Box]:
        """The rest."""
        return self.boxes[SHOWN:]

    @property
    def is_unfolded(self) -> bool:
        """Whether the rest is shown at once."""
        return any(box.is_ticked for box in self.folded)


def groups(wish: Wish, result: Result, words: FacetWords) -> list[Group]:
    """Return the panel's groups; a kind with nothing to choose stays away."""
    facets = result.answer.facets
    filters = wish.filters
    found = [
        Group(pgettext("filter", "Only"), list(_available(facets.get(FacetName.AVAILABILITY, ()), wish))),
        _group(pgettext("filter", "Branch"), "branch", FacetName.BRANCH, filters.branches, result, words),
        _group(pgettext("filter", "Form"), "form", FacetName.FORM, filters.forms, result, words),
        Group(pgettext("filter", "Class"), list(_classes(wish, facets.get(FacetName.CLASS, ()), words))),
        _group(
            pgettext("filter", "Language"), "language", FacetName.LANGUAGE, filters.languages, result, words
        ),
    ]
    return [group for group in found if group.boxes]


def years(result: Result) -> tuple[int, int] | None:
    """Return the first and last year of publication among the records found."""
    stated = [int(one.value) for one in result.answer.facets.get(FacetName.YEAR, ()) if one.value]
    return (min(stated), max(stated)) if stated else None


def _available(counts: Sequence[FacetCount], wish: Wish) -> Iterator[Box]:
    for one in counts:
        if one.value == "available" and (one.records or wish.filters.available):
            words = FacetWords().value(FacetName.AVAILABILITY, one.value)
            yield Box("available", "1", words, one.records, wish.filters.available)


def _group(
    title: str, name: str, facet: FacetName, chosen: Sequence[str | int], result: Result, words: FacetWords
) -> Group:
    counts = result.answer.facets.get(facet, ())
    boxes = [
        Box(name, str(one.value), words.value(facet, one.value), one.records, one.value in chosen)
        for one in counts
    ]
    missing = [value for value in chosen if value not in {one.value for one in counts}]
    boxes += [Box(name, str(value), words.value(facet, value), 0, is_ticked=True) for value in missing]
    return Group(title, boxes)


def opened_class(wish: Wish) -> str:
    """Return the one main class whose second level is offered; nothing where none or several are chosen."""
    letters = {mark[:1] for mark in wish.filters.classes}
    return letters.pop() if len(letters) == 1 else ""


def _classes(wish: Wish, counts: Sequence[FacetCount], words: FacetWords) -> Iterator[Box]:
    """Yield main classes, and under the one that is chosen its second level."""
    chosen, opened = wish.filters.classes, opened_class(wish)
    inner = [mark for mark in words.classes if len(mark) > 1]
    for one in counts:
        mark = str(one.value)
        yield Box("in_class", mark, words.value(FacetName.CLASS, mark), one.records, mark in chosen)
        if mark and mark == opened:
            for found in queries.counts_in(wish, inner):
                code = str(found.value)
                named = words.value(FacetName.CLASS, code)
                yield Box("in_class", code, named, found.records, code in chosen, is_inner=True)
