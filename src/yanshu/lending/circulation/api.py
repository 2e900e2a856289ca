"""Lending over the programming interface: the same operations as the desk, for machines and programs.

Card numbers travel in bodies, never in addresses. A refusal comes as a problem document with every block.
"""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import Item
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, NotFound
from yanshu.institution.places.models import Branch
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Card
from yanshu.readers.patrons.terms import CardState

router = Router(tags=["circulation"])

CardNumber = Annotated[str, Field(min_length=1, max_length=64, description="The number on the card.")]
Barcode = Annotated[str, Field(min_length=1, max_length=64, description="The barcode of the copy.")]


class CheckoutIn(Schema):
    """Who borrows what."""

    card_number: CardNumber
    barcode: Barcode


class CheckoutOut(Schema):
    """The loan, and the day it is due."""

    loan_id: int
    barcode: str
    title: str
    due_on: date
    due_moved_from: date | None
    policy: str
    served_hold: bool


class ReturnIn(Schema):
    """What has come back."""

    barcode: Barcode


class ReturnOut(Schema):
    """What has come back, and what is to be done with it; a return is never refused.

    ``repeats`` says that it came back earlier: scanned again the same day, nothing more has happened.
    """

    barcode: str
    title: str
    loan_id: int | None
    overdue_days: int
    suspended_until: date | None
    hold_branch: str | None
    home_branch: str | None
    issues: list[str]
    repeats: str | None


class RenewalIn(Schema):
    """What is to be renewed."""

    barcode: Barcode


class RenewalOut(Schema):
    """The new due date."""

    loan_id: int
    barcode: str
    title: str
    due_on: date
    due_moved_from: date | None
    renewals: int
    renewals_left: int


class ReasonOut(Schema):
    """A reason, by its code and in words."""

    code: str
    label: str


class TriedOut(Schema):
    """What became of one loan of several: renewed until ``due_on``, or every reason why not."""

    loan_id: int
    barcode: str
    title: str
    renewed: bool
    due_on: date
    blocks: list[ReasonOut]


class StandingOut(Schema):
    """How a reader stands, whatever he would borrow. ``limit`` is of open loans."""

    blocks: list[ReasonOut]
    limit: int | None
    loans: int
    overdue: int
    holds_ready: int
    holds_waiting: int


class CardIn(Schema):
    """Whose."""

    card_number: CardNumber


class LoanOut(Schema):
    """An open loan."""

    loan_id: int
    barcode: str
    title: str
    author: str
    lent_at: datetime
    due_on: date
    renewals: int


class HoldIn(Schema):
    """Who wants which title, and where he will collect it (code of the branch).

    A reader who has logged in reserves for himself; then no card is named.
    """

    card_number: CardNumber | None = None
    record_id: int
    pickup_branch: str


class HoldOut(Schema):
    """A hold. ``place`` counts from 1 while it waits."""

    hold_id: int
    record_id: int
    title: str
    state: str
    pickup_branch: str
    pickup_until: date | None
    place: int | None


@router.post("/checkouts", response={201: CheckoutOut}, summary="Lend a copy")
def checkout(request: HttpRequest, wanted: CheckoutIn) -> Status[CheckoutOut]:
    """Lend a copy to a reader; every reason against it comes at once."""
    actor = _at_a_branch(request, "circulation.checkout")
    card, item = _card(wanted.card_number), _item(wanted.barcode, actor)
    lent = operations.checkout(
        patron_id=card.patron_id, item_id=item.pk, card_id=card.pk, actor=actor, now=clock.now()
    )
    return Status(
        201,
        CheckoutOut(
            loan_id=lent.loan_id,
            barcode=item.barcode,
            title=item.record.title,
            due_on=lent.due_on,
            due_moved_from=lent.due_moved_from,
            policy=lent.policy_name,
            served_hold=lent.served_hold,
        ),
    )


