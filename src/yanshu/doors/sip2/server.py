"""The TCP port: many terminals, one event loop, a few database threads, and every terminal gets its turn.

Each terminal has at most one message in work; the rest wait in one queue, first come first served.
On SQLite one thread does the work, the fairest gate before the one writer; on PostgreSQL four to eight do.
"""

import asyncio
import contextlib
import logging
import signal
import ssl
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from yanshu.doors.sip2.lines import LINE_AT_MOST, LineBuffer
from yanshu.doors.sip2.port import Library
from yanshu.doors.sip2.session import Memory, Reply, Session
from yanshu.doors.sip2.terminal import TerminalSettings

log = logging.getLogger("yanshu.sip2")

#: Messages a terminal may send ahead of their answers before its socket is left unread.
_WAITING_AT_MOST = 4
_LOOK_AGAIN_SECONDS = 0.01


def _nothing() -> None:
    """Do nothing: the hook of a server without a database."""


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """How the port is run.

    ``around_message`` is entered in the working thread round each message (drop a dead database connection
    there), ``on_thread_end`` runs once in each thread when the server stops (close its connection).
    """

    host: str = "127.0.0.1"
    port: int = 6001
    threads: int = 1
    connections_at_most: int = 256
    line_at_most: int = LINE_AT_MOST
    idle_seconds: float = 900.0
    login_seconds: float = 60.0
    """A connection that has not logged in by then is closed."""
    stop_seconds: float = 10.0
    """How long messages in work may take to finish when the server stops."""
    tls: ssl.SSLContext | None = None
    defaults: TerminalSettings = field(default_factory=TerminalSettings)
    around_message: Callable[[], AbstractContextManager[object]] = nullcontext
    on_thread_end: Callable[[], None] = _nothing


class Server:
    """A SIP2 port before a library."""

    def __init__(
        self,
        library: Library,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo,
        settings: ServerSettings | None = None,
    ) -> None:
        self.settings = settings or ServerSettings()
        self._library = library
        self._clock = clock
        self._zone = zone
        self._memory = Memory()
        self._pool = ThreadPoolExecutor(self.settings.threads, thread_name_prefix="sip2")
        self._lines: set[_Line] = set()
        self._listener: asyncio.Server | None = None
        self._all_gone = asyncio.Event()
        self.started = asyncio.Event()

    @property
    def port(self) -> int:
        """The port listened on, the real one where 0 was asked for."""
        assert self._listener is not None, "the server has been started"
        found: int = self._listener.sockets[0].getsockname()[1]
        return found

    @property
    def connections(self) -> int:
        """How many terminals are connected now."""
        return len(self._lines)

    async def start(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: _Line(self, loop),
            self.settings.host,
            self.settings.port,
            ssl=self.settings.tls,
            backlog=128,
        )
        self.started.set()
        log.info("listening host=%s port=%s", self.settings.host, self.port)

    async def stop(self) -> None:
        """Stop listening, let messages in work finish and be answered, hang up, end the threads."""
        if self._listener is not None:
            self._listener.close()
        for line in list(self._lines):
            line.hang_up()
        if self._lines:
            self._all_gone.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), self.settings.stop_seconds)
        for line in list(self._lines):
            line.abort()
        await asyncio.to_thread(self._end_threads)
        log.info("stopped")

    async def serve_until(self, stopped: asyncio.Event) -> None:
        """Listen until told to stop."""
        await self.start()
        try:
            await stopped.wait()
        finally:
            await self.stop()

    def welcome(self, line: "_Line", address: str) -> Session | None:
        """Take a connection in, or nothing when the house is full."""
        if len(self._lines) >= self.settings.connections_at_most:
            log.warning("too many connections address=%s", address)
            return None
        self._lines.add(line)
        return Session(
            self._library,
            clock=self._clock,
            zone=self._zone,
            defaults=self.settings.defaults,
            address=address,
            memory=self._memory,
        )

    def part(self, line: "_Line") -> None:
        """Forget a closed connection."""
        self._lines.discard(line)
        if not self._lines:
            self._all_gone.set()

    def work(
        self, loop: asyncio.AbstractEventLoop, session: Session, message: bytes | None
    ) -> asyncio.Future[Reply]:
        """Queue one message for the next free thread."""
        return loop.run_in_executor(self._pool, self._answer, session, message)

    def _answer(self, session: Session, message: bytes | None) -> Reply:
        """Run in a working thread; a fault round the message must not cost an answer already made."""
        if message is None:
            return session.overlong()
        reply = None
        try:
            with self.settings.around_message():
                reply = session.answer(message)
        except Exception:  # the terminal must hear something
            log.exception("fault round a message")
            reply = reply or session.apologise(message)
        return reply

    def _end_threads(self) -> None:
        """Run the closing hook in every thread: each waits at the barrier, so none runs it twice."""
        barrier = threading.Barrier(self.settings.threads)

        def end() -> None:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(self.settings.stop_seconds)
            self.settings.on_thread_end()

        for ended in [self._pool.submit(end) for _ in range(self.settings.threads)]:
            ended.result()
        self._pool.shutdown()


