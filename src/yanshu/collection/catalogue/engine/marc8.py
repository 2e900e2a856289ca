"""MARC-8 to Unicode, with the places that could not be read.

The code tables are those of pymarc (Library of Congress code tables); the loop is our own, because
pymarc's puts a blank for what it does not know and says so to nobody but standard error.

Source: MARC 21 Specifications, Character Sets, MARC-8 (ISO 2022 escapes, reset at each subfield).
"""

import re
import unicodedata
from typing import Final

from pymarc import marc8_mapping

REPLACEMENT: Final = "\ufffd"

_ESCAPE_BYTE: Final = 0x1B
_SPACE: Final = 0x20
_DELETE: Final = 0x7F
_BASIC_LATIN: Final = 0x42
_ANSEL: Final = 0x45
_EACC: Final = 0x31
_GREEK_SYMBOLS_END: Final = 0x73

# ESC then: one letter (Greek symbols, sub- and superscripts, back to ASCII), or a designation of G1 or of G0.
_ESCAPE: Final = re.compile(
    rb"\x1b(?:(?P<short>[bgps])|\$?[)\-]!?(?P<g1>[1-4BENQS])|[($,]{1,2}!?(?P<g0>[1-4BENQS]))"
)

# The geta mark stands for a character that EACC lacks; the tables give it a private code point.
_GETA_PRIVATE: Final = 0xE8B0
_GETA: Final = 0x3013


def _tables() -> dict[int, dict[int, tuple[str, bool]]]:
    """Return character and combining flag by seven-bit code, so that a set serves in G0 and in G1."""
    tables: dict[int, dict[int, tuple[str, bool]]] = {}
    for charset, codes in marc8_mapping.CODESETS.items():
        mask = 0x7F7F7F if charset == _EACC else 0x7F
        tables[charset] = {
            code & mask: (chr(_GETA if point == _GETA_PRIVATE else point), bool(combining))
            for code, (point, combining) in codes.items()
        }
    for code, point in marc8_mapping.ODD_MAP.items():
        tables[_EACC].setdefault(code & 0x7F7F7F, (chr(point), False))
    return tables


_TABLES: Final = _tables()


class _Decoding:
    """The state of one text: the two working sets, what is out, the accents that wait for their letter."""

    __slots__ = ("faults", "g0", "g1", "marks", "out")

    def __init__(self) -> None:
        self.g0 = _BASIC_LATIN
        self.g1 = _ANSEL
        self.out: list[str] = []
        self.marks: list[str] = []
        self.faults: list[int] = []

    def put(self, char: str) -> None:
        self.out.append(char)
        if self.marks:
            self.out.extend(self.marks)
            self.marks.clear()

    def fail(self, position: int) -> None:
        self.faults.append(position)
        self.put(REPLACEMENT)

    def escape(self, data: bytes, position: int) -> int:
        """Follow the escape sequence at ``position``; return where the text goes on."""
        found = _ESCAPE.match(data, position)
        if found is None:
            self.fail(position)
            return position + 1
        if short := found["short"]:
            self.g0 = _BASIC_LATIN if short[0] == _GREEK_SYMBOLS_END else short[0]
        elif g1 := found["g1"]:
            self.g1 = g1[0]
        else:
            self.g0 = found["g0"][0]
        return found.end()

    def character(self, data: bytes, position: int) -> int:
        """Read one character of the working set at ``position``; return where the text goes on."""
        byte = data[position]
        charset = self.g1 if byte > _DELETE else self.g0
        width = 3 if charset == _EACC else 1
        code = int.from_bytes(data[position : position + width], "big") & (0x7F7F7F if width > 1 else 0x7F)
        known = _TABLES[charset].get(code) if position + width <= len(data) else None
        if known is None:
            self.fail(position)
        elif known[1]:
            self.marks.append(known[0])
        else:
            self.put(known[0])
        return position + width


def decode(data: bytes) -> tuple[str, tuple[int, ...]]:
    """Return the text of one subfield, composed (NFC), and the positions of what could not be read.

    Each unreadable character becomes U+FFFD.
    """
    if data.isascii() and _ESCAPE_BYTE not in data:
        return data.decode("ascii"), ()
    state = _Decoding()
    position = 0
    while position < len(data):
        byte = data[position]
        if byte == _ESCAPE_BYTE:
            position = state.escape(data, position)
        elif byte <= _SPACE:
            state.put(chr(byte))
            position += 1
        else:
            position = state.character(data, position)
    if state.marks:  # accents without a letter: kept on a blank, and said
        state.faults.append(len(data) - 1)
        state.put("\u00a0")
    return unicodedata.normalize("NFC", "".join(state.out)), tuple(state.faults)
