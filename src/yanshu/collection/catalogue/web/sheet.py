"""The MARC worksheet as it is posted: rows of fields or plain text, and what its buttons do to the rows.

With a script the rows are added, taken out and moved in the browser; without one the same buttons are
answered here, and nothing is saved by them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.http import QueryDict

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.engine.sheet_rows import LEADER_TAG, SheetRow, rows_of, rows_to_text

SHOWN_IN_A_LINE: Final = 56
"""Characters that fit into one line of a row's content."""


class Mode(StrEnum):
    """The two faces of the worksheet."""

    ROWS = "rows"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row with what is wrong in it: words, and whether it is an error."""

    row: SheetRow
    notes: tuple[tuple[Any, bool], ...] = ()

    @property
    def is_leader(self) -> bool:
        """Whether this is the leader, which stays on top."""
        return self.row.tag == LEADER_TAG

    @property
    def has_error(self) -> bool:
        """Whether the row keeps the record from being saved."""
        return any(is_error for _words, is_error in self.notes)

    @property
    def lines(self) -> int:
        """How many lines its content takes."""
        return 1 + len(self.row.content) // SHOWN_IN_A_LINE


@dataclass(frozen=True, slots=True)
class Sheet:
    """The worksheet in one of its faces.

    Args:
        act: the button that only rearranges what is typed; empty when the record is to be saved.
    """

    mode: Mode
    rows: tuple[SheetRow, ...] = ()
    act: str = ""

    def shown(self, at_rows: Mapping[int, Sequence[tuple[Any, bool]]] | None = None) -> list[RowShown]:
        """Return the rows with the notes of each, by its number from 1."""
        notes = at_rows or {}
        return [RowShown(row, tuple(notes.get(number, ()))) for number, row in enumerate(self.rows, start=1)]


def of_record(record: MarcRecord | None, dialect: Dialect) -> Sheet:
    """Return a record's worksheet, in rows."""
    rows = rows_of(record, dialect) if record is not None else [SheetRow(LEADER_TAG)]
    return Sheet(Mode.ROWS, tuple(rows))


def posted(data: QueryDict, dialect: Dialect) -> tuple[Sheet, QueryDict]:
    """Return the worksheet that was posted, after its act, and the data with the whole as ``text``."""
    if data.get("mode") != Mode.ROWS:
        return _posted_text(data, dialect)
    act = data.get("act", "")
    rows = _rearranged(_posted_rows(data), act)
    filled = data.copy()
    filled["text"] = rows_to_text(rows, dialect)
    return Sheet(Mode.TEXT if act == "text" else Mode.ROWS, tuple(rows), act), filled


def _posted_text(data: QueryDict, dialect: Dialect) -> tuple[Sheet, QueryDict]:
    """Take the text; it becomes rows when that is asked for and every line of it can be read."""
    if data.get("act") != Mode.ROWS:
        return Sheet(Mode.TEXT), data
    read = read_text(data.get("text", ""))
    if read.errors:
        return Sheet(Mode.TEXT), data
    return Sheet(Mode.ROWS, tuple(rows_of(read.record, dialect)), Mode.ROWS), data


def read_text(text: str) -> worksheet.Worksheet:
    """Read the text of a worksheet, ours or one copied from another catalogue's page."""
    return worksheet.parse_pasted(text) if worksheet.is_pasted(text) else worksheet.parse(text)


def _posted_rows(data: QueryDict) -> list[SheetRow]:
    columns = (data.getlist(name) for name in ("tag", "indicators", "content"))
    return [SheetRow(*parts) for parts in zip(*columns, strict=False)]


def _rearranged(rows: list[SheetRow], act: str) -> list[SheetRow]:
    """Add, remove or move the row named by ``act`` (``add-3``); an act of another shape changes nothing."""
    verb, _dash, place = act.partition("-")
    if verb not in _ACTS or not place.isdecimal() or not 0 <= int(place) < len(rows):
        return rows
    return list(_ACTS[verb](rows, int(place)))


def _added(rows: list[SheetRow], at: int) -> Iterable[SheetRow]:
    return [*rows[: at + 1], SheetRow(""), *rows[at + 1 :]]


def _removed(rows: list[SheetRow], at: int) -> Iterable[SheetRow]:
    return rows[:at] + rows[at + 1 :]


def _moved_up(rows: list[SheetRow], at: int) -> Iterable[SheetRow]:
    if at < 2:  # noqa: PLR2004 - the leader stays the first row
        return rows
    return [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]]


def _moved_down(rows: list[SheetRow], at: int) -> Iterable[SheetRow]:
    return _moved_up(rows, at + 1) if 0 < at < len(rows) - 1 else rows


_ACTS: Final[Mapping[str, Callable[[list[SheetRow], int], Iterable[SheetRow]]]] = {
    "add": _added,
    "remove": _removed,
    "up": _moved_up,
    "down": _moved_down,
}
