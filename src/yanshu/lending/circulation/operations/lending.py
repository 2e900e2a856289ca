"""Checkout: may I, and do it. Both share facts and rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Reason
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.errors import CheckoutRefused
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.operations import ledger_line, statements
from yanshu.lending.circulation.operations.closures import CLOSED_DAY
from yanshu.lending.circulation.operations.holds import fulfil
from yanshu.lending.circulation.terms import Block, LoanEventKind


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a checkout brought: the loan, its due date, and whether it served the reader's hold."""

    loan_id: int
    item_id: int
    patron_id: int
    due_on: date
    due_moved_from: date | None
    policy_name: str
    served_hold: bool


@dataclass(frozen=True, slots=True)
class CheckoutPreview:
    """The answer to "may I?": the blocks that stand, and the due date if there are none."""

    blocks: tuple[Reason, ...]
    due_on: date | None
    policy_name: str


def preview_checkout(*, patron_id: int, item_id: int, actor: Actor, now: datetime) -> CheckoutPreview:
    """Say whether a loan may be made and until when, without making it."""
    looked, policy, blocks = _decide(patron_id=patron_id, item_id=item_id, actor=actor, now=now)
    due = _due(policy, looked, actor=actor, now=now) if policy is not None and not blocks else None
    return CheckoutPreview(
        blocks=reasons_of(blocks, looked, policy),
        due_on=due.on if due else None,
        policy_name=policy.name if policy else "",
    )


@operation("circulation.checkout", journalled=False)
def checkout(
    *,
    patron_id: int,
    item_id: int,
    actor: Actor,
    now: datetime,
    card_id: int | None = None,
    recorded_at: datetime | None = None,
    waive: frozenset[Block] = frozenset(),
) -> Checkout:
    """Lend an item to a reader.

    Args:
        card_id: the card that was shown, of whatever state; ``None`` where the reader is known otherwise.
        now: the instant of lending; a machine that was off line passes a past one.
        recorded_at: when the library heard of it, where a machine reports the past.
        waive: blocks to set aside, as far as the actor's permissions reach.

    Raises:
        CheckoutRefused: with every block that still stands, not only the first.

    Units: the loan period is counted in days; a closed day moves the due date on.
    Source: docs/rules/lending.md#checkout.
    """
    statements.lock_checkout(patron_id=patron_id, item_id=item_id)
    looked, policy, blocks = _decide(
        patron_id=patron_id, item_id=item_id, actor=actor, now=now, card_id=card_id
    )
    standing = rules.blocks_that_stand(blocks, waived=waive, permissions=actor.may)
    if standing or policy is None:
        raise CheckoutRefused(reasons_of(standing or (Block.NO_POLICY,), looked, policy))
    due = _due(policy, looked, actor=actor, now=now)
    loan_id = _lend(looked, policy, due, actor=actor, now=now, recorded_at=recorded_at)
    return Checkout(
        loan_id=loan_id,
        item_id=item_id,
        patron_id=patron_id,
        due_on=due.on,
        due_moved_from=due.moved_from,
        policy_name=policy.name,
        served_hold=_serve_hold(loan_id, looked, actor=actor, now=now),
    )


def _lend(
    looked: statements.Facts,
    policy: rules.Policy,
    due: rules.DueDate,
    *,
    actor: Actor,
    now: datetime,
    recorded_at: datetime | None,
) -> int:
    today, patron = clock.business_date(now), looked.patron
    firsts = rules.firsts(today, _borrowed_on(patron, today))
    loan_id = statements.insert_loan(
        item_id=looked.item.id,
        patron_id=patron.id,
        policy_id=policy.id,
        branch_id=actor.branch_id,
        opened_at=now,
        due_on=due.on,
        due_moved_from=due.moved_from,
        due_moved_because=CLOSED_DAY if due.moved_from else "",
        patron_last_loan_on=firsts.before,
        door=actor.door.value,
    )
    ledger_line.record(
        LoanEventKind.CHECKOUT,
        ledger_line.Subject.of(looked, loan_id=loan_id, policy_id=policy.id, today=today),
        actor=actor,
        now=now,
        recorded_at=recorded_at,
        more={
            "first_today": firsts.first_today,
            "first_this_year": firsts.first_this_year,
            "due_on": due.on,
        },
    )
    if firsts.first_today:
        _keep_day(patron, today)
    return loan_id


def _borrowed_on(patron: rules.PatronFacts, day: date) -> set[date]:
    """Return the days the marks of a loan are told by; a loan of a past moment asks for those since."""
    last = patron.last_loan_on
    if last is None:
        return set()
    return {last} if last <= day else {last} | statements.borrowed_since(patron_id=patron.id, day=day)


