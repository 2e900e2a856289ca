"""A record in a list of results: 题名 / 责任者. -- 出版社, 出版年 ; ISBN, then state, call number, place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanshu.collection.catalogue.terms import Look, Shown
from yanshu.core.ui.dates import short_date
from yanshu.discovery.search.queries import Copy, Found, Wish
from yanshu.discovery.search.web.words import isbn_words, marked

TRAILING = " \u3000．。，,；;：:/"
"""Marks and blanks catalogues leave at the end of an area; a Latin full stop may belong to a word (Inc.)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One result as the page shows it."""

    found: Found
    title: SafeString
    subtitle: SafeString
    responsibility: SafeString
    imprint: str
    isbn: str

    @property
    def best(self) -> Copy | None:
        """The copy nearest to the reader's hand."""
        return self.found.best

    @property
    def look(self) -> Look | None:
        """The state word of the best copy."""
        return self.best.shown.look if self.best else None

    @property
    def due(self) -> str:
        """When the first copy on loan is due back, where none is on the shelf."""
        best = self.best
        if best is None or best.shown is not Shown.ON_LOAN or best.due_on is None:
            return ""
        return due_words(best.due_on)

    @property
    def place(self) -> str:
        """Where the best copy stands."""
        return f"{self.best.branch} {self.best.item.location}" if self.best else ""


def due_words(due_on: date) -> str:
    """Return when a copy is due back."""
    return _("due %(day)s") % {"day": short_date(due_on)}


def bare(area: str) -> str:
    """Return an area as typed without the mark or blank at its end: the line sets its own between areas.

    Example: ``bare("杨燕丽著．") == "杨燕丽著"``; ``bare("重庆出版社　") == "重庆出版社"``.
    """
    return area.rstrip(TRAILING)


def lines(records: Iterable[Found], wish: Wish | None = None) -> Iterator[Line]:
    """Yield results as lines, with what answers the search marked."""
    for found in records:
        record = found.record
        yield Line(
            found=found,
            title=marked(" ".join(part for part in (record.title, record.volume) if part), wish),
            subtitle=marked(record.subtitle, wish),
            responsibility=marked(bare(record.responsibility or record.author).removesuffix("."), wish),
            imprint=", ".join(str(part) for part in (bare(record.publisher), record.year) if part),
            isbn=isbn_words(record.isbn),
        )
