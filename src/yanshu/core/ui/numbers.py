"""How numbers are written: grouped in tables, in 万 in prose, money in yuan, a true minus."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

MINUS = "−"
_WAN = 10_000
_FEN = 100

Number = int | float | Decimal


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _rounded(value: Number, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def thousands(value: Number | None, places: int = 0) -> str:
    """Return ``value`` grouped by thousands, as tables and tiles show it; nothing for ``None``.

    Example:
        ``345600`` becomes ``345,600``; ``-1273`` becomes ``−1,273``.
    """
    if value is None:
        return ""
    if places or isinstance(value, int):
        return _signed(f"{_rounded(value, places):,}")
    exact = Decimal(str(value))
    return _signed(f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,}")


def wan(value: Number | None) -> str:
    """Return ``value`` in units of ten thousand with two decimals, as prose has it; small numbers stay whole.

    Example:
        ``345600`` becomes ``34.56 万`` in Chinese; English prose keeps ``345,600``.
    """
    if value is None:
        return ""
    if -_WAN < value < _WAN or not (get_language() or "").startswith("zh"):
        return thousands(value)
    return _signed(f"{_rounded(Decimal(str(value)) / _WAN, 2)} 万")


def money(fen: int | None) -> str:
    """Return an amount kept in fen as yuan.

    Units: ``fen`` in, ``元`` out, always two decimals.

    Example:
        ``5800`` becomes ``58.00 元`` in Chinese and ``CNY 58.00`` in English.
    """
    if fen is None:
        return ""
    yuan = _signed(f"{Decimal(fen) / _FEN:,.2f}")
    return f"{yuan} 元" if (get_language() or "").startswith("zh") else f"CNY {yuan}"


def yuan(fen: int | None) -> str:
    """Return an amount kept in fen as bare yuan, for a column whose head names the unit."""
    return "" if fen is None else _signed(f"{Decimal(fen) / _FEN:,.2f}")


def percent(value: Number | None) -> str:
    """Return a value already in per cent with one decimal.

    Example:
        ``-5.38`` becomes ``−5.4%``.
    """
    return "" if value is None else _signed(f"{_rounded(value, 1)}%")


def change(now: Number | None, before: Number | None) -> Decimal | None:
    """Return the change from ``before`` to ``now`` in per cent, or ``None`` where nothing can be compared."""
    if now is None or not before:
        return None
    return (Decimal(str(now)) - Decimal(str(before))) / Decimal(str(before)) * 100
