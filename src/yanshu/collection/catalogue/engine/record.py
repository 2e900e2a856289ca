"""A MARC record in memory: a leader and its fields, whatever the dialect and the file it came from.

A field keeps its text as it stands in ISO 2709 (two indicators, then subfields behind the delimiter) and
takes it apart only when asked: an import looks at a dozen fields of thirty, and reads them several times.
Records and fields are values: nothing here changes them after they were made.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

DELIMITER = "\x1f"
"""Stands before each subfield code (ISO 2709, IS1)."""

CONTROL_PREFIX = "00"
"""Tags that begin so are control fields: plain data, no subfields."""

LEADER_LENGTH = 24

BLANK_LEADER = "00000nam a2200000   4500"


def first_value(text: str, code: str) -> str:
    """Return the first value under ``code`` in a field as ISO 2709 holds it, stripped, or an empty text."""
    start = text.find(DELIMITER + code)
    if start < 0:
        return ""
    end = text.find(DELIMITER, start + 2)
    return (text[start + 2 :] if end < 0 else text[start + 2 : end]).strip()


def values(text: str, codes: str) -> list[str]:
    """Return every non-empty value, stripped, whose code is one of ``codes``, in the order of the field."""
    return [value for part in text.split(DELIMITER)[1:] if part[:1] in codes and (value := part[1:].strip())]


def by_code(text: str) -> dict[str, list[str]]:
    """Return the non-empty values, stripped, by subfield code."""
    found: dict[str, list[str]] = {}
    for part in text.split(DELIMITER)[1:]:
        if value := part[1:].strip():
            found.setdefault(part[0], []).append(value)
    return found


class Subfield(NamedTuple):
    code: str
    value: str


class Field:
    """One field: a tag with either plain data (00X) or indicators and subfields."""

    __slots__ = ("tag", "text")

    def __init__(self, tag: str, text: str) -> None:
        """Take a field as ISO 2709 holds it, without its terminator."""
        self.tag = tag
        self.text = text

    @classmethod
    def of(cls, tag: str, indicators: str, subfields: Iterable[tuple[str, str]]) -> "Field":
        """Build a data field.

        Raises:
            ValueError: indicators are not two characters, or a subfield code is not one.
        """
        if len(indicators) != 2:  # noqa: PLR2004 - two by the standard
            raise ValueError(f"a field has two indicators, not {indicators!r}")
        parts = [indicators]
        for code, value in subfields:
            if len(code) != 1:
                raise ValueError(f"a subfield code is one character, not {code!r}")
            parts.append(code + value)
        return cls(tag, DELIMITER.join(parts))

    @property
    def is_control(self) -> bool:
        """Whether the field has plain data instead of subfields (tags 001 to 009)."""
        return self.tag[:2] == CONTROL_PREFIX

    @property
    def data(self) -> str:
        """The text of a control field; empty for a data field."""
        return self.text if self.is_control else ""

    @property
    def indicators(self) -> str:
        """The two indicators of a data field; empty for a control field."""
        return "" if self.is_control else self.text[:2]

    @property
    def subfields(self) -> tuple[Subfield, ...]:
        """The subfields in the order of the record; none for a control field."""
        if self.is_control:
            return ()
        return tuple(Subfield(part[0], part[1:]) for part in self.text.split(DELIMITER)[1:] if part)

    def first(self, code: str) -> str:
        """Return the first value under ``code``, stripped, or an empty text."""
        return first_value(self.text, code)

    def by_code(self) -> dict[str, list[str]]:
        """Return the non-empty values, stripped, by subfield code."""
        return by_code(self.text)

    def all(self, codes: str) -> list[str]:
        """Return every non-empty value whose code is one of ``codes``, in the order of the record."""
        return values(self.text, codes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and self.tag == other.tag and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.tag, self.text))

    def __repr__(self) -> str:
        return f"Field({self.tag!r}, {self.text!r})"


class MarcRecord:
    """A leader of 24 characters and the fields in their order.

    Two records are equal when their fields are and their leaders say the same about the work: lengths, base
    address and character coding describe a file, not a book.
    """

    __slots__ = ("_fields", "index", "leader", "tags", "texts")

    def __init__(self, leader: str, fields: Iterable[Field]) -> None:
        known = tuple(fields)
        self._take(leader, [field.tag for field in known], [field.text for field in known])

    @classmethod
    def of_texts(cls, leader: str, tags: Sequence[str], texts: Sequence[str]) -> "MarcRecord":
        """Take a record as a reader has it: tags, and beside each its field as ISO 2709 holds it."""
        record = cls.__new__(cls)
        record._take(leader, tags, texts)  # noqa: SLF001 - our own record, made above
        return record

    def _take(self, leader: str, tags: Sequence[str], texts: Sequence[str]) -> None:
        self.leader = leader
        self.tags = tags
        self.texts = texts
        self._fields: tuple[Field, ...] | None = None
        index: dict[str, list[str]] = {}
        for tag, text in zip(tags, texts, strict=True):
            if tag in index:
                index[tag].append(text)
            else:
                index[tag] = [text]
        self.index: Mapping[str, Sequence[str]] = index
        """The texts of the fields by tag."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in the order of the record."""
        if self._fields is None:
            self._fields = tuple(map(Field, self.tags, self.texts))
        return self._fields

    def all(self, *tags: str) -> list[Field]:
        """Return the fields with these tags, tag by tag as asked for."""
        index = self.index
        return [Field(tag, text) for tag in tags if tag in index for text in index[tag]]

    def first(self, tag: str) -> Field | None:
        """Return the first field with this tag."""
        found = self.index.get(tag)
        return Field(tag, found[0]) if found else None

    def texts_of(self, tags: Iterable[str]) -> list[str]:
        """Return the fields with these tags as ISO 2709 holds them, tag by tag as asked for."""
        index = self.index
        return [text for tag in tags if tag in index for text in index[tag]]

    def value(self, tag: str, code: str) -> str:
        """Return the first non-empty value of ``code`` in any field ``tag``, or an empty text."""
        for text in self.index.get(tag, ()):
            if value := first_value(text, code):
                return value
        return ""

    def control(self, tag: str) -> str:
        """Return the data of the first control field ``tag``, unstripped, or an empty text."""
        found = self.index.get(tag)
        return found[0] if found else ""

    def with_fields(self, fields: Iterable[Field]) -> "MarcRecord":
        """Return a record with the same leader and other fields."""
        return MarcRecord(self.leader, fields)

    def _identity(self) -> tuple[str, tuple[Field, ...]]:
        return self.leader[5:9] + self.leader[17:20], self.fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MarcRecord) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        return f"MarcRecord({self.leader!r}, {len(self.tags)} fields)"
