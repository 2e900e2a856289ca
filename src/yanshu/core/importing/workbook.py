"""Lines of the first sheet of a workbook, each cell as the sheet shows it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core.file import check_archive
from yanshu.core.importing.cell import shown
from yanshu.core.importing.record import Line, Unreadable
from yanshu.core.refusal import Invalid, Reason

MAX_COLUMNS = 200
_PIECE = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b")
# A formula without the value it had when the file was saved: programs write such files, not spreadsheets.
_UNVALUED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3}\d+)"')
_DAMAGES = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, SyntaxError, OSError, EOFError)


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of the first sheet.

    Raises:
        Unreadable: when the file is no sound workbook, or holds formulas whose values were not saved.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        check_archive(path)
    except Invalid as refused:
        raise Unreadable(refused.reasons) from None
    with path.open("rb") as handle:  # given a path, openpyxl judges the file by the end of its name
        try:
            book = load_workbook(handle, read_only=True, data_only=True)
        except (InvalidFileException, *_DAMAGES) as damage:
            raise _no_workbook() from damage
        try:
            yield from _lines_of(book, path)
        finally:
            book.close()


def rows_in(path: Path) -> int:
    """Return about how many rows the largest sheet has, by a quick look; 0 where it cannot be told."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            counts = [sum(len(_ROW.findall(piece)) for piece in _pieces(archive, name)) for name in sheets]
            return max(counts, default=0)
    except _DAMAGES:
        return 0


def _lines_of(book: Any, path: Path) -> Iterator[Line]:
    sheet = next(iter(book.worksheets), None)
    if sheet is None:
        raise _no_workbook()
    sheet.reset_dimensions()
    try:
        _demand_values(path, sheet)
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            wrong = next((cell for cell in row if cell.data_type == "e" and cell.value is not None), None)
            yield Line(
                [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in row],
                wrong=_error_in(wrong) if wrong is not None else None,
            )
    except Unreadable:
        raise
    except _DAMAGES as damage:
        raise _no_workbook() from damage


def _error_in(cell: Any) -> Reason:
    label = _("Cell %(cell)s shows the error %(value)s.")
    return Reason(code="cell-error", label=label % {"cell": cell.coordinate, "value": cell.value})


def _demand_values(path: Path, sheet: Any) -> None:
    """Refuse a sheet with formulas that bear no value: read as they stand, their cells would be empty."""
    with zipfile.ZipFile(path) as archive:
        for piece in _pieces(archive, _member_of(sheet)):
            if found := _UNVALUED.search(piece):
                named = _CELL_NAME.search(found[1])
                cell = named[1].decode() if named else "?"
                label = _(
                    "Cell %(cell)s holds a formula without its value; save the file in a spreadsheet first."
                )
                raise Unreadable([Reason(code="formula-without-value", label=label % {"cell": cell})])


def _member_of(sheet: Any) -> str:
    path: str = sheet._worksheet_path  # noqa: SLF001  openpyxl knows which member it is and tells nobody
    return path.lstrip("/")


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member's bytes, cut where no element is cut."""
    left = b""
    with archive.open(name) as member:
        while piece := member.read(_PIECE):
            whole = left + piece
            cut = max(whole.rfind(b"<row"), whole.rfind(b"<x:row"))
            if cut > 0:
                yield whole[:cut]
                whole = whole[cut:]
            left = whole
            if len(left) > 4 * _PIECE:  # one row of megabytes: look at what there is
                yield left
                left = b""
    if left:
        yield left


def _no_workbook() -> Unreadable:
    return Unreadable(
        [Reason(code="damaged-workbook", label=_("The workbook is damaged and cannot be read."))]
    )
