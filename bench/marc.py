"""Import of MARC records: read, checked, written, indexed; and whether memory stays flat."""

import time
from pathlib import Path

from django.conf import settings

from bench.generated_records import write_file
from bench.measure import Line, Options, resident_bytes
from world import make_world
from yanshu.collection.catalogue.engine import iso2709
from yanshu.core import clock, importing
from yanshu.core.actor import Actor, Door
from yanshu.discovery.search import operations as indexing
from yanshu.discovery.search.queries import index

RATE, GROWTH_AT_MOST_MIB = 2000, 32
MIB = 1 << 20
LEAST = 2_000


def measure(options: Options) -> list[Line]:
    """Load a file of a tenth of the records asked for."""
    make_world()
    count = max(options.records // 10, LEAST)
    path = Path(settings.DATA) / "bench.mrc"
    write_file(path, count)
    read = rate_of_reading(path, count)
    indexing.rebuild()
    memory: list[tuple[int, int]] = []
    begun, worked = time.perf_counter(), time.process_time()
    report = importing.load(
        "bib",
        path,
        actor=Actor.system(Door.COMMAND),
        tick=clock.now,
        progress=lambda now: memory.append((now.read, resident_bytes())),
    )
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    indexed, indexing_worked = follow()
    bench = f"import, {count:,} MARC records"
    grown = (memory[-1][1] - next(held for seen, held in memory if seen >= count // 4)) / MIB
    return [
        Line(
            bench=bench,
            what="read, checked and written",
            value=report.read / took,
            unit="records/s",
        ),
        Line(
            bench=bench,
            what="the same, by processor time",
            value=report.read / worked,
            unit="records/s",
            limit=read,
            limit_is="reading the file alone, by processor time",
        ),
        Line(
            bench=bench,
            what="read, checked, written and then indexed",
            value=report.read / (took + indexed),
            unit="records/s",
            goal="2,000/s",
            reached=report.read / (took + indexed) >= RATE,
        ),
        Line(
            bench=bench,
            what="the same, by processor time",
            value=report.read / (worked + indexing_worked),
            unit="records/s",
            limit=read,
            limit_is="reading the file alone, by processor time",
        ),
        Line(bench=bench, what="records not taken", value=len(report.rejected), unit="records"),
        Line(
            bench=bench,
            what="memory grown over the last three quarters",
            value=grown,
            unit="MiB",
            goal="flat (under 32)",
            reached=grown < GROWTH_AT_MOST_MIB,
        ),
    ]


def follow() -> tuple[float, float]:
    """Let the index take up what was loaded; return the seconds that passed and those of the processor.

    At a library another process does this while the file is still being loaded.
    """
    indexer = indexing.Indexer(index())
    begun, worked = time.perf_counter(), time.process_time()
    while indexer.catch_up():
        pass
    return time.perf_counter() - begun, time.process_time() - worked


def rate_of_reading(path: Path, count: int) -> float:
    """Return how many records a second of processor time the codec alone reads."""
    begun = time.process_time()
    with path.open("rb") as file:
        seen = sum(1 for _reading in iso2709.read(file))
    assert seen == count
    return count / (time.process_time() - begun)
