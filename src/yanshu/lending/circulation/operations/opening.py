"""Loans that were open when the library came to this system."""

from datetime import date, datetime, time

from yanshu.collection.catalogue.models import Item
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Conflict
from yanshu.lending.circulation import queries, rules
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.operations import ledger_line, statements
from yanshu.lending.circulation.terms import Block, LoanEventKind


@operation("circulation.take_over_loan", permission="circulation.import", journalled=False)
def take_over_loan(
    *, patron_id: int, item_id: int, lent_on: date, due_on: date, actor: Actor, now: datetime
) -> Loan:
    """Enter a loan made in the library's former system, at the branch the item belongs to.

    Its ledger line has the quantity 0: the loan was counted where it was made, and no figure of this system
    grows by it; its return is counted here like any other.

    Raises:
        PermissionMissing: when the item belongs to a branch outside the actor's scope.
        Conflict: when the item is on loan already.
    """
    statements.lock(patron_id=patron_id, item_id=item_id)
    if queries.open_loan_of_item(item_id) is not None:
        raise Conflict.because(Block.ITEM_ON_LOAN.value, Block.ITEM_ON_LOAN.label)
    looked = statements.facts(patron_id=patron_id, item_id=item_id, today=clock.business_date(now))
    if looked is None:
        raise Conflict.because(Block.ITEM_UNKNOWN.value, Block.ITEM_UNKNOWN.label)
    branch_id = Item.objects.values_list("home_branch_id", flat=True).get(pk=item_id)
    actor.demand_branch(branch_id)
    policy = rules.choose_policy(
        queries.policies(known_stamp=looked.policy_stamp),
        patron_category_id=looked.patron.category_id,
        item_category_id=looked.item.category_id,
        branch_id=branch_id,
    )
    lent_at = min(datetime.combine(lent_on, time(12), tzinfo=clock.zone()), now)
    policy_id = policy.id if policy else None
    loan = Loan.objects.create(
        item_id=item_id,
        patron_id=patron_id,
        policy_id=policy_id,
        branch_id=branch_id,
        opened_at=lent_at,
        due_on=due_on,
        door=actor.door,
    )
    ledger_line.record(
        LoanEventKind.CHECKOUT,
        ledger_line.Subject.of(looked, loan_id=loan.pk, policy_id=policy_id, today=lent_on),
        actor=actor.at(branch_id),
        now=lent_at,
        recorded_at=now,
        more={"quantity": 0, "due_on": due_on},
    )
    return loan
