"""Search: building the index, a page of twenty with four facets, and how soon a saved record is found."""

import time
from itertools import cycle, islice
from pathlib import Path

from django.conf import settings

from bench.generated_records import documents
from bench.measure import Line, Options, percentile
from yanshu.discovery.search.engine import typed
from yanshu.discovery.search.engine.document import IndexBatch, SearchDocument
from yanshu.discovery.search.engine.request import FacetName, SearchRequest
from yanshu.discovery.search.engine.tantivy import TantivyBackend

BUILD_RATE, PAGE_P95_MS, FINDABLE_MS = 10_000, 10, 1000
ASKED = 400
WORDS = ("中国", "历史", "文学", "history", "china", "小说", "音乐", "art", "教育", "研究", "的", "hengyang")
FACETS = (FacetName.BRANCH, FacetName.YEAR, FacetName.FORM, FacetName.LANGUAGE)


def measure(options: Options) -> list[Line]:
    """Build an index of generated records and ask it."""
    bench = f"search, {options.records:,} records"
    index = TantivyBackend(Path(settings.INDEX_FOLDER))
    made = rate_of_making(options.records)
    begun, worked = time.perf_counter(), time.process_time()
    health = index.rebuild(documents(options.records), position=1)
    built = options.records / (time.perf_counter() - begun)
    worked = time.process_time() - worked
    pages, pages_worked = asked(index, FACETS)
    bare, _bare_worked = asked(index, ())
    saved = findable(index, options.records)
    return [
        Line(
            bench=bench,
            what="building the index",
            value=built,
            unit="records/s",
            goal="10,000/s",
            reached=built >= BUILD_RATE,
        ),
        Line(
            bench=bench,
            what="the same, by processor time",
            value=options.records / worked,
            unit="records/s",
            limit=made,
            limit_is="making the records alone, by processor time",
        ),
        Line(
            bench=bench,
            what="size of the index",
            value=health.size_bytes / options.records,
            unit="bytes/record",
        ),
        Line(
            bench=bench,
            what="page of 20 with four facets, p95",
            value=percentile(pages, 0.95),
            unit="ms",
            goal="10 ms at 1,000,000",
            reached=percentile(pages, 0.95) <= PAGE_P95_MS,
        ),
        Line(
            bench=bench,
            what="the same, by processor time",
            value=percentile(pages_worked, 0.95),
            unit="ms",
        ),
        Line(bench=bench, what="the same page without facets, p95", value=percentile(bare, 0.95), unit="ms"),
        Line(
            bench=bench,
            what="from saving a record to finding it, worst of 20",
            value=max(saved),
            unit="ms",
            goal="1 s",
            reached=max(saved) <= FINDABLE_MS,
        ),
    ]


def rate_of_making(records: int) -> float:
    """Return how many records a second of processor time are made when nobody takes them in."""
    begun = time.process_time()
    made = sum(1 for _document in documents(records))
    return made / (time.process_time() - begun)


def asked(index: TantivyBackend, facets: tuple[FacetName, ...]) -> tuple[list[float], list[float]]:
    """Return how many milliseconds each page took, and how many of the processor; the first pages warm up."""
    took, worked = [], []
    for number, word in enumerate(islice(cycle(WORDS), ASKED)):
        request = SearchRequest(query=typed.parse(word), typed=word, page=1 + number % 3, facets=facets)
        begun, begun_work = time.perf_counter(), time.process_time()
        index.search(request)
        worked.append((time.process_time() - begun_work) * 1000)
        took.append((time.perf_counter() - begun) * 1000)
    return took[len(WORDS) :], worked[len(WORDS) :]


def findable(index: TantivyBackend, first: int) -> list[float]:
    """Return how many milliseconds passed between telling of a record and finding it."""
    took = []
    for number in range(20):
        title = f"新书{first + number}号"
        begun = time.perf_counter()
        document = SearchDocument(id=first + number, rev=1, titles=(title,))
        index.apply(IndexBatch(position=2 + number, documents=(document,)))
        while first + number not in index.search(SearchRequest(query=typed.parse(title), typed=title)).ids:
            if time.perf_counter() - begun > 10:
                raise TimeoutError(title)
        took.append((time.perf_counter() - begun) * 1000)
    return took
