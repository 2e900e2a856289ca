"""What changed between two versions of a record, field by field."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.worksheet import to_text


class ChangeKind(StrEnum):
    """What happened to a field; stable, for translation."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(NamedTuple):
    """A field as it was and as it is, in the text of the worksheet; empty where there was or is none."""

    kind: ChangeKind
    tag: str
    before: str
    after: str


def differences(before: MarcRecord, after: MarcRecord) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of the later record.

    Of a run of fields that was replaced those with the same tag are told as changed.
    """
    changes: list[FieldChange] = []
    if before.leader[5:9] + before.leader[17:20] != after.leader[5:9] + after.leader[17:20]:
        changes.append(FieldChange(ChangeKind.CHANGED, "LDR", _line(before), _line(after)))
    former, later = before.fields, after.fields
    for sign, i1, i2, j1, j2 in SequenceMatcher(a=former, b=later, autojunk=False).get_opcodes():
        if sign != "equal":
            changes.extend(_run(former[i1:i2], later[j1:j2]))
    return tuple(changes)


def _run(former: tuple[Field, ...], later: tuple[Field, ...]) -> Iterator[FieldChange]:
    tags = dict.fromkeys(field.tag for field in (*former, *later))
    for tag in sorted(tags):
        was = [field for field in former if field.tag == tag]
        now = [field for field in later if field.tag == tag]
        for old, new in zip_longest(was, now):
            yield FieldChange(_kind(old, new), tag, _shown(old), _shown(new))


def _kind(old: Field | None, new: Field | None) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if new is None else ChangeKind.CHANGED


def _shown(field: Field | None) -> str:
    if field is None:
        return ""
    return to_text(MarcRecord("", [field])).split("\n")[1]


def _line(record: MarcRecord) -> str:
    return to_text(MarcRecord(record.leader, [])).rstrip("\n")
