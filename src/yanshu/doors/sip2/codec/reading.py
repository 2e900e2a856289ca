"""From bytes to a message, patiently: real machines are careless with delimiters and line ends."""

import re

from yanshu.doors.sip2.codec.layout import NAMES, Kind, Layout
from yanshu.doors.sip2.codec.message import Damage, Message, Verdict
from yanshu.doors.sip2.codec.requests import REQUESTS
from yanshu.doors.sip2.codec.responses import RESPONSES
from yanshu.doors.sip2.codec.text import checksum

LAYOUTS: dict[str, Layout] = REQUESTS | RESPONSES

_FIRST_DIGITS = re.compile(rb"[0-9]{2}")
_TRAILER = re.compile(r"(?:AY(?P<sequence>[0-9]))?(?:AZ(?P<sum>[0-9A-Fa-f]{4}))?$")
_DATE = re.compile(r"[0-9]{8}.{4}[0-9]{6}")
_TRAILER_AT_MOST = len("AY0AZ0000")
_STRAY_AT_MOST = 4


class Unreadable(ValueError):
    """Nothing to be made of these bytes; the message holds none of them."""


def parse(data: bytes, *, charset: str = "utf-8", delimiter: str = "|") -> Message:
    """Read one message.

    Spare and missing delimiters, text before the message and any line end are put up with; unknown fields are
    kept. The check sum is compared, not obeyed: what to do about a wrong one is for the session to decide.

    Raises:
        Unreadable: when no known message code is there.
    """
    start = _start(data)
    data = data[start:].strip(b"\r\n\x00")
    try:
        text = data.decode(charset)
        damage: set[Damage] = set()
    except UnicodeDecodeError:
        text = data.decode(charset, "replace")
        damage = {Damage.CHARSET}
    if start:
        damage.add(Damage.TEXT_BEFORE)
    layout = LAYOUTS.get(text[:2])
    if layout is None:
        raise Unreadable("unknown message code")

    text, sequence, claimed = _split_trailer(text, layout, delimiter)
    fixed, rest = _fixed_part(layout, text[2:], damage)
    return Message(
        layout=layout,
        fixed=fixed,
        fields=_fields(layout, rest, delimiter, damage),
        sequence=sequence,
        verdict=_verdict(data, claimed),
        damage=frozenset(damage),
    )


def guess_delimiter(data: bytes) -> str:
    """Return the delimiter of a log-in, which arrives before it is known who speaks."""
    text = data.decode("latin-1")
    if "|" in text:
        return "|"
    found = re.search(r"CN[^\r\n]*?([^\w\s])CO", text)
    return found[1] if found else "|"


def without_trailer(data: bytes) -> bytes:
    """Return what a message says without its number and check sum, to tell a repetition by."""
    return re.sub(rb"(?:AY[0-9])?(?:AZ[0-9A-Fa-f]{4})?[\s]*$", b"", data.strip(), count=1)


def _start(data: bytes) -> int:
    found = _FIRST_DIGITS.search(data)
    if found is None:
        raise Unreadable("no message code")
    return found.start()


def _split_trailer(text: str, layout: Layout, delimiter: str) -> tuple[str, str, str]:
    """Cut ``AY…AZ…`` off the end; without a number, ``AZ`` counts only where a field may begin."""
    body = text.rstrip(delimiter + " ")
    found = _TRAILER.search(body, max(0, len(body) - _TRAILER_AT_MOST))
    if found is None or not found[0]:
        return text, "", ""
    sequence, claimed = found["sequence"] or "", found["sum"] or ""
    before = body[: found.start()]
    end_of_fixed = 2 + sum(each.width for each in layout.fixed)
    at_field = before.endswith(delimiter) or len(before) <= end_of_fixed
    if not at_field and not (sequence and claimed):
        return text, "", ""
    return before, sequence, claimed


def _fixed_part(layout: Layout, text: str, damage: set[Damage]) -> tuple[dict[str, str], str]:
    fixed: dict[str, str] = {}
    at = 0
    for each in layout.fixed:
        if each.optional and each.kind is Kind.DATE and not _DATE.match(text, at):
            continue
        value = text[at : at + each.width]
        at += len(value)
        fixed[each.name] = value
        if len(value) < each.width:
            damage.add(Damage.FIXED_SHORT)
    return fixed, text[at:]


def _fields(layout: Layout, text: str, delimiter: str, damage: set[Damage]) -> list[tuple[str, str]]:
    found = []
    for index, segment in enumerate(text.split(delimiter)):
        chunk = _past_stray(layout, segment, damage) if index == 0 else segment
        if len(chunk) >= 2:  # noqa: PLR2004 - a field's letters
            found.append((chunk[:2], chunk[2:]))
        elif chunk.strip():
            damage.add(Damage.STRAY)
    return found


def _past_stray(layout: Layout, chunk: str, damage: set[Damage]) -> str:
    """Step over characters left between the fixed part and the first field (a fixed part grown too long)."""
    if not chunk or chunk[:2] in NAMES or chunk[:1].isalpha():
        return chunk
    damage.add(Damage.STRAY)
    for skip in range(1, min(_STRAY_AT_MOST, len(chunk))):
        if chunk[skip : skip + 2] in layout.by_code:
            return chunk[skip:]
    return chunk


def _verdict(data: bytes, claimed: str) -> Verdict:
    if not claimed:
        return Verdict.ABSENT
    summed = data[: data.rindex(b"AZ") + 2]
    return Verdict.RIGHT if checksum(summed) == claimed.upper() else Verdict.WRONG
