"""SIP2 end to end: loans through the port, against what the parts would allow, and whether anybody waits."""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from django.db import connection

from bench.lending_rows import KEY, TERMINAL, make_rows, pairs
from bench.measure import KIB, Line, Options, percentile, resident_bytes
from bench.scratch import start
from world import NOON
from yanshu.doors.sip2 import port
from yanshu.doors.sip2.adapter import LibraryBehindThePort
from yanshu.doors.sip2.client import AsyncTerminal, Requests
from yanshu.doors.sip2.codec import Message

TERMINALS = (1, 4, 16, 64)
GOAL, WORST_TIMES_MEDIAN, MEMORY_AT_MOST_KIB = 0.6, 20, 1024
SAY = Requests(clock=lambda: NOON, institution="CN-TEST", renews=False)
Pairs = Iterator[tuple[int, int, str, str]]


def measure(options: Options) -> list[Line]:
    """Lend through 1 to 64 terminals of a server in a process of its own."""
    make_rows()
    queue, bench = iter(pairs()), f"SIP2, {connection.vendor}"
    lines: list[Line] = []
    with start("bench.sip2_server") as server:
        assert server.stdout is not None
        listening = int(server.stdout.readline())
        before = resident_bytes(server.pid)
        for terminals in TERMINALS:
            # Just before each load, and not once: the machine may be busier later.
            inside = in_process(queue, options.seconds / 2)
            memory = partial(resident_bytes, server.pid)
            said = asyncio.run(many(listening, terminals, options.seconds, queue, memory))
            lines += told(bench, terminals, inside, said, before)
        server.terminate()
    return lines


def in_process(queue: Pairs, seconds: float) -> float:
    """Return how many loans a second the library behind the port makes when it is asked directly."""
    library = LibraryBehindThePort()
    terminal = library.login(TERMINAL, KEY, location="", address="", now=NOON)
    assert terminal is not None
    done, begun = 0, time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        _patron, _item, card, barcode = next(queue)
        answer = library.checkout(terminal, port.CheckoutAsked(card=card, barcode=barcode), now=NOON)
        assert answer.ok, answer.reasons
        done += 1
    connection.close()
    return done / passed


class Said:
    """What came of one load: rates, waits, and the server's memory with all terminals on the line."""

    def __init__(self) -> None:
        self.echoes = self.loans = 0.0
        self.waits: list[float] = []
        self.memory = 0


async def many(
    listening: int, terminals: int, seconds: float, queue: Pairs, memory: Callable[[], int]
) -> Said:
    """Ask status messages for half the time, then lend, with so many terminals at once."""
    lines = [await AsyncTerminal.connect("127.0.0.1", listening) for _number in range(terminals)]
    try:
        for line in lines:
            assert (await line.ask(SAY.login(TERMINAL, KEY))).fixed["ok"] == "1"
        said = Said()
        said.memory = memory()
        said.echoes, _waits = await rate(lines, SAY.status, seconds / 2)
        said.loans, said.waits = await rate(lines, lambda: loan(queue), seconds)
        return said
    finally:
        for line in lines:
            await line.close()


def loan(queue: Pairs) -> Message:
    """Return the request for the next loan."""
    _patron, _item, card, barcode = next(queue)
    return SAY.checkout(card, barcode)


async def rate(
    lines: list[AsyncTerminal], make: Callable[[], Message], seconds: float
) -> tuple[float, list[float]]:
    """Return messages a second over all lines, and how long each waited for its answer."""
    waits: list[float] = []
    begun = time.perf_counter()

    async def one(line: AsyncTerminal) -> None:
        while (asked := time.perf_counter()) - begun < seconds:
            answer = await line.ask(make())
            assert answer.code != "12" or answer.fixed["ok"] == "1", answer.get("AF")
            waits.append(time.perf_counter() - asked)

    await asyncio.gather(*map(one, lines))
    return len(waits) / (time.perf_counter() - begun), waits


def told(bench: str, terminals: int, inside: float, said: Said, before: int) -> list[Line]:
    """Put the results of one load into words."""
    whole = 1 / (1 / inside + 1 / said.echoes)
    worst = max(said.waits) / median(said.waits)
    lines = [
        Line(
            bench=bench,
            what=f"check-out, {terminals} terminals",
            value=said.loans,
            unit="messages/s",
            limit=whole,
            limit_is="in-process and status echo one after the other",
            goal="60 %",
            reached=said.loans >= GOAL * whole,
        ),
        Line(
            bench=bench,
            what=f"worst wait, {terminals} terminals (p95 {percentile(said.waits, 0.95) * 1000:.0f} ms)",
            value=worst,
            unit="× median",
            goal="at most 20",
            reached=worst <= WORST_TIMES_MEDIAN,
        ),
    ]
    if terminals == TERMINALS[-1]:
        each = (said.memory - before) / terminals / KIB
        lines.append(
            Line(
                bench=bench,
                what="memory of a terminal",
                value=each,
                unit="KiB",
                goal="under 1 MiB",
                reached=each < MEMORY_AT_MOST_KIB,
            )
        )
    return lines
