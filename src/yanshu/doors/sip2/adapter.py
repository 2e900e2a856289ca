"""The library behind the SIP2 port: the same operations as the desk's, in the port's plain facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.db import close_old_connections, connections

from yanshu.collection.catalogue.models import Item
from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Refused
from yanshu.doors.sip2 import port
from yanshu.doors.sip2.finding import actor_of, desk_only, find_card, find_item, unknown, words
from yanshu.doors.sip2.holds import HoldDesk
from yanshu.doors.sip2.readers import ReaderDesk
from yanshu.doors.sip2.server import Server, ServerSettings, run
from yanshu.doors.sip2.terminal import TerminalSettings
from yanshu.institution.places import queries as places
from yanshu.institution.places.queries import branch_name
from yanshu.lending.circulation import operations
from yanshu.lending.circulation import queries as lending
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.terms import Block, ReturnIssueKind

CLOSING_TIME = time(23, 59)
NOT_SERVED = frozenset({"01", "25", "37"})
"""Blocking and enabling a reader, taking money: answered with a no, and so announced."""
CIRCULATION_STATUS = {
    "available": port.CirculationStatus.AVAILABLE,
    "processing": port.CirculationStatus.IN_PROCESS,
    "transit": port.CirculationStatus.IN_TRANSIT,
    "hold_shelf": port.CirculationStatus.ON_HOLD_SHELF,
    "lost": port.CirculationStatus.LOST,
    "missing": port.CirculationStatus.MISSING,
}


class LibraryBehindThePort(ReaderDesk, HoldDesk):
    """Binds the port to the operations; it parses and words and decides nothing."""

    def login(
        self, user: str, password: str, *, location: str, address: str, now: datetime
    ) -> port.Terminal | None:
        """Return the terminal these credentials belong to."""
        del location, address, now
        row = places.terminal_by_login(user, password)
        if row is None:
            return None
        library = row.branch.library
        return port.Terminal(
            key=f"{row.pk}",
            institution=library.code,
            library_name=library.name,
            location=row.branch.name,
            settings=TerminalSettings.of(row.options),
            handle=places.actor_of_terminal(row, door=Door.SIP2),
            stamp=places.stamp_of(row),
            unsupported=NOT_SERVED,
        )

    def is_current(self, terminal: port.Terminal) -> bool:
        """Compare the terminal as it was at the log-in with what is kept of it now."""
        return places.terminal_stamp(int(terminal.key)) == terminal.stamp

    def item(
        self, terminal: port.Terminal, *, barcode: str, owner: str, now: datetime
    ) -> port.ItemFacts | None:
        """Return what is known of a copy."""
        del now
        item = find_item(terminal, barcode, owner)
        if item is None:
            return None
        loan = lending.open_loan_of_item(item.pk)
        status = CIRCULATION_STATUS.get(item.state, port.CirculationStatus.OTHER)
        return port.ItemFacts(
            barcode=item.barcode,
            title=item.record.title,
            status=port.CirculationStatus.CHARGED if loan else status,
            due_at=due_moment(loan.due_on) if loan else None,
            hold_queue=lending.queue_length(item.record_id),
            owner=item.library.code,
            permanent_location=branch_name(item.home_branch_id),
            current_location=branch_name(item.branch_id),
            call_number=item.call_number,
            permanent_shelf=item.location.name,
            current_shelf=item.location.name,
        )

    def checkout(
        self, terminal: port.Terminal, asked: port.CheckoutAsked, *, now: datetime
    ) -> port.CheckoutAnswer:
        """Lend; the same reader's second request renews where he may."""
        card, item = find_card(terminal, asked.card), find_item(terminal, asked.barcode, asked.owner)
        if card is None or item is None:
            return port.CheckoutAnswer(
                ok=False,
                reasons=unknown(card=card is None, item=item is None),
                barcode=asked.barcode,
                title=item.record.title if item else "",
            )
        actor, when = actor_of(terminal), asked.happened_at or now
        loan = lending.open_loan_of_item(item.pk)
        if asked.renews_own and loan is not None and loan.patron_id == card.patron_id:
            return self._renewed(item, loan, card.pk, actor, when, heard=now)
        try:
            done = operations.checkout(
                patron_id=card.patron_id,
                item_id=item.pk,
                card_id=card.pk,
                actor=actor,
                now=when,
                recorded_at=now,
            )
        except Refused as refused:
            return port.CheckoutAnswer(
                ok=False, reasons=words(refused), barcode=item.barcode, title=item.record.title
            )
        return port.CheckoutAnswer(
            ok=True, barcode=item.barcode, title=item.record.title, due_at=due_moment(done.due_on)
        )

    def cancel_checkout(
        self, terminal: port.Terminal, *, card: str, barcode: str, owner: str, now: datetime
    ) -> port.CheckoutAnswer:
        """Take back the loan this terminal has just made to this reader, and nothing that was before."""
        actor, holder = actor_of(terminal), find_card(terminal, card)
        item = find_item(terminal, barcode, owner)
        loan = lending.open_loan_of_item(item.pk) if item is not None else None
        if holder is None or item is None or loan is None or loan.patron_id != holder.patron_id:
            reasons = unknown(card=holder is None, item=item is None) or (str(Block.NOT_ON_LOAN.label),)
            return port.CheckoutAnswer(ok=False, reasons=reasons, barcode=barcode)
        line = lending.checkout_of_loan(loan.pk)
        if line is None:
            return port.CheckoutAnswer(ok=False, reasons=(str(Block.NOT_ON_LOAN.label),), barcode=barcode)
        last = lending.last_act_of_terminal(terminal_id=actor.terminal_id, day=line.business_date)
        if last is None or last.pk != line.pk:
            return port.CheckoutAnswer(
                ok=False, reasons=(desk_only(),), barcode=barcode, title=item.record.title
            )
        try:
            operations.undo(line_id=line.pk, actor=actor, now=now)
        except Refused as refused:
            return port.CheckoutAnswer(
                ok=False, reasons=words(refused), barcode=barcode, title=item.record.title
            )
        return port.CheckoutAnswer(ok=True, barcode=barcode, title=item.record.title)

    def checkin(
        self, terminal: port.Terminal, asked: port.CheckinAsked, *, now: datetime
    ) -> port.CheckinAnswer:
        """Take back; never refused."""
        item = find_item(terminal, asked.barcode, asked.owner)
        actor = actor_of(terminal)
        back = operations.return_item(
            barcode=asked.barcode,
            item_id=item.pk if item else None,
            actor=actor,
            now=asked.happened_at or now,
            recorded_at=now,
        )
        alert, destination = _where_to(back, actor)
        said = [str(back.repeats.label)] if back.repeats is not None else []
        said += [str(issue.label) for issue in back.issues]
        return port.CheckinAnswer(
            ok=item is not None,
            reasons=tuple(said) if item is None else (),
            notes=tuple(said) if item is not None else (),
            barcode=item.barcode if item else asked.barcode,
            title=item.record.title if item else "",
            permanent_location=branch_name(back.home_branch_id),
            call_number=item.call_number if item else "",
            alert=alert if item is not None else port.Alert.OTHER,
            destination=destination,
        )

    def renew(self, terminal: port.Terminal, asked: port.RenewAsked, *, now: datetime) -> port.CheckoutAnswer:
        """Renew one loan of the reader."""
        card, item = find_card(terminal, asked.card), find_item(terminal, asked.barcode, asked.owner)
        loan = lending.open_loan_of_item(item.pk) if item is not None else None
        if card is None or item is None or loan is None or loan.patron_id != card.patron_id:
            reasons = unknown(card=card is None, item=item is None) or (str(Block.NOT_ON_LOAN.label),)
            return port.CheckoutAnswer(
                ok=False, reasons=reasons, barcode=asked.barcode, title=item.record.title if item else ""
            )
        return self._renewed(item, loan, card.pk, actor_of(terminal), asked.happened_at or now, heard=now)

    def renew_all(self, terminal: port.Terminal, *, card: str, now: datetime) -> port.RenewAllAnswer:
        """Renew whatever may be renewed."""
        found = find_card(terminal, card)
        if found is None:
            return port.RenewAllAnswer(ok=False, reasons=unknown(card=True, item=False))
        tried = operations.renew_all(
            patron_id=found.patron_id, card_id=found.pk, actor=actor_of(terminal), now=now
        )
        return port.RenewAllAnswer(
            ok=True,
            renewed=tuple(one.loan.item.barcode for one in tried if one.renewal is not None),
            unrenewed=tuple(one.loan.item.barcode for one in tried if one.renewal is None),
        )

    def _renewed(
        self, item: Item, loan: Loan, card_id: int, actor: Actor, now: datetime, *, heard: datetime
    ) -> port.CheckoutAnswer:
        try:
            done = operations.renew(loan_id=loan.pk, card_id=card_id, actor=actor, now=now, recorded_at=heard)
        except Refused as refused:
            return port.CheckoutAnswer(
                ok=False,
                reasons=words(refused),
                barcode=item.barcode,
                title=item.record.title,
                due_at=due_moment(loan.due_on),
            )
        return port.CheckoutAnswer(
            ok=True,
            barcode=item.barcode,
            title=item.record.title,
            due_at=due_moment(done.due_on),
            renewed=True,
        )


