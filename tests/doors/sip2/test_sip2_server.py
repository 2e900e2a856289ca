"""The port over real TCP: many terminals, careless ones, silent ones, and a clean end."""

import asyncio
import os
import signal
import threading
import tracemalloc
from contextlib import asynccontextmanager, contextmanager

import pytest

from doors.sip2.sip2_library import NOW, ZONE, Reader, Shelf
from yanshu.doors.sip2.client import AsyncTerminal, BlockingTerminal, NoAnswer, Requests, Speaker
from yanshu.doors.sip2.lines import LineBuffer
from yanshu.doors.sip2.server import Server, ServerSettings, run
from yanshu.doors.sip2.terminal import TerminalSettings

SAY = Requests(clock=lambda: NOW, institution="CN-430400-HYL")
ENGLISH = TerminalSettings(language="en")


@asynccontextmanager
async def serving(library=None, **settings):
    server = Server(
        library or Shelf(ENGLISH), clock=lambda: NOW, zone=ZONE, settings=ServerSettings(port=0, **settings)
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def terminal(server, **speaker):
    line = await AsyncTerminal.connect("127.0.0.1", server.port, Speaker(**speaker))
    try:
        yield line
    finally:
        await line.close()


async def logged_in(line):
    assert (await line.ask(SAY.login("sipuser", "sippw1234"))).fixed["ok"] == "1"
    return line


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_readers_visit_in_both_charsets(charset):
    settings = TerminalSettings(charset=charset, language="en")

    async def visit():
        async with serving(Shelf(settings)) as server, terminal(server, charset=charset) as line:
            await logged_in(line)
            assert (await line.ask(SAY.status())).get("AM") == "雁城市图书馆"
            assert (await line.ask(SAY.patron("P000321", "1234"))).get("AE") == "李洋强"
            assert (await line.ask(SAY.checkout("P000321", "B00000310"))).get("AJ") == "生命寓言英语"
            assert (await line.ask(SAY.checkin("B00000310"))).fixed["ok"] == "1"
            assert (await line.ask(SAY.end_session("P000321"))).fixed["ended"] == "Y"

    asyncio.run(visit())


def test_the_blocking_terminal_speaks_too():
    async def visit():
        async with serving() as server:
            await asyncio.to_thread(plain, server.port)

    def plain(port):
        with BlockingTerminal("127.0.0.1", port) as line:
            assert line.ask(SAY.login("sipuser", "sippw1234")).fixed["ok"] == "1"
            assert line.ask(SAY.item("B00000310")).get("AJ") == "生命寓言英语"
            assert line.exchange(b"97AZFEF5\r").startswith(b"18")

    asyncio.run(visit())


def test_sixty_four_terminals_none_starves():
    """Each has one message in work; while all ask on and on, none gets two answers ahead of another."""
    rounds = 5

    async def crowd():
        library = Shelf(ENGLISH)
        library.readers |= {f"R{number}": Reader(f"R{number}", "读者") for number in range(64)}
        finished = []

        async def ask(line, number):
            for turn in range(rounds):
                answer = await line.ask(SAY.patron(f"R{number}", "1234"))
                assert answer.get("AA") == f"R{number}"
                finished.append(turn)

        async with serving(library) as server:
            lines = [await AsyncTerminal.connect("127.0.0.1", server.port) for _ in range(64)]
            await asyncio.gather(*map(logged_in, lines))
            assert server.connections == 64
            await asyncio.gather(*(ask(line, number) for number, line in enumerate(lines)))
            await asyncio.gather(*(line.close() for line in lines))
        return finished

    finished = asyncio.run(crowd())
    assert len(finished) == 64 * rounds
    # However the sockets were read, no terminal finished before every other had had a turn.
    assert set(range(rounds - 1)) <= set(finished[: finished.index(rounds - 1) + 1])
    assert finished[: finished.index(rounds - 1)].count(0) == 64


def test_a_connected_terminal_takes_little_memory():
    async def measure():
        async with serving() as server:
            first = await logged_in(await AsyncTerminal.connect("127.0.0.1", server.port))
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            lines = [await AsyncTerminal.connect("127.0.0.1", server.port) for _ in range(50)]
            await asyncio.gather(*map(logged_in, lines))
            used = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
            await asyncio.gather(*(line.close() for line in [first, *lines]))
            return used / len(lines)

    assert asyncio.run(measure()) < 1_000_000


def test_messages_sent_ahead_are_answered_in_order():
    async def pipelined():
        async with serving() as server, terminal(server, detects_errors=False) as line:
            await logged_in(line)
            barcodes = [f"L{number:03}" for number in range(10)] * 3
            sent = b"".join(line.speaker.say(SAY.item(barcode)) for barcode in barcodes)
            answers = [line.speaker.hear(await line.exchange(sent))]
            answers += [line.speaker.hear(await line.exchange(b"")) for _ in barcodes[1:]]
            assert [each.get("AB") for each in answers] == barcodes

    asyncio.run(pipelined())


def test_half_closed_lines_still_get_their_answer():
    async def half():
        async with serving() as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"9300CNsipuser|COsippw1234|\r")
            writer.write_eof()
            assert await reader.read() == b"941\r"
            writer.close()
            await writer.wait_closed()

    asyncio.run(half())


def test_overlong_lines_are_dropped_and_the_line_lives():
    async def flood():
        async with serving(line_at_most=512) as server, terminal(server) as line:
            await logged_in(line)
            assert await line.exchange(b"17" + b"x" * 2000 + b"\r") == b"96"
            assert (await line.ask(SAY.item("B00000310"))).get("AJ") == "生命寓言英语"

    asyncio.run(flood())


