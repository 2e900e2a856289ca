"""Holds by machine."""

from datetime import date, datetime

from django.utils.translation import gettext

from yanshu.collection.catalogue import queries as catalogue
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.refusal import Reason, Refused
from yanshu.doors.sip2 import port
from yanshu.doors.sip2.finding import actor_of, desk_only, find_card, find_item, words
from yanshu.institution.places.queries import branch_name, branches_serving
from yanshu.lending.circulation import operations
from yanshu.lending.circulation import queries as lending
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons.models import Card
from yanshu.readers.patrons.terms import CardState


class HoldDesk:
    """The part of the port that speaks of holds."""

    def hold(self, terminal: port.Terminal, asked: port.HoldAsked, *, now: datetime) -> port.HoldAnswer:
        """Place or drop a hold on the title of a copy, or on a title by its number."""
        actor, card = actor_of(terminal), find_card(terminal, asked.card)
        record_id, title = _title(asked, terminal)
        if card is None or record_id is None:
            missing = Block.PATRON_UNKNOWN if card is None else Block.ITEM_UNKNOWN
            return port.HoldAnswer(ok=False, reasons=(str(missing.label),), barcode=asked.barcode)
        if asked.mode == port.HoldMode.CHANGE:
            return port.HoldAnswer(ok=False, reasons=(desk_only(),), title=title)
        added = asked.mode == port.HoldMode.ADD
        pickup = _pickup(asked.pickup, actor, clock.business_date(now)) if added else None
        if added and pickup is None:
            label = gettext("No branch in service has this code or name.")
            return port.HoldAnswer(ok=False, reasons=(label,), barcode=asked.barcode, title=title)
        try:
            if pickup is None:
                _demand_valid(card)
                _cancel(card.patron_id, record_id, actor, now)
            else:
                operations.place_hold(
                    record_id=record_id,
                    patron_id=card.patron_id,
                    card_id=card.pk,
                    pickup_branch_id=pickup,
                    actor=actor,
                    now=now,
                )
        except Refused as refused:
            return port.HoldAnswer(
                ok=False,
                reasons=words(refused),
                barcode=asked.barcode,
                title=title,
            )
        return port.HoldAnswer(
            ok=True,
            barcode=asked.barcode,
            title=title,
            title_id=str(record_id),
            queue_position=lending.queue_length(record_id) if added else None,
            pickup=branch_name(pickup) if pickup else "",
        )


def _demand_valid(card: Card) -> None:
    if card.state != CardState.VALID:
        raise Refused([Reason(code=Block.CARD_INVALID.value, label=Block.CARD_INVALID.label)])


def _title(asked: port.HoldAsked, terminal: port.Terminal) -> tuple[int | None, str]:
    if asked.barcode:
        item = find_item(terminal, asked.barcode, asked.owner)
        return (item.record_id, item.record.title) if item else (None, "")
    if asked.title_id.isdigit():
        record = catalogue.released_record(int(asked.title_id))
        return (record.pk, record.title) if record else (None, "")
    return None, ""


def _pickup(wanted: str, actor: Actor, day: date) -> int | None:
    """Return the branch named by code or name; where the machine stands if none is named."""
    if not wanted.strip():
        return actor.branch_id
    named = {name: branch.pk for branch in branches_serving(day) for name in (branch.name, branch.code)}
    return named.get(wanted.strip())


def _cancel(patron_id: int, record_id: int, actor: Actor, now: datetime) -> None:
    for hold in lending.open_holds(patron_id=patron_id):
        if hold.record_id == record_id:
            operations.cancel_hold(hold_id=hold.pk, actor=actor, now=now)
