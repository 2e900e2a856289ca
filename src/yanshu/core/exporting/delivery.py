"""Exports on their way out: as a download, or into a file."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.exporting.declaration import begin, exporter
from yanshu.core.exporting.writer import MEDIA_TYPES, pieces

Rows = QuerySet[Any] | Iterable[Any]


def respond(
    kind: str, file_format: str, *, actor: Actor, now: datetime, rows: Rows | None = None
) -> StreamingHttpResponse:
    """Return an export as a download.

    Args:
        rows: exactly what the list shows, filtered and sorted; without it all rows of the kind.

    Raises:
        NotFound: when no app declares the kind.
        Invalid: when the kind has no such format.
        PermissionMissing: when the actor may not take the rows out.
    """
    declared = exporter(kind)
    begin(declared, file_format, actor=actor, now=now)
    shown = declared().rows(actor=actor) if rows is None else rows
    content = speaking(get_language(), pieces(declared(), shown, file_format))
    own = declared.formats.get(file_format)
    media_type = own.media_type if own else MEDIA_TYPES[file_format]
    response = StreamingHttpResponse(content, content_type=media_type)
    name = f"{declared.title}-{clock.business_date(now):%Y-%m-%d}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def write(
    kind: str,
    file_format: str,
    *,
    actor: Actor,
    now: datetime,
    path: Path | None = None,
    rows: Rows | None = None,
) -> int:
    """Write an export to ``path``, or to standard output without one; return how many rows it has.

    A file appears under its name only when it is whole.

    Raises:
        NotFound: when no app declares the kind.
        Invalid: when the kind has no such format.
        PermissionMissing: when the actor may not take the rows out.
    """
    declared = exporter(kind)
    begin(declared, file_format, actor=actor, now=now)
    counted = _Counted(declared().rows(actor=actor) if rows is None else rows, declared.chunk_size)
    content = pieces(declared(), counted, file_format)
    if path is None:
        sys.stdout.buffer.writelines(content)
        sys.stdout.buffer.flush()
        return counted.number
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as handle:
            handle.writelines(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return counted.number


class _Counted:
    """Rows that count themselves as they pass."""

    def __init__(self, rows: Rows, chunk_size: int) -> None:
        self._rows = rows
        self._chunk_size = chunk_size
        self.number = 0

    def __iter__(self) -> Iterator[Any]:
        rows = self._rows
        for row in rows.iterator(chunk_size=self._chunk_size) if isinstance(rows, QuerySet) else rows:
            self.number += 1
            yield row


def speaking(language: str | None, content: Iterator[bytes]) -> Iterator[bytes]:
    """Speak the request's language in a body that is made after the request has ended."""
    source = iter(content)
    end = object()
    while True:
        with override(language):
            piece = next(source, end)
        if piece is end:
            return
        yield piece  # type: ignore[misc]