@router.post("/returns", response=ReturnOut, summary="Take a copy back")
def take_back(request: HttpRequest, wanted: ReturnIn) -> ReturnOut:
    """Take back whatever comes; what is odd about it is named under ``issues`` and kept for the desk."""
    actor = _allowed(request, "circulation.return")
    item = catalogue.item_by_barcode(wanted.barcode, branch_id=actor.branch_id)
    back = operations.return_item(
        barcode=wanted.barcode.strip(), item_id=item.pk if item else None, actor=actor, now=clock.now()
    )
    hold = queries.hold(back.hold_id) if back.hold_id else None
    return ReturnOut(
        barcode=wanted.barcode.strip(),
        title=item.record.title if item else "",
        loan_id=back.loan_id,
        overdue_days=back.overdue_days,
        suspended_until=back.suspended_until,
        hold_branch=hold.pickup_branch.code if hold else None,
        home_branch=item.home_branch.code if item else None,
        issues=[kind.value for kind in back.issues],
        repeats=str(back.repeats.label) if back.repeats else None,
    )


@router.post("/renewals", response={201: RenewalOut}, summary="Renew a loan")
def renew(request: HttpRequest, wanted: RenewalIn) -> Status[RenewalOut]:
    """Renew the open loan of a copy."""
    actor = _at_a_branch(request, "circulation.renew")
    item = _item(wanted.barcode, actor)
    loan = queries.open_loan_of_item(item.pk)
    if loan is None:
        raise NotFound.because(Block.NOT_ON_LOAN.value, Block.NOT_ON_LOAN.label)
    renewed = operations.renew(loan_id=loan.pk, actor=actor, now=clock.now())
    return Status(
        201,
        RenewalOut(
            loan_id=loan.pk,
            barcode=item.barcode,
            title=item.record.title,
            due_on=renewed.due_on,
            due_moved_from=renewed.due_moved_from,
            renewals=renewed.renewals,
            renewals_left=renewed.renewals_left,
        ),
    )


@router.post("/renewals/of-reader", response=list[TriedOut], summary="Renew whatever a reader has")
def renew_all(request: HttpRequest, wanted: CardIn) -> list[TriedOut]:
    """Renew what may be renewed; of every other loan the reasons are named."""
    actor = _at_a_branch(request, "circulation.renew")
    card = _card(wanted.card_number)
    tried = operations.renew_all(patron_id=card.patron_id, card_id=card.pk, actor=actor, now=clock.now())
    return [
        TriedOut(
            loan_id=one.loan.pk,
            barcode=one.loan.item.barcode,
            title=one.loan.item.record.title,
            renewed=one.renewal is not None,
            due_on=one.renewal.due_on if one.renewal else one.loan.due_on,
            blocks=[ReasonOut(code=reason.code, label=str(reason.label)) for reason in one.reasons],
        )
        for one in tried
    ]


@router.post("/standing", response=StandingOut, summary="How a reader stands")
def standing(request: HttpRequest, wanted: CardIn) -> StandingOut:
    """Say what stands against any loan to a reader, and how much he has and waits for."""
    actor = _allowed(request, "circulation.see")
    card = _card(wanted.card_number)
    found = queries.standing(
        card.patron,
        branch_id=actor.branch_id or card.patron.home_branch_id,
        today=clock.business_date(clock.now()),
        card_valid=card.state == CardState.VALID,
    )
    return StandingOut(
        blocks=[ReasonOut(code=block.value, label=str(block.label)) for block in found.blocks],
        limit=found.limit,
        loans=len(found.loans),
        overdue=len(found.overdue),
        holds_ready=len(found.ready),
        holds_waiting=len(found.waiting),
    )


@router.post("/loans/of-reader", response=list[LoanOut], summary="What a reader has")
def loans(request: HttpRequest, wanted: CardIn) -> list[LoanOut]:
    """Return a reader's open loans, what is due first at the top."""
    _allowed(request, "circulation.see")
    holder = _valid(_card(wanted.card_number)).patron_id
    return [_loan_out(loan) for loan in queries.open_loans(patron_id=holder)]


