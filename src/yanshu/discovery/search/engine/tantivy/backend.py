"""The index on tantivy: one writer, many readers, rebuilt while it serves."""

import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy
from tantivy import Document, Order

from yanshu.discovery.search.engine.backend import Census, Health, Suggestion
from yanshu.discovery.search.engine.document import IndexBatch, SearchDocument
from yanshu.discovery.search.engine.errors import BuildAbandoned, IndexMissing, WriterBusy
from yanshu.discovery.search.engine.folder import Build, IndexFolder, refuse_network
from yanshu.discovery.search.engine.request import FacetName, Filters, SearchAnswer, SearchRequest, Sort
from yanshu.discovery.search.engine.tantivy.documents import fields_of, position_fields
from yanshu.discovery.search.engine.tantivy.facets import FacetCost, Facets, count_facets
from yanshu.discovery.search.engine.tantivy.queries import QueryBuilder
from yanshu.discovery.search.engine.tantivy.results import hits, numbers, total
from yanshu.discovery.search.engine.tantivy.schema import (
    NO_ID,
    POSITION,
    build_schema,
    fingerprint,
    register_tokenizers,
)
from yanshu.discovery.search.engine.tantivy.suggestions import suggest

FOLLOW_HEAP_BYTES = 64_000_000
BUILD_HEAP_BYTES = 256_000_000
_META = "meta.json"
_GONE = (0, 0)
_ORDERS = {
    Sort.YEAR: ("year", Order.Desc),
    Sort.TITLE: ("title_sort", Order.Asc),
    Sort.NEWEST: ("added", Order.Desc),
}


