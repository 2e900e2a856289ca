"""Reading lending: policies, loans, holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import stamp
from yanshu.core.actor import Actor
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy, ReturnIssue
from yanshu.lending.circulation.terms import OPEN_HOLD_STATES, Block, HoldState, LoanEventKind
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.terms import PatronState

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
        .defer("item__record__marc")
        .order_by("due_on", "id")
    )


def past_loans(*, patron_id: int) -> QuerySet[Loan]:
    """Return the loans a reader has had, as far as the link to him still stands."""
    return (
        Loan.objects.filter(patron_id=patron_id, closed_at__isnull=False)
        .select_related("item__record")
        .defer("item__record__marc")
        .order_by("-closed_at", "-id")
    )


def open_holds(*, patron_id: int) -> QuerySet[Hold]:
    """Return a reader's open holds, those waiting for collection first."""
    return (
        Hold.objects.filter(patron_id=patron_id, state__in=OPEN_HOLD_STATES)
        .select_related("record", "pickup_branch", "item")
        .defer("record__marc")
        .order_by("state", "placed_at")
    )


def renewal_blocks(loans: Sequence[Loan], *, patron: Patron, today: date) -> dict[int, tuple[Block, ...]]:
    """Return what stands against renewing each of a reader's loans himself, in one statement for all.

    The same rules decide as when he renews; this looks at all loans of a page at once.
    """
    first: dict[int, int | None] = {}
    waiting = Hold.objects.filter(
        record_id__in=[loan.item.record_id for loan in loans], state=HoldState.WAITING
    ).order_by("placed_at", "id")
    for record_id, patron_id in waiting.values_list("record_id", "patron_id"):
        first.setdefault(record_id, patron_id)
    known = policies()
    return {
        loan.pk: rules.renewal_blocks(
            _renewal_facts(loan, patron, first.get(loan.item.record_id), known, today=today)
        )
        for loan in loans
    }


def _renewal_facts(
    loan: Loan,
    patron: Patron,
    first_waiting: int | None,
    known: Sequence[rules.Policy],
    *,
    today: date,
) -> rules.RenewalFacts:
    item = loan.item
    return rules.RenewalFacts(
        today=today,
        patron=rules.PatronFacts(
            id=patron.pk,
            category_id=patron.category_id,
            active=patron.state == PatronState.ACTIVE,
            expires_on=patron.expires_on,
            suspended_until=patron.suspended_until,
            open_loans=0,
            overdue_loans=0,
            last_loan_on=patron.last_loan_on,
        ),
        item=rules.ItemFacts(
            id=item.pk,
            record_id=item.record_id,
            category_id=item.category_id,
            state=item.state,
            category_lendable=item.category.lendable,
            for_reference=item.for_reference,
            withdrawn=item.withdrawn_on is not None,
            open_loan_id=loan.pk,
            open_loan_patron_id=patron.pk,
            held_for_patron_id=None,
            first_waiting_patron_id=first_waiting,
        ),
        policy=rules.choose_policy(
            known,
            patron_category_id=patron.category_id,
            item_category_id=item.category_id,
            branch_id=loan.branch_id,
        ),
        renewals=loan.renewals,
        due_on=loan.due_on,
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
        Hold.objects.filter(state=HoldState.READY)
        .select_related("record", "patron", "pickup_branch", "item")
        .defer("record__marc"),
        actor,
        "pickup_branch_id",
    ).order_by("pickup_until", "id")


def holds_in_scope(*, actor: Actor) -> QuerySet[Hold]:
    """Return the holds for collection at the actor's branches, newest first."""
    rows = Hold.objects.select_related("record", "patron", "pickup_branch", "item").defer("record__marc")
    return _in_scope(rows, actor, "pickup_branch_id").order_by("-placed_at", "-id")


