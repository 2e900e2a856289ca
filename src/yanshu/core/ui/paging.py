"""Words and numbers under a list: which rows are shown, of how many, and the pages one can go to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

PAGE_SIZES = (20, 50, 100)
PER_PAGE_PARAMETER = "per_page"


def page_size(query: QueryDict, default: int = PAGE_SIZES[0]) -> int:
    """Return the number of rows a page asked for, one of the three offered sizes."""
    wanted = query.get(PER_PAGE_PARAMETER, "")
    return int(wanted) if wanted in {str(size) for size in PAGE_SIZES} else default


def page_of(rows: Any, query: QueryDict, *, size: int | None = None) -> Page[Any]:
    """Return the page of ``rows`` that ``query`` asks for; a number beyond the end gives the last page."""
    return Paginator(rows, size or page_size(query)).get_page(query.get("page"))


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page in the row of numbers; ``number`` is ``None`` for the gap."""

    number: int | None
    url: str = ""
    is_current: bool = False


def page_links(page: Page[Any], query: QueryDict, parameter: str = "page") -> Iterator[PageLink]:
    """Yield the numbers under a list, with gaps where there are many."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            yield PageLink(number, page_url(query, number, parameter), is_current=number == page.number)
        else:
            yield PageLink(None)


def page_url(query: QueryDict, number: int, parameter: str = "page") -> str:
    """Return the query string of another page of the same list."""
    other = query.copy()
    other[parameter] = str(number)
    return f"?{other.urlencode()}"
