"""The span a page of figures is about, as its address says it: a year, a month, or two days."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yanshu.core import clock
from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.ui.dates import span_words
from yanshu.reporting.figures import queries

YEARS_SHOWN = 12
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True)
class Period:
    """A span, the words for it, and the part of an address that means it."""

    span: Span
    today: date
    query: str
    month: str = ""

    @property
    def year(self) -> int:
        """The year the span begins in."""
        return self.span.first_day.year

    @property
    def words(self) -> str:
        """Both ends in words."""
        return span_words(self.span.first_day, self.span.last_day)

    @property
    def is_whole_year(self) -> bool:
        """Whether the span is a calendar year."""
        return self.span == Span.year(self.year)

    @property
    def so_far(self) -> Span:
        """The part of the span that has come; the whole span when all of it lies ahead."""
        end = min(self.span.end_day, Span.day(self.today).end_day)
        return Span(self.span.first_day, end) if end > self.span.first_day else self.span

    @property
    def years(self) -> list[int]:
        """The years one may choose."""
        last = max(self.today.year, self.year)
        return sorted({*range(last, last - YEARS_SHOWN, -1), self.year}, reverse=True)

    @property
    def months(self) -> list[tuple[str, str]]:
        """The months of the year one may choose, with their addresses."""
        return [
            (f"{self.year}-{month:02}", _("Month %(month)s") % {"month": month}) for month in range(1, 13)
        ]


def period_of(request: HttpRequest) -> Period:
    """Return the span the address asks for; this year where it asks for none, or for nonsense."""
    today = clock.business_date(clock.now())
    asked = request.GET
    first, last = _day(asked.get("from", "")), _day(asked.get("to", ""))
    if first is not None and last is not None and first <= last:
        span = Span(first, Span.day(last).end_day)
        return Period(span, today, urlencode({"from": first.isoformat(), "to": last.isoformat()}))
    month = _day(f"{asked.get('month', '')}-01")
    if month is not None:
        name = f"{month:%Y-%m}"
        return Period(Span.month(month.year, month.month), today, urlencode({"month": name}), month=name)
    year = asked.get("year", "")
    known = year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR
    chosen = int(year) if known else today.year
    return Period(Span.year(chosen), today, urlencode({"year": chosen}))


def period_for(request: HttpRequest, code: str) -> Period:
    """Return the span the address asks for, for one figure: a stock is told as of today while its span runs.

    Raises:
        UnknownFigure: when nothing bears the code.
    """
    period = period_of(request)
    basis = queries.basis_of(queries.source_of(code, period.span), period.span)
    return replace(period, span=period.so_far) if basis.indicator.kind is Kind.STOCK else period


def _day(words: str) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