class _Line(asyncio.Protocol):
    """One terminal's socket."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self._buffer = LineBuffer(server.settings.line_at_most)
        self._waiting: deque[bytes | None] = deque()
        self._session: Session | None = None
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._heard_at = loop.time()
        self._busy = False
        self._full = False
        self._leaving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("",)
        self._session = self._server.welcome(self, str(peer[0]))
        if self._session is None:
            transport.abort()
            return
        self._watch = self._loop.call_later(self._patience(), self._look)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._waiting.extend(self._buffer.feed(data))
        if len(self._waiting) > _WAITING_AT_MOST and self._transport is not None:
            self._transport.pause_reading()
        self._next()

    def eof_received(self) -> bool:
        """Answer what was said before the other side closed, then close."""
        self.hang_up(drop_waiting=False)
        return self._server.settings.tls is None

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - a broken line and a closed one end alike
        if self._watch is not None:
            self._watch.cancel()
        self._transport = None
        self._waiting.clear()
        self._server.part(self)

    def hang_up(self, *, drop_waiting: bool = True) -> None:
        """Close once the message in work has been answered."""
        self._leaving = True
        if drop_waiting:
            self._waiting.clear()
        self._next()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _next(self) -> None:
        if self._busy or self._full or self._transport is None or self._session is None:
            return
        if not self._waiting:
            if self._leaving:
                self._transport.close()
            return
        self._busy = True
        message = self._waiting.popleft()
        if len(self._waiting) == _WAITING_AT_MOST:
            self._transport.resume_reading()
        self._server.work(self._loop, self._session, message).add_done_callback(self._answered)

    def _answered(self, done: asyncio.Future[Reply]) -> None:
        self._busy = False
        if self._transport is None:
            done.cancelled() or done.exception()
            return
        if done.cancelled() or done.exception() is not None:
            log.error(
                "no answer could be made: %s", "cancelled" if done.cancelled() else type(done.exception())
            )
            self._transport.abort()
            return
        reply = done.result()
        self._transport.write(reply.data)
        if reply.close:
            self.hang_up()
        else:
            self._next()

    def _patience(self) -> float:
        settings = self._server.settings
        known = self._session is not None and self._session.terminal is not None
        return settings.idle_seconds if known else settings.login_seconds

    def _look(self) -> None:
        """Close a line that has been silent too long; look again when it could next be so."""
        silent = self._loop.time() - self._heard_at
        if silent >= self._patience() and not self._busy:
            log.info("closing a silent line")
            self.hang_up()
            return
        self._watch = self._loop.call_later(max(self._patience() - silent, _LOOK_AGAIN_SECONDS), self._look)


def run(server: Server, *, ready: Callable[[int], None] | None = None) -> None:
    """Serve until the process is told to end (SIGTERM, SIGINT), then stop gracefully.

    ``ready`` is called with the port once terminals can connect. For a process of its own: it takes the main
    thread's signals.
    """

    async def serve() -> None:
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        serving = asyncio.create_task(server.serve_until(told))
        started = asyncio.create_task(server.started.wait())
        await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
        if server.started.is_set() and ready is not None:
            ready(server.port)
        started.cancel()
        await serving

    asyncio.run(serve())
