"""The indexer of a node: it follows the feeds, builds the index when there is none, and mends drift."""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from django.db import close_old_connections

from yanshu.core import clock
from yanshu.discovery.search.engine.backend import Health
from yanshu.discovery.search.engine.document import IndexBatch
from yanshu.discovery.search.engine.errors import IndexMissing, WriterBusy
from yanshu.discovery.search.engine.tantivy import TantivyBackend
from yanshu.discovery.search.queries import census, documents, feeds
from yanshu.discovery.search.queries.index import index
from yanshu.discovery.search.rules import FeedPosition

logger = logging.getLogger("yanshu.search")

GATHER_SECONDS = 0.2
STANDBY_SECONDS = 1.0
MOST_CHANGES = 1_000
FAR_BEHIND = 50_000
"""Rows behind which building anew is faster than following."""
COMPARED_AT = time(3, 15)
_LOCK = "indexer.lock"


def rebuild(progress: Callable[[int], None] | None = None) -> Health:
    """Make the index anew from the database while the old one serves.

    The feeds' ends are noted before the first record is read, so that changes made meanwhile are taken up by
    the follower afterwards.

    Args:
        progress: called with the number of records done, every thousand.
    """
    position = feeds.head()
    return index().rebuild(documents.every_document(), position=position.number, progress=progress)


class Indexer:
    """One round after another of bringing the index up to date."""

    def __init__(self, backend: TantivyBackend) -> None:
        self._index = backend
        self._compared_on: date | None = None

    def catch_up(self) -> int:
        """Take up what waits in the feeds, at most one batch; return how many rows it was.

        Builds the index when there is none that this version can read, or when it has read further than
        the feeds reach.

        Raises:
            WriterBusy: another process writes the index.
        """
        position = self._position()
        changes = feeds.changes_after(position, limit=MOST_CHANGES)
        if changes.rows >= MOST_CHANGES and feeds.rows_waiting(position) > FAR_BEHIND:
            rebuild()
        elif changes.rows:
            self._apply(changes.record_ids, changes.position)
        return changes.rows

    def mend_drift(self) -> int:
        """Compare the index with the database and read again what differs; return the number of ranges."""
        while self.catch_up() >= MOST_CHANGES:
            pass
        blocks = sorted(census.drifted(self._index))
        for block in blocks:
            keys = census.keys_in(block)
            for start in range(0, len(keys), documents.BATCH):
                self._apply(keys[start : start + documents.BATCH], self._position())
        if blocks:
            logger.warning("search index: %d ranges of records differed and were read again", len(blocks))
        return len(blocks)

    def mend_daily(self, now: datetime) -> None:
        """Mend drift once a day after a quarter past three, and when the indexer starts."""
        wall = clock.local(now)
        if self._compared_on == wall.date() or (self._compared_on and wall.time() < COMPARED_AT):
            return
        self.mend_drift()
        self._compared_on = wall.date()

    def _position(self) -> FeedPosition:
        try:
            position = FeedPosition.of_number(self._index.position())
        except IndexMissing as missing:
            logger.info("search index is built: %s", missing.reason)
        else:
            if not feeds.lies_ahead(position):
                return position
            logger.warning("search index is built anew: it has read further than the feeds reach")
        return FeedPosition.of_number(rebuild().position)

    def _apply(self, record_ids: "list[int] | tuple[int, ...]", position: FeedPosition) -> None:
        found = documents.documents_of(record_ids)
        gone = set(record_ids) - {document.id for document in found}
        self._index.apply(
            IndexBatch(position=position.number, documents=tuple(found), removed=tuple(sorted(gone)))
        )


def follow(ended: threading.Event, *, tick: Callable[[], datetime]) -> None:
    """Follow the feeds until ``ended``; wait as standby while another indexer of this node works.

    Changes are gathered for a fifth of a second and become findable together.

    Args:
        tick: returns the library's present instant, for the daily comparison.
    """
    backend = index()
    with _only_one(backend.folder.root, ended) as chosen:
        indexer = Indexer(backend)
        while chosen and not ended.is_set():
            close_old_connections()
            try:
                rows = indexer.catch_up()
                if not rows:
                    indexer.mend_daily(tick())
            except WriterBusy:
                ended.wait(STANDBY_SECONDS)
                continue
            if rows < MOST_CHANGES:
                ended.wait(GATHER_SECONDS)
    backend.close()


@contextmanager
def _only_one(root: Path, ended: threading.Event) -> Iterator[bool]:
    """Hold the node's lock of the indexer; it is freed by the system when the process dies."""
    handle = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _lock(handle):
            if ended.wait(STANDBY_SECONDS):
                yield False
                return
        yield True
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
