"""Draws charts on the server as SVG made of attributes only, each with a sentence and its table.

Bars stand on zero, time runs from left to right, last year is a dashed outline, a closure is hatched over its
dates, at most four series have a colour and the rest is gathered by the caller as "other".
"""

import hashlib
import math
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from yanshu.core.ui.numbers import thousands

Number = int | float | Decimal

_WIDTH, _HEIGHT = 640, 240
_LEFT, _TOP, _FLOOR = 56, 30, 210
_MONTHS = 12
_MOST_SERIES = 4
_GAP = 2
_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values and the name it has in the legend."""

    name: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the doors were closed, both ends included, and the words that stand over them."""

    start: date
    end: date
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with everything that says the same in words."""

    name: str
    sentence: str
    svg: SafeString
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...]


def month_bars(
    name: str,
    sentence: str,
    *,
    year: int,
    values: Sequence[Number | None],
    before: Sequence[Number | None] = (),
    closures: Iterable[Closure] = (),
) -> Chart:
    """Return twelve bars of ``year``, with last year as a dashed outline and closures hatched.

    Args:
        sentence: what the chart says, for those who hear it.
        values: one value a month from January on; ``None`` for a month that has not come.
        before: the same months a year earlier.
    """
    top = _ceiling([*values, *before])
    key = _key(sentence)
    parts = [_hatch(key), *(_closure(closure, key, year) for closure in closures), _axis(top)]
    step = (_WIDTH - _LEFT) / _MONTHS
    for month in range(_MONTHS):
        x = _LEFT + month * step
        if month < len(values) and values[month] is not None:
            parts.append(_bar("c1", x + step * 0.2, step * 0.6, values[month] or 0, top))
        if month < len(before) and before[month] is not None:
            parts.append(_bar("was", x + step * 0.1, step * 0.8, before[month] or 0, top))
        parts.append(_below(x + step / 2, str(month + 1)))
    heads = (pgettext("chart", "Month"), str(year), *((str(year - 1),) if before else ()))
    rows = tuple(
        (str(month + 1), _cell(values, month), *((_cell(before, month),) if before else ()))
        for month in range(_MONTHS)
    )
    legend = (("c1", str(year)), ("was", str(year - 1))) if before else ()
    return Chart(name, sentence, _svg(sentence, parts), heads, rows, legend)


def stacked_bars(name: str, sentence: str, *, categories: Sequence[str], series: Sequence[Series]) -> Chart:
    """Return one bar a category with up to four series on top of each other and a small gap between them."""
    _check(series)
    totals = [sum(_value(row, at) for row in series) for at in range(len(categories))]
    top = _ceiling(totals)
    parts = [_axis(top)]
    step = (_WIDTH - _LEFT) / max(1, len(categories))
    for at, category in enumerate(categories):
        x, below = _LEFT + at * step, 0.0
        for index, row in enumerate(series):
            height = _scaled(_value(row, at), top)
            if height > 0:
                gap = _GAP if below and height > _GAP else 0
                parts.append(
                    _rect(
                        f"c{index + 1}", x + step * 0.22, _FLOOR - below - height, step * 0.56, height - gap
                    )
                )
            below += height
        parts.append(_below(x + step / 2, category))
    return Chart(name, sentence, _svg(sentence, parts), *_words(categories, series, "c"))


def grouped_bars(name: str, sentence: str, *, categories: Sequence[str], series: Sequence[Series]) -> Chart:
    """Return up to four bars a category side by side."""
    _check(series)
    top = _ceiling([value for row in series for value in row.values])
    parts = [_axis(top)]
    step = (_WIDTH - _LEFT) / max(1, len(categories))
    wide = step * 0.72 / max(1, len(series))
    for at, category in enumerate(categories):
        x = _LEFT + at * step
        parts.extend(
            _bar(f"c{index + 1}", x + step * 0.14 + index * wide, wide - 1, _value(row, at), top)
            for index, row in enumerate(series)
        )
        parts.append(_below(x + step / 2, category))
    return Chart(name, sentence, _svg(sentence, parts), *_words(categories, series, "c"))


def line_chart(name: str, sentence: str, *, categories: Sequence[str], series: Sequence[Series]) -> Chart:
    """Return up to four lines over the same points of time; a missing value interrupts its line."""
    _check(series)
    top = _ceiling([value for row in series for value in row.values])
    parts = [_axis(top)]
    step = (_WIDTH - _LEFT - 20) / max(1, len(categories) - 1)
    for index, row in enumerate(series):
        path = _path(row.values, lambda at: _LEFT + 10 + at * step, lambda v: _FLOOR - _scaled(v, top))
        parts.append(format_html('<path class="l{}" d="{}"/>', index + 1, path))
    every = max(1, math.ceil(len(categories) / _MONTHS))
    parts.extend(
        _below(_LEFT + 10 + at * step, category) for at, category in enumerate(categories) if at % every == 0
    )
    return Chart(name, sentence, _svg(sentence, parts), *_words(categories, series, "l"))


def sparkline(values: Sequence[Number | None], label: str) -> SafeString:
    """Return the small line of a tile: the last months, without axes, named ``label``."""
    known = [float(value) for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    span = (high - low) or 1.0
    step = 160 / max(1, len(values) - 1)
    path = _path(values, lambda at: at * step, lambda v: 33 - (float(v) - low) / span * 30)
    return format_html(
        '<svg class="ys-spark" viewBox="0 0 160 36" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path d="{}"/></svg>',
        label,
        path,
    )


def _check(series: Sequence[Series]) -> None:
    if len(series) > _MOST_SERIES:
        raise ValueError(f"A chart shows at most {_MOST_SERIES} series; gather the rest as one.")


def _key(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()[:8]


def _value(row: Series, at: int) -> float:
    return float(row.values[at] or 0) if at < len(row.values) else 0.0


def _cell(values: Sequence[Number | None], at: int) -> str:
    return thousands(values[at]) if at < len(values) else ""


def _ceiling(values: Iterable[Number | None]) -> float:
    """Return a round number at or above every value, three steps of which make a pleasant axis."""
    most = max((float(value) for value in values if value is not None), default=0.0)
    if most <= 0:
        return 3.0
    raw = most / 3
    power = math.pow(10, math.floor(math.log10(raw)))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw)
    return max(step, 1) * 3


def _scaled(value: Number, top: float) -> float:
    return float(value) / top * (_FLOOR - _TOP)


def _tick(value: float) -> str:
    if (get_language() or "").startswith("zh") and value >= _WAN:
        in_wan = value / _WAN
        return f"{in_wan:g}万"
    return thousands(int(value)) if value == int(value) else f"{value:g}"


def _axis(top: float) -> SafeString:
    lines = [
        (
            "axis" if not step else "grid",
            round(_FLOOR - _scaled(top / 3 * step, top), 1),
            _tick(top / 3 * step),
        )
        for step in range(4)
    ]
    return format_html_join(
        "",
        '<path class="{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        ((kind, _LEFT, y, _WIDTH, _LEFT - 10, y + 5, words) for kind, y, words in lines),
    )


def _rect(kind: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        kind,
        f"{x:.1f}",
        f"{y:.1f}",
        f"{width:.1f}",
        f"{max(0.0, height):.1f}",
    )


def _bar(kind: str, x: float, width: float, value: Number, top: float) -> SafeString:
    height = _scaled(value, top)
    return _rect(kind, x, _FLOOR - height, width, height)


def _below(x: float, words: str) -> SafeString:
    return format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', f"{x:.1f}", _FLOOR + 22, words)


def _hatch(key: str) -> SafeString:
    return format_html(
        '<defs><pattern id="hatch-{}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="grid" d="M0 0V6" stroke-width="3"/></pattern></defs>',
        key,
    )


def _closure(closure: Closure, key: str, year: int) -> SafeString:
    left = _day_x(max(closure.start, date(year, 1, 1)), 0)
    right = _day_x(min(closure.end, date(year, 12, 31)), 1)
    middle = min(max((left + right) / 2, _LEFT + 70), _WIDTH - 70)
    return format_html(
        '<rect x="{}" y="22" width="{}" height="{}" fill="url(#hatch-{})" opacity=".6"/>'
        '<text x="{}" y="16" text-anchor="middle">{}</text>',
        f"{left:.1f}",
        f"{max(2.0, right - left):.1f}",
        _FLOOR - 22,
        key,
        f"{middle:.1f}",
        closure.label,
    )


def _day_x(day: date, days_after: int) -> float:
    share = (day.day - 1 + days_after) / monthrange(day.year, day.month)[1]
    return _LEFT + (day.month - 1 + share) * (_WIDTH - _LEFT) / _MONTHS


def _path(
    values: Sequence[Number | None], x_of: Callable[[int], float], y_of: Callable[[Number], float]
) -> str:
    pieces, pen = [], "M"
    for at, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        pieces.append(f"{pen}{x_of(at):.1f} {y_of(value):.1f}")
        pen = "L"
    return "".join(pieces)


def _words(
    categories: Sequence[str], series: Sequence[Series], kind: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]]:
    heads = ("", *(row.name for row in series))
    rows = tuple(
        (category, *(_cell(row.values, at) for row in series)) for at, category in enumerate(categories)
    )
    legend = tuple((f"{kind}{index + 1}", row.name) for index, row in enumerate(series))
    return heads, rows, legend if len(series) > 1 else ()


def _svg(sentence: str, parts: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="ys-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        _WIDTH,
        _HEIGHT,
        sentence,
        mark_safe("".join(parts)),
    )
