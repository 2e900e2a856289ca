"""From a message to bytes; the table says which fields must be there and which may come twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from yanshu.doors.sip2.codec.layout import Fixed, Kind
from yanshu.doors.sip2.codec.message import Message
from yanshu.doors.sip2.codec.moments import wire_moment
from yanshu.doors.sip2.codec.reading import LAYOUTS
from yanshu.doors.sip2.codec.text import checksum, clean, encode

FixedValue = str | int | bool | datetime | None


def compose(
    code: str,
    fixed: Mapping[str, FixedValue] | None = None,
    fields: Iterable[tuple[str, str]] = (),
) -> Message:
    """Make a message from plain values, in the table's order; a required field is there even when empty.

    Fields the table does not know (a vendor's) follow at the end.

    Raises:
        ValueError: for a fixed part the layout lacks, or a field twice that may come once.
    """
    layout = LAYOUTS[code]
    given = dict(fixed or {})
    written = {each.name: _fixed_text(each, given.pop(each.name, None)) for each in layout.fixed}
    if given:
        raise ValueError(f"message {code} has no {', '.join(sorted(given))}")
    values: dict[str, list[str]] = {}
    for letters, value in fields:
        values.setdefault(letters, []).append(value)
    ordered: list[tuple[str, str]] = []
    for each in layout.fields:
        found = values.pop(each.code, [""] if each.required else [])
        if len(found) > 1 and not each.repeatable:
            raise ValueError(f"message {code} carries {each.code} once only")
        ordered += [(each.code, value) for value in found]
    ordered += [(letters, value) for letters, many in values.items() for value in many]
    return Message(layout=layout, fixed=written, fields=ordered)


def build(
    message: Message,
    *,
    charset: str = "utf-8",
    delimiter: str = "|",
    sequence: str = "",
    with_checksum: bool = False,
) -> bytes:
    """Write a message without its line end.

    ``sequence`` is the digit of the message answered; both it and the check sum are left out for terminals
    without error detection.
    """
    parts = [message.code, *message.fixed.values()]
    parts += [letters + clean(value, delimiter) + delimiter for letters, value in message.fields]
    if sequence:
        parts.append("AY" + sequence)
    if not with_checksum:
        return encode("".join(parts), charset)
    data = encode("".join([*parts, "AZ"]), charset)
    return data + checksum(data).encode("ascii")


def _fixed_text(part: Fixed, value: FixedValue) -> str:
    """Write one stretch of the fixed part at exactly its width, in ASCII."""
    if part.optional and value is None:
        return ""
    if isinstance(value, datetime):
        return wire_moment(value)
    if isinstance(value, bool):
        return ("1" if value else "0") if part.kind is Kind.OK else ("Y" if value else "N")
    if isinstance(value, int):
        return f"{min(max(value, 0), 10**part.width - 1):0{part.width}d}"
    if value is None:
        return {Kind.YES_NO: "U", Kind.OK: "0"}.get(part.kind, " ") * part.width
    plain = "".join(each if " " <= each <= "~" else "?" for each in value)
    return plain[: part.width].ljust(part.width)
