"""Return: never refused. What is odd about it is kept as an issue for somebody to settle."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import leave_line, operation
from yanshu.core.refusal import Reason
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.models import Hold, Loan, ReturnIssue
from yanshu.lending.circulation.operations import before, ledger_line, statements
from yanshu.lending.circulation.operations.holds import pass_on
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, ReturnIssueKind
from yanshu.readers.patrons import operations as patrons

BARCODE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Return:
    """What a return brought: everything the person at the desk or machine needs to do next."""

    barcode: str
    item_id: int | None
    loan_id: int | None
    patron_id: int | None
    overdue_days: int
    suspended_until: date | None
    hold_id: int | None
    hold_branch_id: int | None
    home_branch_id: int | None
    issues: tuple[ReturnIssueKind, ...]
    repeats: Reason | None = None
    """That it is known to have come back already, and when: told again, nothing more has happened."""


@operation("circulation.return", journalled=False)
def return_item(
    *,
    barcode: str,
    item_id: int | None,
    actor: Actor,
    now: datetime,
    recorded_at: datetime | None = None,
) -> Return:
    """Take an item back, wherever it comes in.

    Args:
        barcode: what was scanned, kept with an issue if there is one.
        item_id: the item of that barcode, or ``None`` when no item has it.
        recorded_at: when the library heard of it, where a machine reports the past.

    Scanned again on the same day it answers that it came back already, and opens nothing. A machine that
    reports the past closes the loan that was open then; what has happened to the item since stays as it is.

    Where no loan ends there is no line of the ledger; then the journal keeps one about the issue, or about
    the hold the copy is kept for.

    Source: docs/rules/lending.md#return; what a reader brings back is always accepted.
    """
    if item_id is None:
        leave_line(_issue(ReturnIssueKind.UNKNOWN_BARCODE, barcode, None, actor=actor, now=now))
        return _nothing_known(barcode)
    loan = Loan.objects.filter(item_id=item_id, closed_at__isnull=True).first()
    if loan is not None and loan.patron_id is not None:
        statements.lock(patron_id=loan.patron_id, item_id=item_id)
    else:
        statements.lock_item(item_id)
    open_now = Loan.objects.filter(item_id=item_id, closed_at__isnull=True).select_related("patron")
    loan = open_now.select_for_update(of=("self",)).first()  # a closure may be moving its due date
    reports_past = recorded_at is not None and now < recorded_at
    if loan is not None and now < loan.opened_at:
        # Two clocks differ by a moment; or the item came back before it was lent anew, to somebody else.
        loan, now = (None, now) if reports_past else (loan, loan.opened_at)
    overtaken = reports_past and _lent_or_back_since(item_id, now)
    item = Item.objects.get(pk=item_id)
    earlier = _returned_already(item_id, now) if loan is None else None
    odd = _issues(item, loan, earlier, overtaken=overtaken)
    overdue, suspended = (
        _close(loan, item, actor=actor, now=now, recorded_at=recorded_at) if loan is not None else (0, None)
    )
    if not overtaken:
        _bring_here(item, actor=actor, now=now)
    hold = pass_on(item, actor=actor, now=now) if _free(item) and not overtaken else _held(item)
    if hold is not None and not overtaken:
        # Fetched for its reader, or on its way to him: that it was not on loan is as it should be.
        odd = tuple(kind for kind in odd if kind is not ReturnIssueKind.NOT_ON_LOAN)
    kept = [_issue(kind, barcode, item, actor=actor, now=now) for kind in odd]
    subject = kept[0] if kept else hold
    if loan is None and subject is not None:
        leave_line(subject)
    return Return(
        barcode=barcode,
        item_id=item_id,
        loan_id=loan.pk if loan else None,
        patron_id=loan.patron_id if loan else None,
        overdue_days=overdue,
        suspended_until=suspended,
        hold_id=hold.pk if hold else None,
        hold_branch_id=hold.pickup_branch_id if hold else None,
        home_branch_id=item.home_branch_id,
        issues=odd,
        repeats=_repeats(earlier, heard=recorded_at or now) if earlier is not None else None,
    )


@operation("circulation.settle_issue")
def settle_issue(*, issue_id: int, settlement: str, actor: Actor, now: datetime) -> ReturnIssue:
    """Say what was done about something a return brought to light."""
    issue = ReturnIssue.objects.select_for_update().get(pk=issue_id)
    actor.demand_branch(issue.branch_id)
    issue.settled_at, issue.settled_by, issue.settlement = now, actor.label, settlement.strip()[:200]
    issue.save(update_fields=["settled_at", "settled_by", "settlement"])
    return issue


def _lent_or_back_since(item_id: int, moment: datetime) -> bool:
    """Say whether the item was lent or came back after a moment: then it is no longer where it was then."""
    since = Q(opened_at__gt=moment) | Q(closed_at__gt=moment)
    return Loan.objects.filter(since, item_id=item_id).exists()


def _returned_already(item_id: int, now: datetime) -> Loan | None:
    """Return the loan that is known to have ended: earlier on the day of ``now``, or after it."""
    ended = Loan.objects.filter(item_id=item_id, closed_at__isnull=False, opened_at__lte=now)
    loan = ended.order_by("-closed_at").first()
    if loan is None or loan.closed_at is None:
        return None
    return loan if clock.business_date(loan.closed_at) >= clock.business_date(now) else None


def _repeats(loan: Loan, *, heard: datetime) -> Reason:
    closed_at = loan.closed_at
    assert closed_at is not None
    day, branch = clock.business_date(closed_at), places.branch_name(loan.closed_branch_id)
    said = {"day": day, "time": f"{clock.local(closed_at):%H:%M}", "branch": branch}
    words = (
        _("Returned already today at %(time)s")
        if day == clock.business_date(heard)
        else _("Returned already on %(day)s at %(time)s")
    )
    return Reason(
        code="returned-already",
        label=words % said,
        detail=_("At %(branch)s. Nothing has been written a second time.") % said,
    )


def _issues(
    item: Item, loan: Loan | None, earlier: Loan | None, *, overtaken: bool
) -> tuple[ReturnIssueKind, ...]:
    """Return what is odd; how the item stands today says nothing of a moment that has been overtaken."""
    lost = item.state in {ItemState.LOST, ItemState.MISSING}
    found = {
        ReturnIssueKind.NOT_ON_LOAN: loan is None and earlier is None,
        ReturnIssueKind.WITHDRAWN_ITEM: item.withdrawn_on is not None and not overtaken,
        ReturnIssueKind.LOST_ITEM_FOUND: lost and not overtaken,
    }
    return tuple(kind for kind, holds in found.items() if holds)


def _issue(
    kind: ReturnIssueKind, barcode: str, item: Item | None, *, actor: Actor, now: datetime
) -> ReturnIssue:
    """Keep what is odd; the same of the same copy is kept once as long as nobody has settled it."""
    about = Q(item=item) if item is not None else Q(barcode=barcode[:BARCODE_LENGTH])
    here = Q(branch=None) if actor.branch_id is None else Q(branch_id=actor.branch_id)
    known = ReturnIssue.objects.filter(about, here, kind=kind, settled_at=None).first()
    return known or ReturnIssue.objects.create(
        kind=kind,
        barcode=barcode[:BARCODE_LENGTH],
        item=item,
        branch_id=actor.branch_id,
        opened_at=now,
        opened_by=actor.label,
    )


def _nothing_known(barcode: str) -> Return:
    return Return(
        barcode=barcode,
        item_id=None,
        loan_id=None,
        patron_id=None,
        overdue_days=0,
        suspended_until=None,
        hold_id=None,
        hold_branch_id=None,
        home_branch_id=None,
        issues=(ReturnIssueKind.UNKNOWN_BARCODE,),
    )


def _close(
    loan: Loan, item: Item, *, actor: Actor, now: datetime, recorded_at: datetime | None
) -> tuple[int, date | None]:
    today = clock.business_date(now)
    overdue = rules.overdue_days(loan.due_on, today)
    loan.closed_at, loan.closed_branch_id = now, actor.branch_id
    loan.returned_late = overdue > 0
    loan.before_return = before.of(loan, item)
    loan.save(update_fields=["closed_at", "closed_branch", "returned_late", "before_return"])
    looked = (
        statements.facts(patron_id=loan.patron_id, item_id=item.pk, today=today)
        if loan.patron_id is not None
        else None
    )
    if looked is None:
        return overdue, None
    ledger_line.record(
        LoanEventKind.RETURN,
        ledger_line.Subject.of(looked, loan_id=loan.pk, policy_id=loan.policy_id, today=today),
        actor=actor,
        now=now,
        recorded_at=recorded_at,
        more={"overdue_days": overdue, "due_before": loan.due_on},
    )
    return overdue, _suspend(loan, looked, overdue, actor=actor, now=now)


def _suspend(
    loan: Loan, looked: statements.Facts, overdue: int, *, actor: Actor, now: datetime
) -> date | None:
    known = {policy.id: policy for policy in queries.policies(known_stamp=looked.policy_stamp)}
    until = rules.suspended_until(
        overdue=overdue,
        returned_on=clock.business_date(now),
        already=looked.patron.suspended_until,
        policy=known.get(loan.policy_id or 0),
    )
    if until is not None:
        patrons.suspend(
            patron_id=looked.patron.id,
            until=until,
            reason=before.OVERDUE,
            served=True,
            actor=actor,
            now=now,
        )
        loan.before_return = {**(loan.before_return or {}), "brought": until.isoformat()}
        loan.save(update_fields=["before_return"])
    return until


def _bring_here(item: Item, *, actor: Actor, now: datetime) -> None:
    here = actor.branch_id
    if here is not None and item.branch_id != here:
        catalogue.move_item(item_id=item.pk, branch_id=here, actor=actor, now=now)
        item.branch_id = here
    if item.state in {ItemState.LOST, ItemState.MISSING}:
        catalogue.place_item(item_id=item.pk, state=ItemState.AVAILABLE, actor=actor, now=now)
        item.state = ItemState.AVAILABLE


def _free(item: Item) -> bool:
    return item.state == ItemState.AVAILABLE


def _held(item: Item) -> Hold | None:
    return Hold.objects.filter(item=item, state=HoldState.READY).first()
