"""What a scan at the circulation desk does: recognised as card or barcode, by what the desk is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import Item
from yanshu.core.actor import Actor
from yanshu.core.refusal import Reason, Refused
from yanshu.core.ui.masking import mask_name
from yanshu.lending.circulation import operations, queries, rules
from yanshu.lending.circulation.errors import CheckoutRefused, CirculationRefused, RenewalRefused
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.terms import Block
from yanshu.lending.circulation.web.shown import Answer, lent_words, return_reasons
from yanshu.lending.circulation.web.turn import Mode, Turn
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Card
from yanshu.readers.patrons.terms import CardState

T = TypeVar("T")
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: what was read, what the desk is doing, and which refusals are being lifted, by whom.

    ``lifter_fault`` says why somebody asked to lift was not recognised.
    """

    code: str
    mode: Mode
    actor: Actor
    now: datetime
    waive: frozenset[Block] = frozenset()
    lifter: Actor | None = None
    lifter_fault: str = ""

    def done_by(self, act: Callable[[Actor], T], *, needs: str, subject: models.Model) -> T:
        """Do an act of the desk, through the journal where a refusal is lifted."""
        if not self.waive:
            return act(self.actor)
        return operations.lift(
            act,
            needs=needs,
            waive=self.waive,
            subject=subject,
            clerk=self.actor,
            actor=self.lifter or self.actor,
            now=self.now,
        )


def take(scan: Scan, turn: Turn) -> Answer:
    """Do what the scan asks for and return what the desk shows."""
    if not scan.code:
        return Answer(tone="none", say="")
    answer = _MODES[scan.mode](scan, turn)
    if answer.tone == "no" and answer.of_copy:
        turn.refused += 1
    return answer


def _reader(scan: Scan, turn: Turn) -> Answer:
    card = patrons.card_by_number(scan.code)
    if card is not None:
        return _come(card, turn)
    if turn.patron_id is not None and catalogue.item_by_barcode(scan.code) is not None:
        return _lend(scan, turn)  # the copy was scanned before the answer to the card was there
    if not scan.actor.may("patrons.see"):
        return _unknown(Block.PATRON_UNKNOWN, scan)
    if len(scan.code) < patrons.LEAST_LETTERS:
        hint = _("One character fits too many. Add another, or type the initials of the whole name.")
        return Answer(tone="none", say=hint, hint=hint)
    found = list(patrons.find(scan.code, actor=scan.actor)[: MOST_CHOICES + 1])
    if not found:
        return _unknown(Block.PATRON_UNKNOWN, scan)
    turn.offered = [reader.pk for reader in found[:MOST_CHOICES]]
    words = ngettext("%(count)d reader found", "%(count)d readers found", len(found))
    say = words % {"count": len(found)}
    hint = ""
    if len(found) > MOST_CHOICES:
        hint = _("More readers are called so. Add a character, or type the telephone number.")
        say = hint
    return Answer(tone="wait", say=say, sign=_("Which one?"), choices=found[:MOST_CHOICES], hint=hint)


def _lend(scan: Scan, turn: Turn) -> Answer:
    if turn.patron_id is None and (card := patrons.card_by_number(scan.code)) is not None:
        return _come(card, turn)
    item = catalogue.item_by_barcode(scan.code, branch_id=scan.actor.branch_id)
    if item is None:
        return _card_or_unknown(scan, turn)
    patron_id = turn.patron_id
    if patron_id is None:
        return _reader_first(scan, item)
    try:
        lent = scan.done_by(
            lambda by: operations.checkout(
                patron_id=patron_id,
                item_id=item.pk,
                card_id=turn.card_id,
                actor=by,
                now=scan.now,
                waive=scan.waive,
            ),
            needs="circulation.checkout",
            subject=item,
        )
    except CheckoutRefused as refused:
        return refusal(_("Cannot be lent"), refused, scan, item=item)
    turn.did(line=queries.line_of_loan(lent.loan_id))
    return Answer(tone="yes", say=lent_words(item.record.title, lent.due_on))