def loans_in_scope(*, actor: Actor) -> QuerySet[Loan]:
    """Return the open loans made at the actor's branches, the longest overdue first."""
    rows = (
        Loan.objects.filter(closed_at__isnull=True)
        .select_related("item__record", "item__home_branch", "patron", "branch")
        .defer("item__record__marc")
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


def last_line_of(*, actor: Actor, day: date) -> LoanEvent | None:
    """Return the last line the actor wrote at his branch on a day that can still be taken back."""
    return (
        LoanEvent.objects.filter(
            business_date=day,
            account_id=actor.account_id,
            branch_id=actor.branch_id,
            quantity=1,
            corrected_by__isnull=True,
        )
        .order_by("-id")
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


def holds_ready_between(*, branch_ids: Sequence[int], first_day: date, end_day: date) -> QuerySet[Hold]:
    """Return the holds kept at some branches whose time on the hold shelf ends in a period."""
    return Hold.objects.filter(
        pickup_branch_id__in=branch_ids,
        state=HoldState.READY,
        pickup_until__gte=first_day,
        pickup_until__lt=end_day,
    )


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


def scanned_item(barcode: str, *, branch_id: int | None = None) -> Item | None:
    """Return the item with this barcode, the one of the branch's owner where two owners share the barcode."""
    wanted = {barcode, barcode.replace(" ", "")}
    found = list(
        Item.objects.filter(barcode__in=wanted)
        .select_related("record", "home_branch", "category")
        .defer("record__marc")[:5]
    )
    if len(found) > 1 and branch_id is not None:
        own = [item for item in found if branch_id in {item.branch_id, item.home_branch_id}]
        found = own or found
    return found[0] if found else None


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


def line_of_loan(loan_id: int) -> int:
    """Return the key of the last line written for a loan."""
    key: int = LoanEvent.objects.filter(loan_id=loan_id).order_by("-id").values_list("id", flat=True)[0]
    return key


def lines(line_ids: Sequence[int]) -> QuerySet[LoanEvent]:
    """Return lines of the ledger by key, each with the line that takes it back, if there is one."""
    return LoanEvent.objects.filter(pk__in=line_ids).select_related("corrected_by").order_by("-id")


def items_with_titles(item_ids: Sequence[int]) -> dict[int, Item]:
    """Return items by key with record and home branch, in one query."""
    rows = Item.objects.filter(pk__in=item_ids).select_related("record", "home_branch").defer("record__marc")
    return {item.pk: item for item in rows}


def loans_by_key(loan_ids: Sequence[int]) -> dict[int, Loan]:
    """Return loans by key with reader and policy, in one query."""
    rows = (
        Loan.objects.filter(pk__in=loan_ids)
        .select_related("patron", "item__record")
        .defer("item__record__marc")
    )
    return {loan.pk: loan for loan in rows}


def hold(hold_id: int) -> Hold:
    """Return a hold with what a page about it needs."""
    return (
        Hold.objects.select_related("record", "patron", "pickup_branch", "item")
        .defer("record__marc")
        .get(pk=hold_id)
    )


def holds_by_key(hold_ids: Sequence[int]) -> QuerySet[Hold]:
    """Return holds by key with title and pick-up branch."""
    return (
        Hold.objects.filter(pk__in=hold_ids).select_related("record", "pickup_branch").defer("record__marc")
    )


def to_fetch(*, actor: Actor) -> QuerySet[Item]:
    """Return copies on the shelves of the actor's branches for which a reader waits, by shelf order."""
    waiting = Hold.objects.filter(state=HoldState.WAITING).values("record_id")
    out = Loan.objects.filter(item_id=OuterRef("pk"), closed_at__isnull=True)
    rows = (
        Item.objects.filter(
            ~Exists(out),
            record_id__in=waiting,
            state=ItemState.AVAILABLE,
            for_reference=False,
            location__for_reference=False,
            withdrawn_on__isnull=True,
        )
        .select_related("record", "branch", "location")
        .defer("record__marc")
    )
    return _in_scope(rows, actor, "branch_id").order_by("branch_id", "location_id", "call_number", "id")


def issues_in_scope(*, actor: Actor) -> QuerySet[ReturnIssue]:
    """Return what returns brought to light at the actor's branches, newest first."""
    rows = ReturnIssue.objects.select_related("item__record", "branch").defer("item__record__marc")
    return _in_scope(rows, actor, "branch_id").order_by("-opened_at", "-id")


def policies_listed() -> QuerySet[LoanPolicy]:
    """Return all lending policies, those in force first, from the most general down."""
    return LoanPolicy.objects.select_related("patron_category", "item_category", "branch").order_by(
        "-active", "patron_category__position", "item_category__position", "branch__position", "id"
    )


def _in_scope(rows: QuerySet[Any], actor: Actor, field: str) -> QuerySet[Any]:
    return rows if actor.scope is None else rows.filter(**{f"{field}__in": actor.scope})
