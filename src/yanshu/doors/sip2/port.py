"""What the SIP2 door needs of the library: one protocol, thin, in the door's own plain facts.

The door parses, words and remembers the line; it decides nothing. Whoever stands behind this port answers
with facts and reasons; every text (labels, titles) comes in the language that is active when the method is
called. Methods may run in several threads at once. A refusal is an answer with ``ok=False`` and its reasons,
first the one a librarian would name first; an exception means a fault: "could not be done" on the screen.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, IntEnum, StrEnum
from typing import Protocol

from yanshu.doors.sip2.terminal import TerminalSettings


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Who is at the other end after logging in.

    ``key`` names the terminal in logs; ``handle`` is whatever the library needs to know it again (its Actor),
    ``stamp`` what the log-in rested on.
    """

    key: str
    institution: str
    library_name: str = ""
    location: str = ""
    settings: TerminalSettings = field(default_factory=TerminalSettings)
    handle: object = None
    stamp: object = None
    unsupported: frozenset[str] = frozenset()
    """Codes of messages the library always answers with a no; the status (98) says so beforehand."""


class Pin(Enum):
    """What the library says of a card and a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN_CARD = "unknown card"
    LOCKED = "locked"
    """Too many wrong tries."""


class PatronFlag(IntEnum):
    """The positions of the patron status, 3M specification."""

    NO_LOANS = 0
    NO_RENEWALS = 1
    NO_RECALLS = 2
    NO_HOLDS = 3
    CARD_LOST = 4
    TOO_MANY_ON_LOAN = 5
    TOO_MANY_OVERDUE = 6
    TOO_MANY_RENEWALS = 7
    TOO_MANY_CLAIMS = 8
    TOO_MANY_LOST = 9
    FINES = 10
    FEES = 11
    RECALL_OVERDUE = 12
    TOO_MANY_BILLED = 13


#: All privileges denied.
DENIED = frozenset(
    {PatronFlag.NO_LOANS, PatronFlag.NO_RENEWALS, PatronFlag.NO_RECALLS, PatronFlag.NO_HOLDS},
)


class ListKind(IntEnum):
    """What message 63 may ask a list of; the value is its place in the summary."""

    HOLDS = 0
    OVERDUE = 1
    CHARGED = 2
    FINES = 3
    RECALLS = 4
    UNAVAILABLE_HOLDS = 5


class CirculationStatus(StrEnum):
    """Where a copy is, 3M specification."""

    OTHER = "01"
    ON_ORDER = "02"
    AVAILABLE = "03"
    CHARGED = "04"
    CHARGED_NO_RECALL = "05"
    IN_PROCESS = "06"
    RECALLED = "07"
    ON_HOLD_SHELF = "08"
    TO_BE_RESHELVED = "09"
    IN_TRANSIT = "10"
    CLAIMED_RETURNED = "11"
    LOST = "12"
    MISSING = "13"


class Alert(StrEnum):
    """Why a returned item is not for the shelf (CV)."""

    UNKNOWN = "00"
    HOLD_HERE = "01"
    HOLD_ELSEWHERE = "02"
    INTERLIBRARY = "03"
    TO_OTHER_BRANCH = "04"
    OTHER = "99"


class HoldMode(StrEnum):
    ADD = "+"
    CANCEL = "-"
    CHANGE = "*"


@dataclass(frozen=True, kw_only=True)
class ListWanted:
    """A list and the part of it to send: positions from 1, both ends included; no ``last``: to the end."""

    kind: ListKind
    first: int = 1
    last: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    barcode: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class PatronFacts:
    """A reader as a terminal may know him or her. Limits and counts in items; None: not limited."""

    card: str
    name: str
    valid: bool = True
    """The card is known and in force (BL)."""
    flags: frozenset[PatronFlag] = frozenset()
    reasons: tuple[str, ...] = ()
    """Labels of the blocks that stand, for the screen."""
    notes: tuple[str, ...] = ()
    counts: dict[ListKind, int] = field(default_factory=dict)
    listed: tuple[ListedItem, ...] = ()
    """The part of the list that was asked for."""
    hold_limit: int | None = None
    loan_limit: int | None = None
    overdue_limit: int | None = None
    fee_limit_fen: int | None = None
    owed_fen: int = 0
    category: str = ""
    expires_on: date | None = None
    born_on: date | None = None
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """A copy as a terminal may know it."""

    barcode: str
    title: str
    status: CirculationStatus
    due_at: datetime | None = None
    hold_queue: int | None = None
    hold_until: date | None = None
    owner: str = ""
    permanent_location: str = ""
    current_location: str = ""
    media_type: str = "001"
    call_number: str = ""
    permanent_shelf: str = ""
    current_shelf: str = ""
    fee_fen: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Yes or no; every reason of a no; what else the reader should read."""

    ok: bool
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckoutAnswer(Answer):
    """Of a loan or a renewal. ``due_at`` is the new due moment."""

    barcode: str = ""
    title: str = ""
    due_at: datetime | None = None
    renewed: bool = False
    magnetic: bool = False
    desensitize: bool = True
    """The gate's mark is to be taken off."""
    media_type: str = ""
    fee_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class CheckinAnswer(Answer):
    barcode: str = ""
    title: str = ""
    resensitize: bool = True
    magnetic: bool = False
    permanent_location: str = ""
    sort_bin: str = ""
    call_number: str = ""
    media_type: str = ""
    alert: Alert | None = None
    destination: str = ""
    returner_card: str = ""
    hold_card: str = ""
    hold_name: str = ""
    overdue_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class RenewAllAnswer(Answer):
    """``ok``: the request was taken up; each item then stands in one of the lists, by barcode."""

    renewed: tuple[str, ...] = ()
    unrenewed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HoldAnswer(Answer):
    barcode: str = ""
    title: str = ""
    title_id: str = ""
    available: bool = False
    """A copy is on the shelf now."""
    queue_position: int | None = None
    pickup: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CheckoutAsked:
    """Lend ``barcode`` to ``card``. ``owner``: the institution read from the tag, empty: the terminal's."""

    card: str
    barcode: str
    owner: str = ""
    renews_own: bool = False
    """The reader has it already: renew instead of refusing."""
    happened_at: datetime | None = None
    """A terminal that was off line reports the past; None: now."""
    fee_acknowledged: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckinAsked:
    barcode: str
    owner: str = ""
    location: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RenewAsked:
    """Renew one item, named by its barcode or, failing that, by its title."""

    card: str
    barcode: str = ""
    title_id: str = ""
    owner: str = ""
    happened_at: datetime | None = None
    fee_acknowledged: bool = False


