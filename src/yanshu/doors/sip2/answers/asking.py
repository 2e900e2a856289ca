"""One message being answered: who asks, what for, and how this terminal wants to be spoken to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.codec import RESPONSES, Message, compose, moment, wire_moment
from yanshu.doors.sip2.codec.writing import FixedValue
from yanshu.doors.sip2.port import DENIED, Library, PatronFlag, Terminal
from yanshu.doors.sip2.reader import PinState, ReaderAtMachine
from yanshu.doors.sip2.terminal import DueForm, TerminalSettings
from yanshu.doors.sip2.wording import Words

OFFLINE_AT_MOST = timedelta(days=7)

_LANGUAGES = {"zh-hans": "019", "en": "001"}
_BY_NUMBER = {number: language for language, number in _LANGUAGES.items()}

_SAID_OF_A_PIN = {
    PinState.NEEDED: wording.PIN_NEEDED,
    PinState.WRONG: wording.PIN_WRONG,
    PinState.LOCKED: wording.PIN_LOCKED,
    PinState.UNKNOWN_CARD: wording.UNKNOWN_CARD,
}


def patron_status(flags: frozenset[PatronFlag]) -> str:
    """Write the 14 positions of the patron status."""
    return "".join("Y" if flag in flags else " " for flag in PatronFlag)


_REFUSED: dict[str, dict[str, FixedValue]] = {
    "10": {"ok": False, "resensitize": False, "magnetic": None, "alert": True},
    "12": {"ok": False, "renewal_ok": False, "magnetic": None, "desensitize": False},
    "16": {"ok": False, "available": False},
    "18": {"circulation_status": "01", "security_marker": "01", "fee_type": "01"},
    "20": {"ok": False},
    "24": {"patron_status": patron_status(DENIED)},
    "26": {"patron_status": patron_status(DENIED)},
    "30": {"ok": False, "renewal_ok": False, "magnetic": None, "desensitize": False},
    "36": {"ended": False},
    "38": {"accepted": False},
    "64": {
        "patron_status": patron_status(DENIED),
        "hold_items": 0,
        "overdue_items": 0,
        "charged_items": 0,
        "fine_items": 0,
        "recall_items": 0,
        "unavailable_holds": 0,
    },
    "66": {"ok": False, "renewed_count": 0, "unrenewed_count": 0},
    "94": {"ok": False},
    "98": {
        "online": True,
        "checkin_ok": False,
        "checkout_ok": False,
        "renewal_policy": False,
        "status_update_ok": False,
        "offline_ok": False,
        "timeout": 100,
        "retries": 3,
        "protocol": "2.00",
    },
}


@dataclass(kw_only=True)
class Speech:
    """How to answer one request: settings, institution, local time; usable before anybody has logged in."""

    request: Message
    settings: TerminalSettings
    now: datetime
    """In the library's own time zone."""
    institution: str = ""

    @property
    def code(self) -> str:
        """The code of the answer."""
        return self.request.layout.answered_by

    @property
    def zone(self) -> tzinfo:
        zone = self.now.tzinfo
        assert zone is not None, "the door's clock gives aware moments"
        return zone

    @property
    def language(self) -> str:
        """The language of the screen messages."""
        asked = _BY_NUMBER.get(self.request.fixed.get("language", ""))
        if self.settings.follows_language and asked:
            return asked
        return self.settings.language

    def answer(
        self,
        fixed: Mapping[str, FixedValue],
        fields: Iterable[tuple[str, str]] = (),
        say: Iterable[Words] = (),
    ) -> Message:
        """Compose the answer: date, language and institution are added, empty and hidden fields left out."""
        layout = RESPONSES[self.code]
        parts = dict(fixed)
        for part in layout.fixed:
            if part.name == "transaction_date":
                parts[part.name] = self.now
            elif part.name == "language":
                parts[part.name] = _LANGUAGES.get(self.language, "000")
        hidden = self.settings.hidden_fields
        kept = [(code, value) for code, value in fields if code and value and code not in hidden]
        if "AO" in layout.by_code:
            kept.append(("AO", self.institution))
        if "AF" in layout.by_code and "AF" not in hidden:
            kept += self._screen(say)
        return compose(self.code, parts, kept)

    def refuse(self, *say: Words) -> Message:
        """Say no in the form this kind of message has for it; of a person, only the card just read."""
        known = RESPONSES[self.code].by_code
        echoed: tuple[str, ...] = ("AA", "AB", "BK")
        fields = [(code, self.request.get(code)) for code in echoed if code in known]
        if "OK" in known:
            fields.append((self.settings.dialect.letters("accepted"), "0"))
        return self.answer(_REFUSED.get(self.code, {}), fields, say)

    def due(self, value: datetime | None) -> str:
        """Write a due moment as this terminal wants it."""
        if value is None:
            return ""
        local = value.astimezone(self.zone)
        if self.settings.due_form is DueForm.ISO:
            return f"{local:%Y-%m-%d}"
        return wire_moment(local)

    def _screen(self, say: Iterable[Words]) -> list[tuple[str, str]]:
        lines = list(dict.fromkeys(text for each in say if (text := str(each).strip())))
        return [("AF", line) for line in lines[: self.settings.screen_lines]]


@dataclass(kw_only=True)
class Asking(Speech):
    """A request of a terminal that has logged in."""

    terminal: Terminal
    library: Library
    reader: ReaderAtMachine

    @property
    def card(self) -> str:
        return self.request.get("AA")

    @property
    def barcode(self) -> str:
        return self.request.get("AB")

    @property
    def owner(self) -> str:
        """The owner institution read from the tag; empty when it is the terminal's own."""
        owner = self.request.get("AO")
        return "" if owner == self.institution else owner

    def pin(self) -> PinState:
        """Judge the reader's PIN."""
        return self.reader.state(
            self.library,
            self.terminal,
            card=self.card,
            pin=self.request.get("AD"),
            now=self.now,
        )

    def happened_at(self, name: str = "transaction_date") -> datetime | None:
        """Return when it happened, if the terminal reports the past and is believed; else nothing: now.

        What lies in the future, or further back than machines are off line, is not believed.
        """
        if not (self.settings.takes_offline and self.request.says_yes("no_block")):
            return None
        moment = self.request.moment(name, self.zone)
        believed = moment is not None and self.now - OFFLINE_AT_MOST <= moment <= self.now
        return moment if believed else None

    def asked_moment(self, code: str) -> datetime | None:
        """Read a date from a field."""
        return moment(self.request.get(code), self.zone)

    def hindrance(self, *, card: bool = False, barcode: bool = False) -> Words | None:
        """Return why the request cannot even be put to the library: nothing read, or no right PIN."""
        if barcode and not self.barcode:
            return wording.ITEM_MISSING
        if card and not self.card:
            return wording.CARD_MISSING
        return self.unfit_pin() if card else None

    def unfit_pin(self) -> Words | None:
        """Return what to say when the reader may not act; what has happened off line is past asking."""
        if self.happened_at() is not None:
            return None
        return _SAID_OF_A_PIN.get(self.pin())


def yuan(fen: int) -> str:
    """Write an amount as the wire has it, in yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def said(reasons: Iterable[Words], notes: Iterable[Words]) -> list[Words]:
    """Put the reasons of a no first, then what else is to be read."""
    return [*reasons, *notes]
