"""Leader and fields set right where they can be, each change reported."""

import re
import string
import unicodedata
from collections.abc import Sequence
from typing import Final

from yanshu.collection.catalogue.engine.damage import Damage, DamageCode
from yanshu.collection.catalogue.engine.record import BLANK_LEADER, CONTROL_PREFIX, DELIMITER, LEADER_LENGTH

_INDICATOR: Final = string.digits + string.ascii_lowercase + " |"
_INDICATORS: Final = frozenset(first + second for first in _INDICATOR for second in _INDICATOR)
_HEADS: Final = frozenset(indicators + DELIMITER for indicators in _INDICATORS)
_FILLERS: Final = "-^#_\\"
"""What exports print where a blank is meant."""
_BAD_CODE: Final = re.compile("\x1f(?![!-~])")
_SOUND_LEADER: Final = re.compile("[ -~]{5}[ 0-9A-Za-z|]{5}[ -~]{7}[ 0-9A-Za-z|]{3}[ -~]{3}[ 0-9A-Za-z|]")
# Positions whose values are letters, digits or blank; the others are lengths, which writing counts anew.
_WORDED: Final = (*range(5, 10), *range(17, 20), 23)


def leader(text: str, offset: int, damages: list[Damage]) -> str:
    """Return a leader of 24 characters with blanks where blanks are meant.

    Args:
        offset: where the leader stands. Units: bytes from the start of the file.
        damages: what was changed is added here.
    """
    if _SOUND_LEADER.fullmatch(text):
        return text
    if len(text) != LEADER_LENGTH:
        damages.append(Damage(DamageCode.LEADER, offset, f"the leader has {len(text)} characters, not 24"))
        text = (text + BLANK_LEADER[len(text) :])[:LEADER_LENGTH]
    if not (text.isascii() and text.isprintable()):
        damages.append(Damage(DamageCode.LEADER, offset, "the leader holds characters that no leader has"))
        text = "".join(char if char.isascii() and char.isprintable() else " " for char in text)
    filled = [i for i in _WORDED if text[i] in _FILLERS]
    if filled:
        reason = f"the leader has {text[filled[0]]!r} for a blank"
        damages.append(Damage(DamageCode.LEADER, offset + filled[0], reason))
    return "".join(" " if i in filled else char for i, char in enumerate(text))


def texts(
    tags: Sequence[str], found: list[str], places: Sequence[int], origin: int, damages: list[Damage]
) -> list[str]:
    """Return the texts of the fields, with indicators, subfield codes and control fields set right.

    Args:
        places: where each field stands. Units: bytes from ``origin``.
        damages: what was changed is added here.
    """
    controls = 0
    while controls < len(tags) and tags[controls][:2] == CONTROL_PREFIX:
        controls += 1
    sound = (
        {text[:3] for text in found[controls:]} <= _HEADS
        and not any(DELIMITER in text for text in found[:controls])
        and not _BAD_CODE.search("\n".join(found))
    )
    if sound:
        return found
    return [
        _text(tag, text, origin + place, damages)
        for tag, text, place in zip(tags, found, places, strict=True)
    ]


def _text(tag: str, text: str, place: int, damages: list[Damage]) -> str:
    if tag[:2] == CONTROL_PREFIX:
        return _control(tag, text, place, damages) if DELIMITER in text else text
    if text[:3] not in _HEADS:
        text = _indicators(tag, text, place, damages)
    return _codes(tag, text, place, damages) if _BAD_CODE.search(text) else text


def _control(tag: str, text: str, place: int, damages: list[Damage]) -> str:
    damages.append(
        Damage(DamageCode.CONTROL_FIELD, place, f"field {tag}: a control field with subfields", tag)
    )
    return " ".join(part[1:] for part in text.split(DELIMITER)[1:] if part)


def _indicators(tag: str, text: str, place: int, damages: list[Damage]) -> str:
    head, delimiter, rest = text.partition(DELIMITER)
    if not delimiter:
        damages.append(
            Damage(DamageCode.NO_SUBFIELDS, place, f"field {tag}: no subfields; read as subfield a", tag)
        )
        has_indicators = head[:2] in _INDICATORS and len(head) > 2  # noqa: PLR2004 - two indicators
        return f"{head[:2]}{DELIMITER}a{head[2:]}" if has_indicators else f"  {DELIMITER}a{head}"
    damages.append(Damage(DamageCode.INDICATORS, place, f"field {tag}: {head!r} are no two indicators", tag))
    if len(head) > 2:  # noqa: PLR2004 - the rest of the head is text that stands before the first delimiter
        return f"{_two(head[:2])}{DELIMITER}a{head[2:]}{DELIMITER}{rest}"
    return f"{_two(head)}{DELIMITER}{rest}"


def _two(head: str) -> str:
    return "".join(char if char in _INDICATOR else " " for char in head[:2].lower()).ljust(2)


def _codes(tag: str, text: str, place: int, damages: list[Damage]) -> str:
    head, *parts = text.split(DELIMITER)
    repaired = [head]
    for part in parts:
        if not part:
            damages.append(
                Damage(DamageCode.SUBFIELD_CODE, place, f"field {tag}: a delimiter without a code", tag)
            )
            continue
        code = part[0]
        if not "!" <= code <= "~":
            plain = unicodedata.normalize("NFKD", code)[0]
            code = plain if plain.isascii() and plain.isalnum() else "?"
            reason = f"field {tag}: {part[0]!r} is no subfield code; read as {code}"
            damages.append(Damage(DamageCode.SUBFIELD_CODE, place, reason, tag))
        repaired.append(code + part[1:])
    return DELIMITER.join(repaired if len(repaired) > 1 else [head, "a"])
