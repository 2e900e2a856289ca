"""How a reader stands with lending: one answer for the desk, the reader pages, machines and programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.queries.holds import open_holds
from yanshu.lending.circulation.queries.loans import open_loans, patron_facts
from yanshu.lending.circulation.queries.policies import general_policy
from yanshu.lending.circulation.terms import Block, HoldState
from yanshu.readers.patrons.models import Patron


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against a reader, whatever he would borrow, and what he has and waits for.

    ``limit`` is of open loans, ``hold_limit`` of open holds; ``None`` where no policy covers the reader.
    """

    patron: Patron
    blocks: tuple[Block, ...]
    limit: int | None
    hold_limit: int | None
    loans: Sequence[Loan]
    overdue: Sequence[Loan]
    holds: Sequence[Hold]

    @property
    def ready(self) -> list[Hold]:
        """The holds a copy waits for on the hold shelf."""
        return [hold for hold in self.holds if hold.state == HoldState.READY]

    @property
    def waiting(self) -> list[Hold]:
        """The holds still in a queue."""
        return [hold for hold in self.holds if hold.state == HoldState.WAITING]

    @property
    def left(self) -> int:
        """How many more loans the limit leaves; 0 where there is none to go by."""
        return max(self.limit - len(self.loans), 0) if self.limit is not None else 0

    @property
    def is_at_limit(self) -> bool:
        """Whether nothing more can be lent without somebody lifting the limit."""
        return Block.LOAN_LIMIT in self.blocks

    @property
    def is_suspended(self) -> bool:
        """Whether borrowing is suspended."""
        return Block.SUSPENDED in self.blocks

    @property
    def is_expired(self) -> bool:
        """Whether the membership is over."""
        return Block.CARD_EXPIRED in self.blocks


def standing(patron: Patron, *, branch_id: int | None, today: date, card_valid: bool = True) -> Standing:
    """Return how a reader stands, in two statements besides the policies.

    Args:
        branch_id: the branch whose policies give the limits.
        card_valid: whether the card he has shown may be used; where none was, he is known otherwise.
    """
    loans = list(open_loans(patron_id=patron.pk))
    overdue = [loan for loan in loans if loan.due_on < today]
    policy = general_policy(patron_category_id=patron.category_id, branch_id=branch_id)
    limit = policy.loan_limit if policy else None
    facts = patron_facts(patron, open_loans=len(loans), overdue_loans=len(overdue), card_valid=card_valid)
    return Standing(
        patron=patron,
        blocks=rules.standing_blocks(facts, today, loan_limit=limit),
        limit=limit,
        hold_limit=policy.hold_limit if policy else None,
        loans=loans,
        overdue=overdue,
        holds=list(open_holds(patron_id=patron.pk)),
    )
