"""What is set for each terminal: charset, delimiter, language, which fields it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from yanshu.doors.sip2.codec import REQUESTS, Dialect, known_charset

#: Fields with a person's data beyond the name; sent only where the library says so.
PERSONAL_FIELDS = frozenset({"BD", "BE", "BF", "PA", "PB", "PC"})


class ErrorDetection(StrEnum):
    """Sequence numbers and check sums."""

    OFF = "off"
    """Ignored, and never sent."""
    OPTIONAL = "optional"
    """Sent to terminals that send them; a wrong sum is answered with 96."""
    REQUIRED = "required"
    """A message without a sum is answered with 96."""


class DueForm(StrEnum):
    """How a due date (AH) is written."""

    SIP = "sip"
    ISO = "iso"


@dataclass(frozen=True, kw_only=True)
class TerminalSettings:
    """The knobs of one terminal.

    Raises:
        ValueError: for a setting that cannot work; the message names it.
    """

    charset: str = "utf-8"
    delimiter: str = "|"
    line_end: str = "\r"
    error_detection: ErrorDetection = ErrorDetection.OPTIONAL
    language: str = "zh-hans"
    """Of the screen messages."""
    follows_language: bool = False
    """Take English or Chinese from the request instead, where it names one."""
    institution: str = ""
    """What AO says; empty: the institution the terminal belongs to."""
    pin_required: bool = True
    """Ask a reader's PIN before lending, renewing, reserving and before any name is shown."""
    masks_names: bool = False
    """Show 李** even after the right PIN (screens that others can see)."""
    renews_own: bool = True
    """Lending again what the same reader has on loan renews it, where the message allows it too."""
    takes_offline: bool = False
    """Believe ``no block = Y`` and its dates: the terminal was off line and it has happened already."""
    titles_in_lists: bool = False
    """Lists of message 64 carry titles instead of barcodes."""
    shows_returner: bool = False
    """Answer 10 names the card of the reader who returned the item (AA)."""
    shows_hold_reader: bool = False
    """Answer 10 names the reader who waits for the item (CY, DA); for staff machines."""
    due_form: DueForm = DueForm.SIP
    personal_fields: frozenset[str] = frozenset()
    """Which of ``PERSONAL_FIELDS`` are sent after the right PIN."""
    hidden_fields: frozenset[str] = frozenset()
    """Fields never sent; one the protocol requires goes out empty."""
    refused_messages: frozenset[str] = frozenset()
    """Codes of messages this terminal may not send (a return machine does not lend)."""
    screen_lines: int = 3
    """How many screen messages (AF) at most; the first reason comes first."""
    timeout_tenths: int = 100
    """Answer 98: how long the terminal is to wait for an answer, in tenths of a second."""
    retries: int = 3
    """Answer 98: how often the terminal is to try again."""
    dialect: Dialect = field(default_factory=Dialect)

    def __post_init__(self) -> None:
        object.__setattr__(self, "charset", known_charset(self.charset))
        for name, holds in {
            "delimiter": _fit_delimiter(self.delimiter),
            "line_end": self.line_end in {"\r", "\n", "\r\n"},
            "personal_fields": self.personal_fields <= PERSONAL_FIELDS,
            "refused_messages": self.refused_messages <= REQUESTS.keys() - {"93", "97", "99"},
            "screen_lines": self.screen_lines >= 1,
            "timeout_tenths": 0 <= self.timeout_tenths <= 999,  # noqa: PLR2004 - three digits
            "retries": 0 <= self.retries <= 999,  # noqa: PLR2004 - three digits
        }.items():
            if not holds:
                raise ValueError(f"{name} of a SIP2 terminal cannot be {getattr(self, name)!r}")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read settings as they are stored (JSON): plain values, lists for sets, letters under ``dialect``.

        Raises:
            ValueError: for an unknown name or a value that cannot work.
        """
        kinds = {each.name: each.type for each in fields(cls)}
        if unknown := stored.keys() - kinds.keys():
            raise ValueError(f"no such setting of a SIP2 terminal: {', '.join(sorted(unknown))}")
        typed: dict[str, Any] = {name: _typed(kinds[name], value) for name, value in stored.items()}
        return cls(**typed)


def _fit_delimiter(delimiter: str) -> bool:
    return len(delimiter) == 1 and delimiter.isascii() and delimiter.isprintable() and not delimiter.isalnum()


def _typed(kind: object, value: object) -> object:
    if kind in {DueForm, ErrorDetection}:
        return DueForm(str(value)) if kind is DueForm else ErrorDetection(str(value))
    if kind is Dialect:
        if not isinstance(value, Mapping):
            raise ValueError("dialect is a table of meanings and letters")
        return Dialect(dict(value))
    if kind == frozenset[str]:
        if not isinstance(value, list | tuple | set | frozenset):
            raise ValueError(f"a list of codes is needed, not {value!r}")
        return frozenset(map(str, value))
    if type(value) is not kind:
        raise ValueError(f"{value!r} is no {getattr(kind, '__name__', kind)}")
    return value
