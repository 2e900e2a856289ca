"""The reader standing at a machine: whose PIN was right, remembered for one session of the reader."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b

from yanshu.doors.sip2.port import Library, Pin, Terminal

#: How long a machine that never says "end session" (35) is believed to have the same reader before it.
SESSION_LASTS = timedelta(minutes=5)


class PinState(Enum):
    """What the door may do for the reader."""

    RIGHT = "right"
    NOT_ASKED = "not asked"
    """This terminal lends by card alone, and no PIN was sent."""
    NEEDED = "needed"
    WRONG = "wrong"
    LOCKED = "locked"
    UNKNOWN_CARD = "unknown card"

    @property
    def may_act(self) -> bool:
        return self in {PinState.RIGHT, PinState.NOT_ASKED}


_STATES = {
    Pin.RIGHT: PinState.RIGHT,
    Pin.WRONG: PinState.WRONG,
    Pin.LOCKED: PinState.LOCKED,
    Pin.UNKNOWN_CARD: PinState.UNKNOWN_CARD,
}


@dataclass(slots=True)
class ReaderAtMachine:
    """Asks the library once a session for a PIN (the comparison takes a tenth of a second by design).

    Keeps a keyed digest of card and PIN, never the PIN, under a key that lives as long as the connection.
    """

    _card: str = ""
    _digest: bytes = b""
    _until: datetime | None = None
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def state(self, library: Library, terminal: Terminal, *, card: str, pin: str, now: datetime) -> PinState:
        """Judge the PIN sent with a message, or the one that was right earlier in the reader's session."""
        known = self._card == card and self._until is not None and now < self._until
        if not pin:
            if known:
                return PinState.RIGHT
            return PinState.NEEDED if terminal.settings.pin_required else PinState.NOT_ASKED
        digest = self._digest_of(card, pin)
        if not (known and hmac.compare_digest(digest, self._digest)):
            state = _STATES[library.check_pin(terminal, card=card, pin=pin, now=now)]
            if state is not PinState.RIGHT:
                if self._card == card:
                    self.leave()
                return state
        self._card, self._digest, self._until = card, digest, now + SESSION_LASTS
        return PinState.RIGHT

    def leave(self) -> None:
        """Forget the reader."""
        self._card, self._digest, self._until = "", b"", None

    def _digest_of(self, card: str, pin: str) -> bytes:
        return blake2b(f"{card}\0{pin}".encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
