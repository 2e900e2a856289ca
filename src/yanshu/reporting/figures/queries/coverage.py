"""How far the roll-ups may be believed: which days have rows that their subscriber has not read yet.

The subscriber of an indicator reads the ledger its rows stand in. What it has read is summed; the days of
what it has not read are *stale* and counted from the rows. So a figure is always right, and nearly always
quick.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Model, QuerySet

from yanshu.core import indicator as declared
from yanshu.core.feed import Cursor, FeedRow
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.span import Span
from yanshu.reporting.figures.queries.source import SCOPE, Chosen, Source

EVER = Span(date(1, 1, 2), date(3000, 1, 1))
MOST_UNREAD = 5000
MOST_DAYS_OF_A_STOCK = 7
SUBSCRIBER = "figures.rollup."

Position = tuple[int, int]
BEFORE_ANY_ROW: Position = (0, 0)


def subscriber_name(code: str) -> str:
    """Return the name of the subscriber that keeps the roll-up of an indicator.

    It bears the versions of the definition: a new version is a new reader, which has read nothing yet, so
    that nothing summed under the old one is believed.
    """
    versions = "+".join(version.version for version in declared.registry.get(code, ()))
    return f"{SUBSCRIBER}{code}@{versions}"


def ledger_of(indicator: Indicator) -> type[FeedRow] | None:
    """Return the feed that tells which days of an indicator have changed; nothing where there is none."""
    if indicator.rows is None:
        return None
    model = indicator.rollup.feed if indicator.rollup is not None else None
    model = model or _model_of(indicator.rows)
    return model if issubclass(model, FeedRow) else None


@cache
def _model_of(rows: Callable[[Span], QuerySet[Any]]) -> type[Model]:
    """Return the model a declared function counts rows of."""
    return rows(EVER).model


def keeps_rollup(indicator: Indicator) -> bool:
    """Say whether an indicator can be kept summed by day: it follows a feed, and its measure adds up.

    A stock is kept by what its days bring and take; its rows are counted, not summed.
    """
    rollup = indicator.rollup
    if rollup is None or ledger_of(indicator) is None or getattr(indicator.measure, "distinct", False):
        return False
    if indicator.kind is Kind.STOCK:
        return rollup.until is not None and isinstance(indicator.measure, Count)
    return indicator.kind is Kind.FLOW


def days_told(indicator: Indicator, span: Span) -> Span:
    """Return the days whose cells make up a figure: those of the span, and all before it for a stock."""
    return Span(EVER.first_day, span.end_day) if indicator.kind is Kind.STOCK else span


def codes_never_summed() -> list[str]:
    """Return the indicators with a roll-up whose subscriber, in this version, has not begun to read."""
    names = {
        subscriber_name(code): code
        for code, versions in declared.registry.items()
        if any(keeps_rollup(version) for version in versions)
    }
    begun = set(Cursor.objects.filter(name__in=names).values_list("name", flat=True))
    return sorted(code for name, code in names.items() if name not in begun)


class Coverage:
    """How far the roll-ups may be believed, asked once for all the figures of a page.

    Rows that come while the page is made are told or not told, as if they had come a moment sooner or later:
    what the subscriber sums meanwhile is whole days.
    """

    def __init__(self) -> None:
        self._read: dict[str, Position] | None = None
        self._unread: dict[tuple[Any, ...], frozenset[date] | None] = {}

    def stale_days(self, sources: Iterable[Source], span: Span, within: Chosen) -> dict[str, frozenset[date]]:
        """Return, for each source that can be told from roll-ups, the days that must be counted from rows.

        A code that is missing in the answer must be counted from rows altogether.
        """
        found = {}
        for source in sources:
            if _can_be_told(source, span, within):
                days = self._unread_days(source.indicator)
                told = days_told(source.indicator, span)
                unread = None if days is None else frozenset(day for day in days if day in told)
                if unread is not None and len(unread) <= _most_stale(source.indicator):
                    found[source.code] = unread
        return found

    def _unread_days(self, indicator: Indicator) -> frozenset[date] | None:
        ledger, rollup = ledger_of(indicator), indicator.rollup
        assert ledger is not None
        assert rollup is not None
        position = self._position(indicator.code)
        if position is None and rollup.feed is not None:
            return None  # nothing of it has been summed yet; its feed need not tell of the first rows
        key = (ledger, position or BEFORE_ANY_ROW, rollup.changed_day)
        if key not in self._unread:
            self._unread[key] = _unread_days(*key)
        return self._unread[key]

    def _position(self, code: str) -> Position | None:
        if self._read is None:
            places = Cursor.objects.filter(name__startswith=SUBSCRIBER)
            self._read = {
                name: (tx, row_id) for name, tx, row_id in places.values_list("name", "tx", "row_id")
            }
        return self._read.get(subscriber_name(code))


def _most_stale(indicator: Indicator) -> int:
    """Return how many days may be counted from rows; those of a stock are counted one by one."""
    return MOST_DAYS_OF_A_STOCK if indicator.kind is Kind.STOCK else MOST_UNREAD


def _can_be_told(source: Source, span: Span, within: Chosen) -> bool:
    """Say whether roll-ups hold what is asked: nothing narrower than a branch, one definition throughout."""
    indicator = source.indicator
    if not keeps_rollup(indicator):
        return False
    ends = indicator.valid_until
    if span.first_day < indicator.valid_from or (ends is not None and ends < span.end_day):
        return False
    if SCOPE in within and (indicator.rollup is None or indicator.rollup.branch is None):
        return False
    narrowing = {*source.chosen, *within} - {SCOPE}
    return not narrowing or (narrowing == {"branch"} and rolled_by_branch(indicator))


def rolled_by_branch(indicator: Indicator) -> bool:
    """Say whether the roll-up's branch is what the indicator's split ``branch`` means."""
    if indicator.rollup is None or indicator.rollup.branch is None:
        return False
    return any(s.name == "branch" and s.field == indicator.rollup.branch for s in indicator.splits)


def _unread_days(ledger: type[FeedRow], position: Position, day: str) -> frozenset[date] | None:
    """Return the days of unread rows; nothing when they are so many that counting all is simpler."""
    tx, row_id = position
    rows = ledger._default_manager.order_by()  # noqa: SLF001
    # Two questions instead of one with OR: each then walks the feed's index from its place on.
    later = rows.filter(tx__gt=tx).values_list(day, flat=True)[:MOST_UNREAD]
    rest = rows.filter(tx=tx, pk__gt=row_id).values_list(day, flat=True)[:MOST_UNREAD]
    unread = [*later, *rest]
    return frozenset(unread) if len(unread) < MOST_UNREAD else None
