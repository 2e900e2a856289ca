"""A search as it stands in the address of the page, and what of it can be taken away again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from yanshu.core.ui.paging import page_size
from yanshu.discovery.search.queries import FacetName, Filters, Sort, Wish
from yanshu.discovery.search.terms import Field, SortWord
from yanshu.discovery.search.web.words import FacetWords

YEARS = range(1, 10_000)
LONGEST_NUMBER = 9
MOST_VALUES = 50


def wish_of(query: QueryDict) -> Wish:
    """Return what an address asks for; what cannot be understood is left out."""
    fields = {field: text for field in Field if (text := query.get(field.value, "").strip())}
    typed = query.get("q", "").strip()
    browsing = not typed and not fields
    return Wish(
        typed=typed,
        fields=fields,
        filters=_filters(query),
        sort=_sort(query.get("sort", ""), Sort.NEWEST if browsing else Sort.RELEVANCE),
        page=_number(query.get("page", "")) or 1,
        page_size=page_size(query),
    )


def _filters(query: QueryDict) -> Filters:
    return Filters(
        branches=tuple(
            number for text in query.getlist("branch")[:MOST_VALUES] if (number := _number(text)) is not None
        ),
        available=query.get("available") == "1",
        year_from=_year(query.get("year_from", "")),
        year_to=_year(query.get("year_to", "")),
        classes=_narrowest(query.getlist("in_class")[:MOST_VALUES]),
        languages=tuple(query.getlist("language")[:MOST_VALUES]),
        forms=tuple(query.getlist("form")[:MOST_VALUES]),
    )


def _narrowest(marks: Sequence[str]) -> tuple[str, ...]:
    """Return class marks without those that another one lies in: K with K2 ticked under it means K2."""
    return tuple(
        mark for mark in marks if not any(other != mark and other.startswith(mark) for other in marks)
    )


def _sort(text: str, usual: Sort) -> Sort:
    return Sort(text) if text in SortWord.values else usual


def _number(text: str) -> int | None:
    clean = text.strip()
    return int(clean) if clean.isascii() and clean.isdigit() and len(clean) <= LONGEST_NUMBER else None


def _year(text: str) -> int | None:
    year = _number(text)
    return year if year in YEARS else None


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force, and the address of the same search without it."""

    words: str
    url: str


def chips(query: QueryDict, wish: Wish, words: FacetWords) -> Iterator[Chip]:
    """Yield the conditions in force, those typed into fields first."""
    for field, text in wish.fields.items():
        yield Chip(
            _("%(field)s: %(text)s") % {"field": field.label, "text": text}, without(query, field.value)
        )
    filters = wish.filters
    if filters.available:
        yield Chip(words.value(FacetName.AVAILABILITY, "available"), without(query, "available"))
    for name, parameter, values in (
        (FacetName.BRANCH, "branch", filters.branches),
        (FacetName.FORM, "form", filters.forms),
        (FacetName.CLASS, "in_class", filters.classes),
        (FacetName.LANGUAGE, "language", filters.languages),
    ):
        for value in values:
            yield Chip(words.value(name, value), without(query, parameter, str(value)))
    if filters.year_from is not None:
        yield Chip(_("From %(year)s") % {"year": filters.year_from}, without(query, "year_from"))
    if filters.year_to is not None:
        yield Chip(_("Until %(year)s") % {"year": filters.year_to}, without(query, "year_to"))


def without(query: QueryDict, name: str, value: str | None = None) -> str:
    """Return the address of the same search without a condition, from its first page."""
    other = query.copy()
    other.setlist(name, [kept for kept in other.getlist(name) if value is not None and kept != value])
    return _address(other)


def unfiltered(query: QueryDict) -> str:
    """Return the address of the same search without any filter."""
    other = query.copy()
    for name in ("available", "branch", "form", "in_class", "language", "year_from", "year_to"):
        other.setlist(name, [])
    return _address(other)


def kept(query: QueryDict, *names: str) -> list[tuple[str, Any]]:
    """Return the named parameters as hidden fields carry them; empty ones stay away."""
    return [(name, value) for name in names for value in query.getlist(name) if value]


def _address(query: QueryDict) -> str:
    query.setlist("page", [])
    return f"?{query.urlencode()}"
