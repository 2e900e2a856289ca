"""Reading lending: policies, loans, holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from yanshu.core import stamp
from yanshu.core.actor import Actor
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy
from yanshu.lending.circulation.terms import OPEN_HOLD_STATES, HoldState, LoanEventKind

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


def open_loans(*, patron_id: int) -> QuerySet[Loan]:
    """Return what a reader has, what is due first at the top."""
    return (
        Loan.objects.filter(patron_id=patron_id, closed_at__isnull=True)
        .select_related("item__record", "item__home_branch", "item__category", "branch", "policy")
        .order_by("due_on", "id")
    )


def past_loans(*, patron_id: int) -> QuerySet[Loan]:
    """Return the loans a reader has had, as far as the link to him still stands."""
    return (
        Loan.objects.filter(patron_id=patron_id, closed_at__isnull=False)
        .select_related("item__record")
        .order_by("-closed_at", "-id")
    )


def open_holds(*, patron_id: int) -> QuerySet[Hold]:
    """Return a reader's open holds, those waiting for collection first."""
    return (
        Hold.objects.filter(patron_id=patron_id, state__in=OPEN_HOLD_STATES)
        .select_related("record", "pickup_branch", "item")
        .order_by("state", "placed_at")
    )


def queue_length(record_id: int) -> int:
    """Return how many readers wait for a title."""
    return Hold.objects.filter(record_id=record_id, state=HoldState.WAITING).count()


def queue_places(holds: Sequence[Hold]) -> dict[int, int]:
    """Return each waiting hold's place in its title's queue, counted from 1, in one query."""
    records = {hold.record_id for hold in holds if hold.state == HoldState.WAITING}
    places: dict[int, int] = {}
    counted: dict[int, int] = {}
    waiting = Hold.objects.filter(record_id__in=records, state=HoldState.WAITING)
    for hold_id, record_id in waiting.order_by("placed_at", "id").values_list("id", "record_id"):
        counted[record_id] = counted.get(record_id, 0) + 1
        places[hold_id] = counted[record_id]
    return places


def hold_shelf(*, actor: Actor) -> QuerySet[Hold]:
    """Return what waits for collection at the actor's branches."""
    return _in_scope(
        Hold.objects.filter(state=HoldState.READY).select_related(
            "record", "patron", "pickup_branch", "item"
        ),
        actor,
        "pickup_branch_id",
    ).order_by("pickup_until", "id")


def holds_in_scope(*, actor: Actor) -> QuerySet[Hold]:
    """Return the holds for collection at the actor's branches, newest first."""
    rows = Hold.objects.select_related("record", "patron", "pickup_branch", "item")
    return _in_scope(rows, actor, "pickup_branch_id").order_by("-placed_at", "-id")


def loans_in_scope(*, actor: Actor) -> QuerySet[Loan]:
    """Return the open loans made at the actor's branches, the longest overdue first."""
    rows = Loan.objects.filter(closed_at__isnull=True).select_related(
        "item__record", "item__home_branch", "patron", "branch"
    )
    return _in_scope(rows, actor, "branch_id").order_by("due_on", "id")


def lines_in_scope(*, actor: Actor) -> QuerySet[LoanEvent]:
    """Return the ledger lines of the actor's branches, newest first."""
    return _in_scope(LoanEvent.objects.all(), actor, "branch_id").order_by("-happened_at", "-id")


def open_loan_of_item(item_id: int) -> Loan | None:
    """Return the open loan of an item, if it is on loan."""
    return Loan.objects.filter(item_id=item_id, closed_at__isnull=True).first()


def loan_states(item_ids: Sequence[int]) -> dict[int, date]:
    """Return the due date of each of these items that is on loan, in one query."""
    return dict(
        Loan.objects.filter(item_id__in=item_ids, closed_at__isnull=True).values_list("item_id", "due_on")
    )


def held_items(item_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these items wait on the hold shelf, in one query."""
    return frozenset(
        Hold.objects.filter(item_id__in=item_ids, state=HoldState.READY).values_list("item_id", flat=True)
    )


def most_borrowed(*, first_day: date, end_day: date, limit: int) -> list[tuple[int, int]]:
    """Return the most borrowed records of a period: (record, check-outs), renewals and undone ones apart."""
    rows = (
        LoanEvent.objects.filter(
            kind=LoanEventKind.CHECKOUT, business_date__gte=first_day, business_date__lt=end_day
        )
        .values("record_id")
        .annotate(times=Sum("quantity"))
        .order_by("-times", "record_id")[:limit]
    )
    return [(row["record_id"], row["times"]) for row in rows]


def last_line_of(*, actor: Actor, since: datetime) -> LoanEvent | None:
    """Return the last line the actor wrote at his branch since an instant that can still be taken back."""
    return (
        LoanEvent.objects.filter(
            account_id=actor.account_id,
            branch_id=actor.branch_id,
            happened_at__gte=since,
            quantity=1,
            corrected_by__isnull=True,
        )
        .order_by("-happened_at", "-id")
        .first()
    )


def overdue_count(*, actor: Actor, today: date) -> int:
    """Return how many open loans of the actor's branches are overdue."""
    rows = Loan.objects.filter(closed_at__isnull=True, due_on__lt=today)
    return _in_scope(rows, actor, "branch_id").count()


def loans_due_between(*, branch_ids: Sequence[int], first_day: date, end_day: date) -> QuerySet[Loan]:
    """Return the open loans made at some branches that fall due in a period."""
    return Loan.objects.filter(
        branch_id__in=branch_ids, closed_at__isnull=True, due_on__gte=first_day, due_on__lt=end_day
    ).order_by("id")


def today_counts(*, branch_id: int | None, day: date) -> dict[str, int]:
    """Return the day's lines of a branch by kind, corrections deducted."""
    rows = LoanEvent.objects.filter(business_date=day)
    if branch_id is not None:
        rows = rows.filter(branch_id=branch_id)
    return {row["kind"]: row["times"] for row in rows.values("kind").annotate(times=Sum("quantity"))}


def loans_by_item(*, item_ids: Sequence[int]) -> dict[int, int]:
    """Return how often each of these items has been checked out, in one query."""
    rows = (
        LoanEvent.objects.filter(item_id__in=item_ids, kind=LoanEventKind.CHECKOUT)
        .values("item_id")
        .annotate(times=Sum("quantity"))
    )
    return {row["item_id"]: row["times"] for row in rows}


def waiting_by_record(record_ids: Sequence[int]) -> dict[int, int]:
    """Return how many readers wait for each of these titles, in one query."""
    rows = (
        Hold.objects.filter(record_id__in=record_ids, state=HoldState.WAITING)
        .values("record_id")
        .annotate(readers=Count("id"))
        .order_by(F("record_id"))
    )
    return {row["record_id"]: row["readers"] for row in rows}


def _in_scope(rows: QuerySet[Any], actor: Actor, field: str) -> QuerySet[Any]:
    return rows if actor.scope is None else rows.filter(**{f"{field}__in": actor.scope})
