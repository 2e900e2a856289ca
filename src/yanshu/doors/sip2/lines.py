"""Bytes from a socket cut into messages, whatever ends them: CR, LF or both."""

from dataclasses import dataclass, field

#: Far more than any message of the specification; a list of many items still fits.
LINE_AT_MOST = 8192


@dataclass(slots=True)
class LineBuffer:
    """Collects bytes until a line end. A line longer than the limit is dropped and reported once, as None."""

    limit: int = LINE_AT_MOST
    _held: bytearray = field(default_factory=bytearray)
    _dropping: bool = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """Return the lines completed by these bytes; empty lines are none."""
        pieces = data.replace(b"\n", b"\r").split(b"\r")
        lines: list[bytes | None] = []
        for piece in pieces[:-1]:
            self._hold(piece, lines)
            if self._held.strip():
                lines.append(bytes(self._held))
            self._held.clear()
            self._dropping = False
        self._hold(pieces[-1], lines)
        return lines

    def _hold(self, piece: bytes, lines: list[bytes | None]) -> None:
        if self._dropping:
            return
        if len(self._held) + len(piece) > self.limit:
            self._dropping = True
            self._held.clear()
            lines.append(None)
        else:
            self._held += piece
