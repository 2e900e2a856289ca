"""Tables in files, row by row: CSV in the encodings and with the separators people have, and XLSX.

The heading is looked for in the first lines, since printed lists carry a title above it. Rows are counted
from 1 under the heading as a reader of the file counts them, blank rows included; blank rows yield nothing.
"""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getreader
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from yanshu.core.importing import workbook
from yanshu.core.importing.record import Damage, Line, Record, Unreadable
from yanshu.core.refusal import Reason

HEADING_LINES = 10
MAX_CELL = 1_000_000
_DELIMITERS = ",\t;|，"
_GUARDED = ("=", "+", "-", "@", "\t", "\r")
_ZIP_MAGIC = b"PK\x03\x04"
_NO_TEXT = Reason(code="unreadable-bytes", label=_("The row holds bytes that are no text."))
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line judged as heading: the column each cell stands for, and what does not fit."""

    names: tuple[str | None, ...]
    missing: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def recognised(self) -> int:
        """The number of cells that head a column."""
        return sum(name is not None for name in self.names)


Locate = Callable[[Sequence[str]], Heading]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading was found: the heading as it stands in the file, and the lines under it."""

    heading: Heading
    cells: tuple[str, ...]
    lines: Iterator[tuple[int, Line]]
    """Lines that are not blank, numbered from 1 as a reader of the file counts them."""


def opened(path: Path, locate: Locate) -> Table:
    """Open a table and find its heading.

    Raises:
        Unreadable: when the file is no table, or its heading lacks a required column.
    """
    lines = _lines(path, locate)
    heading, cells = _find_heading(lines, locate)
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.wrong or _is_filled(line))
    return Table(heading, tuple(cells), numbered)


def read(path: Path, locate: Locate, noted: Callable[[Heading], None]) -> Iterator[Record | Damage]:
    """Yield the rows under the heading; ``payload`` maps column names to the cells' text.

    Args:
        noted: told the heading once it is found.

    Raises:
        Unreadable: when the file is no table, or its heading lacks a required column.
    """
    table = opened(path, locate)
    noted(table.heading)
    for number, line in table.lines:
        if line.wrong is not None:
            yield Damage(number, line.offset, (line.wrong,))
        else:
            pairs = zip(table.heading.names, line.cells, strict=False)
            yield Record(number, line.offset, {name: _unguarded(cell) for name, cell in pairs if name})


def _is_filled(line: Line) -> bool:
    return any(cell.strip() for cell in line.cells)


def _find_heading(lines: Iterator[Line], locate: Locate) -> tuple[Heading, list[str]]:
    """Consume lines up to the heading and return it."""
    best: Heading | None = None
    for count, line in enumerate(lines, 1):
        found = locate([] if line.wrong else line.cells)
        if best is None or found.recognised > best.recognised:
            best = found
        if found.recognised and not found.missing:
            _demand_once(found)
            return found, line.cells
        if count >= HEADING_LINES:
            break
    raise _no_heading(best)


def _demand_once(heading: Heading) -> None:
    if heading.repeated:
        label = _("The column “%(column)s” stands twice in the heading.") % {"column": heading.repeated[0]}
        raise Unreadable([Reason(code="column-repeated", label=label)])


def _no_heading(best: Heading | None) -> Unreadable:
    if best is None or not best.recognised:
        label = _("No heading was found in the first lines; take the template for the names of the columns.")
        return Unreadable([Reason(code="no-heading", label=label)])
    return Unreadable(
        Reason(code="column-missing", label=_("The column “%(column)s” is missing.") % {"column": column})
        for column in best.missing
    )


def _lines(path: Path, locate: Locate) -> Iterator[Line]:
    with path.open("rb") as handle:
        head = handle.read(8)
    if head.startswith(_OLE_MAGIC):
        label = _("This is the old Excel format; save it as .xlsx or CSV.")
        raise Unreadable([Reason(code="old-excel", label=label)])
    if head.startswith(_ZIP_MAGIC):
        return workbook.lines(path)
    if not head.strip():
        raise Unreadable([Reason(code="empty-file", label=_("The file is empty."))])
    return _text_lines(path, locate)


# --- CSV -------------------------------------------------------------------------------------------------


def _text_lines(path: Path, locate: Locate) -> Iterator[Line]:
    encoding, skip = encoding_of(path)
    delimiter = _delimiter_of(path, encoding, skip, locate)
    with path.open("rb") as handle:
        handle.seek(skip)
        yield from _split(handle, encoding, delimiter)


def _split(handle: BinaryIO, encoding: str, delimiter: str) -> Iterator[Line]:
    source = _Decoded(handle, encoding)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        start = source.offset
        source.damaged = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line([], start, _NO_TEXT)
            continue
        yield Line(cells, start, _NO_TEXT if source.damaged else None)


class _Decoded:
    """Lines of text out of a file of bytes; remembers where it stands and whether a line was damaged."""

    def __init__(self, handle: BinaryIO, encoding: str) -> None:
        self.offset: int | None = handle.tell()
        self.damaged = False
        self._lines = self._wide(handle, encoding) if encoding.startswith("utf-16") else None
        self._handle = handle
        self._encoding = encoding

    def __iter__(self) -> "_Decoded":
        return self

    def __next__(self) -> str:
        if self._lines is not None:
            return next(self._lines)
        raw = self._handle.readline()
        if not raw:
            raise StopIteration
        self.offset = self._handle.tell()
        try:
            line = raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.damaged = True
            line = raw.decode(self._encoding, errors="replace")
        return line.replace("\0", "").replace("\r\n", "\n")

    def _wide(self, handle: BinaryIO, encoding: str) -> Iterator[str]:
        # Two bytes a character: line ends are not bytes of their own, so offsets stay unknown.
        self.offset = None
        for line in getreader(encoding)(handle, "replace"):
            self.damaged = self.damaged or "\ufffd" in line
            yield line.replace("\0", "")


def encoding_of(path: Path) -> tuple[str, int]:
    """Return the encoding of a text file and the length of its byte order mark.

    Without a mark it is UTF-8 where most lines with characters beyond ASCII are valid UTF-8 (a damaged line
    must not turn a whole file into mojibake), otherwise GB18030, which covers GB 2312 and GBK.
    """
    with path.open("rb") as handle:
        head = handle.read(3)
        if head.startswith(BOM_UTF8):
            return "utf-8", len(BOM_UTF8)
        if head.startswith(BOM_UTF16_LE):
            return "utf-16-le", len(BOM_UTF16_LE)
        if head.startswith(BOM_UTF16_BE):
            return "utf-16-be", len(BOM_UTF16_BE)
        handle.seek(0)
        valid = damaged = 0
        for line in handle:
            if not line.isascii():
                if _is_utf8(line):
                    valid += 1
                else:
                    damaged += 1
    return ("utf-8" if valid >= damaged else "gb18030"), 0


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(path: Path, encoding: str, skip: int, locate: Locate) -> str:
    """Return the separator with which most columns are recognised; among equals, the one met more often."""

    def worth(delimiter: str) -> tuple[int, int]:
        with path.open("rb") as handle:
            handle.seek(skip)
            lines = [line.cells for line, _n in zip(_split(handle, encoding, delimiter), head, strict=False)]
        return max((locate(cells).recognised, len(cells)) for cells in [*lines, []])

    head = range(HEADING_LINES)
    return max(_DELIMITERS, key=worth)


def _unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading text as a formula."""
    if cell.startswith("'") and cell.lstrip("'").startswith(_GUARDED):
        return cell[1:]
    return cell
