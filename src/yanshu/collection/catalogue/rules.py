"""The catalogue's decisions: what is the same title, which main class, where a record may go next."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from yanshu.collection.catalogue.terms import ItemState, RecordState

_NOT_LETTERS = re.compile(r"[\W_]+")
_ROLE = re.compile(r"\s*(?:编著|主编|著|编|译|绘|撰|辑|校注|注|等)+\s*$")
_FIRST_NAME = re.compile(r"[^;；,，/]+")
_MAIN_CLASS = re.compile(r"[A-Z]{1,2}")
TECHNOLOGY = "T"

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


def plain_author(responsibility: str) -> str:
    """Return the first name of a statement of responsibility, without the word for what he did (周望舒著)."""
    first = _FIRST_NAME.match(responsibility.strip())
    return _ROLE.sub("", first.group()).strip() if first else ""


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


def _folded(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
