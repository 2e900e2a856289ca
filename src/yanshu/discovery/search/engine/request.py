"""A search as a small tree, and its answer; no engine's syntax."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

LAST_ROW = 100_000
"""The deepest row a page may reach; nobody reads further, and the cost grows with the depth."""
LARGEST_PAGE = 500


class TextField(StrEnum):
    """Where words are looked for."""

    ANY = "any"
    TITLE = "title"
    AUTHOR = "author"
    SUBJECT = "subject"
    PUBLISHER = "publisher"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    YEAR = "year"  # latest first; not stated last
    TITLE = "title"  # by pinyin
    NEWEST = "newest"  # latest added first


class FacetName(StrEnum):
    BRANCH = "branch"
    AVAILABILITY = "availability"
    YEAR = "year"
    CLASS = "class"
    LANGUAGE = "language"
    FORM = "form"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Text:
    """Words as typed: each Han run as a phrase, each other word by itself, all of them required.

    With ``quoted`` everything stands together in this order.
    """

    text: str
    field: TextField = TextField.ANY
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Pinyin:
    """Syllables that follow one another in a title or a name."""

    syllables: tuple[str, ...]
    field: TextField = TextField.ANY


@dataclass(frozen=True, slots=True)
class Initials:
    """First letters of syllables that follow one another in a title or a name."""

    letters: str
    field: TextField = TextField.ANY


@dataclass(frozen=True, slots=True)
class Isbn:
    """An ISBN in either form, an ISSN, or the beginning of an ISBN-13."""

    number: str


@dataclass(frozen=True, slots=True)
class ClassMark:
    """All records whose class mark begins so."""

    prefix: str


@dataclass(frozen=True, slots=True)
class CallNumber:
    """All records with a call number that begins so."""

    prefix: str


@dataclass(frozen=True, slots=True)
class AllOf:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


Leaf = Text | Pinyin | Initials | Isbn | ClassMark | CallNumber
Node = Leaf | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Limits that do not change the order. Values of one kind are alternatives; kinds add up.

    ``available`` together with ``branches`` means available there. ``classes`` are prefixes of class marks.
    An empty text in ``classes``, ``languages`` or ``forms`` stands for records that state none, as in facets.
    """

    branches: tuple[int, ...] = ()
    available: bool = False
    year_from: int | None = None
    year_to: int | None = None
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    added_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is wanted from the index.

    Args:
        query: the tree; ``None`` asks for every record (browsing with filters).
        typed: the whole text as typed: a record with exactly this title comes first.
        page: counts from 1.
        facets: the facets wanted; none costs nothing.
        facet_size: the most values per facet.
        facet_budget_ms: facets are left out when they are likely to take longer; the page then asks for them
            in a second request without a budget.

    Raises:
        ValueError: for a page before the first, an empty or oversized page, or rows beyond ``LAST_ROW``.
    """

    query: Node | None = None
    typed: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    facets: tuple[FacetName, ...] = ()
    facet_size: int = 20
    facet_budget_ms: float | None = None

    def __post_init__(self) -> None:
        if self.page < 1 or not 1 <= self.page_size <= LARGEST_PAGE or self.facet_size < 1:
            raise ValueError(f"page {self.page} of {self.page_size} cannot be asked for")
        if self.page * self.page_size > LAST_ROW:
            raise ValueError(f"rows beyond {LAST_ROW} cannot be asked for")


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value and how many of the records found have it.

    Branches and years are numbers (year 0: not stated); availability is ``available`` or ``unavailable``; the
    others are codes, an empty text meaning not stated.
    """

    value: str | int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What the index found.

    Args:
        total: records found, not only those of this page.
        ids: the page, in order.
        facets: a value's count is what the page would show if it were chosen: a facet does not count under
            its own filter. Years come latest first, the others most frequent first.
        facets_skipped: the facets asked for would have gone over the budget.
        took_ms: time inside the engine.
    """

    total: int
    ids: tuple[int, ...]
    facets: Mapping[FacetName, tuple[FacetCount, ...]] = field(default_factory=dict)
    facets_skipped: bool = False
    took_ms: float = 0.0
