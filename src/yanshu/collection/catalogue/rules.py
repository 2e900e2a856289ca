"""The catalogue's decisions: what is the same title, which main class, where a record may go next."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from yanshu.collection.catalogue.terms import BatchAct, ItemState, RecordState, Shown

_NOT_LETTERS = re.compile(r"[\W_]+")
_MAIN_CLASS = re.compile(r"[A-Z]{1,2}")
_LEADING_DIGITS = re.compile(r"\d{1,9}")
TECHNOLOGY = "T"
CALL_NUMBER_MARK = "/"
"""Stands between class number and book number."""

NEXT_STATES: Mapping[str, frozenset[str]] = {
    RecordState.DRAFT: frozenset({RecordState.PROOFREAD}),
    RecordState.PROOFREAD: frozenset({RecordState.DRAFT, RecordState.RELEASED}),
    RecordState.RELEASED: frozenset({RecordState.DRAFT}),
}
"""Draft → proofread → released; a released record may go back to draft, its release date stays."""


def duplicate_key(isbn: str, title: str, volume: str) -> str:
    """Return what is alike in two records of the same title: ISBN, title and volume, spelling folded away."""
    folded = "|".join(_folded(part) for part in (isbn, title, volume))
    return hashlib.sha256(folded.encode()).hexdigest()


def main_class(class_number: str) -> str:
    """Return the main class of a 中图法 number: one letter, for technology with the second (I, TP)."""
    found = _MAIN_CLASS.match(class_number.strip().upper())
    if found is None:
        return ""
    letters = found.group()
    return letters if letters.startswith(TECHNOLOGY) else letters[0]


def may_follow(present: str, wanted: str) -> bool:
    """Say whether a record in state ``present`` may be put into state ``wanted``."""
    return wanted in NEXT_STATES[present]


def state_on_release(present: str) -> str:
    """Return the state a copy has once it is released: what was in processing stands on the shelf."""
    return ItemState.AVAILABLE if present == ItemState.PROCESSING else present


WANTED_STATE: Mapping[str, RecordState] = {
    BatchAct.PROOFREAD: RecordState.PROOFREAD,
    BatchAct.RELEASE: RecordState.RELEASED,
    BatchAct.SEND_BACK: RecordState.DRAFT,
}
"""Which state an act on records leads to."""

PLACEABLE = frozenset(
    {
        ItemState.AVAILABLE,
        ItemState.PROCESSING,
        ItemState.BINDERY,
        ItemState.DISPLAY,
        ItemState.MISSING,
        ItemState.LOST,
    }
)
"""States staff put copies into by hand; transit, hold shelf and withdrawal have acts of their own."""

_SHOWN_AWAY: Mapping[str, Shown] = {
    ItemState.PROCESSING: Shown.PROCESSING,
    ItemState.TRANSIT: Shown.TRANSIT,
    ItemState.BINDERY: Shown.BINDERY,
    ItemState.DISPLAY: Shown.DISPLAY,
    ItemState.HOLD_SHELF: Shown.READY,
}
_SHOWN_GONE: Mapping[str, Shown] = {ItemState.LOST: Shown.LOST, ItemState.MISSING: Shown.MISSING}


def shown_state(state: str, *, is_reference: bool, is_on_loan: bool, is_held: bool) -> Shown:
    """Return the state word for a copy that has not been withdrawn.

    A loss is said before a loan, a loan before a state of processing, and a hold that waits before both.
    """
    if state in _SHOWN_GONE:
        return _SHOWN_GONE[state]
    if is_on_loan:
        return Shown.ON_LOAN
    if is_held:
        return Shown.ON_HOLD
    if state in _SHOWN_AWAY:
        return _SHOWN_AWAY[state]
    return Shown.REFERENCE if is_reference else Shown.AVAILABLE


def may_be_placed(present: str) -> bool:
    """Say whether staff may put a copy in state ``present`` into another one by hand."""
    return present in PLACEABLE


def next_book_number(call_numbers: Iterable[str], class_number: str) -> int:
    """Return the running number of the next title of a class (种次号): one more than the highest in use.

    Example:
        ``next_book_number(["I247.57/12", "I247.57/7=2"], "I247.57")`` is 13.
    """
    head = f"{class_number}{CALL_NUMBER_MARK}"
    found = (_LEADING_DIGITS.match(text[len(head) :]) for text in call_numbers if text.startswith(head))
    return max((int(digits.group()) for digits in found if digits), default=0) + 1


def spine_lines(call_number: str) -> tuple[str, ...]:
    """Return the lines of a call number on the spine: the class, and under it the book number."""
    return tuple(part for part in call_number.split(CALL_NUMBER_MARK, 1) if part)


def _folded(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
