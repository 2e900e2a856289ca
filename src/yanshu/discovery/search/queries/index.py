"""The index this process reads, opened once."""

import threading
from pathlib import Path

from django.conf import settings

from yanshu.discovery.search.engine.tantivy import TantivyBackend

_opening = threading.Lock()
_opened: dict[Path, TantivyBackend] = {}


def index() -> TantivyBackend:
    """Return the node's index; one object a process, made at its first use."""
    folder = Path(settings.INDEX_FOLDER)
    found = _opened.get(folder)
    if found is None:
        with _opening:
            found = _opened.get(folder) or _opened.setdefault(folder, TantivyBackend(folder))
    return found
