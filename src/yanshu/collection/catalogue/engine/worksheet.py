"""A record as the text of the cataloguing form, one field a line, and back.

``200 1# ‡a小王子‡f李玉民译``: tag, indicators (``#`` is a blank), subfields behind ``‡``. ``ǂ``, ``$`` and
``|`` are read as well where a line begins its subfields with them; a ``‡`` inside a value is written twice.
What the web view of the National Library copies to the clipboard (tabs, ``|a ``) goes to `parse_pasted`.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine.record import (
    BLANK_LEADER,
    CONTROL_PREFIX,
    DELIMITER,
    LEADER_LENGTH,
    Field,
    MarcRecord,
)

MARK: Final = "‡"
BLANK: Final = "#"

_LEADER_LINE: Final = re.compile(r"LDR[ \t]*(.*)")
_BARE_LEADER: Final = re.compile(r"[0-9]{5}[A-Za-z][A-Za-z][A-Za-z0-9 ].{16}")
_LINE: Final = re.compile(r"([0-9A-Za-z]{3})(.*)", re.DOTALL)
_HEAD: Final = re.compile(r"([^‡ǂ$|]{0,5})([‡ǂ$|])")
_INDICATORS: Final = re.compile(r"[0-9a-z |]{2}")
_SEPARATORS: Final = re.compile("[\x1d-\x1f\r\n]")
_PASTED_LINE: Final = re.compile(r"(LDR|[0-9A-Za-z]{3})([0-9 ]{0,2})\t(.*)")
_ADMINISTRATIVE: Final = frozenset({"FMT", "CAT", "OWN", "SYS", "SID", "UID"})
"""Lines of the National Library's own system, about its keeping of the record."""


class LineFault(StrEnum):
    """What can be wrong with a line; stable, for translation."""

    TAG = "tag"
    LEADER = "leader"
    INDICATORS = "indicators"
    NO_SUBFIELDS = "no-subfields"
    SUBFIELD_CODE = "subfield-code"
    EMPTY = "empty"


class LineError(NamedTuple):
    """A line that could not be read, counted from 1, and why."""

    line: int
    code: LineFault
    reason: str


class Worksheet(NamedTuple):
    """The record made of the lines that could be read, the errors of the others, the lines left out."""

    record: MarcRecord
    errors: tuple[LineError, ...] = ()
    left_out: tuple[str, ...] = ()


