"""Rows into CSV, XLSX and JSON, in pieces: no more of the rows than a chunk is held at a time."""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanshu.core import clock
from yanshu.core.exporting.declaration import Exporter

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_BOM = "\ufeff"
_LINES_A_PIECE = 500
_BYTES_A_PIECE = 1 << 16
_SHEET_ROWS = 1_048_576
_CELL_LENGTH = 32_767
_EXACT_DIGITS = 15  # a spreadsheet keeps no more
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def pieces(exporter: Exporter, rows: "QuerySet[Any] | Iterable[Any]", file_format: str) -> Iterator[bytes]:
    """Yield the bytes of an export: exactly the rows given, in their order."""
    source = iterate(exporter, rows)
    if file_format in exporter.formats:
        return exporter.formats[file_format].write(source)
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[file_format](exporter, source)


def iterate(exporter: Exporter, rows: "QuerySet[Any] | Iterable[Any]") -> Iterator[Any]:
    """Iterate rows; a queryset is read in chunks and not kept."""
    return rows.iterator(chunk_size=exporter.chunk_size) if isinstance(rows, QuerySet) else iter(rows)


def guarded(text: str) -> str:
    """Put an apostrophe before text a spreadsheet would take for a formula; the import takes it off again."""
    return "'" + text if text.lstrip("'").startswith(_FORMULA_SIGNS) else text


def _csv(exporter: Exporter, rows: Iterator[Any]) -> Iterator[bytes]:
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(guarded(str(column.heading)) for column in exporter.columns)
    yield (_BOM + lines.drain()).encode()
    while batch := list(islice(rows, _LINES_A_PIECE)):
        writer.writerows([_csv_cell(value) for value in _shown(exporter, row)] for row in batch)
        yield lines.drain().encode()


class _Lines:
    """What the csv writer has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def write(self, line: str) -> None:
        self._kept.append(line)

    def drain(self) -> str:
        text = "".join(self._kept)
        self._kept.clear()
        return text


def _shown(exporter: Exporter, row: Any) -> Iterator[Any]:
    for column in exporter.columns:
        value = column.of(row)
        yield column.shown(value) if column.shown is not None and value is not None else value


def _csv_cell(value: Any) -> str:
    return str(_plain(value)) if _is_number(value) else guarded(_text(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return _wall(value).isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _wall(moment: datetime) -> datetime:
    local = clock.local(moment) if moment.tzinfo else moment
    return local.replace(tzinfo=None, microsecond=0)


def _json(exporter: Exporter, rows: Iterator[Any]) -> Iterator[bytes]:
    opening = "[\n"
    while batch := list(islice(rows, _LINES_A_PIECE)):
        lines = ",\n".join(
            json.dumps(exporter.row_values(row), ensure_ascii=False, default=_json_value) for row in batch
        )
        yield (opening + lines).encode()
        opening = ",\n"
    yield b"[]\n" if opening == "[\n" else b"\n]\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return (clock.local(value) if value.tzinfo else value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _xlsx(exporter: Exporter, rows: Iterator[Any]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="yanshu-export-") as folder:
        path = Path(folder) / "export.xlsx"
        _write_workbook(exporter, rows, path)
        with path.open("rb") as handle:
            while piece := handle.read(_BYTES_A_PIECE):
                yield piece


def _write_workbook(exporter: Exporter, rows: Iterator[Any], path: Path) -> None:
    import xlsxwriter

    # Rows go to the disk as they are written; strings_to_formulas off: text stays text.
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheets = _Sheets(book, [str(column.heading) for column in exporter.columns])
        for row in rows:
            sheets.add(_shown(exporter, row))


class _Sheets:
    """The sheets of a workbook, one after another when a sheet is full."""

    def __init__(self, book: Any, headings: list[str]) -> None:
        self._book = book
        self._headings = headings
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        # What an apostrophe is in CSV is a property of the cell here: the text itself stays as it is.
        self._quoted = book.add_format({"quote_prefix": True})
        self._open()

    def add(self, values: Iterator[Any]) -> None:
        """Write one row."""
        if self._line == _SHEET_ROWS:
            self._open()
        for place, value in enumerate(values):
            self._cell(place, value)
        self._line += 1

    def _open(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for place, heading in enumerate(self._headings):
            self._sheet.write_string(0, place, heading, self._bold)
        self._line = 1

    def _cell(self, place: int, value: Any) -> None:
        if _is_number(value) and len(str(value)) <= _EXACT_DIGITS:
            self._sheet.write_number(self._line, place, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._line, place, _wall(value), self._moment)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._line, place, value, self._day)
        elif text := _text(value):
            self._words(place, text)

    def _words(self, place: int, text: str) -> None:
        if len(text) > _CELL_LENGTH:
            text = text[: _CELL_LENGTH - 1] + "…"
        style = self._quoted if text.startswith(_FORMULA_SIGNS) else None
        self._sheet.write_string(self._line, place, text, style)
