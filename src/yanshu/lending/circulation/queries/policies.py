"""Lending policies: those in force, which applies, the limit shown for a reader."""

from dataclasses import dataclass

from django.db.models import QuerySet

from yanshu.core import stamp
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import LoanPolicy

POLICIES = "circulation.policies"
_known_policies: tuple[int, tuple[rules.Policy, ...]] | None = None


def policies(*, known_stamp: int | None = None) -> tuple[rules.Policy, ...]:
    """Return the policies in force, held in memory until one is changed anywhere.

    Args:
        known_stamp: the stamp as a statement of the caller has just read it; without it, it is read here.
    """
    global _known_policies  # noqa: PLW0603  one copy a process, replaced whole
    present = stamp.current(POLICIES) if known_stamp is None else known_stamp
    if _known_policies is None or _known_policies[0] != present:
        rows = LoanPolicy.objects.filter(active=True)
        _known_policies = (present, tuple(as_rule(row) for row in rows))
    return _known_policies[1]


def as_rule(row: LoanPolicy) -> rules.Policy:
    """Return a policy as the rules see it."""
    return rules.Policy(
        id=row.pk,
        name=row.name,
        article=row.article,
        patron_category_id=row.patron_category_id,
        item_category_id=row.item_category_id,
        branch_id=row.branch_id,
        lendable=row.lendable,
        loan_limit=row.loan_limit,
        category_limit=row.category_limit,
        loan_days=row.loan_days,
        renewals=row.renewals,
        renewal_days=row.renewal_days,
        hold_limit=row.hold_limit,
        pickup_days=row.pickup_days,
        suspension_days_per_day=row.suspension_days_per_day,
        suspension_most_days=row.suspension_most_days,
    )


@dataclass(frozen=True, slots=True)
class PolicyExplanation:
    """Which policy applies to a case, and which others cover it but are less special."""

    chosen: rules.Policy | None
    covering: tuple[rules.Policy, ...]


def explain_policy(
    *, patron_category_id: int, item_category_id: int, branch_id: int | None
) -> PolicyExplanation:
    """Say which policy rules a case and why: the covering ones from the most special down."""
    case = {
        "patron_category_id": patron_category_id,
        "item_category_id": item_category_id,
        "branch_id": branch_id,
    }
    known = policies()
    covering = sorted(
        (policy for policy in known if policy.covers(**case)),  # type: ignore[arg-type]
        key=lambda policy: (-policy.specificity, -policy.id),
    )
    return PolicyExplanation(chosen=rules.choose_policy(known, **case), covering=tuple(covering))  # type: ignore[arg-type]


def general_policy(*, patron_category_id: int, branch_id: int | None) -> rules.Policy | None:
    """Return the policy whose limit is shown for a reader: the one of any kind of item, else the widest."""
    covering = [
        policy
        for policy in policies()
        if policy.lendable
        and policy.patron_category_id in {None, patron_category_id}
        and policy.branch_id in {None, branch_id}
    ]
    return max(
        covering,
        key=lambda policy: (policy.item_category_id is None, policy.specificity, policy.loan_limit),
        default=None,
    )


def policies_listed() -> QuerySet[LoanPolicy]:
    """Return all lending policies, those in force first, from the most general down."""
    return LoanPolicy.objects.select_related("patron_category", "item_category", "branch").order_by(
        "-active", "patron_category__position", "item_category__position", "branch__position", "id"
    )
