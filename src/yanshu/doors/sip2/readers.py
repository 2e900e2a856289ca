"""What a self-service machine learns of a reader."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext

from yanshu.core import clock
from yanshu.doors.sip2 import port
from yanshu.doors.sip2.finding import actor_of, desk_only, find_card, library_of
from yanshu.lending.circulation import queries as lending
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons import operations as patron_operations
from yanshu.readers.patrons.terms import CardState


class ReaderDesk:
    """The part of the port that speaks of readers."""

    def check_pin(self, terminal: port.Terminal, *, card: str, pin: str, now: datetime) -> port.Pin:
        """Compare a PIN with the reader's password."""
        verdict = patron_operations.check_pin(
            card_number=card, pin=pin, now=now, library_id=library_of(terminal)
        )
        return _VERDICTS[verdict.value]

    def patron(
        self, terminal: port.Terminal, *, card: str, wanted: port.ListWanted | None, now: datetime
    ) -> port.PatronFacts | None:
        """Return what is known of a reader: his standing, his counts, the list asked for."""
        found = find_card(terminal, card)
        if found is None:
            return None
        patron, valid = found.patron, found.state == CardState.VALID
        standing = lending.standing(
            patron,
            branch_id=actor_of(terminal).branch_id,
            today=clock.business_date(now),
            card_valid=valid,
        )
        lists = {
            port.ListKind.CHARGED: _barcodes(standing.loans),
            port.ListKind.OVERDUE: _barcodes(standing.overdue),
            port.ListKind.HOLDS: _titles(standing.ready),
            port.ListKind.UNAVAILABLE_HOLDS: _titles(standing.waiting),
        }
        return port.PatronFacts(
            card=card,
            name=patron.name,
            valid=valid and Block.MEMBERSHIP_CANCELLED not in standing.blocks,
            flags=flags_of(standing.blocks),
            reasons=tuple(str(block.label) for block in standing.blocks),
            counts={kind: len(rows) for kind, rows in lists.items()},
            listed=_part(lists.get(wanted.kind, ()), wanted) if wanted else (),
            loan_limit=standing.limit,
            hold_limit=standing.hold_limit,
            category=patron.category.name,
            expires_on=patron.expires_on,
        )

    def block_patron(
        self, terminal: port.Terminal, *, card: str, card_retained: bool, reason: str, now: datetime
    ) -> port.Answer:
        """A machine may not block a reader: the desk does."""
        del terminal, card, card_retained, reason, now
        return port.Answer(ok=False, reasons=(desk_only(),))

    def enable_patron(self, terminal: port.Terminal, *, card: str, now: datetime) -> port.Answer:
        """A machine may not lift a block: the desk does."""
        del terminal, card, now
        return port.Answer(ok=False, reasons=(desk_only(),))

    def pay(self, terminal: port.Terminal, paid: port.FeePaid, *, now: datetime) -> port.Answer:
        """The library takes no money at machines; what one has taken all the same the desk gives back."""
        del terminal, paid, now
        return port.Answer(ok=False, reasons=(no_money(),))

    def end_session(self, terminal: port.Terminal, *, card: str, now: datetime) -> port.Answer:
        """Hear that a reader has left."""
        del terminal, card, now
        return port.Answer(ok=True)


_VERDICTS = {
    "right": port.Pin.RIGHT,
    "wrong": port.Pin.WRONG,
    "unknown": port.Pin.UNKNOWN_CARD,
    "locked": port.Pin.LOCKED,
}


FLAGS: Mapping[Block, frozenset[port.PatronFlag]] = {
    Block.CARD_INVALID: port.DENIED | {port.PatronFlag.CARD_LOST},
    Block.MEMBERSHIP_CANCELLED: port.DENIED,
    Block.CARD_EXPIRED: port.DENIED,
    Block.SUSPENDED: port.DENIED,
    Block.OVERDUE_LOANS: frozenset({port.PatronFlag.NO_LOANS, port.PatronFlag.TOO_MANY_OVERDUE}),
    Block.LOAN_LIMIT: frozenset({port.PatronFlag.NO_LOANS, port.PatronFlag.TOO_MANY_ON_LOAN}),
}
"""The positions of the patron status by what stands against the reader."""


def no_money() -> str:
    """Return the words for money put into a machine."""
    return gettext("No money is taken at machines. If the machine has taken any, please ask at the desk.")


def flags_of(blocks: Iterable[Block]) -> frozenset[port.PatronFlag]:
    """Return the positions of the patron status the blocks set."""
    return frozenset(flag for block in blocks for flag in FLAGS[block])


def _barcodes(loans: Sequence[Loan]) -> tuple[port.ListedItem, ...]:
    return tuple(port.ListedItem(barcode=loan.item.barcode, title=loan.item.record.title) for loan in loans)


def _part(rows: tuple[port.ListedItem, ...], wanted: port.ListWanted) -> tuple[port.ListedItem, ...]:
    return rows[max(wanted.first - 1, 0) : wanted.last]


def _titles(holds: Sequence[Hold]) -> tuple[port.ListedItem, ...]:
    return tuple(
        port.ListedItem(barcode=hold.item.barcode if hold.item else "", title=hold.record.title)
        for hold in holds
    )
