"""How a figure is written: grouped with its unit on a card, in 万 in prose; and the words of its source."""

import re
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yanshu.core.ui.numbers import thousands
from yanshu.core.unit import Unit
from yanshu.reporting.figures.rules import WAN, Number, two_places

STANDARDS = {
    "GB/T 13191-2009": gettext_lazy("GB/T 13191-2009 (ISO 2789), library statistics"),
    "GB/T 36719-2018": gettext_lazy("GB/T 36719-2018, library services for visually impaired persons"),
    "ISO 2789": gettext_lazy("ISO 2789, library statistics"),
    "Ministry form": gettext_lazy("Statistical form of the ministry of culture"),
}
DOCUMENT = re.compile(r"[;\s]*\(?docs/\S+?\.md(#[\w-]+)?\)?")


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
    """Return a value with its unit as prose has it: 12.34 万册次, 567 人, 89.10%.

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


def source_words(source: str) -> str:
    """Return the standard or form a definition follows, in words; our own where it follows none.

    Example:
        ``GB/T 36719-2018; docs/indicators/patrons.md#cards`` names the standard, not the page.
    """
    words = DOCUMENT.sub("", source).strip()
    known = next((name for start, name in STANDARDS.items() if words.startswith(start)), None)
    return str(known) if known is not None else words or _("Defined by this software")
