"""How the index stands against the database."""

from dataclasses import dataclass
from datetime import timedelta

from yanshu.discovery.search.engine.backend import Health
from yanshu.discovery.search.engine.errors import IndexMissing
from yanshu.discovery.search.queries import census, feeds
from yanshu.discovery.search.queries.documents import released_count
from yanshu.discovery.search.queries.index import index
from yanshu.discovery.search.rules import FeedPosition


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of this node's index.

    ``missing`` says why there is none to read; ``waiting`` counts the records whose changes it has not yet
    taken up, and ``waiting_span`` is the time between the first and the last of these changes.
    """

    health: Health | None
    missing: str
    position: FeedPosition | None
    waiting: int
    waiting_span: timedelta
    released_records: int


def status() -> IndexStatus:
    """Return the state of this node's index."""
    released = released_count()
    try:
        health = index().health()
    except IndexMissing as missing:
        return IndexStatus(None, missing.reason, None, released, timedelta(0), released)
    position = FeedPosition.of_number(health.position)
    behind = feeds.waiting(position)
    return IndexStatus(health, "", position, len(behind.record_ids), behind.span, released)


def silent_drift() -> frozenset[int]:
    """Return the ranges of keys that differ though nothing waits for them.

    The position is read first and the feeds last: a change that came in between is seen as waiting, and its
    range is left out.

    Raises:
        IndexMissing: there is no index to compare.
    """
    position = FeedPosition.of_number(index().position())
    different = census.drifted(index())
    return different - census.blocks_of(feeds.waiting(position).record_ids)
