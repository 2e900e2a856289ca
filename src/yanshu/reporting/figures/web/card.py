"""What the card of a figure shows, put together from the queries."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yanshu.core.indicator import Split
from yanshu.core.span import Span
from yanshu.core.ui.dates import short_date, span_words
from yanshu.core.ui.numbers import change
from yanshu.core.unit import Unit
from yanshu.reporting.figures import queries, rules
from yanshu.reporting.figures.queries import Chosen, Coverage, Figure, Parting, Stated
from yanshu.reporting.figures.rules import Number, Run
from yanshu.reporting.figures.terms import KIND_LABELS
from yanshu.reporting.figures.web.period import Period

FORMER_YEARS = 3
MOST_PARTS = 24


@dataclass(frozen=True, slots=True)
class FormerYear:
    """A former year's figure: counted, or printed where nothing was, or nothing before records began."""

    year: int
    value: Number | None
    is_printed: bool
    url: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed value beside the count, with the difference explained."""

    stated: Stated
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a figure with its share of the largest, for the bar."""

    label: Any
    value: str
    share: str
    url: str


def query_of(period: Period, chosen: Chosen, **more: str) -> str:
    """Return the part of an address that says the span and what it is narrowed to, ``more`` before all."""
    pairs = [pair for pair in queries.address_of(chosen) if pair[0] not in more]
    return f"{period.query}{''.join(f'&{urlencode([pair])}' for pair in (*pairs, *more.items()))}"


def rows_url(code: str, period: Period, chosen: Chosen, **more: str) -> str:
    """Return the address of the rows behind a figure, narrowed to chosen values of splits."""
    return f"{reverse('desk:figures-rows', args=[code])}?{query_of(period, chosen, **more)}"


def card_url(code: str, period: Period, chosen: Chosen) -> str:
    """Return the address of a figure's card, narrowed to chosen values of splits."""
    return f"{reverse('desk:figures-card', args=[code])}?{query_of(period, chosen)}"


def facts(figure: Figure) -> list[tuple[Any, Any]]:
    """Return definition, kind and source as names and values."""
    return [
        (_("Definition"), figure.definition),
        (pgettext("figure", "Kind"), KIND_LABELS[figure.kind]),
        (_("Span"), span_words(figure.span.first_day, figure.span.last_day)),
        (pgettext("figure", "Source"), queries.source_words(figure.source)),
        (_("Version"), figure.version),
        (_("Reckoned by"), _reckoned(figure)),
    ]


def former(figure: Figure, period: Period, chosen: Chosen, coverage: Coverage) -> list[FormerYear]:
    """Return the same span in the years before, newest first."""
    found = []
    for before in queries.former_years(figure.code, period.span, FORMER_YEARS, chosen, coverage):
        ends = urlencode({"from": before.span.first_day, "to": before.span.last_day})
        is_year = before.span == Span.year(before.span.first_day.year)
        query = urlencode({"year": before.span.first_day.year}) if is_year else ends
        query += "".join(f"&{urlencode([pair])}" for pair in queries.address_of(chosen))
        found.append(
            FormerYear(
                year=before.span.first_day.year,
                value=_told(before),
                is_printed=not before.rows and bool(before.stated),
                url=f"{reverse('desk:figures-card', args=[figure.code])}?{query}",
            )
        )
    return found


def _told(before: Figure) -> Number | None:
    """Return a former value: the count, what was printed where there are no rows, or nothing unrecorded."""
    known = queries.known_value(before)
    return before.value if known is None and queries.is_recorded(before) else known


def year_on_year(
    figure: Figure, period: Period, chosen: Chosen, coverage: Coverage
) -> tuple[Any, Number | None]:
    """Return the change on the year before in per cent, and the value it is compared with.

    A span that is still running is compared with the same days of the year before, where there are rows;
    else with what was printed of the whole span.
    """
    before = queries.measure(figure.code, period.so_far.a_year_before(), chosen, coverage)
    known = queries.known_value(before)
    return change(figure.value, known), known


def closure_words(found: tuple[Run, ...]) -> list[str]:
    """Return a sentence for each closure in the span, the reason at hand for a figure that fell."""
    return [
        ngettext(
            "Closed on %(first)s, %(days)s day.",
            "Closed from %(first)s to %(last)s, %(days)s days.",
            run.days,
        )
        % {"first": short_date(run.first), "last": short_date(run.last), "days": run.days}
        for run in found
    ]


def part_lines(parting: Parting, code: str, period: Period, chosen: Chosen) -> list[PartLine]:
    """Return the parts with bars as long as their share of the largest; each opens its rows."""
    largest = float(max((part.value for part in parting.parts), default=0)) or 1.0
    return [
        PartLine(
            label=part.label,
            value=queries.number_words(part.value),
            share=f"{max(0.0, float(part.value) / largest * 100):.1f}",
            url=rows_url(code, period, chosen, **{parting.split.name: part.key}),
        )
        for part in parting.parts[:MOST_PARTS]
    ]


def printed(figure: Figure) -> list[Printed]:
    """Return what was printed for the span, each with the difference to the count explained."""
    return [_printed(stated, figure) for stated in figure.stated]


def shown_splits(splits: tuple[Split, ...], chosen: Chosen) -> tuple[Split, ...]:
    """Return the splits one may part by on a card; the months have their chart, a chosen one has one part."""
    return tuple(split for split in splits if split.name != "month" and split.name not in chosen)


def _printed(stated: Stated, figure: Figure) -> Printed:
    if figure.value is None:
        return Printed(stated, _("Nothing is counted yet to compare it with."), "stone")
    if not figure.unit.is_said_by(stated.unit):
        words = _("Printed in another unit, and not compared.")
        return Printed(stated, words, "wait")
    gap = rules.difference(stated.value, figure.value)
    if gap.is_none:
        return Printed(stated, _("The count gives the same."), "yes")
    if gap.is_rounding:
        return Printed(stated, _("The same, rounded to hundredths of ten thousand."), "yes")
    words = (
        _("Printed %(by)s more than the rows give.")
        if gap.by > 0
        else _("Printed %(by)s less than the rows give.")
    )
    return Printed(stated, words % {"by": queries.number_words(max(gap.by, -gap.by))}, "wait")


def _reckoned(figure: Figure) -> str:
    if figure.parts:
        above, below = figure.parts
        return _("%(above)s over %(below)s") % {"above": above.name, "below": below.name}
    if figure.unit is Unit.YUAN:
        return _("the rows, summed in fen")
    return _("the rows below, and nothing else")
