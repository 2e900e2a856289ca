"""Money in whole fen: read from what people type, shown as they expect it, never a float."""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

FEN_PER_YUAN = 100
_WAN = 10_000
_MARKS = re.compile(r"^(?:人民币|CNY|RMB|￥|¥)\s*", re.IGNORECASE)
_AMOUNT = re.compile(
    r"""(?P<minus>-)?
        (?P<whole>\d{1,3}(?:,\d{3})+|\d+)
        (?:\.(?P<part>\d+))?
        \s*(?P<unit>万元|元|圆|yuan|CNY|RMB)?""",
    re.VERBOSE | re.IGNORECASE,
)


class NotMoney(ValueError):
    """The text is not an amount in whole fen."""


def parse(text: str) -> int:
    """Return the fen of an amount as people write it.

    Takes ``58``, ``58.00``, ``￥58``, ``CNY 58.5``, ``58元``, ``1,234.5``, ``3.2万元``, full-width digits and
    a leading minus.

    Raises:
        NotMoney: for anything else, and for parts of a fen.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    minus = plain.startswith("-")
    found = _AMOUNT.fullmatch(_MARKS.sub("", plain.removeprefix("-").lstrip()))
    if found is None or (minus and found["minus"]):
        raise NotMoney(text)
    yuan = Decimal(found["whole"].replace(",", "") + "." + (found["part"] or "0"))
    fen = yuan * FEN_PER_YUAN * (_WAN if found["unit"] == "万元" else 1)
    if fen != fen.to_integral_value():
        raise NotMoney(text)
    return -int(fen) if minus or found["minus"] else int(fen)


def yuan(fen: int) -> Decimal:
    """Return ``fen`` in yuan with two decimals."""
    return Decimal(fen).scaleb(-2)


def of_yuan(amount: Decimal | int) -> int:
    """Return an amount of yuan in fen.

    Raises:
        NotMoney: where it is not a whole number of fen.
    """
    fen = Decimal(amount) * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise NotMoney(str(amount))
    return int(fen)


def plain(fen: int) -> str:
    """Return ``fen`` as digits for files and forms: ``1234.50``."""
    return f"{yuan(fen):.2f}"


def shown(fen: int) -> str:
    """Return ``fen`` as pages show it, grouped, with its unit: ``1,234.50 元``."""
    amount = f"{yuan(fen):,.2f}".replace("-", "\u2212")
    return _("%(amount)s yuan") % {"amount": amount}


def shares(fen: int, weights: list[int]) -> list[int]:
    """Split ``fen`` by ``weights`` to the fen, by largest remainder; the shares add up to ``fen``.

    Raises:
        ValueError: when there is no positive weight, or a negative one.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"weights {weights} cannot share anything")
    parts = [fen * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(fen * weights[index] % total), index))
    for index in order[: fen - sum(parts)]:
        parts[index] += 1
    return parts