@dataclass(frozen=True, kw_only=True)
class HoldAsked:
    """Place, drop or change a hold on a title, named by a copy of it or its identifier (MA, else AJ)."""

    mode: HoldMode
    card: str
    barcode: str = ""
    title_id: str = ""
    owner: str = ""
    pickup: str = ""
    expires_at: datetime | None = None
    hold_type: str = ""
    fee_acknowledged: bool = False


@dataclass(frozen=True, kw_only=True)
class FeePaid:
    """Money taken by a machine. ``transaction_id`` is the machine's: the same one twice is one payment."""

    card: str
    amount_fen: int
    fee_type: str = ""
    payment_type: str = ""
    fee_id: str = ""
    transaction_id: str = ""


class Library(Protocol):
    """The library behind the door. ``now`` is the instant of the message."""

    def login(
        self, user: str, password: str, *, location: str, address: str, now: datetime
    ) -> Terminal | None:
        """Return the terminal these credentials belong to, or None."""

    def is_current(self, terminal: Terminal) -> bool:
        """Say whether the log-in still holds: neither key nor rights nor settings have changed since."""

    def check_pin(self, terminal: Terminal, *, card: str, pin: str, now: datetime) -> Pin:
        """Compare a PIN; slow by design, so the door asks once a reader's session."""

    def patron(
        self, terminal: Terminal, *, card: str, wanted: ListWanted | None, now: datetime
    ) -> PatronFacts | None:
        """Return what is known of a reader, or None for a card nobody issued. No PIN is looked at here."""

    def item(self, terminal: Terminal, *, barcode: str, owner: str, now: datetime) -> ItemFacts | None:
        """Return what is known of a copy, or None."""

    def checkout(self, terminal: Terminal, asked: CheckoutAsked, *, now: datetime) -> CheckoutAnswer:
        """Lend."""

    def cancel_checkout(
        self, terminal: Terminal, *, card: str, barcode: str, owner: str, now: datetime
    ) -> CheckoutAnswer:
        """Undo the loan this terminal made just now (the item could not be handed out)."""

    def checkin(self, terminal: Terminal, asked: CheckinAsked, *, now: datetime) -> CheckinAnswer:
        """Take back."""

    def renew(self, terminal: Terminal, asked: RenewAsked, *, now: datetime) -> CheckoutAnswer:
        """Renew one loan."""

    def renew_all(self, terminal: Terminal, *, card: str, now: datetime) -> RenewAllAnswer:
        """Renew whatever may be renewed."""

    def hold(self, terminal: Terminal, asked: HoldAsked, *, now: datetime) -> HoldAnswer:
        """Place, drop or change a hold."""

    def pay(self, terminal: Terminal, paid: FeePaid, *, now: datetime) -> Answer:
        """Take down money a machine received."""

    def block_patron(
        self, terminal: Terminal, *, card: str, card_retained: bool, reason: str, now: datetime
    ) -> Answer:
        """Block a card the machine found suspect."""

    def enable_patron(self, terminal: Terminal, *, card: str, now: datetime) -> Answer:
        """Lift a block the machine had set."""

    def end_session(self, terminal: Terminal, *, card: str, now: datetime) -> Answer:
        """Hear that a reader has left the machine."""
