"""Prices as cataloguers write them, in fen where they are yuan.

Source: CNMARC 010$d and MARC21 020$c, whose notation is ISO 4217 by rule and anything by habit.
"""

import re
from typing import Final

_YUAN: Final = re.compile(
    r"(?:CNY|RMB|人民币|[￥¥Y])\s*[￥¥Y]?\s*(?P<before>\d+(?:,\d{3})*(?:\.\d{1,2})?)(?![\d.]*\d)"
    r"|(?<![\d.])(?P<after>\d+(?:,\d{3})*(?:\.\d{1,2})?)\s*元(?!台|新)",
    re.IGNORECASE,
)
_NAMED_YUAN: Final = re.compile(r"CNY|RMB|人民币|元", re.IGNORECASE)
_BARE: Final = re.compile(r"\d+(?:\.\d{1,2})?")
_FOREIGN: Final = re.compile(
    r"NT|TWD|HK|MOP|SGD|US|JPY|JP|円|圓|日元|美元|港元|港币|台币|欧元|韩元|新台", re.IGNORECASE
)


def price_fen(text: str, *, bare: bool = False, yen: bool = False) -> int | None:
    """Return a price in yuan as fen, or None where there is none or it is another currency.

    Args:
        bare: a number without any currency counts as yuan (CNMARC of a Chinese library).
        yen: the sign ¥ alone means yen (a book of Japan).

    Units: fen.

    Example:
        ``price_fen("CNY35.00（全三册）")`` is 3500; ``price_fen("NT$250")`` is None.
    """
    if not text or _FOREIGN.search(text) or (yen and not _NAMED_YUAN.search(text)):
        return None
    if found := _YUAN.search(text):
        return _fen(found["before"] or found["after"])
    if bare and _BARE.fullmatch(text.strip()):
        return _fen(text.strip())
    return None


def _fen(number: str) -> int:
    yuan, _, part = number.replace(",", "").partition(".")
    return int(yuan) * 100 + int(part.ljust(2, "0") or 0)