@router.post("/holds", response={201: HoldOut}, summary="Place a hold")
def place_hold(request: HttpRequest, wanted: HoldIn) -> Status[HoldOut]:
    """Reserve the next copy of a title for a reader."""
    actor = _allowed(request, "circulation.place_hold")
    branch = Branch.objects.filter(code=wanted.pickup_branch).first()
    if branch is None:
        raise NotFound.because("branch-unknown", _("No branch has this code."))
    patron_id, card_id = actor.patron_id, None
    if patron_id is None:
        card = _card(wanted.card_number or "")
        patron_id, card_id = card.patron_id, card.pk
    hold = operations.place_hold(
        record_id=wanted.record_id,
        patron_id=patron_id,
        card_id=card_id,
        pickup_branch_id=branch.pk,
        actor=actor,
        now=clock.now(),
    )
    return Status(201, _holds_out([queries.hold(hold.pk)])[0])


@router.post("/holds/of-reader", response=list[HoldOut], summary="A reader's holds")
def holds(request: HttpRequest, wanted: CardIn) -> list[HoldOut]:
    """Return a reader's open holds, those waiting for collection first."""
    _allowed(request, "circulation.see")
    holder = _valid(_card(wanted.card_number)).patron_id
    return _holds_out(list(queries.open_holds(patron_id=holder)))


@router.delete("/holds/{hold_id}", response=HoldOut, summary="Cancel a hold")
def cancel_hold(request: HttpRequest, hold_id: int) -> HoldOut:
    """Give up a hold; its copy goes to the next reader or back to the shelf."""
    actor = _allowed(request, "circulation.cancel_hold")
    hold = operations.cancel_hold(hold_id=hold_id, actor=actor, now=clock.now())
    return _holds_out([queries.hold(hold.pk)])[0]


def _allowed(request: HttpRequest, permission: str) -> Actor:
    """Return who asks; without the permission he hears of no card, copy or branch whether there is one.

    Raises:
        PermissionMissing: before anything is looked up.
    """
    actor = Actor.of(request)
    actor.demand(permission)
    return actor


def _at_a_branch(request: HttpRequest, permission: str) -> Actor:
    actor = _allowed(request, permission)
    if actor.branch_id is None:
        raise Conflict.because("no-workplace", _("This account has no workplace"))
    return actor


def _card(number: str) -> Card:
    card = patrons.card_by_number(number)
    if card is None:
        raise NotFound.because(Block.PATRON_UNKNOWN.value, Block.PATRON_UNKNOWN.label)
    return card


def _valid(card: Card) -> Card:
    if card.state != CardState.VALID:
        raise Conflict.because(Block.CARD_INVALID.value, Block.CARD_INVALID.label)
    return card


def _item(barcode: str, actor: Actor) -> Item:
    item = catalogue.item_by_barcode(barcode, branch_id=actor.branch_id)
    if item is None:
        raise NotFound.because(Block.ITEM_UNKNOWN.value, Block.ITEM_UNKNOWN.label)
    return item


def _loan_out(loan: Loan) -> LoanOut:
    return LoanOut(
        loan_id=loan.pk,
        barcode=loan.item.barcode,
        title=loan.item.record.title,
        author=loan.item.record.author,
        lent_at=loan.opened_at,
        due_on=loan.due_on,
        renewals=loan.renewals,
    )


def _holds_out(found: list[Hold]) -> list[HoldOut]:
    places = queries.queue_places(found)
    return [
        HoldOut(
            hold_id=hold.pk,
            record_id=hold.record_id,
            title=hold.record.title,
            state=hold.state,
            pickup_branch=hold.pickup_branch.code,
            pickup_until=hold.pickup_until,
            place=places.get(hold.pk),
        )
        for hold in found
    ]
