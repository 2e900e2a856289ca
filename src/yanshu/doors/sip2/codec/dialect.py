"""The letters vendors chose for what 3M's list lacks. They differ, so they are data of a terminal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_LETTERS = re.compile(r"[A-Za-z0-9]{2}")

#: Meaning to letters as the most open Chinese system uses them; an empty string: not sent.
USUAL: Mapping[str, str] = MappingProxyType(
    {
        # answer 18
        "call_number": "KC",
        "permanent_shelf": "KQ",
        "current_shelf": "KP",
        # answer 10; several vendors read the amount owed for an overdue return from CF
        "overdue_amount": "",
        # requests 81, 85, 91
        "card": "AA",
        "name": "AE",
        "pin": "AD",
        "new_pin": "KD",
        "national_id": "XO",
        "sex": "XM",
        "ethnic_group": "XN",
        "birth_date": "XH",
        "mobile": "MP",
        "address": "BD",
        "remark": "XF",
        "reader_category": "XT",
        "opening_library": "AM",
        "deposit": "BV",
        "operation": "XK",
        # answers 82, 86, 92
        "accepted": "OK",
    }
)


@dataclass(frozen=True)
class Dialect:
    """The letters one terminal uses; ``changes`` names only those that differ from the usual ones.

    Raises:
        ValueError: for a meaning nobody knows, or letters that are not two ASCII letters or digits.
    """

    changes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for meaning, letters in self.changes.items():
            if meaning not in USUAL:
                raise ValueError(f"no such meaning: {meaning!r}")
            if letters and not _LETTERS.fullmatch(letters):
                raise ValueError(f"field letters are two ASCII letters or digits, not {letters!r}")

    def letters(self, meaning: str) -> str:
        """Return the letters for a meaning, empty when this terminal is not sent it."""
        return self.changes.get(meaning, USUAL[meaning])
