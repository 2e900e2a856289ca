"""Numbers and marks that are searched by shape: ISBN, class marks of the 中图法, call numbers."""

import re
import unicodedata
from functools import lru_cache

_ISBN_SHAPE = re.compile(
    r"(?:ISBN[:\s]*)?(?:(?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dX]|97[89](?:[-\s]?\d){4,9}-?)",
    re.IGNORECASE,
)
_ISSN_SHAPE = re.compile(r"\d{4}-\d{3}[\dX]", re.IGNORECASE)
_NUMBER = re.compile(r"(?:IS[BS]N)?[:\s]*([\dX][\dX\-\s]*)", re.IGNORECASE)
_MAIN_CLASSES = "ABCDEFGHIJKNOPQRSTUVXZ"
_CLASS_SHAPE = re.compile(rf"[{_MAIN_CLASSES}][A-Z]?\d[\d.]*(?:[-=(+][\w.()+=\-]*)?", re.IGNORECASE)
_CLASS_HEAD = re.compile(rf"([{_MAIN_CLASSES}][A-Z]?)(\d*)")
_CALL_SHAPE = re.compile(rf"[{_MAIN_CLASSES}][A-Z]?\d[^\s/]*/\S*", re.IGNORECASE)
_ISBN10, _ISBN13 = 10, 13
_SHORTEST_ISBN_PART = 7


def _isbn13_check_digit(first_twelve: str) -> str:
    total = sum(map(int, first_twelve[::2])) + 3 * sum(map(int, first_twelve[1::2]))
    return str(-total % 10)


def fold_isbn(value: str) -> str:
    """Return a number as the index compares it: ISBN-10 as its ISBN-13, others as digits and X alone.

    The check digit of an ISBN-10 is not examined: the number on the book is what a reader types, and both
    sides fold alike. What follows the number (精装, a price) is left out.

    Example: ``fold_isbn("7-02-000220-X (精装)") == "9787020002207"``.
    """
    digits = value.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        head = _NUMBER.match(unicodedata.normalize("NFKC", value).strip())
        digits = re.sub(r"[^\dX]", "", head.group(1).upper()) if head else ""
    if len(digits) == _ISBN10 and digits[:9].isdigit():
        twelve = "978" + digits[:9]
        return twelve + _isbn13_check_digit(twelve)
    return digits


def is_isbn(value: str) -> bool:
    """Say whether typed text has the shape of an ISBN, of the beginning of an ISBN-13, or of an ISSN."""
    typed = unicodedata.normalize("NFKC", value).strip()
    return any(shape.fullmatch(typed) is not None for shape in (_ISBN_SHAPE, _ISSN_SHAPE))


def is_isbn_part(folded: str) -> bool:
    """Say whether a folded number is a beginning long enough to be searched as one."""
    return _SHORTEST_ISBN_PART <= len(folded) < _ISBN13 and folded.startswith(("978", "979"))


def fold_class(mark: str) -> str:
    """Return a class mark for comparison: capitals, no spaces, brackets or points.

    The point of the 中图法 only parts the digits by threes, so I247.5 and I2475 are one mark.
    """
    return re.sub(r"[\s.\[\]{}]", "", unicodedata.normalize("NFKC", mark).upper())


@lru_cache(maxsize=20_000)
def class_prefixes(mark: str) -> tuple[str, ...]:
    """Return every prefix under which a record of this class is found, the whole mark last.

    Example: ``class_prefixes("TP312") == ("T", "TP", "TP3", "TP31", "TP312")``.
    """
    folded = fold_class(mark)
    head = _CLASS_HEAD.match(folded)
    if head is None:
        return (folded,) if folded else ()
    plain = head.group()
    prefixes = tuple(plain[:size] for size in range(1, len(plain) + 1))
    return prefixes if plain == folded else (*prefixes, folded)


@lru_cache(maxsize=20_000)
def main_class(mark: str) -> str:
    """Return the letter of the main class, or an empty text when the mark is no 中图法 mark."""
    folded = fold_class(mark)
    return folded[0] if _CLASS_HEAD.match(folded) else ""


def is_class_mark(value: str) -> bool:
    """Say whether typed text has the shape of a class mark: one or two letters, then digits."""
    return _CLASS_SHAPE.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None


def is_call_number(value: str) -> bool:
    """Say whether typed text has the shape of a call number: a class mark, a stroke, a book mark."""
    return _CALL_SHAPE.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None


def fold_call_number(value: str) -> str:
    """Return a call number for comparison: capitals without spaces."""
    plain = value if value.isascii() else unicodedata.normalize("NFKC", value)
    return "".join(plain.upper().split())
