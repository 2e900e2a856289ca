"""Taking back the last act at the desk: a correcting line, and the loan as it was before."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.operation import operation
from yanshu.core.refusal import Reason
from yanshu.lending.circulation.errors import UndoRefused
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.lending.circulation.operations import before, statements
from yanshu.lending.circulation.operations.closures import follow_closures
from yanshu.lending.circulation.operations.holds import reopen, unassign
from yanshu.lending.circulation.operations.ledger_line import Subject, record
from yanshu.lending.circulation.terms import HoldState, LoanEventKind

UNDO_ANY = "circulation.undo_any"
DUE = ("due_on", "due_moved_from", "due_moved_because")


@dataclass(frozen=True, slots=True)
class Marks:
    """Which marks of a reader's first loan a correcting line takes back."""

    first_today: bool = False
    first_this_year: bool = False


NO_MARKS = Marks()


@operation("circulation.undo", journalled=False)
def undo(*, line_id: int, actor: Actor, now: datetime) -> LoanEvent:
    """Take back one act of today with a correcting line, and put the loan back as it was.

    Raises:
        PermissionMissing: when it was done at a branch outside the actor's scope.
        UndoRefused: when the line is not the actor's own, not of today, or something has happened since.
    """
    line = LoanEvent.objects.filter(pk=line_id).first()
    if line is None:
        raise UndoRefused([Reason(code="nothing-to-undo", label=_("There is nothing to take back."))])
    patron_id = Loan.objects.filter(pk=line.loan_id).values_list("patron_id", flat=True).first()
    statements.lock_known(patron_id=patron_id, item_id=line.item_id)
    actor.demand_branch(line.branch_id)
    if standing := _standing(line, actor=actor, now=now):
        raise UndoRefused(standing)
    marks = _TAKE_BACK[line.kind](line, actor, now)
    key = _correct(line, marks, actor=actor, now=now)
    return LoanEvent.objects.get(pk=key)


def _standing(line: LoanEvent, *, actor: Actor, now: datetime) -> tuple[Reason, ...]:
    others = not _own(line, actor) and not actor.may(UNDO_ANY)
    later = LoanEvent.objects.filter(item_id=line.item_id, id__gt=line.pk).exclude(pk__in=_undone_pairs(line))
    checks = (
        ("undo-of-other", _("Somebody else did this; the branch manager may take it back."), others),
        (
            "undo-too-late",
            _("Only acts of today can be taken back."),
            line.business_date != clock.business_date(now),
        ),
        (
            "already-undone",
            _("This has been taken back already."),
            line.quantity < 0 or LoanEvent.objects.filter(corrects=line).exists(),
        ),
        ("something-since", _("Something has been done with the item since."), later.exists()),
    )
    return tuple(Reason(code=code, label=label) for code, label, holds in checks if holds)


def _own(line: LoanEvent, actor: Actor) -> bool:
    """Say whether the actor wrote the line: a colleague anywhere, a machine only where it stands."""
    if actor.account_id is not None:
        return line.account_id == actor.account_id
    return actor.terminal_id is not None and (line.account_id, line.terminal_id) == (None, actor.terminal_id)


def _undone_pairs(line: LoanEvent) -> list[int]:
    pairs = LoanEvent.objects.filter(
        item_id=line.item_id, id__gt=line.pk, corrects__isnull=False, corrects_id__gt=line.pk
    ).values_list("id", "corrects_id")
    return [key for pair in pairs for key in pair]


def _undo_checkout(line: LoanEvent, actor: Actor, now: datetime) -> Marks:
    loan = Loan.objects.get(pk=line.loan_id)
    marks = _give_marks_back(loan, line)
    hold = loan.served_hold
    if hold is not None and hold.state == HoldState.FULFILLED:
        reopen(hold, item_id=loan.item_id, actor=actor, now=now)
    loan.delete()
    return marks


