"""Lending's decisions: facts in, blocks and dates out. No database, no clock, no request.

Every block is named, in the order a librarian would name them, and each knows the permission whose holder
may set it aside (``LIFTED_BY``); what is not listed there nobody may set aside.
Source of the rules: the lending policies of the library (data) and docs/rules/lending.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yanshu.collection.catalogue.terms import ItemState
from yanshu.lending.circulation.terms import Block

AWAY = frozenset({ItemState.TRANSIT, ItemState.BINDERY, ItemState.DISPLAY, ItemState.MISSING, ItemState.LOST})
OVERRIDE = "circulation.override"
KEPT_OPEN_DAYS = 3
"""For so many open days after a closure a hold that waited for collection is kept."""
KEPT_AFTER_RETURN = timedelta(days=30)
"""For so long a loan stays linked to a reader who keeps no history; docs/rules/privacy.md."""
LIFTED_BY: Mapping[Block, str] = {
    Block.SUSPENDED: OVERRIDE,
    Block.OVERDUE_LOANS: OVERRIDE,
    Block.LOAN_LIMIT: OVERRIDE,
    Block.CATEGORY_LIMIT: OVERRIDE,
    Block.ITEM_FOR_REFERENCE: OVERRIDE,
    Block.RENEWAL_LIMIT: OVERRIDE,
    Block.CARD_EXPIRED: OVERRIDE,
    Block.HOLD_LIMIT: OVERRIDE,
    Block.COPY_ON_SHELF: OVERRIDE,
    Block.ITEM_HELD: OVERRIDE,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A lending policy as the rules see it; ``None`` in a key means any."""

    id: int
    name: str
    article: str
    patron_category_id: int | None
    item_category_id: int | None
    branch_id: int | None
    lendable: bool
    loan_limit: int
    category_limit: int | None
    loan_days: int
    renewals: int
    renewal_days: int
    hold_limit: int
    pickup_days: int
    suspension_days_per_day: int
    suspension_most_days: int

    @property
    def specificity(self) -> int:
        """How special the policy is: patron category counts 4, item category 2, branch 1."""
        return (
            4 * (self.patron_category_id is not None)
            + 2 * (self.item_category_id is not None)
            + (self.branch_id is not None)
        )

    def covers(self, *, patron_category_id: int, item_category_id: int, branch_id: int | None) -> bool:
        """Say whether the policy speaks of this reader, item and branch."""
        return (
            self.patron_category_id in {None, patron_category_id}
            and self.item_category_id in {None, item_category_id}
            and self.branch_id in {None, branch_id}
        )


@dataclass(frozen=True, slots=True)
class PatronFacts:
    """What the rules need to know of a reader.

    ``card_valid`` speaks of the card that was shown; where none was, the reader is known otherwise.
    """

    id: int
    category_id: int
    active: bool
    expires_on: date
    suspended_until: date | None
    open_loans: int
    overdue_loans: int
    last_loan_on: date | None
    card_valid: bool = True


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the rules need to know of an item.

    ``waiting_before`` counts the readers who wait for the title and come before the one in question; whoever
    has a copy kept for him, this one or another, comes before all who wait. ``others_on_shelf`` counts the
    other copies of the title that stand on a shelf and could be lent or fetched for a hold; it is counted
    where somebody waits.
    """

    id: int
    record_id: int
    category_id: int
    state: str
    category_lendable: bool
    for_reference: bool
    withdrawn: bool
    open_loan_id: int | None
    open_loan_patron_id: int | None
    held_for_patron_id: int | None
    waiting_before: int = 0
    others_on_shelf: int = 0


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """Everything a checkout is decided by, as of one moment."""

    today: date
    patron: PatronFacts
    item: ItemFacts
    open_loans_in_category: int
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """Everything a renewal is decided by."""

    today: date
    patron: PatronFacts
    item: ItemFacts
    policy: Policy | None
    renewals: int
    due_on: date


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Everything a hold is decided by."""

    today: date
    patron: PatronFacts
    open_holds: int
    has_hold: bool
    has_loan: bool
    copies: int
    on_shelf: int
    on_shelf_at_pickup: int
    waiting: int
    title_released: bool
    pickup_in_service: bool
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class Firsts:
    """Whether a loan is a reader's first of its day and year, and the last day he borrowed until then."""

    first_today: bool
    first_this_year: bool
    before: date | None


