"""Numbers, check sums and charset of one terminal's side of the line; no socket."""

from collections.abc import Generator
from dataclasses import dataclass, field

from yanshu.doors.sip2.codec import Message, Verdict, build, compose, parse

TRIES = 3


class NoAnswer(ConnectionError):
    """The server hung up, or its answer was damaged each time."""


@dataclass(slots=True)
class Speaker:
    """Turns messages into lines and lines into messages."""

    charset: str = "utf-8"
    delimiter: str = "|"
    detects_errors: bool = True
    _sequence: int = field(default=-1, repr=False)

    def say(self, message: Message) -> bytes:
        """Number a new message and write it, line end and all."""
        numbered = self.detects_errors and message.code != "97"
        if numbered:
            self._sequence = (self._sequence + 1) % 10
        data = build(
            message,
            charset=self.charset,
            delimiter=self.delimiter,
            sequence=str(self._sequence) if numbered else "",
            with_checksum=self.detects_errors,
        )
        return data + b"\r"

    def talk(self, message: Message) -> Generator[bytes, bytes, Message]:
        """Lead one exchange: yields lines to send, is sent the lines that came back, returns the answer.

        Raises:
            NoAnswer: when no try brought a sound answer.
        """
        line = self.say(message)
        for _ in range(TRIES):
            answer = self.hear((yield line))
            if answer.code != "96":
                if self.is_sound(answer):
                    return answer
                line = self.say(compose("97"))
        raise NoAnswer("no sound answer")

    def hear(self, line: bytes) -> Message:
        """Read an answer."""
        return parse(line, charset=self.charset, delimiter=self.delimiter)

    def is_sound(self, answer: Message) -> bool:
        """Say whether an answer came through whole and belongs to what was asked."""
        if not self.detects_errors:
            return True
        return answer.verdict is Verdict.RIGHT and answer.sequence == str(self._sequence)
