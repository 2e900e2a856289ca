"""Readers of single cells: text as people type it in, a value out, or words that say what was expected."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock, money
from yanshu.core.refusal import Reason

Parser = Callable[[str], Any]

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})[:时](\d{2})(?:[:分](\d{2})(?:\.\d+)?秒?|分)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_YES = {"1", "y", "yes", "true", "t", "是", "有", "√", "✓", "对"}
_NO = {"0", "n", "no", "false", "f", "否", "无", "×", "✗", "不"}


class Misread(ValueError):
    """A cell does not hold what its column asks for."""

    def __init__(self, code: str, label: Any, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.label = label
        self.facts = facts

    def reason(self, field: str) -> Reason:
        """Return the reason with which the row is rejected."""
        return Reason(code=self.code, label=self.label, field=field, facts=self.facts)


def _norm(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().replace("\u2212", "-")


def text(*, max_length: int | None = None, pattern: str | None = None) -> Parser:
    """Take text as it stands, outer blanks removed, no longer than ``max_length`` characters."""
    shape = re.compile(pattern) if pattern else None

    def parse(cell: str) -> str:
        value = cell.strip()
        if max_length is not None and len(value) > max_length:
            label = _("Longer than %(limit)s characters.") % {"limit": max_length}
            raise Misread("too-long", label, limit=max_length, length=len(value))
        if shape is not None and shape.fullmatch(value) is None:
            raise Misread("wrong-shape", _("“%(text)s” has not the expected form.") % {"text": value})
        return value

    return parse


def integer(*, minimum: int | None = None, maximum: int | None = None) -> Parser:
    """Take a whole number, grouped by thousands or not."""

    def parse(cell: str) -> int:
        plain = _norm(cell)
        if _GROUPED.fullmatch(plain):
            plain = plain.replace(",", "")
        if re.fullmatch(r"[+-]?\d{1,18}(?:\.0+)?", plain) is None:
            raise Misread("not-a-number", _("“%(text)s” is not a whole number.") % {"text": cell.strip()})
        value = int(plain.split(".")[0])
        _demand_bounds(value, minimum, maximum)
        return value

    return parse


def decimal(*, minimum: Decimal | int | None = None, maximum: Decimal | int | None = None) -> Parser:
    """Take a number with decimals, exactly as written."""

    def parse(cell: str) -> Decimal:
        plain = _norm(cell)
        if _GROUPED.fullmatch(plain):
            plain = plain.replace(",", "")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise Misread("not-a-number", _("“%(text)s” is not a number.") % {"text": cell.strip()})
        _demand_bounds(value, minimum, maximum)
        return value

    return parse


def _demand_bounds(value: Any, minimum: Any, maximum: Any) -> None:
    if minimum is not None and value < minimum:
        label = _("%(value)s is below %(limit)s.") % {"value": value, "limit": minimum}
        raise Misread("too-small", label, limit=minimum)
    if maximum is not None and value > maximum:
        label = _("%(value)s is above %(limit)s.") % {"value": value, "limit": maximum}
        raise Misread("too-large", label, limit=maximum)


def fen(*, minimum: int | None = None) -> Parser:
    """Take an amount of money in yuan; the value is in fen."""

    def parse(cell: str) -> int:
        try:
            value = money.parse(cell)
        except money.NotMoney:
            label = _("“%(text)s” is not an amount of money.") % {"text": cell.strip()}
            raise Misread("not-money", label) from None
        if minimum is not None and value < minimum:
            label = _("The amount is below %(limit)s.") % {"limit": money.plain(minimum)}
            raise Misread("too-small", label, limit=minimum)
        return value

    return parse


def day(cell: str) -> date:
    """Take a date: ``2019-11-16``, ``2019/11/16``, ``2019.11.16``, ``2019年11月16日``, ``20191116``."""
    plain = _norm(cell)
    head = re.split(r"[T ](?=0?0:00)", plain, maxsplit=1)[0]
    found = _DATE.fullmatch(head) or _COMPACT_DATE.fullmatch(head)
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_date(cell)
    except ValueError:
        return _no_date(cell)


def _no_date(cell: str) -> date:
    raise Misread("not-a-date", _("“%(text)s” is not a date like 2019-11-16.") % {"text": cell.strip()})


def hour(cell: str) -> time:
    """Take a time of day: ``9:00``, ``09:00:30``, ``9时30分``."""
    found = _TIME.fullmatch(_norm(cell))
    try:
        return time(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else _no_time(cell)
    except ValueError:
        return _no_time(cell)


def _no_time(cell: str) -> time:
    raise Misread("not-a-time", _("“%(text)s” is not a time of day like 14:30.") % {"text": cell.strip()})


def moment(cell: str) -> datetime:
    """Take an instant: a date and a time on the library's wall clock, or with an offset from UTC."""
    plain = _norm(cell)
    if re.search(r"\d(?:Z|[+-]\d{2}:?\d{2})$", plain):
        try:
            return datetime.fromisoformat(plain)
        except ValueError:
            raise Misread("not-an-instant", _NO_INSTANT % {"text": plain}) from None
    found = re.fullmatch(r"(.*?\d日?)(?:[T ]\s*(\d.*))?", plain)
    if found is None:
        raise Misread("not-an-instant", _NO_INSTANT % {"text": plain})
    wall = datetime.combine(day(found[1]), hour(found[2]) if found[2] else time())
    return wall.replace(tzinfo=clock.zone())


_NO_INSTANT = _("“%(text)s” is not an instant like 2019-11-16 14:30.")


def yes_no(cell: str) -> bool:
    """Take 是/否, yes/no, 1/0 and the ticks people use."""
    plain = _norm(cell).casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Misread("not-yes-or-no", _("“%(text)s” is neither yes nor no.") % {"text": cell.strip()})


def choice(choices: type[models.TextChoices], *, words: dict[str, str] | None = None) -> Parser:
    """Take a stable code of ``choices``, its label in any language of the house, or one of ``words``.

    Args:
        words: further words people write, each with the code it means.
    """
    codes: dict[str, str] = {}

    def parse(cell: str) -> Any:
        # Labels are translated, so they are read when the first cell comes and not when the app is loaded.
        if not codes:
            codes.update(_spellings(choices, words or {}))
        if (code := codes.get(_norm(cell).casefold())) is not None:
            return choices(code)
        known = ", ".join(str(member.label) for member in choices)
        label = _("“%(text)s” is not one of: %(known)s.") % {"text": cell.strip(), "known": known}
        raise Misread("not-a-choice", label)

    return parse


def _spellings(choices: type[models.TextChoices], words: dict[str, str]) -> dict[str, str]:
    codes = {_norm(word).casefold(): code for word, code in words.items()}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            codes |= {_norm(str(member.label)).casefold(): str(member.value) for member in choices}
    return codes | {str(member.value).casefold(): str(member.value) for member in choices}
