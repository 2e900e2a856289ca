"""The same terminal twice: for plain code and for asyncio."""

import asyncio
import socket
from types import TracebackType
from typing import Self

from yanshu.doors.sip2.client.speaker import NoAnswer, Speaker
from yanshu.doors.sip2.codec import Message


class BlockingTerminal:
    """A terminal for scripts and tests.

    Example::

        with BlockingTerminal("127.0.0.1", 6001) as terminal:
            terminal.ask(requests.login("desk-1", "secret"))
    """

    def __init__(
        self, host: str, port: int, speaker: Speaker | None = None, *, timeout_seconds: float = 10.0
    ) -> None:
        self.speaker = speaker or Speaker()
        self._socket = socket.create_connection((host, port), timeout_seconds)
        self._held = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def ask(self, message: Message) -> Message:
        """Say a message and return its answer, asking again for one that came damaged.

        Raises:
            NoAnswer: when the line was closed, or no try brought a sound answer.
        """
        talk = self.speaker.talk(message)
        line = next(talk)
        try:
            while True:
                line = talk.send(self.exchange(line))
        except StopIteration as finished:
            answer: Message = finished.value
            return answer

    def exchange(self, line: bytes) -> bytes:
        """Send bytes as they are and return the line that comes back, without its end."""
        self._socket.sendall(line)
        return self.listen()

    def listen(self) -> bytes:
        """Wait for one line."""
        while b"\r" not in self._held:
            data = self._socket.recv(4096)
            if not data:
                raise NoAnswer("the server hung up")
            self._held += data
        line, _, self._held = self._held.partition(b"\r")
        return line.strip(b"\n")


class AsyncTerminal:
    """A terminal for asyncio: thousands fit in one program."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        speaker: Speaker | None = None,
    ) -> None:
        self.speaker = speaker or Speaker()
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, host: str, port: int, speaker: Speaker | None = None) -> Self:
        """Open a line."""
        reader, writer = await asyncio.open_connection(host, port)
        return cls(reader, writer, speaker)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, message: Message) -> Message:
        """Say a message and return its answer, asking again for one that came damaged.

        Raises:
            NoAnswer: when the line was closed, or no try brought a sound answer.
        """
        talk = self.speaker.talk(message)
        line = next(talk)
        try:
            while True:
                line = talk.send(await self.exchange(line))
        except StopIteration as finished:
            answer: Message = finished.value
            return answer

    async def exchange(self, line: bytes) -> bytes:
        """Send bytes as they are and return the line that comes back, without its end."""
        self._writer.write(line)
        await self._writer.drain()
        try:
            return (await self._reader.readuntil(b"\r")).strip(b"\r\n")
        except asyncio.IncompleteReadError as broken:
            raise NoAnswer("the server hung up") from broken
