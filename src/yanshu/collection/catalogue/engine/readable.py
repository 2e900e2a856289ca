"""What the readers need of a stream, and what they put round one."""

import codecs
from typing import Final, Protocol

UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Readable(Protocol):
    """An open binary file, an upload, a pipe: nothing but ``read`` is asked for."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        ...


class Rejoined:
    """A stream whose beginning was looked at: the beginning again, then the rest."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        if not self._head:
            return self._rest.read(size)
        given = self._head if size < 0 else self._head[:size]
        self._head = self._head[len(given) :]
        return given


class Utf8:
    """A UTF-16 stream as UTF-8; what cannot be read becomes U+FFFD."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, as many as ``size`` bytes of the file give."""
        while block := self._stream.read(size):
            if text := self._decoder.decode(block):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()
