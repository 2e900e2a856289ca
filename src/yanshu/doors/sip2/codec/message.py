"""A message as the program holds it."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum

from yanshu.doors.sip2.codec.layout import Layout
from yanshu.doors.sip2.codec.moments import moment


class Verdict(Enum):
    """What the check sum says."""

    ABSENT = "absent"
    RIGHT = "right"
    WRONG = "wrong"


class Damage(Enum):
    """What was odd about a message that could be read all the same."""

    TEXT_BEFORE = "text before the message"
    FIXED_SHORT = "fixed part too short"
    STRAY = "characters between the fields"
    CHARSET = "bytes that are no characters of the terminal's charset"


@dataclass(slots=True)
class Message:
    """Fixed part by name, fields in their order, unknown ones too."""

    layout: Layout
    fixed: dict[str, str] = field(default_factory=dict)
    fields: list[tuple[str, str]] = field(default_factory=list)
    sequence: str = ""
    """The digit after AY, empty when the terminal numbers nothing."""
    verdict: Verdict = field(default=Verdict.ABSENT, compare=False)
    damage: frozenset[Damage] = field(default=frozenset(), compare=False)

    @property
    def code(self) -> str:
        return self.layout.code

    def get(self, code: str) -> str:
        """Return the first value of a field without blanks around it; empty when absent."""
        return next((value.strip() for each, value in self.fields if each == code), "")

    def all(self, code: str) -> list[str]:
        """Return every value of a repeatable field."""
        return [value for each, value in self.fields if each == code]

    def has(self, code: str) -> bool:
        """Say whether a field was sent with something in it."""
        return bool(self.get(code))

    def says_yes(self, name: str) -> bool:
        """Read a yes or no of the fixed part; ``Y`` and ``1`` are yes."""
        return self.fixed.get(name, "") in {"Y", "1"}

    def number(self, name: str) -> int | None:
        """Read a number of the fixed part; nothing when it is left blank."""
        text = self.fixed.get(name, "").strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def moment(self, name: str, zone: tzinfo) -> datetime | None:
        """Read a date of the fixed part."""
        return moment(self.fixed.get(name, ""), zone)

    def missing(self, *codes: str) -> str:
        """Return the first of these fields that is absent or empty, else an empty string."""
        return next((code for code in codes if not self.has(code)), "")