def test_too_many_connections_are_turned_away():
    async def full():
        async with serving(connections_at_most=1) as server, terminal(server) as first:
            await logged_in(first)
            second = await AsyncTerminal.connect("127.0.0.1", server.port)
            with pytest.raises((NoAnswer, ConnectionError)):
                await second.ask(SAY.status())
            await second.close()
            assert (await first.ask(SAY.status())).code == "98"

    asyncio.run(full())


@pytest.mark.parametrize("knows", [True, False], ids=["idle", "never logged in"])
def test_silent_lines_are_closed(knows):
    # A line is first looked at after its log-in time, then by its idle time.
    patience = {"idle_seconds": 0.02, "login_seconds": 0.05} if knows else {"login_seconds": 0.02}

    async def silence():
        async with serving(**patience) as server:
            line = await AsyncTerminal.connect("127.0.0.1", server.port)
            if knows:
                await logged_in(line)
            with pytest.raises(NoAnswer):
                await line.exchange(b"")
            await line.close()

    asyncio.run(silence())


def test_the_third_wrong_password_ends_the_line():
    async def guess():
        async with serving() as server:
            line = await AsyncTerminal.connect("127.0.0.1", server.port)
            wrong = [await line.ask(SAY.login("sipuser", word)) for word in ("a", "b", "c")]
            assert [each.fixed["ok"] for each in wrong] == ["0", "0", "0"]
            with pytest.raises(NoAnswer):
                await line.exchange(b"")
            await line.close()

    asyncio.run(guess())


def test_stopping_lets_the_message_in_work_be_answered():
    async def stop():
        library, working, go_on = Shelf(ENGLISH), threading.Event(), threading.Event()
        slow = library.item

        def item(*arguments, **named):
            working.set()
            assert go_on.wait(10)
            return slow(*arguments, **named)

        library.item = item
        ended = []
        server = Server(
            library,
            clock=lambda: NOW,
            zone=ZONE,
            settings=ServerSettings(
                port=0, threads=2, on_thread_end=lambda: ended.append(threading.get_ident())
            ),
        )
        await server.start()
        line = await logged_in(await AsyncTerminal.connect("127.0.0.1", server.port))
        asked = asyncio.create_task(line.ask(SAY.item("B00000310")))
        await asyncio.to_thread(working.wait, 10)
        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0)
        go_on.set()
        assert (await asked).get("AJ") == "生命寓言英语"
        await stopping
        with pytest.raises((NoAnswer, ConnectionError)):
            await line.exchange(b"9900302.00\r")
        await line.close()
        return ended

    ended = asyncio.run(stop())
    assert len(ended) == len(set(ended)) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_fault_round_the_message_is_answered(when, caplog):
    """The database connection cannot be had, or cannot be given back: the terminal hears what was done."""
    broken = threading.Event()

    @contextmanager
    def around():
        if broken.is_set() and when == "before":
            raise OSError("connection refused")
        yield
        if broken.is_set():
            raise OSError("connection lost")

    async def visit():
        async with serving(around_message=around) as server, terminal(server) as line:
            await logged_in(line)
            broken.set()
            answer = await line.ask(SAY.item("B00000310"))
            broken.clear()
            healed = await line.ask(SAY.item("B00000310"))
            return answer, healed

    answer, healed = asyncio.run(visit())
    done = {
        "before": ("01", "This could not be done just now. Please try again or ask at the desk."),
        "after": ("03", ""),
    }
    assert (answer.fixed["circulation_status"], answer.get("AF")) == done[when]
    assert healed.fixed["circulation_status"] == "03"
    assert "OSError" in caplog.text


def test_serve_until_told_to_stop():
    async def run():
        stopped = asyncio.Event()
        server = Server(Shelf(ENGLISH), clock=lambda: NOW, zone=ZONE, settings=ServerSettings(port=0))
        serving_ = asyncio.create_task(server.serve_until(stopped))
        await asyncio.wait_for(server.started.wait(), 10)
        async with terminal(server) as line:
            await logged_in(line)
            stopped.set()
            await serving_

    asyncio.run(run())


def test_the_process_of_its_own_ends_on_a_signal():
    ports = []

    def ready(port):
        with BlockingTerminal("127.0.0.1", port):
            ports.append(port)
        os.kill(os.getpid(), signal.SIGTERM)

    settings = ServerSettings(port=0)
    run(Server(Shelf(ENGLISH), clock=lambda: NOW, zone=ZONE, settings=settings), ready=ready)
    assert len(ports) == 1


def test_a_port_that_is_taken_is_a_fault_at_once():
    async def taken():
        async with serving() as server:
            second = Server(Shelf(), clock=lambda: NOW, zone=ZONE, settings=ServerSettings(port=server.port))
            with pytest.raises(OSError, match="in use"):
                await second.serve_until(asyncio.Event())

    asyncio.run(taken())


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ([b"one\rtwo\r"], [b"one", b"two"]),
        ([b"one\r\ntwo\n"], [b"one", b"two"]),
        ([b"o", b"n", b"e\r", b"\ntw", b"o\r\n"], [b"one", b"two"]),
        ([b"\r\n\r\n  \r"], []),
        ([b"x" * 21, b"x" * 50, b"\rtwo\r"], [None, b"two"]),
        ([b"x" * 20 + b"\r"], [b"x" * 20]),
        ([b"x" * 30 + b"\rtwo\r" + b"y" * 30], [None, b"two", None]),
        ([b"unfinished"], []),
    ],
)
def test_lines_are_cut_whatever_ends_them(pieces, lines):
    buffer = LineBuffer(20)
    assert [line for piece in pieces for line in buffer.feed(piece)] == lines
