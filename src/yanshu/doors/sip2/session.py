"""One connection, apart from sockets: bytes of a message in, bytes of its answer out, and it never dies."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from django.utils import translation

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.answers import ANSWERS, WRITES, Asking, Speech
from yanshu.doors.sip2.codec import (
    RESPONSES,
    Damage,
    Message,
    Unreadable,
    Verdict,
    build,
    compose,
    guess_delimiter,
    parse,
    without_trailer,
)
from yanshu.doors.sip2.port import Library, Terminal
from yanshu.doors.sip2.reader import ReaderAtMachine
from yanshu.doors.sip2.terminal import ErrorDetection, TerminalSettings

log = logging.getLogger("yanshu.sip2")

#: A writing message that comes again so soon, word for word, is the terminal's second try, not a second wish.
REPEATED_WITHIN = timedelta(seconds=60)
FAILED_LOGINS_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes to send, line end and all; ``close``: hang up after them."""

    data: bytes
    close: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    body: bytes
    answer: Message
    at: datetime


@dataclass(slots=True)
class Memory:
    """The last writing message of each terminal, kept across its connections.

    A machine that lost its line before the answer came dials again and repeats itself; it gets the answer it
    missed, and the book is not lent twice. One message a terminal, so it does not grow.
    """

    _last: dict[str, _Done] = field(default_factory=dict)

    def recall(self, terminal: Terminal, body: bytes, now: datetime) -> Message | None:
        """Return the answer already given to these very words a moment ago."""
        done = self._last.get(terminal.key)
        if done is None or done.body != body or now - done.at > REPEATED_WITHIN:
            return None
        return done.answer

    def keep(self, terminal: Terminal, body: bytes, answer: Message, now: datetime) -> None:
        self._last[terminal.key] = _Done(body, answer, now)


