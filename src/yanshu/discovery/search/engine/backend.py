"""What the rest of the program knows of an index."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from yanshu.discovery.search.engine.document import IndexBatch
from yanshu.discovery.search.engine.request import SearchAnswer, SearchRequest


class SuggestionKind(StrEnum):
    TITLE = "title"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title or a name that begins with what was typed, and how many records bear it."""

    text: str
    kind: SuggestionKind
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of an index, for ``yanshu index status`` and ``doctor``."""

    directory: str
    fingerprint: str
    build: int
    records: int
    position: int
    segments: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Census:
    """Count of records and sum of their revisions in a range of ids; drift of the index shows here."""

    records: int
    rev_sum: int


class SearchBackend(Protocol):
    """An index that is told of changes and asked for ids.

    Every method but :meth:`apply` may be called from many threads.

    Raises:
        IndexMissing: from every method when there is nothing to read.
    """

    def apply(self, batch: IndexBatch) -> None:
        """Make the changes of ``batch`` and its position durable together.

        Applying a batch twice changes nothing.

        Raises:
            WriterBusy: another process writes.
        """

    def search(self, request: SearchRequest) -> SearchAnswer: ...

    def suggest(self, prefix: str, limit: int = 10) -> tuple[Suggestion, ...]: ...

    def position(self) -> int:
        """Return the feed position the index has reached; 0 before the first batch."""

    def census(self, start: int, stop: int) -> Census:
        """Count the records with ``start <= id < stop``, to compare with the database."""

    def health(self) -> Health: ...
