"""What a self-service machine learns of a reader."""

from datetime import datetime

from django.utils.translation import gettext

from yanshu.core import clock
from yanshu.doors.sip2 import port
from yanshu.lending.circulation import queries as lending
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.terms import Block, HoldState
from yanshu.readers.patrons import operations as patron_operations
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.terms import CardState, PatronState


class ReaderDesk:
    """The part of the port that speaks of readers."""

    def check_pin(self, terminal: port.Terminal, *, card: str, pin: str, now: datetime) -> port.Pin:
        """Compare a PIN with the reader's password."""
        del terminal
        verdict = patron_operations.check_pin(card_number=card, pin=pin, now=now)
        return _VERDICTS[verdict.value]

    def patron(
        self, terminal: port.Terminal, *, card: str, wanted: port.ListWanted | None, now: datetime
    ) -> port.PatronFacts | None:
        """Return what is known of a reader: his standing, his counts, the list asked for."""
        del terminal
        found = patrons.card_by_number(card)
        if found is None:
            return None
        patron, today = found.patron, clock.business_date(now)
        loans = list(lending.open_loans(patron_id=patron.pk))
        holds = list(lending.open_holds(patron_id=patron.pk))
        overdue = [loan for loan in loans if loan.due_on < today]
        blocks = standing_blocks(found, now=now, overdue=len(overdue))
        lists = {
            port.ListKind.CHARGED: _barcodes(loans),
            port.ListKind.OVERDUE: _barcodes(overdue),
            port.ListKind.HOLDS: tuple(
                port.ListedItem(barcode=hold.item.barcode if hold.item else "", title=hold.record.title)
                for hold in holds
                if hold.state == HoldState.READY
            ),
            port.ListKind.UNAVAILABLE_HOLDS: tuple(
                port.ListedItem(barcode="", title=hold.record.title)
                for hold in holds
                if hold.state == HoldState.WAITING
            ),
        }
        limit = _loan_limit(patron)
        return port.PatronFacts(
            card=card,
            name=patron.name,
            valid=found.state == CardState.VALID and patron.state == PatronState.ACTIVE,
            flags=flags_of(blocks, over_limit=limit is not None and len(loans) >= limit),
            reasons=tuple(str(block.label) for block in blocks),
            counts={kind: len(rows) for kind, rows in lists.items()},
            listed=_part(lists.get(wanted.kind, ()), wanted) if wanted else (),
            loan_limit=limit,
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
        """The library takes no fees by machine."""
        del terminal, paid, now
        return port.Answer(ok=False, reasons=(desk_only(),))

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


def desk_only() -> str:
    """Return the words for what a machine may not do."""
    return gettext("This is done at the desk.")


def standing_blocks(card: Card, *, now: datetime, overdue: int) -> tuple[Block, ...]:
    """Return what stands against the reader himself, whatever he would borrow."""
    patron, today = card.patron, clock.business_date(now)
    suspended = patron.suspended_until is not None and patron.suspended_until >= today
    holds = {
        Block.CARD_INVALID: card.state != CardState.VALID,
        Block.MEMBERSHIP_CANCELLED: patron.state != PatronState.ACTIVE,
        Block.CARD_EXPIRED: patron.expires_on < today,
        Block.SUSPENDED: suspended,
        Block.OVERDUE_LOANS: overdue > 0,
    }
    return tuple(block for block, stands in holds.items() if stands)


def flags_of(blocks: tuple[Block, ...], *, over_limit: bool) -> frozenset[port.PatronFlag]:
    """Return the positions of the patron status the blocks set."""
    flags: set[port.PatronFlag] = set()
    if blocks:
        flags |= port.DENIED
    if Block.CARD_INVALID in blocks:
        flags.add(port.PatronFlag.CARD_LOST)
    if Block.OVERDUE_LOANS in blocks:
        flags.add(port.PatronFlag.TOO_MANY_OVERDUE)
    if over_limit:
        flags |= {port.PatronFlag.NO_LOANS, port.PatronFlag.TOO_MANY_ON_LOAN}
    return frozenset(flags)


def _barcodes(loans: list[Loan]) -> tuple[port.ListedItem, ...]:
    return tuple(port.ListedItem(barcode=loan.item.barcode, title=loan.item.record.title) for loan in loans)


def _part(rows: tuple[port.ListedItem, ...], wanted: port.ListWanted) -> tuple[port.ListedItem, ...]:
    return rows[max(wanted.first - 1, 0) : wanted.last]


def _loan_limit(patron: Patron) -> int | None:
    policies = [
        policy for policy in lending.policies() if policy.patron_category_id in {None, patron.category_id}
    ]
    best = max(policies, key=lambda policy: (policy.specificity, policy.id), default=None)
    return best.loan_limit if best else None
