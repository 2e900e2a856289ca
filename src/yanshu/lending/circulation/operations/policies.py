"""Lending policies: made, changed, put out of force."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core import stamp
from yanshu.core.actor import Actor
from yanshu.core.operation import about, keep_private, operation
from yanshu.core.refusal import Invalid
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.lending.circulation.queries import POLICIES

FIELDS = (
    "name", "article", "patron_category_id", "item_category_id", "branch_id", "lendable", "loan_limit",
    "category_limit", "loan_days", "renewals", "renewal_days", "hold_limit", "pickup_days",
    "suspension_days_per_day", "suspension_most_days", "active",
)  # fmt: skip


@operation("circulation.set_policy")
def set_policy(
    *, policy_id: int | None = None, values: dict[str, Any], actor: Actor, now: datetime
) -> LoanPolicy:
    """Make a lending policy, or change one. Open loans keep the policy they were made under.

    Raises:
        Invalid: when another policy in force already covers exactly the same case.
        PermissionMissing: when it holds, or would hold, where the actor's role does not reach.
    """
    policy = LoanPolicy.objects.select_for_update().get(pk=policy_id) if policy_id else LoanPolicy()
    if policy_id:
        _demand_reach(actor, policy.branch_id)
    _demand_reach(actor, values.get("branch_id", policy.branch_id))
    keep_private(before={name: getattr(policy, name) for name in FIELDS} if policy_id else {})
    for name in FIELDS:
        if name in values:
            setattr(policy, name, values[name])
    twin = LoanPolicy.objects.filter(
        active=True,
        patron_category=policy.patron_category,
        item_category=policy.item_category,
        branch=policy.branch,
    ).exclude(pk=policy.pk)
    if policy.active and twin.exists():
        raise Invalid.because(
            "patron_category",
            "policy-twice",
            _("A policy for exactly this case is in force already; change that one."),
        )
    policy.save()
    stamp.renew(POLICIES)
    about(policy)
    return policy


def _demand_reach(actor: Actor, branch_id: int | None) -> None:
    """Refuse unless the role reaches over what a policy holds for; without a branch that is every branch."""
    if branch_id is None:
        actor.demand_whole_library()
    else:
        actor.demand_branch(branch_id)
