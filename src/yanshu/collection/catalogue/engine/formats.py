"""Which format a file of records has, and one way to read them all."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from yanshu.collection.catalogue.engine import iso2709, marcxml
from yanshu.collection.catalogue.engine.damage import Reading
from yanshu.collection.catalogue.engine.readable import UTF16_MARKS, Readable, Rejoined

_HEAD: Final = 1 << 16
_PADDING: Final = b" \r\n\t\x00\x1a"
_BOM: Final = b"\xef\xbb\xbf"
_MARC_ELEMENT: Final = re.compile(r"<(?:[\w.\-]+:)?(?:leader|controlfield|datafield|collection)[\s>/]")
_LEADER: Final = re.compile(rb"[0-9 ]{5}[A-Za-z][A-Za-z ][A-Za-z0-9 ].{4}[0-9 ]{5}", re.DOTALL)
_LEADER_LENGTH: Final = 24


class FileFormat(StrEnum):
    """The formats records come in."""

    ISO2709 = "iso2709"
    MARCXML = "marcxml"


class UnreadableFileError(ValueError):
    """The file holds no MARC records, neither as ISO 2709 nor as XML."""


def sniff(head: bytes) -> FileFormat:
    """Return the format of a file from its beginning (64 KB are enough).

    Raises:
        UnreadableFileError: it is neither; the message says what it looks like.
    """
    beginning = head.removeprefix(_BOM).lstrip(_PADDING)
    if not beginning:
        raise UnreadableFileError("the file is empty")
    if beginning.startswith(b"<") or head.startswith(UTF16_MARKS):
        if _MARC_ELEMENT.search(_as_text(head)):
            return FileFormat.MARCXML
        raise UnreadableFileError("the file is XML, but not MARCXML")
    if _looks_like_iso2709(beginning):
        return FileFormat.ISO2709
    raise UnreadableFileError("the file is neither ISO 2709 nor MARCXML")


def _as_text(head: bytes) -> str:
    codec = "utf-16" if head.startswith(UTF16_MARKS) else "latin-1"
    return head.decode(codec, "replace")


def _looks_like_iso2709(beginning: bytes) -> bool:
    """Whether a leader stands at the beginning, or separators of ISO 2709 follow behind some junk."""
    if _LEADER.match(beginning) and (len(beginning) <= _LEADER_LENGTH or b"\x1e" in beginning):
        return True
    return b"\x1e\x1d" in beginning and b"\x1f" in beginning


def read_any(stream: Readable, charset: str | None = None) -> Iterator[Reading]:
    """Read the records of a file in whichever format it has.

    Args:
        charset: the name of the character set of an ISO 2709 file where it is known.

    Raises:
        UnreadableFileError: at once, before the first record, when the file holds no MARC.
        UnknownCharsetError: nobody knows ``charset``.
    """
    head = b""
    while len(head) < _HEAD and (block := stream.read(_HEAD - len(head))):
        head += block
    whole = Rejoined(head, stream)
    if sniff(head) is FileFormat.MARCXML:
        return marcxml.read(whole)
    return iso2709.read(whole, charset=charset)