@dataclass(frozen=True, slots=True)
class Closure:
    """A closure in force at a branch, and the open days after it."""

    order_id: int
    first_closed_day: date
    reopens_on: date
    open_days: tuple[date, ...]

    def covers(self, day: date) -> bool:
        """Say whether a day falls into the closure."""
        return self.first_closed_day <= day < self.reopens_on


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date, and from where and why it was moved."""

    on: date
    moved_from: date | None


def choose_policy(
    policies: Iterable[Policy], *, patron_category_id: int, item_category_id: int, branch_id: int | None
) -> Policy | None:
    """Return the most special policy that covers the case; of two alike the newer one."""
    covering = [
        policy
        for policy in policies
        if policy.covers(
            patron_category_id=patron_category_id, item_category_id=item_category_id, branch_id=branch_id
        )
    ]
    return max(covering, key=lambda policy: (policy.specificity, policy.id), default=None)


def patron_blocks(patron: PatronFacts, today: date) -> dict[Block, bool]:
    """Say which reasons lie in the reader himself."""
    return {
        Block.CARD_INVALID: not patron.card_valid,
        Block.MEMBERSHIP_CANCELLED: not patron.active,
        Block.CARD_EXPIRED: patron.expires_on < today,
        Block.SUSPENDED: patron.suspended_until is not None and patron.suspended_until >= today,
    }


def borrowing_blocks(patron: PatronFacts, today: date, *, loan_limit: int | None) -> dict[Block, bool]:
    """Say which reasons stand against any loan to this reader, whatever he would borrow."""
    return {
        **patron_blocks(patron, today),
        Block.OVERDUE_LOANS: patron.overdue_loans > 0,
        Block.LOAN_LIMIT: loan_limit is not None and patron.open_loans >= loan_limit,
    }


def standing_blocks(patron: PatronFacts, today: date, *, loan_limit: int | None) -> tuple[Block, ...]:
    """Return what stands against a reader, in the order a librarian would name it."""
    return _standing(borrowing_blocks(patron, today, loan_limit=loan_limit))


def item_blocks(item: ItemFacts, *, patron_id: int) -> dict[Block, bool]:
    """Say which reasons lie in the item."""
    away = item.state in AWAY
    kept_for_other = item.held_for_patron_id is not None and item.held_for_patron_id != patron_id
    return {
        Block.ITEM_WITHDRAWN: item.withdrawn or item.state == ItemState.WITHDRAWN,
        Block.ITEM_NOT_LENDABLE: not item.category_lendable,
        Block.ITEM_FOR_REFERENCE: item.for_reference,
        Block.ITEM_IN_PROCESSING: item.state == ItemState.PROCESSING,
        Block.ITEM_AWAY: away,
        Block.ITEM_ON_LOAN_TO_PATRON: item.open_loan_id is not None and item.open_loan_patron_id == patron_id,
        Block.ITEM_ON_LOAN: item.open_loan_id is not None and item.open_loan_patron_id != patron_id,
        Block.ITEM_KEPT: kept_for_other,
        Block.ITEM_HELD: not kept_for_other and is_promised(item),
    }


def is_promised(item: ItemFacts) -> bool:
    """Say whether the copy is needed for those who wait: each of them has a claim to one copy, not to all.

    It may be lent as long as as many other copies stand on the shelves as readers come before this one.
    """
    return copies_left(on_shelf=item.others_on_shelf + 1, waiting=item.waiting_before) == 0


def copies_left(*, on_shelf: int, waiting: int) -> int:
    """Return how many copies of a title are left on the shelves once each reader who waits has one."""
    return max(on_shelf - waiting, 0)


def checkout_blocks(facts: CheckoutFacts) -> tuple[Block, ...]:
    """Return every reason not to lend, in the order a librarian would name them."""
    policy = facts.policy
    reasons = {
        **borrowing_blocks(facts.patron, facts.today, loan_limit=policy.loan_limit if policy else None),
        Block.CATEGORY_LIMIT: policy is not None
        and policy.category_limit is not None
        and facts.open_loans_in_category >= policy.category_limit,
        **item_blocks(facts.item, patron_id=facts.patron.id),
        Block.NO_POLICY: policy is None,
    }
    if policy is not None and not policy.lendable:
        reasons[Block.ITEM_NOT_LENDABLE] = True
    return _standing(reasons)


def renewal_blocks(facts: RenewalFacts) -> tuple[Block, ...]:
    """Return every reason not to renew."""
    policy = facts.policy
    reasons = {
        **patron_blocks(facts.patron, facts.today),
        Block.OVERDUE_LOANS: facts.due_on < facts.today,
        Block.RENEWAL_LIMIT: policy is not None and facts.renewals >= policy.renewals,
        Block.ITEM_HELD: is_promised(facts.item),
        Block.NO_POLICY: policy is None,
    }
    return _standing(reasons)


def hold_blocks(facts: HoldFacts) -> tuple[Block, ...]:
    """Return every reason not to place a hold."""
    reasons = {
        **patron_blocks(facts.patron, facts.today),
        Block.HOLD_EXISTS: facts.has_hold,
        Block.ITEM_ON_LOAN_TO_PATRON: facts.has_loan,
        Block.HOLD_LIMIT: facts.policy is not None and facts.open_holds >= facts.policy.hold_limit,
        Block.HOLD_NO_ITEM: facts.copies == 0,
        Block.HOLD_TITLE: not facts.title_released,
        Block.PICKUP_CLOSED: not facts.pickup_in_service,
        Block.COPY_ON_SHELF: facts.on_shelf_at_pickup > 0
        and copies_left(on_shelf=facts.on_shelf, waiting=facts.waiting) > 0,
        Block.NO_POLICY: facts.policy is None,
    }
    return _standing(reasons)


def blocks_that_stand(
    blocks: Iterable[Block], *, waived: frozenset[Block], permissions: Callable[[str], bool]
) -> tuple[Block, ...]:
    """Return the blocks that remain when those are set aside that the actor may set aside."""
    return tuple(
        block
        for block in blocks
        if not (block in waived and block in LIFTED_BY and permissions(LIFTED_BY[block]))
    )


def firsts(day: date, borrowed_on: Collection[date]) -> Firsts:
    """Return which marks a loan of ``day`` bears.

    Args:
        borrowed_on: days on which the reader has borrowed: the last one; where that is later than ``day``,
            every day from ``day`` on and the last one before.
    """
    return Firsts(
        first_today=day not in borrowed_on,
        first_this_year=all(other.year != day.year for other in borrowed_on),
        before=max((other for other in borrowed_on if other <= day), default=None),
    )


def due_date(start: date, days: int, *, next_open_day: Callable[[date], date]) -> DueDate:
    """Return the day ``days`` after ``start``; a closed day moves it on to the next open one.

    Units: the loan period is counted in calendar days. Source: docs/rules/lending.md#due-dates.
    """
    plain = start + timedelta(days=days)
    moved = next_open_day(plain)
    return DueDate(on=moved, moved_from=plain if moved != plain else None)


def overdue_days(due_on: date, returned_on: date) -> int:
    """Return how many days late a return is; 0 when it is in time."""
    return max((returned_on - due_on).days, 0)


def suspended_until(
    *, overdue: int, returned_on: date, already: date | None, policy: Policy | None
) -> date | None:
    """Return the last day of the suspension that an overdue return brings (停借), or ``None``.

    It begins the day after the return, or after a suspension that still runs.
    """
    if overdue == 0 or policy is None or policy.suspension_days_per_day == 0:
        return None
    days = min(overdue * policy.suspension_days_per_day, policy.suspension_most_days)
    begins_after = max(returned_on, already) if already is not None else returned_on
    return begins_after + timedelta(days=days)


def suspension_without(until: date, *, brought: date, former: date | None, returned_on: date) -> date | None:
    """Return the last day of a suspension once the days one return had brought are taken off again.

    Args:
        until: the last day as it stands now, with what other returns have added since.
        brought: the last day as that return had set it.
        former: the last day before that return.
    """
    began_after = max(returned_on, former) if former is not None else returned_on
    left = until - (brought - began_after)
    if left > returned_on:
        return left
    return former if former is not None and former <= returned_on else None


def spread_after_closure(loan_id: int, reopening: date, *, open_days: tuple[date, ...]) -> date:
    """Return a due date for a loan that fell due in a closure: spread evenly over the open days after it.

    The day depends on the loan alone, so that the same order gives the same dates when it is run again.
    """
    days = tuple(day for day in open_days if day >= reopening) or (reopening,)
    return days[loan_id % len(days)]


def due_behind_closures(loan_id: int, due_on: date, closures: Iterable[Closure]) -> tuple[date, int | None]:
    """Return the day a loan falls due once closures have moved it, and the order that moved it last.

    Args:
        closures: those in force, the earliest first.
    """
    moved_by = None
    for closure in closures:
        if closure.covers(due_on):
            moved_by = closure.order_id
            due_on = spread_after_closure(loan_id, closure.reopens_on, open_days=closure.open_days)
    return due_on, moved_by


def kept_behind_closures(until: date, closures: Iterable[Closure]) -> date:
    """Return until when a copy stays on the hold shelf: over a closure, until the third open day after it."""
    for closure in closures:
        if closure.covers(until):
            until = kept_after_closure(closure.open_days)
    return until


def kept_after_closure(open_days: Sequence[date]) -> date:
    """Return the third open day after a closure, or the last one known."""
    return open_days[min(KEPT_OPEN_DAYS, len(open_days)) - 1]


def _standing(reasons: Mapping[Block, bool]) -> tuple[Block, ...]:
    return tuple(block for block in Block if reasons.get(block, False))