def _give_marks_back(loan: Loan, line: LoanEvent) -> Marks:
    """Return the marks the correcting line takes back.

    While another loan of the day stands the reader has still borrowed today: the marks stay counted, and that
    loan now remembers the day of the loan before, so that taking it back too takes the marks back.
    """
    day, last = line.business_date, loan.patron_last_loan_on
    if loan.patron_id is None or line.quantity == 0 or last == day:
        return NO_MARKS
    starts = datetime.combine(day, time.min, tzinfo=clock.zone())
    others = Loan.objects.filter(patron_id=loan.patron_id, patron_last_loan_on=day, opened_at__gte=starts)
    heir = others.exclude(pk=loan.pk).order_by("opened_at", "id").first()
    if heir is not None:
        heir.patron_last_loan_on = last
        heir.save(update_fields=["patron_last_loan_on"])
        return NO_MARKS
    statements.set_last_loan(patron_id=loan.patron_id, day=last)
    return Marks(first_today=True, first_this_year=last is None or last.year != day.year)


def _undo_renewal(line: LoanEvent, actor: Actor, now: datetime) -> Marks:
    del actor, now
    loan = Loan.objects.select_for_update().get(pk=line.loan_id)
    loan.due_on = _given_before(line) or loan.due_on
    loan.due_moved_from, loan.due_moved_because = None, ""
    follow_closures(loan)
    loan.renewals -= 1
    loan.save(update_fields=["renewals", *DUE])
    return NO_MARKS


def _given_before(line: LoanEvent) -> date | None:
    """Return the due date given before a renewal: as its line has it, not as a closure moved it."""
    lines = LoanEvent.objects.filter(loan_id=line.loan_id, id__lt=line.pk, due_on__isnull=False)
    standing = lines.filter(kind__in=[LoanEventKind.CHECKOUT, LoanEventKind.RENEWAL], corrects=None)
    undone = LoanEvent.objects.filter(loan_id=line.loan_id, corrects__isnull=False).values("corrects_id")
    given = standing.exclude(pk__in=undone).order_by("-id").values_list("due_on", flat=True).first()
    return given or line.due_before


def _undo_return(line: LoanEvent, actor: Actor, now: datetime) -> Marks:
    loan = Loan.objects.get(pk=line.loan_id)
    for hold in Hold.objects.select_for_update().filter(item_id=line.item_id, state=HoldState.READY):
        unassign(hold)
        catalogue.place_item(item_id=line.item_id, state=ItemState.AVAILABLE, actor=actor, now=now)
    before.put_item_back(loan, actor=actor, now=now)
    before.put_suspension_back(loan, returned_on=line.business_date, actor=actor, now=now)
    loan.closed_at, loan.closed_branch, loan.before_return = None, None, None
    loan.returned_late = False
    follow_closures(loan)
    loan.save(update_fields=["closed_at", "closed_branch", "returned_late", "before_return", *DUE])
    return NO_MARKS


_TAKE_BACK = {
    LoanEventKind.CHECKOUT.value: _undo_checkout,
    LoanEventKind.RENEWAL.value: _undo_renewal,
    LoanEventKind.RETURN.value: _undo_return,
}


def _correct(line: LoanEvent, marks: Marks, *, actor: Actor, now: datetime) -> int:
    """Write the line that takes another back.

    It bears whatever that one is counted by, branch and door with it, so that every figure and every part of
    it is as before; who took it back, and at which machine, stands in account, name and terminal.
    """
    subject = Subject(
        loan_id=line.loan_id,
        item_id=line.item_id,
        record_id=line.record_id,
        owning_branch_id=line.owning_branch_id,
        patron_category=line.patron_category,
        age_band=line.age_band,
        item_category=line.item_category,
        medium=line.medium,
        class_main=line.class_main,
        policy_id=line.policy_id,
    )
    return record(
        LoanEventKind(line.kind),
        subject,
        actor=replace(actor, branch_id=line.branch_id, door=Door(line.door)),
        now=now,
        more={
            "corrects_id": line.pk,
            "quantity": -line.quantity,
            "by_reader": line.by_reader,
            "first_today": marks.first_today,
            "first_this_year": marks.first_this_year,
            "overdue_days": line.overdue_days,
            "due_on": line.due_on,
            "due_before": line.due_before,
        },
    )