def due_moment(day: date) -> datetime:
    """Return the moment a loan falls due: the end of its last day."""
    return datetime.combine(day, CLOSING_TIME, tzinfo=clock.zone())


def _where_to(back: operations.Return, actor: Actor) -> tuple[port.Alert | None, str]:
    if ReturnIssueKind.WITHDRAWN_ITEM in back.issues:
        return port.Alert.OTHER, ""
    if back.hold_branch_id is not None:
        here = back.hold_branch_id == actor.branch_id
        return (port.Alert.HOLD_HERE if here else port.Alert.HOLD_ELSEWHERE), branch_name(back.hold_branch_id)
    if back.home_branch_id is not None and back.home_branch_id != actor.branch_id:
        return port.Alert.TO_OTHER_BRANCH, branch_name(back.home_branch_id)
    return None, ""


@contextmanager
def _fresh_connection() -> Iterator[None]:
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def make_server(*, host: str, port_number: int, threads: int) -> Server:
    """Return the SIP2 server before the library."""
    return Server(
        LibraryBehindThePort(),
        clock=clock.now,
        zone=clock.zone(),
        settings=ServerSettings(
            host=host,
            port=port_number,
            threads=threads,
            around_message=_fresh_connection,
            on_thread_end=connections.close_all,
        ),
    )


def serve_library(*, host: str, port: int, threads: int) -> None:
    """Serve until told to end."""
    run(make_server(host=host, port_number=port, threads=threads))
