"""Judgements about the words in a record that both dialects share: years, scripts, ISBNs."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from yanshu.collection.catalogue.engine.record import DELIMITER, values
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault, RejectedNumber, isbn13

_YEAR: Final = re.compile(r"(?<!\d)(1[0-9]\d\d|20\d\d)(?!\d)")
_FULL_WIDTH_DIGITS: Final = str.maketrans("０１２３４５６７８９", "0123456789")
_EARLIEST_CODED: Final = 1000
_LATEST_CODED: Final = 2100
_KANA: Final = re.compile("[\u3040-\u30ff]")
_LATIN: Final = re.compile("[A-Za-z]")


def year_in(text: str) -> int | None:
    """Return the year of the common era in a date as printed: ``2012.05`` is 2012, ``民国25 [1936]`` 1936."""
    found = _YEAR.search(text.translate(_FULL_WIDTH_DIGITS))
    return int(found[1]) if found else None


def coded_year(text: str) -> int | None:
    """Return a year of a fixed field; None for blanks, ``19uu`` and ``9999``."""
    if not text.isdecimal() or not text.isascii():
        return None
    year = int(text)
    return year if _EARLIEST_CODED <= year < _LATEST_CODED else None


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty values once each, in their order."""
    return tuple(dict.fromkeys(filter(None, values)))


def is_romanised(text: str) -> bool:
    """Whether a reading given beside a title is in Latin letters: pinyin, not kana."""
    return _LATIN.search(text) is not None and _KANA.search(text) is None


def isbns_of(
    texts: Sequence[str], *, cancelled_code: str = "z"
) -> tuple[tuple[str, ...], tuple[RejectedNumber, ...]]:
    """Return the valid ISBNs as 13 digits, and apart the others with their fault.

    Args:
        texts: the fields as ISO 2709 holds them.
    """
    valid: list[str] = []
    rejected: list[RejectedNumber] = []
    for text in texts:
        for stated in values(text, "a"):
            number = isbn13(stated)
            if isinstance(number, NumberFault):
                rejected.append(RejectedNumber(stated, number))
            elif number is not None and number not in valid:
                valid.append(number)
        if DELIMITER + cancelled_code in text:
            rejected.extend(
                RejectedNumber(stated, NumberFault.CANCELLED) for stated in values(text, cancelled_code)
            )
    return tuple(valid), tuple(rejected)
