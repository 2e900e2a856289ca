"""What speaks against saving a record: lines that cannot be read, findings of the check, records alike."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.engine.check import Severity, check
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.engine.sheet_rows import SheetRow
from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.queries.wording import LINE_FAULTS, finding_words
from yanshu.collection.catalogue.web.sheet import read_text

TAG_LENGTH = 3


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line of the worksheet that could not be read: its number, its text, why."""

    line: int
    text: str
    reason: Any


@dataclass(frozen=True, slots=True)
class FindingNote:
    """Something found in a record before it was saved."""

    field: str
    words: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against saving a record as it stands; ``sure`` sets aside what may be set aside."""

    lines: tuple[LineNote, ...] = ()
    findings: tuple[FindingNote, ...] = ()
    alike: tuple[BibRecord, ...] = ()
    left_out: tuple[str, ...] = ()
    theirs: tuple[Any, ...] = field(default=())
    """What the version somebody else has saved meanwhile says otherwise, where there is one."""

    @property
    def may_be_set_aside(self) -> bool:
        """Whether saving all the same is offered."""
        return not self.lines and bool(self.alike or any(found.is_error for found in self.findings))

    def stand(self, *, is_sure: bool) -> bool:
        """Say whether the record must not be saved now."""
        return bool(self.lines) or (self.may_be_set_aside and not is_sure)

    def at_rows(self, rows: Sequence[SheetRow]) -> dict[int, list[tuple[Any, bool]]]:
        """Return what is wrong by the number of its row, from 1; a finding stands at the first of its tag."""
        notes: dict[int, list[tuple[Any, bool]]] = defaultdict(list)
        for line in self.lines:
            notes[line.line].append((line.reason, True))
        first: dict[str, int] = {}
        for number, row in enumerate(rows, start=1):
            first.setdefault(row.tag.strip(), number)
        for found in self.findings:
            at = first.get(found.field[:TAG_LENGTH])
            if at is not None:
                notes[at].append((f"{found.field} {found.words}", found.is_error))
        return notes


def read(text: str, dialect: Dialect, *, but: int | None = None) -> tuple[MarcRecord, Doubts]:
    """Read the worksheet, ours or a copied web view, and say everything that speaks against it."""
    sheet = read_text(text)
    lines = text.split("\n")
    faults = tuple(
        LineNote(error.line, lines[error.line - 1].rstrip("\r"), LINE_FAULTS[error.code])
        for error in sheet.errors
    )
    findings = tuple(
        FindingNote(found.field, finding_words(found), found.severity is Severity.ERROR)
        for found in (check(sheet.record, dialect) if not faults else ())
    )
    alike = tuple(queries.alike_records(sheet.record, dialect, but=but)) if not faults else ()
    return sheet.record, Doubts(faults, findings, alike, sheet.left_out)