def _keep_day(patron: rules.PatronFacts, day: date) -> None:
    """Keep the reader's last day of borrowing, or slip a past one in before the loans made since."""
    if patron.last_loan_on is None or patron.last_loan_on < day:
        statements.set_last_loan(patron_id=patron.id, day=day)
        return
    ends = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.zone())
    statements.remember_loan_before(patron_id=patron.id, day=day, after=ends)


def _decide(
    *, patron_id: int, item_id: int, actor: Actor, now: datetime, card_id: int | None = None
) -> tuple[statements.Facts, rules.Policy | None, tuple[Block, ...]]:
    today = clock.business_date(now)
    looked = statements.facts(patron_id=patron_id, item_id=item_id, today=today, card_id=card_id)
    if looked is None:
        raise CheckoutRefused([Reason(code=Block.ITEM_UNKNOWN.value, label=Block.ITEM_UNKNOWN.label)])
    policy = rules.choose_policy(
        queries.policies(known_stamp=looked.policy_stamp),
        patron_category_id=looked.patron.category_id,
        item_category_id=looked.item.category_id,
        branch_id=actor.branch_id,
    )
    blocks = rules.checkout_blocks(
        rules.CheckoutFacts(
            today=today,
            patron=looked.patron,
            item=looked.item,
            open_loans_in_category=looked.open_loans_in_category,
            policy=policy,
        )
    )
    return looked, policy, blocks


def _due(policy: rules.Policy, looked: statements.Facts, *, actor: Actor, now: datetime) -> rules.DueDate:
    return rules.due_date(
        clock.business_date(now),
        policy.loan_days,
        next_open_day=open_day_finder(actor.branch_id, version=looked.calendar_stamp),
    )


def open_day_finder(branch_id: int | None, *, version: str | None = None) -> Callable[[date], date]:
    """Return the function by which a due date finds an open day of a branch.

    A branch that opens on no day to come, or no branch at all, leaves the day as it is.
    """
    if branch_id is None:
        return lambda day: day
    calendar = places.due_calendar(branch_id, version=version)
    return lambda day: calendar.next_open_day(day) or day


def _serve_hold(loan_id: int, looked: statements.Facts, *, actor: Actor, now: datetime) -> bool:
    if looked.own_hold_id is None:
        return False
    hold = fulfil(looked.own_hold_id, item_id=looked.item.id, actor=actor, now=now)
    if hold is None:
        return False
    Loan.objects.filter(pk=loan_id).update(served_hold=hold)
    return True


def reasons_of(
    blocks: Iterable[Block], looked: statements.Facts | None, policy: rules.Policy | None
) -> tuple[Reason, ...]:
    """Word the blocks: the reason, the facts behind it, its rule, and who may set it aside."""
    rule = f"{policy.name} {policy.article}".strip() if policy else ""
    return tuple(
        Reason(
            code=block.value,
            label=block.label,
            detail=_detail(block, looked, policy),
            rule=rule,
            lifted_by=rules.LIFTED_BY.get(block),
        )
        for block in blocks
    )


def _detail(block: Block, looked: statements.Facts | None, policy: rules.Policy | None) -> str:
    if looked is None:
        return ""
    said: dict[str, Any] = {
        "loans": looked.patron.open_loans,
        "limit": policy.loan_limit if policy else 0,
        "kind_loans": looked.open_loans_in_category,
        "kind_limit": policy.category_limit if policy else 0,
        "overdue": looked.patron.overdue_loans,
        "expired": looked.patron.expires_on,
        "until": looked.patron.suspended_until,
        "waiting": looked.item.waiting_before,
        "others": looked.item.others_on_shelf,
    }
    words = {
        Block.LOAN_LIMIT: _("%(loans)s of %(limit)s on loan. Return one first."),
        Block.CATEGORY_LIMIT: _("%(kind_loans)s of %(kind_limit)s of this kind on loan. Return one first."),
        Block.OVERDUE_LOANS: _("%(overdue)s overdue. Return them first."),
        Block.CARD_EXPIRED: _("Valid until %(expired)s. Renew the membership at the desk."),
        Block.SUSPENDED: _("Until %(until)s. Borrowing is possible again from the day after."),
        Block.ITEM_ON_LOAN: _("Scan it as a return first if the reader has brought it back."),
        Block.ITEM_ON_LOAN_TO_PATRON: _("It can be renewed instead."),
        Block.ITEM_KEPT: _("It waits for collection. A hold can be placed on the next copy."),
        Block.ITEM_HELD: _(
            "Readers who come first: %(waiting)s; other copies on the shelves: %(others)s. "
            "A hold can be placed on the next copy."
        ),
        Block.ITEM_FOR_REFERENCE: _("It may be read in the library."),
        Block.ITEM_IN_PROCESSING: _("Hand it to technical services; it can be reserved once released."),
        Block.NO_POLICY: _("The branch manager sets up lending policies under Settings."),
    }
    return words.get(block, "") % said
