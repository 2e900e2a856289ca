"""Printed figures, kept apart from what is counted."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.reporting.figures import queries
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.models import StatedFigure
from yanshu.reporting.figures.rules import WAN, two_places

WAN_SIGN = "万"


@operation("figures.state", permission="figures.import_stated")
def state_figure(
    *,
    code: str,
    span: Span,
    value: Decimal,
    unit: str,
    source: str,
    actor: Actor,
    now: datetime,
    quote: str = "",
) -> tuple[StatedFigure, bool]:
    """Keep what was printed for a span, in the plain unit; return it and whether it is new.

    Args:
        unit: the measure word as printed; 万人次 and 万元 are taken apart.

    A code that nothing bears is kept: an old report may tell what is counted only later. The import warns.

    Raises:
        Invalid: when the unit is no measure word we know, or not one of what the code counts, or the source
            is missing.
    """
    if not source:
        raise Invalid.because("source", "source-missing", _("Say where the figure is printed."))
    plain_value, plain_unit = in_plain_unit(value, unit)
    _check_unit(code, plain_unit, span)
    values = {"value": plain_value, "unit": plain_unit, "quote": quote}
    found = {"code": code, "first_day": span.first_day, "end_day": span.end_day, "source": source}
    kept, is_new = StatedFigure.objects.get_or_create(**found, defaults=values)
    if not is_new and any(getattr(kept, name) != value for name, value in values.items()):
        for name, new in values.items():
            setattr(kept, name, new)
        kept.save()
    about(kept)
    return kept, is_new


@operation("figures.delete_stated", permission="figures.import_stated")
def delete_stated(*, stated: StatedFigure, actor: Actor, now: datetime) -> None:
    """Take back a printed figure that was entered by mistake."""
    about(stated)
    StatedFigure.objects.filter(pk=stated.pk).delete()


def _check_unit(code: str, word: str, span: Span) -> None:
    """Refuse a measure word that cannot say what the code counts; nothing is known of a code nobody bears."""
    try:
        figure = queries.source_of(code, span)
    except UnknownFigure:
        return
    unit = figure.indicator.unit
    if not unit.is_said_by(word):
        label = _("“%(name)s” is counted in %(right)s, not in %(word)s.")
        facts = {"name": str(figure.name), "right": unit.word, "word": word}
        raise Invalid.because("unit", "other-unit", label % facts, **facts)


def in_plain_unit(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a printed value in the plain unit.

    Raises:
        Invalid: when the word is no measure word we know.

    Example:
        ``12.34, "万人次"`` becomes ``123400.00, "人次"``.
    """
    word = unit.strip()
    if word.startswith(WAN_SIGN) and word != WAN_SIGN:
        value, word = value * WAN, word.removeprefix(WAN_SIGN)
    if not Unit.of_word(word):
        label = _("“%(unit)s” is no measure word of a figure.") % {"unit": unit}
        raise Invalid.because("unit", "unknown-unit", label)
    return two_places(value), word
