"""Cells of a workbook as text, as the sheet shows them: ``007`` stays ``007``, a date is a date."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_ZEROS = re.compile(r"0+")
_DECIMALS = re.compile(r"\.(0+)")


def shown(value: Any, number_format: str | None = None) -> str:
    """Return the text of a cell's value under its number format; dates in ISO form."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _number(value, (number_format or "General").split(";")[0])
    if isinstance(value, datetime | date | time | timedelta):
        return _on_the_clock(value)
    return str(value)


def _on_the_clock(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    return _duration(value) if isinstance(value, timedelta) else value.isoformat()


def _number(value: float, number_format: str) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    percent = number_format.rstrip('"').endswith("%")
    if percent:
        exact *= 100
    if _ZEROS.fullmatch(number_format):
        return f"{exact:.0f}".zfill(len(number_format))
    decimals = _DECIMALS.search(number_format)
    if decimals is not None:
        return f"{exact:.{len(decimals[1])}f}" + ("%" if percent else "")
    plain = f"{exact:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain + ("%" if percent else "")


def _moment(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    # Excel keeps time as a fraction of a day; what is left of a second is rounding.
    whole = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return whole.isoformat(" ", "seconds" if whole.second else "minutes")


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    text = f"{minutes // 60}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text
