"""Taking rows out as files: an app declares the columns, this writes them (``docs/importing.md``)."""

from yanshu.core.exporting.declaration import (
    Column,
    Exporter,
    Format,
    declare,
    exporter,
    exporters,
    formats_of,
)
from yanshu.core.exporting.delivery import respond, write
from yanshu.core.exporting.writer import guarded, pieces

__all__ = [
    "Column",
    "Exporter",
    "Format",
    "declare",
    "exporter",
    "exporters",
    "formats_of",
    "guarded",
    "pieces",
    "respond",
    "write",
]
