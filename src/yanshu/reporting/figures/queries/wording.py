"""How a figure is written: grouped with its unit on a card, in 万 in the prose of a report."""

from decimal import Decimal

from django.utils.translation import get_language

from yanshu.core.ui.numbers import thousands
from yanshu.core.unit import Unit
from yanshu.reporting.figures.rules import WAN, Number, two_places


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def unit_word(unit: Unit) -> str:
    """Return the measure word in Chinese, the name of the unit elsewhere."""
    if unit is Unit.PERCENT:
        return unit.word
    return unit.word if _is_chinese() else str(unit.label)


def number_words(value: Number | None) -> str:
    """Return a value grouped by thousands; two decimals where it is no whole number."""
    return thousands(value, 2 if isinstance(value, Decimal) else 0)


def in_prose(value: Number | None, unit: Unit, *, wan: bool = True) -> str:
    """Return a value with its unit as prose has it: 45.71 万册次, 4665 人, 93.62%.

    Args:
        wan: whether large values are told in 万 (in Chinese only).
    """
    if value is None:
        return ""
    if unit is Unit.PERCENT:
        return f"{value}%"
    if not _is_chinese():
        return f"{number_words(value)} {unit_word(unit)}"
    if wan and not -WAN < value < WAN:
        return f"{two_places(Decimal(value) / WAN)} 万{unit.word}"
    return f"{value} {unit.word}"
