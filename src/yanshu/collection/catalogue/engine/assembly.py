"""The directory of an ISO 2709 record held against its terminators.

A sound record goes through `_straight`, which is the path of every import. The rest is put together from
what agrees: starts that lie on a field, else the order of the fields, else nothing; each step is reported.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine.damage import Damage, DamageCode

RECORD_TERMINATOR: Final = b"\x1d"
FIELD_TERMINATOR: Final = b"\x1e"
LEADER_BYTES: Final = 24
DIRECTORY_ENTRY: Final = 12
"""Tag, length and start of one field."""

_SHORTEST: Final = LEADER_BYTES + 2
_CLEAN_DIRECTORY: Final = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})*")


@lru_cache(maxsize=512)
def _template(entries: int) -> str:
    """Return the directory of so many fields, to be filled with tags, lengths and starts."""
    return "%s%04d%05d" * entries


def directory_of(tags: Sequence[str], lengths: Sequence[int], starts: Sequence[int]) -> str:
    """Return the directory of fields that stand so."""
    return _template(len(tags)) % tuple(chain.from_iterable(zip(tags, lengths, starts, strict=True)))


class Assembly(NamedTuple):
    """Tags and bytes of the fields, in the order of the directory, and where each stands in the file."""

    tags: list[str]
    parts: list[bytes]
    places: list[int]
    """Units: bytes from ``origin``."""
    origin: int
    """Where the first field may stand. Units: bytes from the start of the file."""


class _Entry(NamedTuple):
    tag: str
    length: int
    start: int
    """-1 for what is not a number."""
    place: int
    """Where the entry stands. Units: bytes from the start of the file."""


def assemble(raw: bytes, offset: int, damages: list[Damage]) -> Assembly | None:
    """Take a record apart into fields; None when its directory and its fields cannot be matched.

    Args:
        offset: where the record stands in the file, in bytes.
        damages: what was wrong is added here.
    """
    return _straight(raw, offset) or _repaired(raw, offset, damages)


def _straight(raw: bytes, offset: int) -> Assembly | None:
    """Return the fields of a record in which everything agrees, and nothing for any other."""
    if not (raw[:5].isdigit() and raw[12:17].isdigit() and int(raw[:5]) == len(raw)):
        return None
    base = int(raw[12:17])
    end = base - 1
    if (
        end < LEADER_BYTES
        or raw[end:base] != FIELD_TERMINATOR
        or not _CLEAN_DIRECTORY.fullmatch(raw, LEADER_BYTES, end)
    ):
        return None
    parts = raw[base:].split(FIELD_TERMINATOR)
    if parts.pop() != RECORD_TERMINATOR:
        return None
    lengths = [len(part) + 1 for part in parts]
    starts = list(accumulate(lengths, initial=0))
    starts.pop()
    text = raw[LEADER_BYTES:end].decode("ascii")
    tags = [text[i : i + 3] for i in range(0, len(text), DIRECTORY_ENTRY)]
    if len(tags) != len(parts):
        return None
    return (
        Assembly(tags, parts, starts, offset + base) if text == directory_of(tags, lengths, starts) else None
    )


def _repaired(raw: bytes, offset: int, damages: list[Damage]) -> Assembly | None:
    end = raw.find(FIELD_TERMINATOR, LEADER_BYTES)
    if len(raw) < _SHORTEST or end < 0:
        damages.append(
            Damage(DamageCode.UNREADABLE, offset, f"{len(raw)} bytes without leader and directory")
        )
        return None
    _check_leader_numbers(raw, end + 1, offset, damages)
    body = raw[end + 1 :].removesuffix(RECORD_TERMINATOR)
    entries = _entries(raw[LEADER_BYTES:end], offset, damages)
    parts = body.split(FIELD_TERMINATOR)
    if parts[-1]:
        damages.append(
            Damage(
                DamageCode.FIELD_TERMINATOR, offset + end + 1 + len(body), "the last field has no terminator"
            )
        )
    else:
        parts.pop()
    return _matched(entries, parts, body, offset + end + 1, damages)


def _check_leader_numbers(raw: bytes, base: int, offset: int, damages: list[Damage]) -> None:
    if _number(raw[:5]) != len(raw):
        said = raw[:5].decode("ascii", "replace")
        damages.append(
            Damage(DamageCode.LENGTH, offset, f"the leader says {said} bytes, the record has {len(raw)}")
        )
    if _number(raw[12:17]) != base:
        said = raw[12:17].decode("ascii", "replace")
        damages.append(
            Damage(
                DamageCode.LEADER,
                offset + 12,
                f"the leader says the fields begin at {said}, they begin at {base}",
            )
        )


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() else -1


def _entries(directory: bytes, offset: int, damages: list[Damage]) -> list[_Entry]:
    if len(directory) % DIRECTORY_ENTRY:
        damages.append(
            Damage(
                DamageCode.DIRECTORY,
                offset + LEADER_BYTES,
                f"the directory has {len(directory)} bytes, which is no multiple of 12",
            )
        )
    entries = []
    for i in range(0, len(directory) - DIRECTORY_ENTRY + 1, DIRECTORY_ENTRY):
        entry = directory[i : i + DIRECTORY_ENTRY]
        tag = entry[:3].decode("ascii", "replace")
        if not (tag.isascii() and tag.isalnum()):
            damages.append(Damage(DamageCode.TAG, offset + LEADER_BYTES + i, f"{tag!r} is no tag", tag))
        place = offset + LEADER_BYTES + i
        entries.append(_Entry(tag, _number(entry[3:7]), _number(entry[7:12]), place))
    return entries


def _matched(
    entries: list[_Entry], parts: list[bytes], body: bytes, origin: int, damages: list[Damage]
) -> Assembly | None:
    """Give each directory entry its field, by place if the places agree, by order if only the numbers do."""
    places = list(accumulate((len(part) + 1 for part in parts), initial=0))[:-1]
    known = set(places)
    fitting = sum(entry.start in known for entry in entries)
    distinct = len({entry.start for entry in entries}) == len(entries)
    if fitting == len(entries) and distinct and entries:
        return _by_place(entries, dict(zip(places, parts, strict=True)), body, origin, damages)
    if entries and len(entries) == len(parts):
        damages.append(
            Damage(
                DamageCode.DIRECTORY,
                origin,
                "the directory does not fit the fields; they were taken in their order",
            )
        )
        return Assembly([entry.tag for entry in entries], parts, places, origin)
    if distinct and fitting and fitting * 2 >= len(entries):
        return _by_place(entries, dict(zip(places, parts, strict=True)), body, origin, damages)
    damages.append(
        Damage(
            DamageCode.UNREADABLE,
            origin,
            f"the directory names {len(entries)} fields, the record has {len(parts)}, at other places",
        )
    )
    return None


def _by_place(
    entries: list[_Entry], by_place: dict[int, bytes], body: bytes, origin: int, damages: list[Damage]
) -> Assembly:
    found = Assembly([], [], [], origin)
    claimed: set[int] = set()
    for entry in entries:
        if entry.start not in by_place:
            damages.append(
                Damage(
                    DamageCode.FIELD_LOST,
                    entry.place,
                    f"field {entry.tag}: no field where the directory puts it",
                    entry.tag,
                )
            )
            continue
        part = _field_at(entry, by_place[entry.start], body, origin, damages)
        found.tags.append(entry.tag)
        found.parts.append(part)
        found.places.append(entry.start)
        claimed.update(place for place in by_place if entry.start <= place <= entry.start + len(part))
    damages.extend(
        Damage(DamageCode.FIELD_LOST, origin + place, "a field that the directory does not name")
        for place in sorted(by_place.keys() - claimed)
    )
    return found


def _field_at(entry: _Entry, part: bytes, body: bytes, origin: int, damages: list[Damage]) -> bytes:
    """Return the bytes of one field; a terminator inside it, as its length shows, becomes a blank."""
    if entry.length == len(part) + 1:
        return part
    whole = body[entry.start : entry.start + entry.length - 1] if entry.length > len(part) else b""
    if whole and body[entry.start + entry.length - 1 : entry.start + entry.length] == FIELD_TERMINATOR:
        reason = f"field {entry.tag}: a terminator inside the field"
        damages.append(
            Damage(DamageCode.FIELD_TERMINATOR, origin + entry.start + len(part), reason, entry.tag)
        )
        return whole.replace(FIELD_TERMINATOR, b" ")
    reason = f"field {entry.tag}: the directory says {entry.length} bytes, the field has {len(part) + 1}"
    damages.append(Damage(DamageCode.DIRECTORY, origin + entry.start, reason, entry.tag))
    return part
