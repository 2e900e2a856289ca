"""ISBN and ISSN out of cataloguers' fields, with what is wrong with them."""

import re
from enum import StrEnum
from operator import mul
from typing import Final, NamedTuple

from stdnum import isbn as stdnum_isbn
from stdnum import issn as stdnum_issn
from stdnum.exceptions import ValidationError

_BEGINNING: Final = re.compile(
    r"\s*(?:ISBN|ISSN)?[\s::]*([0-9０-９][0-9０-９\-‐‑–—－ .]*[XxＸｘ]?)", re.IGNORECASE
)
_ISBN10_LENGTH: Final = 10
_ISBN13_LENGTH: Final = 13
_WEIGHTS_10: Final = tuple(range(1, 10))
_WEIGHTS_13: Final = (1, 3) * 6 + (1,)
_FOLDED: Final = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX", "-‐‑–—－ .")


class NumberFault(StrEnum):
    """Why a standard number is no key of the record."""

    CHECKSUM = "checksum"
    LENGTH = "length"
    FORMAT = "format"
    CANCELLED = "cancelled"


class RejectedNumber(NamedTuple):
    """A number as it stands in the record, and why it is not used."""

    text: str
    fault: NumberFault


def isbn13(text: str) -> str | NumberFault | None:
    """Return the ISBN at the beginning of a subfield as 13 digits, what is wrong with it, or None without.

    An ISBN-10 becomes the ISBN-13 of the same book; a remark behind the number is left out.
    """
    found = _BEGINNING.match(text)
    if found is None:
        return None
    digits = found[1].translate(_FOLDED)
    if len(digits) == _ISBN13_LENGTH:
        return _checked_13(digits)
    return _checked_10(digits) if len(digits) == _ISBN10_LENGTH else NumberFault.LENGTH


def printed(text: str) -> str:
    """Return the valid ISBN at the beginning of a text as it stands, 10 or 13 digits; else an empty text."""
    found, number = _BEGINNING.match(text), isbn13(text)
    if found is None or number is None or isinstance(number, NumberFault):
        return ""
    return found[1].translate(_FOLDED)


def hyphenated(number: str) -> str:
    """Return an ISBN of 10 or 13 digits with its hyphens, as far as the ranges of publishers are known.

    Source: the range message of the International ISBN Agency, as python-stdnum ships it.
    """
    formatted: str = stdnum_isbn.format(number) if number else ""
    return formatted


# stdnum does the same eight times slower, which an import of a hundred thousand records feels; the tests hold
# the two against each other.
def _checked_13(digits: str) -> str | NumberFault:
    if not digits.startswith(("978", "979")) or not digits.isdecimal():
        return NumberFault.FORMAT
    return digits if _weighted(digits, _WEIGHTS_13) % 10 == 0 else NumberFault.CHECKSUM


def _checked_10(digits: str) -> str | NumberFault:
    if not digits[:9].isdecimal():
        return NumberFault.FORMAT
    if digits[9] != "0123456789X"[_weighted(digits[:9], _WEIGHTS_10) % 11]:
        return NumberFault.CHECKSUM
    twelve = "978" + digits[:9]
    return f"{twelve}{-_weighted(twelve, _WEIGHTS_13) % 10}"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(map(mul, map(int, digits), weights))


def issn(text: str) -> str:
    """Return a valid ISSN as ``1234-567X``, or an empty text."""
    found = _BEGINNING.match(text)
    if found is None:
        return ""
    try:
        number: str = stdnum_issn.format(stdnum_issn.validate(found[1].translate(_FOLDED)))
    except ValidationError:
        return ""
    return number
