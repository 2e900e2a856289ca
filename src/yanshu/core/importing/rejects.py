"""The rows that were not taken, as a file: the columns as they were handed in, and why.

The clerk corrects them there and hands in only those; the columns added are passed over then.
"""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yanshu.core import exporting
from yanshu.core.actor import Actor
from yanshu.core.exporting.delivery import speaking
from yanshu.core.exporting.writer import MEDIA_TYPES
from yanshu.core.importing.declaration import (
    REJECTED_REASON,
    REJECTED_ROW,
    Importer,
    importer,
    taking_out_of,
)
from yanshu.core.importing.run import ImportRemark, ImportRun
from yanshu.core.refusal import Conflict

FORMATS = ("xlsx", "csv")
_Cells = tuple[Any, ...]


def respond_rejected(
    run: ImportRun, file_format: str, *, actor: Actor, now: datetime
) -> StreamingHttpResponse:
    """Return the rejected rows of a run as a download; the journal says who took them.

    Args:
        run: a run the actor may carry on.
        file_format: one of ``FORMATS``.

    Raises:
        Conflict: when nothing was rejected, or the file is gone.
    """
    if not run.rejected_count or run.file is None:
        raise Conflict.because("no-rejected-rows", _("There are no rejected rows, or the file is gone."))
    taking_out_of(run.kind)(run, actor=actor, now=now)
    content = speaking(get_language(), _pieces(run, file_format))
    response = StreamingHttpResponse(content, content_type=MEDIA_TYPES[file_format])
    stem = run.file_name.rpartition(".")[0] or run.file_name
    name = f"{stem}-{_('not taken')}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _pieces(run: ImportRun, file_format: str) -> Iterator[bytes]:
    declared = importer(run.kind)()
    headings, rows = _of_table(run, declared) if declared.columns else _of_records(run)

    class Rejects(exporting.Exporter):
        """The rejected rows of one run; declared nowhere."""

        columns = tuple(
            exporting.Column(str(place), heading, itemgetter(place)) for place, heading in enumerate(headings)
        )

    return exporting.pieces(Rejects(), rows, file_format)


def _of_table(run: ImportRun, declared: Importer) -> tuple[_Cells, Iterator[_Cells]]:
    assert run.file is not None
    table = declared.opened(run.file.full_path)
    width = len(table.cells)

    def rows() -> Iterator[_Cells]:
        remarks = _rejected(run)
        remark = next(remarks, None)
        for number, line in table.lines:
            if remark is None:
                return
            if number == remark.row:
                cells = [*line.cells[:width], *[""] * (width - len(line.cells))]
                yield (number, *cells, remark.text)
                remark = next(remarks, None)

    return (_heading(REJECTED_ROW), *table.cells, _heading(REJECTED_REASON)), rows()


def _of_records(run: ImportRun) -> tuple[_Cells, Iterator[_Cells]]:
    rows = ((remark.row, remark.offset, remark.text) for remark in _rejected(run))
    return (_("Record"), _("Byte"), _heading(REJECTED_REASON)), rows


def _rejected(run: ImportRun) -> Iterator[ImportRemark]:
    return run.remarks.filter(rejected=True).order_by("row", "pk").iterator(chunk_size=2000)


def _heading(words: tuple[str, str]) -> str:
    return words[0] if (get_language() or "").startswith("zh") else words[1]
