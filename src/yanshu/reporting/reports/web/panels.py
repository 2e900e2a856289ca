"""What the pages of reports show, put together from the queries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanshu.core.indicator import Kind
from yanshu.core.span import Span
from yanshu.core.ui.chart import Chart
from yanshu.core.ui.dates import table_date
from yanshu.core.ui.numbers import MINUS, percent
from yanshu.core.ui.parts import figure as live_figure
from yanshu.core.ui.pieces import Tile
from yanshu.reporting.figures import queries as figures
from yanshu.reporting.reports.queries import (
    Chapter,
    Drift,
    Missing,
    Overview,
    Picture,
    Report,
    Standing,
    TableShown,
    Text,
    ToldFigure,
    Untold,
)
from yanshu.reporting.reports.queries.overview import COMPARED

MOST_TILES = 6


@dataclass(frozen=True, slots=True)
class Block:
    """Something a chapter shows, ready for the page; exactly one of its faces is set."""

    text: SafeString | None = None
    picture: Picture | None = None
    table: "TableFace | None" = None


@dataclass(frozen=True, slots=True)
class TableFace:
    """A table with its figures linked to their cards."""

    caption: str
    heads: tuple[str, ...]
    rows: list[list[SafeString]]
    foot: list[SafeString]


@dataclass(frozen=True, slots=True)
class ChapterFace:
    """A chapter as the page shows it."""

    number: str
    title: str
    level: int
    blocks: list[Block]
    missing: list[Missing]
    unrecorded: list[Missing]
    partly: list[Missing]
    none: list[Missing]
    prose: list[str]
    drifts: list[Drift]


@dataclass(frozen=True, slots=True)
class BranchFace:
    """A line of the branches' table: words with the cards they open; ``state`` says how the branch is now."""

    label: Any
    values: list[tuple[str, str]]
    change: str
    change_url: str
    state: Any = None


def tiles(overview: Overview, *, linked: bool) -> list[Tile]:
    """Return the tiles of the overview, at most six; each opens its figure's card for whom may see it."""
    return [_tile(standing, linked=linked) for standing in overview.standings[:MOST_TILES]]


def branches(overview: Overview, states: Mapping[str, Any]) -> dict[str, Any]:
    """Return the branches' table: heads, lines and totals in words.

    Args:
        states: how branches are now, by their key; the column stands there when any is told.
    """
    return {
        "heads": [
            (figure.name, _unit_beside(figure), _card(figure.code, figure.span))
            for figure in overview.columns
        ],
        "lines": [
            BranchFace(
                line.label,
                [
                    (figures.number_words(value), _card(figure.code, figure.span, [("branch", line.key)]))
                    for figure, value in zip(overview.columns, line.values, strict=True)
                ],
                signed(line.change),
                _card(COMPARED, overview.span, [("branch", line.key)]),
                states.get(line.key),
            )
            for line in overview.branches
        ],
        "has_states": bool(states),
        "totals": [
            (figures.number_words(figure.value), _card(figure.code, figure.span))
            for figure in overview.columns
        ],
        "change": signed(overview.total_change),
        "change_url": _card(COMPARED, overview.span),
    }


def loans_span(today: date) -> Span:
    """Return the year whose loans the overview draws: the one before while this one has no month to show."""
    return Span.year(today.year if today.month > 1 else today.year - 1)


def loans_chart(
    today: date, scope: frozenset[int] | None, coverage: figures.Coverage | None = None
) -> Chart | None:
    """Return the loans of ``loans_span`` by month."""
    span = loans_span(today)
    if not figures.is_declared(COMPARED, span):
        return None
    return figures.year_chart(
        COMPARED,
        figures.source_of(COMPARED, span).name,
        span.first_day.year,
        today=today,
        closed=figures.closures(span),
        chosen=figures.within_scope(scope, COMPARED, span),
        coverage=coverage,
    )


def loans_url(today: date) -> str:
    """Return the card of the loans the overview draws."""
    return _card(COMPARED, loans_span(today))


def chapters(report: Report) -> list[ChapterFace]:
    """Return the chapters with every figure linked to its card."""
    return [
        ChapterFace(
            chapter.number,
            chapter.title,
            chapter.level,
            list(_blocks(chapter, report)),
            _untold(chapter, Untold.UNKNOWN, Untold.UNCOUNTED),
            _untold(chapter, Untold.UNRECORDED),
            _untold(chapter, Untold.PARTLY),
            _untold(chapter, Untold.NONE),
            chapter.prose,
            chapter.drifts,
        )
        for chapter in report.chapters
    ]


def signed(change: Any) -> str:
    """Return a change in per cent with its sign, as a table has it."""
    if change is None:
        return ""
    return f"+{percent(change)}" if change > 0 else percent(change).replace("-", MINUS)


def _tile(standing: Standing, *, linked: bool) -> Tile:
    figure = standing.figure
    is_counted = figure.value is not None
    return Tile(
        name=figure.name,
        value=figures.number_words(figure.value) if is_counted else "—",
        unit=figures.unit_word(figure.unit) if is_counted else "",
        url=_card(figure.code, figure.span) if linked else "",
        change=standing.change,
        is_good=True if standing.change is not None and standing.change > 0 and standing.months else None,
        remark=_remark(standing),
        months=standing.months,
    )


def _unit_beside(figure: figures.Figure) -> str:
    """Return the unit to print under a name; nothing where the name ends in it (到馆人次)."""
    unit = figures.unit_word(figure.unit)
    return "" if str(figure.name).endswith(unit) else unit


def _remark(standing: Standing) -> str:
    if standing.figure.value is None:
        return _("not counted: no source is set up")
    if standing.figure.kind is Kind.STOCK:
        return _("as of %(day)s") % {"day": table_date(standing.figure.span.last_day)}
    return "" if standing.change is not None else _("nothing to compare")


def _card(code: str, span: Span, chosen: Iterable[tuple[str, str]] = ()) -> str:
    year = span.first_day.year
    query = {"year": year} if span == Span.year(year) else {"from": span.first_day, "to": span.last_day}
    return f"{reverse('desk:figures-card', args=[code])}?{urlencode([*query.items(), *chosen])}"


def _untold(chapter: Chapter, *why: Untold) -> list[Missing]:
    return [one for one in chapter.missing if one.why in why]


def _blocks(chapter: Chapter, report: Report) -> Iterator[Block]:
    for shown in chapter.shown:
        if isinstance(shown, Text):
            yield Block(text=_words(shown.pieces, report))
        elif isinstance(shown, Picture):
            yield Block(picture=shown)
        else:
            yield Block(table=_table(shown, report))


def _table(shown: TableShown, report: Report) -> TableFace:
    return TableFace(
        shown.caption,
        shown.heads,
        [[_words((cell,), report) for cell in row] for row in shown.rows],
        [_words((cell,), report) for cell in shown.foot],
    )


def _words(pieces: tuple[str | ToldFigure, ...], report: Report) -> SafeString:
    return format_html_join(
        "", "{}", ((piece if isinstance(piece, str) else _linked(piece, report),) for piece in pieces)
    )


def _linked(piece: ToldFigure, report: Report) -> SafeString:
    return live_figure(piece.words, _card(piece.code, report.span, piece.chosen), drift=piece.is_drifted)