class Session:
    """The conversation with one terminal.

    Args:
        clock: the library's clock, aware moments; read once a message.
        zone: the library's own time zone, the one of the wire.
        defaults: how to speak before it is known who is there.
        address: where the terminal calls from; the library may bind a log-in to it.
    """

    def __init__(
        self,
        library: Library,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo,
        defaults: TerminalSettings | None = None,
        address: str = "",
        memory: Memory | None = None,
    ) -> None:
        self._library = library
        self._clock = clock
        self._zone = zone
        self._defaults = defaults or TerminalSettings()
        self._address = address
        self._memory = memory if memory is not None else Memory()
        self._reader = ReaderAtMachine()
        self._last_answer = b""
        self._failed_logins = 0
        self.terminal: Terminal | None = None

    @property
    def settings(self) -> TerminalSettings:
        """How the terminal is spoken to: its own settings once it has logged in."""
        return self.terminal.settings if self.terminal else self._defaults

    def answer(self, line: bytes) -> Reply:
        """Answer one message; whatever happens, the terminal hears something and the line stays."""
        try:
            request = self._read(line)
        except Unreadable as damage:
            log.warning("unreadable message terminal=%s: %s", self._name, damage)
            return self._ask_again(line)
        if self._is_damaged(request):
            log.warning("damaged message terminal=%s code=%s", self._name, request.code)
            return self._ask_again(line)
        if request.code == "97":
            return Reply(self._last_answer) if self._last_answer else self._ask_again(line)
        if request.code not in ANSWERS and request.code != "93":
            log.warning("message out of place terminal=%s code=%s", self._name, request.code)
            return self._ask_again(line)
        now = self._clock().astimezone(self._zone)
        try:
            return self._answer(request, without_trailer(line), now)
        except Exception:  # the line must outlive any fault
            log.exception("fault terminal=%s code=%s", self._name, request.code)
            return self._refusal(request, now)

    def overlong(self) -> Reply:
        """Answer a message that was longer than any message is."""
        log.warning("overlong message terminal=%s", self._name)
        return self._ask_again(b"")

    def apologise(self, line: bytes) -> Reply:
        """Answer when something round the session failed (the database connection, say)."""
        try:
            request = self._read(line)
        except Unreadable:
            return self._ask_again(line)
        if not request.layout.answered_by:
            return self._ask_again(line)
        return self._refusal(request, self._clock().astimezone(self._zone))

    @property
    def _name(self) -> str:
        return self.terminal.key if self.terminal else "-"

    def _read(self, line: bytes) -> Message:
        delimiter = self.settings.delimiter
        if self.terminal is None and b"93" in line[:16]:
            delimiter = guess_delimiter(line)
        return parse(line, charset=self.settings.charset, delimiter=delimiter)

    def _is_damaged(self, request: Message) -> bool:
        wants = self.settings.error_detection
        if wants is not ErrorDetection.OFF and request.verdict is Verdict.WRONG:
            return True
        if wants is ErrorDetection.REQUIRED and request.verdict is Verdict.ABSENT:
            return True
        return Damage.FIXED_SHORT in request.damage and request.verdict is not Verdict.RIGHT

    def _answer(self, request: Message, body: bytes, now: datetime) -> Reply:
        if request.code == "93":
            return self._login(request, now)
        if self.terminal is None:
            return self._send(request, self._worded(self._speech(request, now), wording.LOGIN_FIRST))
        if not self._library.is_current(self.terminal):
            return self._dismissed(request, now)
        asking = Asking(
            request=request,
            settings=self.settings,
            now=now,
            institution=self._institution,
            terminal=self.terminal,
            library=self._library,
            reader=self._reader,
        )
        if request.code in self.settings.refused_messages:
            return self._send(request, self._worded(asking, wording.NOT_HERE))
        # A machine without a clock repeats itself word for word without being a repetition.
        tracked = request.code in WRITES and request.moment("transaction_date", self._zone) is not None
        answer = self._memory.recall(self.terminal, body, now) if tracked else None
        if answer is None:
            with translation.override(asking.language):
                answer = ANSWERS[request.code](asking)
            if tracked:
                self._memory.keep(self.terminal, body, answer, now)
        return self._send(request, answer)

    def _login(self, request: Message, now: datetime) -> Reply:
        self._reader.leave()
        self.terminal = None
        encrypted = set(request.fixed.values()) - {"0"}
        if not encrypted:
            self.terminal = self._library.login(
                request.get("CN"),
                request.get("CO"),
                location=request.get("CP"),
                address=self._address,
                now=now,
            )
        welcome = self.terminal is not None
        self._failed_logins = 0 if welcome else self._failed_logins + 1
        log.info("log-in address=%s terminal=%s ok=%s", self._address, self._name, welcome)
        reply = self._send(request, compose("94", {"ok": welcome}))
        return replace(reply, close=self._failed_logins >= FAILED_LOGINS_AT_MOST)

    def _dismissed(self, request: Message, now: datetime) -> Reply:
        """Hang up on a terminal whose log-in no longer holds; what it asked for is not done."""
        log.warning("log-in no longer holds terminal=%s", self._name)
        reply = self._send(request, self._worded(self._speech(request, now), wording.LOGIN_FIRST))
        self._reader.leave()
        self.terminal, self._last_answer = None, b""
        return replace(reply, close=True)

    @property
    def _institution(self) -> str:
        if self.settings.institution or self.terminal is None:
            return self.settings.institution
        return self.terminal.institution

    def _speech(self, request: Message, now: datetime) -> Speech:
        return Speech(request=request, settings=self.settings, now=now, institution=self._institution)

    def _worded(self, speech: Speech, words: wording.Words) -> Message:
        with translation.override(speech.language):
            return speech.refuse(words)

    def _refusal(self, request: Message, now: datetime) -> Reply:
        """Say in the request's own form that it could not be done."""
        return self._send(request, self._worded(self._speech(request, now), wording.FAULT))

    def _send(self, request: Message, answer: Message) -> Reply:
        settings = self.settings
        detects = settings.error_detection is not ErrorDetection.OFF
        data = build(
            answer,
            charset=settings.charset,
            delimiter=settings.delimiter,
            sequence=request.sequence if detects else "",
            with_checksum=detects and request.verdict is not Verdict.ABSENT,
        )
        self._last_answer = data + settings.line_end.encode("ascii")
        return Reply(self._last_answer)

    def _ask_again(self, line: bytes) -> Reply:
        """Answer 96; it has no number, and a check sum only for those who use them."""
        settings = self.settings
        detects = settings.error_detection is ErrorDetection.REQUIRED or b"AZ" in line
        summed = detects and settings.error_detection is not ErrorDetection.OFF
        data = build(Message(RESPONSES["96"]), charset=settings.charset, with_checksum=summed)
        return Reply(data + settings.line_end.encode("ascii"))
