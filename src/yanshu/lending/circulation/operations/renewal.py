"""Renewal, at the desk, by machine or by the reader himself."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import NotFound, Reason, Refused
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.errors import RenewalRefused
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.operations import ledger_line, statements
from yanshu.lending.circulation.operations.closures import CLOSED_DAY
from yanshu.lending.circulation.operations.lending import open_day_finder, reasons_of
from yanshu.lending.circulation.terms import Block, LoanEventKind


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal brought."""

    loan_id: int
    due_on: date
    due_moved_from: date | None
    renewals: int
    renewals_left: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One loan of several that were to be renewed: what it brought, or every reason why not."""

    loan: Loan
    renewal: Renewal | None
    reasons: tuple[Reason, ...] = ()


def renew_all(
    *, patron_id: int, actor: Actor, now: datetime, card_id: int | None = None
) -> tuple[Tried, ...]:
    """Renew whatever a reader has and may renew; say of every other loan why not, what is due first on top.

    Each loan is a renewal of its own: what has been renewed stays so, whatever becomes of the rest.

    Args:
        card_id: the card that was shown; ``None`` where none was.
    """
    actor.demand("circulation.renew")
    tried = []
    for loan in queries.open_loans(patron_id=patron_id):
        try:
            done = renew(loan_id=loan.pk, card_id=card_id, actor=actor, now=now)
        except Refused as refused:
            tried.append(Tried(loan=loan, renewal=None, reasons=refused.reasons))
        else:
            tried.append(Tried(loan=loan, renewal=done))
    return tuple(tried)


@operation("circulation.renew", journalled=False)
def renew(
    *,
    loan_id: int,
    actor: Actor,
    now: datetime,
    card_id: int | None = None,
    recorded_at: datetime | None = None,
    waive: frozenset[Block] = frozenset(),
) -> Renewal:
    """Lend on: the new due date is counted from the old one.

    Args:
        card_id: the card that was shown; ``None`` where none was.
        recorded_at: when the library heard of it, where a machine reports the past.

    Raises:
        NotFound: when there is no such open loan, or a reader asks for another's.
        RenewalRefused: with every block that stands.

    Units: days. Source: docs/rules/lending.md#renewal.
    """
    loan, looked = _lock(loan_id, card_id, actor=actor, now=now)
    policy = _policy(loan, looked, actor)
    blocks = rules.renewal_blocks(_facts(loan, looked, policy, now=now))
    standing = rules.blocks_that_stand(blocks, waived=waive, permissions=actor.may)
    if standing or policy is None:
        raise RenewalRefused(reasons_of(standing or (Block.NO_POLICY,), looked, policy))
    due = rules.due_date(
        max(loan.due_on, clock.business_date(now)),
        policy.renewal_days,
        next_open_day=open_day_finder(loan.branch_id, version=looked.calendar_stamp),
    )
    before, loan.due_on, loan.due_moved_from = loan.due_on, due.on, due.moved_from
    loan.due_moved_because = CLOSED_DAY if due.moved_from else ""
    loan.renewals += 1
    loan.save(update_fields=["due_on", "due_moved_from", "due_moved_because", "renewals"])
    ledger_line.record(
        LoanEventKind.RENEWAL,
        ledger_line.Subject.of(looked, loan_id=loan.pk, policy_id=policy.id, today=clock.business_date(now)),
        actor=actor,
        now=now,
        recorded_at=recorded_at,
        more={"due_on": due.on, "due_before": before},
    )
    return Renewal(
        loan_id=loan.pk,
        due_on=due.on,
        due_moved_from=due.moved_from,
        renewals=loan.renewals,
        renewals_left=max(policy.renewals - loan.renewals, 0),
    )


def preview_renewal(*, loan_id: int, actor: Actor, now: datetime) -> tuple[Reason, ...]:
    """Say what stands against a renewal, without doing it."""
    loan, looked = _find(Loan.objects.all(), loan_id, actor=actor, now=now)
    policy = _policy(loan, looked, actor)
    return reasons_of(rules.renewal_blocks(_facts(loan, looked, policy, now=now)), looked, policy)


def _lock(loan_id: int, card_id: int | None, *, actor: Actor, now: datetime) -> tuple[Loan, statements.Facts]:
    loan, _looked = _find(Loan.objects.all(), loan_id, actor=actor, now=now)
    statements.lock(patron_id=loan.patron_id or 0, item_id=loan.item_id)
    return _find(Loan.objects.select_for_update(), loan_id, card_id, actor=actor, now=now)


def _find(
    rows: QuerySet[Loan], loan_id: int, card_id: int | None = None, *, actor: Actor, now: datetime
) -> tuple[Loan, statements.Facts]:
    loan = rows.filter(pk=loan_id, closed_at__isnull=True, patron__isnull=False).first()
    if loan is None or (actor.patron_id is not None and loan.patron_id != actor.patron_id):
        raise NotFound.because(Block.NOT_ON_LOAN.value, Block.NOT_ON_LOAN.label)
    looked = statements.facts(
        patron_id=loan.patron_id or 0,
        item_id=loan.item_id,
        today=clock.business_date(now),
        card_id=card_id,
    )
    if looked is None:
        raise NotFound.because(Block.NOT_ON_LOAN.value, Block.NOT_ON_LOAN.label)
    return loan, looked


def _policy(loan: Loan, looked: statements.Facts, actor: Actor) -> rules.Policy | None:
    return rules.choose_policy(
        queries.policies(known_stamp=looked.policy_stamp),
        patron_category_id=looked.patron.category_id,
        item_category_id=looked.item.category_id,
        branch_id=actor.branch_id if actor.patron_id is None else loan.branch_id,
    )


def _facts(
    loan: Loan, looked: statements.Facts, policy: rules.Policy | None, *, now: datetime
) -> rules.RenewalFacts:
    return rules.RenewalFacts(
        today=clock.business_date(now),
        patron=looked.patron,
        item=looked.item,
        policy=policy,
        renewals=loan.renewals,
        due_on=loan.due_on,
    )