def _return(scan: Scan, turn: Turn) -> Answer:
    item = catalogue.item_by_barcode(scan.code, branch_id=scan.actor.branch_id)
    if item is None and (card := patrons.card_by_number(scan.code)) is not None:
        turn.mode = Mode.LEND.value
        return _come(card, turn)
    back = operations.return_item(
        barcode=scan.code, item_id=item.pk if item else None, actor=scan.actor, now=scan.now
    )
    if back.loan_id is not None and back.patron_id is not None:
        turn.did(line=queries.line_of_loan(back.loan_id))
    elif back.issues and not turn.has_noted(scan.code):
        turn.did(issue=back.issues[0].value, item=back.item_id, code=scan.code)
    elif back.loan_id is None and back.hold_id is not None and not turn.has_noted(scan.code):
        turn.did(kept=back.hold_id, item=back.item_id, code=scan.code)
    hold = queries.hold(back.hold_id) if back.hold_id else None
    reasons = return_reasons(back, item=item, hold=hold, branch_id=scan.actor.branch_id)
    title = item.record.title if item else _("Unknown barcode")
    say = _("%(title)s taken in") % {"title": title}
    if not reasons:
        return Answer(tone="yes", say=say)
    return Answer(
        tone="wait",
        say=f"{say}. {reasons[0].label}",
        sign=_("Taken in"),
        what=title,
        code=item.barcode if item else scan.code,
        at=scan.now,
        reasons=reasons,
    )


def _renew(scan: Scan, turn: Turn) -> Answer:
    item = catalogue.item_by_barcode(scan.code, branch_id=scan.actor.branch_id)
    if item is None:
        return _card_or_unknown(scan, turn)
    loan = queries.open_loan_of_item(item.pk)
    if loan is None:
        return refusal(_("Cannot be renewed"), _because(Block.NOT_ON_LOAN), scan, item=item)
    if turn.patron_id is not None and loan.patron_id != turn.patron_id:
        return refusal(_("Cannot be renewed"), _because(Block.LOAN_OF_OTHER), scan, item=item)
    return renew_loan(loan, scan, turn, item=item)


def renew_loan(loan: Loan, scan: Scan, turn: Turn, *, item: Item) -> Answer:
    """Renew one loan and return what the desk shows."""
    try:
        renewed = scan.done_by(
            lambda by: operations.renew(loan_id=loan.pk, actor=by, now=scan.now, waive=scan.waive),
            needs="circulation.renew",
            subject=item,
        )
    except RenewalRefused as refused:
        return refusal(_("Cannot be renewed"), refused, scan, item=item)
    turn.did(line=queries.line_of_loan(renewed.loan_id))
    return Answer(tone="yes", say=lent_words(item.record.title, renewed.due_on))


def renew_all(turn: Turn, *, actor: Actor, now: datetime) -> Answer:
    """Renew everything the reader at the desk has; say for each that was not renewed why not."""
    tried = operations.renew_all(patron_id=turn.patron_id or 0, actor=actor, now=now)
    kept = tuple(
        Reason(
            code=one.reasons[0].code,
            label=one.loan.item.record.title,
            detail=_(", ").join(str(reason.label) for reason in one.reasons),
        )
        for one in tried
        if one.renewal is None
    )
    renewed = len(tried) - len(kept)
    for one in tried:
        if one.renewal is not None:
            turn.did(line=queries.line_of_loan(one.loan.pk))
    say = ngettext("%(count)d item renewed", "%(count)d items renewed", renewed) % {"count": renewed}
    return Answer(tone="wait", say=say, sign=say, reasons=kept) if kept else Answer(tone="yes", say=say)