class _LineUnreadableError(ValueError):
    def __init__(self, code: LineFault, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def to_text(record: MarcRecord) -> str:
    """Return the record as editable text; line breaks inside values become blanks."""
    lines = [f"LDR {record.leader.replace(' ', BLANK)}"]
    lines.extend(_field_line(field) for field in record.fields)
    return "\n".join(lines) + "\n"


def _field_line(field: Field) -> str:
    if field.is_control:
        return f"{field.tag} {_one_line(field.data)}"
    indicators = field.indicators.replace(" ", BLANK)
    subfields = "".join(
        f"{MARK}{code}{_one_line(value).replace(MARK, MARK * 2)}" for code, value in field.subfields
    )
    return f"{field.tag} {indicators} {subfields}"


def _one_line(text: str) -> str:
    return _SEPARATORS.sub(" ", text)


def parse(text: str) -> Worksheet:
    """Read the text of the form; every line that cannot be read is told, the others make the record."""
    leader = BLANK_LEADER
    fields: list[Field] = []
    errors: list[LineError] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        if not line.strip():
            continue
        try:
            if (found := _leader(line)) is not None:
                leader = found
            else:
                fields.append(_field(line))
        except _LineUnreadableError as unreadable:
            errors.append(LineError(number, unreadable.code, str(unreadable)))
    return Worksheet(MarcRecord(leader, fields), tuple(errors))


def _leader(line: str) -> str | None:
    """Return the leader if the line is one, marked ``LDR`` or standing alone."""
    if found := _LEADER_LINE.fullmatch(line):
        text = line[-LEADER_LENGTH:] if len(line) == len("LDR ") + LEADER_LENGTH else found[1]
    elif _BARE_LEADER.fullmatch(line):
        text = line
    else:
        return None
    leader = text.replace(BLANK, " ").replace("_", " ").replace("-", " ")
    if len(leader.rstrip()) > LEADER_LENGTH or len(leader) < LEADER_LENGTH - 4:
        raise _LineUnreadableError(LineFault.LEADER, f"the leader has {len(leader)} characters, not 24")
    return leader[:LEADER_LENGTH].ljust(LEADER_LENGTH)


def _field(line: str) -> Field:
    found = _LINE.fullmatch(line)
    if found is None:
        raise _LineUnreadableError(LineFault.TAG, f"{line[:3]!r} is no tag of three letters or digits")
    tag, rest = found.groups()
    if tag[:2] == CONTROL_PREFIX:
        data = rest.removeprefix(" ")
        if not data.strip():
            raise _LineUnreadableError(LineFault.EMPTY, f"field {tag} is empty")
        return Field(tag, _one_line(data))
    head = _HEAD.match(rest)
    if head is None:
        raise _LineUnreadableError(LineFault.NO_SUBFIELDS, f"field {tag} has no subfields")
    indicators = _indicators(tag, head[1])
    return Field(tag, indicators + _subfields(tag, rest[head.end(2) - 1 :], head[2]))


def _indicators(tag: str, head: str) -> str:
    """Return the two indicators: ``1#``, ``1 ``, with or without a blank on either side."""
    if len(head) > 2 and head.startswith(" "):  # noqa: PLR2004 - two indicators
        head = head[1:]
    if len(head) > 2 and head.endswith(" "):  # noqa: PLR2004
        head = head[:-1]
    indicators = head.replace(BLANK, " ").replace("_", " ").ljust(2)
    if not _INDICATORS.fullmatch(indicators):
        raise _LineUnreadableError(LineFault.INDICATORS, f"field {tag}: {head!r} are no two indicators")
    return indicators


def _subfields(tag: str, text: str, mark: str) -> str:
    doubled = text.replace(mark * 2, DELIMITER) if mark == MARK else text
    parts = []
    for part in doubled.split(mark)[1:]:
        if not part or not "!" <= part[0] <= "~":
            code = part[:1].replace(DELIMITER, mark)
            raise _LineUnreadableError(LineFault.SUBFIELD_CODE, f"field {tag}: {code!r} is no subfield code")
        parts.append(part.replace(DELIMITER, mark))
    return "".join(DELIMITER + _one_line(part) for part in parts)


def is_pasted(text: str) -> bool:
    """Whether a text looks like a copied web view rather than like our form."""
    return any(_PASTED_LINE.fullmatch(line.rstrip("\r")) for line in text.split("\n"))


def parse_pasted(text: str) -> Worksheet:
    """Read a record copied from the National Library's web view: tag and indicators, a tab, ``|a`` subfields.

    Lines about that system's own keeping of the record (FMT, CAT, OWN, SYS) are left out and listed.
    """
    leader = BLANK_LEADER
    fields: list[Field] = []
    errors: list[LineError] = []
    left_out: list[str] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        if not line.strip():
            continue
        found = _PASTED_LINE.fullmatch(line)
        if found is None:
            errors.append(LineError(number, LineFault.TAG, f"{line[:5]!r} is no tag and tab"))
        elif found[1] in _ADMINISTRATIVE:
            left_out.append(line)
        elif found[1] == "LDR":
            leader = found[3].replace("-", " ")[:LEADER_LENGTH].ljust(LEADER_LENGTH)
        else:
            fields.append(_pasted_field(found[1], found[2], found[3]))
    return Worksheet(MarcRecord(leader, fields), tuple(errors), tuple(left_out))


def _pasted_field(tag: str, indicators: str, text: str) -> Field:
    if tag[:2] == CONTROL_PREFIX:
        return Field(tag, text.strip())
    if not text.startswith("|"):
        text = f"|a {text}"
    parts = [(part[0], part[1:].strip()) for part in text.split("|")[1:] if part]
    return Field.of(tag, indicators.ljust(2), parts)
