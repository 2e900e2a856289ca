"""Which characters a record is written in, judged on its bytes, and the text they give.

The leader is not believed: Chinese exports say nothing there or the wrong thing. What is valid UTF-8 is
UTF-8; an escape sequence is MARC-8; the rest is weighed: GB18030 text is runs of byte pairs, mostly of the
3,755 frequent characters, while MARC-8 puts one accent byte before a letter.
"""

import codecs
import re
from enum import StrEnum
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine import marc8


class UnknownCharsetError(ValueError):
    """Nobody knows a character set by this name."""


class Charset(StrEnum):
    """What a record can be found to be written in."""

    ASCII = "ascii"
    UTF8 = "utf-8"
    GB18030 = "gb18030"
    MARC8 = "marc-8"
    UNKNOWN = "unknown"


class Decoded(NamedTuple):
    """A text and the positions, in bytes, of what was replaced by U+FFFD in it."""

    text: str
    faults: tuple[int, ...]


_MARC8_ESCAPE: Final = re.compile(rb"\x1b(?:[bgps]|[(),$\-])")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_UTF8_WIDE: Final = re.compile(rb"[\xe0-\xf4]")
# Lead bytes B0 to D7: level 1 of GB 2312, the frequent characters; A1, A3: punctuation, full-width forms.
_GB_FREQUENT_LEADS: Final = bytes([0xA1, 0xA3, *range(0xB0, 0xD8)])
_ASCII_BYTES: Final = bytes(range(0x80))
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_ACCENTED: Final = re.compile(rb"[\xe0-\xfe]{1,2}[A-Za-z\x20]|[\xa1-\xc8\x88\x89\x8d\x8e]")

_NAMES: Final = {
    "gb2312": Charset.GB18030,
    "gbk": Charset.GB18030,
    "cp936": Charset.GB18030,
    "gb18030": Charset.GB18030,
    "marc8": Charset.MARC8,
    "marc-8": Charset.MARC8,
    "utf8": Charset.UTF8,
    "utf-8": Charset.UTF8,
    "ascii": Charset.ASCII,
}

_CUT_OFF: Final = "unexpected end of data"
"""What the decoder says of UTF-8 that is sound up to a character cut in two by the end."""

_ENOUGH: Final = 0.8
_HALF: Final = 0.5
_UTF8_MAJORITY: Final = 4


def named(name: str) -> str:
    """Return our name for a character set given by hand: ``GBK`` is ``gb18030``; a codec keeps its own.

    Raises:
        UnknownCharsetError: no such character set.
    """
    plain = name.strip().lower()
    if plain in _NAMES:
        return _NAMES[plain].value
    try:
        return codecs.lookup(plain).name
    except LookupError as unknown:
        raise UnknownCharsetError(name) from unknown


def detect(data: bytes, *, hint: str | None = None, says_utf8: bool = False) -> Charset:
    """Return the character set of a record's bytes.

    Args:
        hint: what the file as a whole is written in; it decides where one record is too short to tell.
        says_utf8: the leader claims UTF-8; believed where the bytes allow it.
    """
    if data.isascii():
        return Charset.MARC8 if _MARC8_ESCAPE.search(data) else Charset.ASCII
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as failed:
        if failed.reason == _CUT_OFF and hint != Charset.GB18030:
            return Charset.UTF8
        return _weigh(data, hint)
    if hint == Charset.GB18030 and not says_utf8 and not _UTF8_WIDE.search(data):
        # Pairs of GB18030 can look like two-byte UTF-8; Chinese in UTF-8 takes three bytes.
        return Charset.GB18030
    return Charset.UTF8


def _weigh(data: bytes, hint: str | None) -> Charset:
    if hint == Charset.GB18030 and _is_frequent_gb(data):
        return Charset.GB18030
    sequences = _UTF8_SEQUENCE.findall(data)
    high = len(data.translate(None, _ASCII_BYTES))
    stray = high - sum(map(len, sequences))
    if len(sequences) >= _UTF8_MAJORITY * stray:
        return Charset.UTF8
    if _MARC8_ESCAPE.search(data):
        return Charset.MARC8
    if _looks_like_gb(data, hint=hint):
        return Charset.GB18030
    if _looks_like_marc8(data, high):
        return Charset.MARC8
    return Charset.UNKNOWN


def _is_frequent_gb(data: bytes) -> bool:
    """Whether most byte pairs begin like frequent characters; the quick way through a GB18030 file."""
    leads = data.translate(None, _ASCII_BYTES)[::2]
    return len(leads.translate(None, _GB_FREQUENT_LEADS)) <= (1 - _ENOUGH) * len(leads)


def _looks_like_gb(data: bytes, *, hint: str | None) -> bool:
    runs = _HIGH_RUN.findall(data)
    even = sum(len(run) % 2 == 0 for run in runs)
    pairs = sum(len(run) // 2 for run in runs)
    frequent = sum(1 for run in runs for i in range(0, len(run) - 1, 2) if run[i] in _GB_FREQUENT_LEADS)
    enough = _HALF if hint == Charset.GB18030 else _ENOUGH
    return pairs > 0 and even >= _HALF * len(runs) and frequent >= enough * pairs


def _looks_like_marc8(data: bytes, high: int) -> bool:
    explained = sum(
        len(found.rstrip(b" ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
        for found in _ACCENTED.findall(data)
    )
    return explained >= _ENOUGH * high


def decode(data: bytes, charset: str) -> Decoded:
    """Return the text of one subfield; what cannot be read is replaced and its place told.

    ``unknown`` keeps the ASCII and replaces the rest.
    """
    if charset == Charset.MARC8:
        return Decoded(*marc8.decode(data))
    codec = "ascii" if charset == Charset.UNKNOWN else charset
    try:
        return Decoded(data.decode(codec), ())
    except UnicodeDecodeError:
        return _decode_damaged(data, codec)


def _decode_damaged(data: bytes, codec: str) -> Decoded:
    # Each byte that cannot be read becomes a lone surrogate, so that one pass finds them all.
    escaped = data.decode(codec, "surrogateescape")
    faults: list[int] = []
    position = done = 0
    for found in _ESCAPED.finditer(escaped):
        position += len(escaped[done : found.start()].encode(codec, "surrogateescape"))
        faults.append(position)
        done = found.start()
    return Decoded(_ESCAPED.sub(marc8.REPLACEMENT, escaped), tuple(faults))