def _hold(scan: Scan, turn: Turn) -> Answer:
    if turn.patron_id is None and (card := patrons.card_by_number(scan.code)) is not None:
        answer = _come(card, turn)
        turn.mode = Mode.HOLD.value
        return answer
    item = catalogue.item_by_barcode(scan.code, branch_id=scan.actor.branch_id)
    if item is None:
        return _card_or_unknown(scan, turn)
    patron_id, branch_id = turn.patron_id, scan.actor.branch_id
    if patron_id is None or branch_id is None:
        return _reader_first(scan, item)
    try:
        placed = scan.done_by(
            lambda by: operations.place_hold(
                record_id=item.record_id,
                patron_id=patron_id,
                pickup_branch_id=branch_id,
                card_id=turn.card_id,
                actor=by,
                now=scan.now,
                waive=scan.waive,
            ),
            needs="circulation.place_hold",
            subject=item,
        )
    except CirculationRefused as refused:
        return refusal(_("Cannot be reserved"), refused, scan, item=item)
    turn.did(hold=placed.pk)
    return Answer(tone="yes", say=_("%(title)s reserved") % {"title": item.record.title})


_MODES: dict[Mode, Callable[[Scan, Turn], Answer]] = {
    Mode.READER: _reader,
    Mode.LEND: _lend,
    Mode.RETURN: _return,
    Mode.RENEW: _renew,
    Mode.HOLD: _hold,
}


def refusal(sign: str, refused: Refused, scan: Scan, *, item: Any = None) -> Answer:
    """Return the panel of a refusal: every reason, and how it may be lifted."""
    liftable = tuple(reason.code for reason in refused.reasons if reason.lifted_by)
    only_liftable = len(liftable) == len(refused.reasons)
    waived = tuple(("waive", block.value) for block in sorted(scan.waive))
    return Answer(
        tone="no",
        say="",
        sign=sign,
        what=item.record.title if item else "",
        code=item.barcode if item else scan.code,
        at=scan.now,
        reasons=refused.reasons,
        again=(("code", scan.code), ("mode", scan.mode.value), *waived),
        ask_lifter=only_liftable and not scan.actor.may(rules.OVERRIDE),
        lifter_fault=scan.lifter_fault,
        liftable=liftable,
        of_copy=True,
    )


def _come(card: Card, turn: Turn) -> Answer:
    if card.state != CardState.VALID:
        reason = Reason(
            code=Block.CARD_INVALID.value,
            label=Block.CARD_INVALID.label,
            detail=_("%(state)s. Look the reader up by name, and give him a new card.")
            % {"state": CardState(card.state).label},
        )
        return Answer(
            tone="no", say="", sign=_("Not valid"), what=mask_name(card.patron.name), reasons=(reason,)
        )
    turn.begin(card.patron_id, card_id=card.pk)
    return Answer(tone="yes", say=_("Reader %(name)s") % {"name": mask_name(card.patron.name)})


def _card_or_unknown(scan: Scan, turn: Turn) -> Answer:
    card = patrons.card_by_number(scan.code) if turn.patron_id is not None else None
    if card is not None:
        return _come(card, turn)
    return _unknown(Block.PATRON_UNKNOWN if turn.patron_id is None else Block.ITEM_UNKNOWN, scan)


def _unknown(block: Block, scan: Scan) -> Answer:
    details = {
        Block.PATRON_UNKNOWN: _(
            "Scan again, or press F2 and look the reader up by name or telephone number."
        ),
        Block.ITEM_UNKNOWN: _("Scan again, or type the number under the barcode."),
    }
    reason = Reason(code=block.value, label=block.label, detail=details[block])
    return Answer(
        tone="no",
        say="",
        sign=_("No such code") if block is Block.ITEM_UNKNOWN else _("No such reader"),
        what=scan.code,
        at=scan.now,
        reasons=(reason,),
        of_copy=block is Block.ITEM_UNKNOWN,
    )


def _reader_first(scan: Scan, item: Item) -> Answer:
    detail = _("Then scan this copy again. F4 takes it back without a card.")
    reason = Reason(code="reader-first", label=_("Scan the reader's card first"), detail=detail)
    return Answer(
        tone="wait",
        say=str(reason.label),
        sign=_("Whose?"),
        what=item.record.title,
        code=item.barcode,
        at=scan.now,
        reasons=(reason,),
    )


def _because(block: Block) -> CirculationRefused:
    return RenewalRefused([Reason(code=block.value, label=block.label)])