class IndexWriter:
    """The one writer of one build.

    Raises:
        WriterBusy: another writer holds this build.
        IndexMissing: the files of the build cannot be opened.
    """

    def __init__(self, index: tantivy.Index, build: Build, root: Path, heap_bytes: int) -> None:
        self.build = build
        self._schema = index.schema
        try:
            self._writer: tantivy.IndexWriter | None = index.writer(heap_bytes, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise WriterBusy(build.directory) from error
            raise IndexMissing(root, f"its files are damaged ({error})") from error

    @property
    def _open(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise BuildAbandoned(f"{self.build.directory} is closed for writing")
        return self._writer

    def add(self, document: SearchDocument) -> None:
        """Add a record the build does not have yet."""
        self._open.add_document(Document.from_dict(fields_of(document), self._schema))

    def replace(self, document: SearchDocument) -> None:
        """Put a record in the place of what the build knew under its id."""
        self._open.delete_documents_by_term("id", document.id)
        self.add(document)

    def remove(self, record_id: int) -> None:
        self._open.delete_documents_by_term("id", record_id)

    def commit(self, position: int) -> None:
        """Make everything since the last commit durable, and the feed position with it."""
        writer = self._open
        writer.delete_documents_by_term("id", NO_ID)
        writer.add_document(Document.from_dict(position_fields(position), self._schema))
        writer.commit()

    def apply(self, batch: IndexBatch) -> None:
        """Write and commit a batch; nothing of it stays behind when it fails."""
        try:
            for record_id in batch.removed:
                self.remove(record_id)
            for document in batch.documents:
                self.replace(document)
            self.commit(batch.position)
        except BaseException:
            self._open.rollback()
            raise

    def close(self) -> None:
        """Let merges finish and free the lock; what was not committed is given up."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.wait_merging_threads()


class IndexBuild:
    """A new index made beside the one that serves.

    Use as a context manager; leaving it without :meth:`publish` discards the build. Note the feed's position
    *before* reading the records, pass it to :meth:`publish`, and the follower takes up the changes since.
    """

    def __init__(self, folder: IndexFolder, heap_bytes: int) -> None:
        self._folder = folder
        self._build = folder.start_build()
        index = tantivy.Index(build_schema(), path=str(self._build.directory))
        register_tokenizers(index)
        self._writer = IndexWriter(index, self._build, folder.root, heap_bytes)
        self._published = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._published:
            self._writer.close()
            self._folder.discard(self._build)

    def add(self, documents: Iterable[SearchDocument]) -> int:
        """Add records and return how many; an id may come only once."""
        count = 0
        for document in documents:
            self._writer.add(document)
            count += 1
        return count

    def apply(self, batch: IndexBatch) -> None:
        """Take up changes made since the build began, before it is published."""
        self._writer.apply(batch)

    def publish(self, position: int) -> Build:
        """Commit, let this build serve, and remove older ones."""
        self._writer.commit(position)
        self._writer.close()
        self._folder.publish(self._build)
        self._published = True
        self._folder.clean()
        return self._build


@dataclass(frozen=True, slots=True)
class _Reader:
    """An opened build, with what tells that something newer is there.

    The facets of the whole catalogue are the dearest and the most asked for: kept until the next commit.
    """

    build: Build
    index: tantivy.Index
    lean: QueryBuilder
    scored: QueryBuilder
    pointer: tuple[int, int]
    meta: tuple[int, int]
    browsed: dict[tuple[tuple[FacetName, ...], int], Facets] = field(default_factory=dict)


class TantivyBackend:
    """The index under ``root``; see :class:`~yanshu.discovery.search.engine.backend.SearchBackend`.

    One object per process; readers in many threads, :meth:`apply` in one.

    Raises:
        IndexNotLocal: ``root`` lies on a network file system.
    """

    def __init__(self, root: Path, *, heap_bytes: int = FOLLOW_HEAP_BYTES) -> None:
        root.mkdir(parents=True, exist_ok=True)
        refuse_network(root)
        self.folder = IndexFolder(root, fingerprint())
        self._heap_bytes = heap_bytes
        self._reader: _Reader | None = None
        self._writer: IndexWriter | None = None
        self._opening = threading.Lock()
        self._facet_cost = FacetCost()

    # Writing

    def apply(self, batch: IndexBatch) -> None:
        """Make the changes of ``batch`` and its position durable together."""
        self._current_writer().apply(batch)

    def _current_writer(self) -> IndexWriter:
        build = self.folder.current()
        if self._writer is not None and self._writer.build == build:
            return self._writer
        self.close()
        self._writer = IndexWriter(self._open_index(build), build, self.folder.root, self._heap_bytes)
        return self._writer

    def close(self) -> None:
        """Give up the writer's lock, so that a standby may take over."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def start_build(self, *, heap_bytes: int = BUILD_HEAP_BYTES) -> IndexBuild:
        """Begin a new index beside the one that serves."""
        return IndexBuild(self.folder, heap_bytes)

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        *,
        position: int,
        progress: Callable[[int], None] | None = None,
    ) -> Health:
        """Make the index anew from ``documents`` while the old one serves, and let it serve.

        Args:
            position: the feed's position noted before the first of ``documents`` was read.
            progress: called with the number of records done, every thousand.
        """
        with self.start_build() as build, _what_is_old_left_alone():
            for done, document in enumerate(documents, start=1):
                build.add((document,))
                if progress is not None and done % 1_000 == 0:
                    progress(done)
            build.publish(position)
        return self.health()

    # Reading

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Return the ids of one page, the total, and the facets asked for."""
        began = time.perf_counter()
        reader = self._current_reader()
        searcher = reader.index.searcher()
        builder = reader.scored if request.sort is Sort.RELEVANCE else reader.lean
        query = builder.request(request)
        offset = (request.page - 1) * request.page_size
        if request.sort is Sort.RELEVANCE:
            found = searcher.search(query, limit=request.page_size, offset=offset)
        else:
            name, order = _ORDERS[request.sort]
            found = searcher.search(
                query, limit=request.page_size, offset=offset, order_by_field=name, order=order
            )
        records = total(found)
        facets, skipped = self._facets(searcher, reader, request, records)
        return SearchAnswer(
            total=records,
            ids=numbers(searcher, "id", (address for _, address in found.hits)),
            facets=facets,
            facets_skipped=skipped,
            took_ms=(time.perf_counter() - began) * 1_000,
        )

    def _facets(
        self, searcher: tantivy.Searcher, reader: _Reader, request: SearchRequest, records: int
    ) -> tuple[Facets, bool]:
        wanted = len(request.facets)
        if not wanted:
            return {}, False
        browsing = request.query is None and request.filters == Filters()
        kept = reader.browsed.get((request.facets, request.facet_size)) if browsing else None
        if kept is not None:
            return kept, False
        budget = request.facet_budget_ms
        if budget is not None and self._facet_cost.expected_ms(records, wanted) > budget:
            return {}, True
        began = time.perf_counter()
        facets = count_facets(searcher, reader.lean, request)
        self._facet_cost.learn(records, wanted, (time.perf_counter() - began) * 1_000)
        if browsing:
            reader.browsed[request.facets, request.facet_size] = facets
        return facets, False

    def suggest(self, prefix: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return titles and names that begin with what was typed, in characters, pinyin or initials."""
        reader = self._current_reader()
        return suggest(reader.index.searcher(), reader.lean, prefix, limit)

    def position(self) -> int:
        """Return the feed position the index has reached."""
        reader = self._current_reader()
        searcher = reader.index.searcher()
        found = searcher.search(reader.lean.position(), limit=1)
        kept = [str(searcher.doc(address).get_first(POSITION)) for _, address in found.hits]
        return int(kept[0]) if kept else 0

    def census(self, start: int, stop: int) -> Census:
        """Count the records with ``start <= id < stop`` and sum their revisions."""
        reader = self._current_reader()
        searcher = reader.index.searcher()
        query = reader.lean.ids(start, stop)
        found = searcher.aggregate(query, {"rev": {"sum": {"field": "rev"}}})
        return Census(hits(searcher, query), int(found["rev"]["value"] or 0))

    def health(self) -> Health:
        """Return the state of the index that serves."""
        reader = self._current_reader()
        searcher = reader.index.searcher()
        files = [one.stat().st_size for one in reader.build.directory.iterdir() if one.is_file()]
        return Health(
            directory=str(reader.build.directory),
            fingerprint=reader.build.fingerprint,
            build=reader.build.number,
            records=hits(searcher, reader.lean.request(SearchRequest())),
            position=self.position(),
            segments=searcher.num_segments,
            size_bytes=sum(files),
        )

    def _current_reader(self) -> _Reader:
        reader = self._reader
        if reader is not None and self._is_current(reader):
            return reader
        with self._opening:
            reader = self._reader
            if reader is None or not self._is_current(reader):
                reader = self._reader = self._newer_reader(reader)
        return reader

    def _is_current(self, reader: _Reader) -> bool:
        return (
            reader.pointer == self.folder.pointer_state()
            and _file_state(reader.build.directory) == reader.meta
        )

    def _newer_reader(self, reader: _Reader | None) -> _Reader:
        pointer = self.folder.pointer_state()
        build = self.folder.current()
        meta = _file_state(build.directory)
        if reader is not None and reader.build == build and meta != _GONE:
            index = reader.index
        else:
            index = self._open_index(build)
            index.config_reader("manual")
        try:
            index.reload()
        except ValueError as error:
            raise IndexMissing(self.folder.root, f"its files are damaged ({error})") from error
        schema = index.schema
        lean, scored = QueryBuilder(schema, scored=False), QueryBuilder(schema, scored=True)
        return _Reader(build, index, lean, scored, pointer, meta)

    def _open_index(self, build: Build) -> tantivy.Index:
        try:
            index = tantivy.Index.open(str(build.directory))
        except ValueError as error:
            raise IndexMissing(self.folder.root, f"its files are damaged ({error})") from error
        register_tokenizers(index)
        return index


@contextmanager
def _what_is_old_left_alone() -> Iterator[None]:
    """Let the search for unreachable objects pass over what there was before.

    A build makes and drops millions of small objects, and each full search would go through the dictionaries
    of words and readings again: a tenth of the time of a build.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _file_state(directory: Path) -> tuple[int, int]:
    """Return what changes with every commit; zeros when the file is gone."""
    try:
        found = (directory / _META).stat()
    except FileNotFoundError:
        return _GONE
    return (found.st_mtime_ns, found.st_ino)
