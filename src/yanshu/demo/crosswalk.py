"""From classes of the Library of Congress to classes of the Chinese Library Classification."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["CHILDREN", "GENERAL", "class_of", "unmatched"]

GENERAL = "Z"
"""Where a book goes whose class says nothing."""
CHILDREN = "I28"
"""Children's literature of China; the demonstration shelves all children's literature there."""
_NOVELS = "I24"
_CHINESE_LITERATURE = "I2"

_LC = re.compile(r"^([A-Z]{1,3})\s*(\d{1,5})?")
_MINIMAL = re.compile(r"^(?:MLC[A-Z]+|\d+/\d+)\b.*?\(([A-Z])\)")
"""A minimal-level shelf mark names the main class in brackets: ``MLCSC 92/123 (P)``."""
_SHELVED_BY_NUMBER = re.compile(r"^(?:MLC|CPB Box|CLC Ser|IN PROCESS)")


class _Range(NamedTuple):
    first: int
    last: int
    clc: str


@cache
def _table() -> dict[str, tuple[tuple[_Range, ...], str]]:
    """Read the crosswalk: per letters, the ranges and the class of the rest."""
    ranges: dict[str, list[_Range]] = {}
    rest: dict[str, str] = {}
    text = (files("yanshu.demo") / "data" / "lc_to_clc.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        letters, *numbers, clc = line.split()
        if numbers:
            first, last = numbers[0].split("-")
            ranges.setdefault(letters, []).append(_Range(int(first), int(last), clc))
        else:
            rest[letters] = clc
    return {letters: (tuple(ranges.get(letters, ())), clc) for letters, clc in rest.items()}


def class_of(shelf_mark: str, *, fiction: bool = False, juvenile: bool = False) -> str:
    """Return the Chinese class for a Library of Congress shelf mark (050 ``$a``).

    Args:
        fiction: the record is coded as a novel or stories (008/33).
        juvenile: the record is coded for children (008/22).
    """
    clc = _lookup(shelf_mark.strip()) or GENERAL
    if juvenile and clc[0] in "HIJZ":
        return CHILDREN
    if fiction and clc == _CHINESE_LITERATURE:
        return _NOVELS
    return clc


def unmatched(shelf_marks: list[str]) -> list[str]:
    """Return the shelf marks whose letters the crosswalk does not know."""
    return [mark for mark in shelf_marks if mark.strip() and _lookup(mark.strip()) is None]


def _lookup(mark: str) -> str | None:
    minimal = _MINIMAL.match(mark)
    if minimal:
        return _class_at(minimal[1], 0)
    if _SHELVED_BY_NUMBER.match(mark):
        return GENERAL
    found = _LC.match(mark)
    return _class_at(found[1], int(found[2] or 0)) if found else None


def _class_at(letters: str, number: int) -> str | None:
    """Return the class at a number; longer letters fall back on their own beginning (KFA: KF)."""
    table = _table()
    while letters:
        if letters in table:
            ranges, rest = table[letters]
            return next((r.clc for r in ranges if r.first <= number <= r.last), rest)
        letters = letters[:-1]
    return None
