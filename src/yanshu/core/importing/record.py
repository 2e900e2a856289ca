"""What reading a file yields, before anything is judged: lines, records, damaged places."""

from dataclasses import dataclass
from typing import Any

from yanshu.core.refusal import Invalid, Reason


class Unreadable(Invalid):
    """The file as a whole cannot be read; nothing of it was taken. Exit status 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Record:
    """What was read of one row, before its cells are judged; ``offset`` counts bytes where it is known."""

    number: int
    offset: int | None
    payload: Any


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of the file that cannot be read; the rest of the file can."""

    number: int
    offset: int | None
    reasons: tuple[Reason, ...]

    @classmethod
    def at(cls, number: int, offset: int | None, code: str, label: Any) -> "Damage":
        """Return a damage with one reason."""
        return cls(number, offset, (Reason(code=code, label=label),))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its cells, where it begins in the file, and why it cannot be taken as it stands."""

    cells: list[str]
    offset: int | None = None
    wrong: Reason | None = None
