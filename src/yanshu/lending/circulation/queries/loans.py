"""Loans: open ones, past ones, and what stands against renewing them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from yanshu.core.actor import Actor
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.queries.holds import on_shelf
from yanshu.lending.circulation.queries.policies import policies
from yanshu.lending.circulation.queries.scope import in_scope
from yanshu.lending.circulation.terms import CLOSURE, Block, HoldState, closure_reason
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.terms import PatronState


def open_loans(*, patron_id: int) -> QuerySet[Loan]:
    """Return what a reader has, what is due first at the top."""
    return (
        Loan.objects.filter(patron_id=patron_id, closed_at__isnull=True)
        .select_related("item__record", "item__home_branch", "item__category", "branch", "policy")
        .defer("item__record__marc")
        .order_by("due_on", "id")
    )


def past_loans(*, patron_id: int, now: datetime) -> QuerySet[Loan]:
    """Return the loans a reader has had; what the next night cuts from him is shown no more."""
    return (
        _closed_loans(patron_id)
        .exclude(to_be_forgotten(now=now))
        .select_related("item__record")
        .defer("item__record__marc")
        .order_by("-closed_at", "-id")
    )


def past_loans_to_forget(*, patron_id: int, now: datetime) -> int:
    """Return how many past loans of a reader go as soon as he keeps no history."""
    return _closed_loans(patron_id).filter(_kept_long_enough(now)).count()


def to_be_forgotten(*, now: datetime) -> Q:
    """Say of which loans and holds the link to the reader is to be cut by now."""
    return Q(_kept_long_enough(now), patron__isnull=False, patron__keep_history=False)


def _closed_loans(patron_id: int) -> QuerySet[Loan]:
    return Loan.objects.filter(patron_id=patron_id, closed_at__isnull=False)


def _kept_long_enough(now: datetime) -> Q:
    return Q(closed_at__lt=now - rules.KEPT_AFTER_RETURN)


def renewal_blocks(loans: Sequence[Loan], *, patron: Patron, today: date) -> dict[int, tuple[Block, ...]]:
    """Return what stands against renewing each of a reader's loans himself, in two statements for all.

    The same rules decide as when he renews; this looks at all loans of a page at once.
    """
    record_ids = [loan.item.record_id for loan in loans]
    queues: defaultdict[int, list[int | None]] = defaultdict(list)
    waiting = Hold.objects.filter(record_id__in=record_ids, state=HoldState.WAITING)
    for record_id, patron_id in waiting.order_by("placed_at", "id").values_list("record_id", "patron_id"):
        queues[record_id].append(patron_id)
    shelved, known = on_shelf(record_ids), policies()
    return {
        loan.pk: rules.renewal_blocks(
            _renewal_facts(
                loan,
                patron,
                known,
                queue=queues[loan.item.record_id],
                others_on_shelf=len(shelved[loan.item.record_id]),
                today=today,
            )
        )
        for loan in loans
    }


def patron_facts(
    patron: Patron, *, open_loans: int = 0, overdue_loans: int = 0, card_valid: bool = True
) -> rules.PatronFacts:
    """Return a reader as the rules see him; the counts where the question needs them."""
    return rules.PatronFacts(
        id=patron.pk,
        category_id=patron.category_id,
        active=patron.state == PatronState.ACTIVE,
        expires_on=patron.expires_on,
        suspended_until=patron.suspended_until,
        open_loans=open_loans,
        overdue_loans=overdue_loans,
        last_loan_on=patron.last_loan_on,
        card_valid=card_valid,
    )


def _renewal_facts(
    loan: Loan,
    patron: Patron,
    known: Sequence[rules.Policy],
    *,
    queue: Sequence[int | None],
    others_on_shelf: int,
    today: date,
) -> rules.RenewalFacts:
    item = loan.item
    return rules.RenewalFacts(
        today=today,
        patron=patron_facts(patron),
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
            waiting_before=queue.index(patron.pk) if patron.pk in queue else len(queue),
            others_on_shelf=others_on_shelf,
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


def loans_in_scope(*, actor: Actor) -> QuerySet[Loan]:
    """Return the open loans made at the actor's branches, the longest overdue first."""
    rows = (
        Loan.objects.filter(closed_at__isnull=True)
        .select_related("item__record", "item__home_branch", "patron", "branch")
        .defer("item__record__marc")
    )
    return in_scope(rows, actor, "branch_id").order_by("due_on", "id")


def to_remind(loan_ids: Sequence[int], *, actor: Actor, today: date) -> QuerySet[Loan]:
    """Return those of some loans that are overdue, reader by reader, with all a reminder says."""
    rows = with_readers(loans_in_scope(actor=actor)).filter(pk__in=loan_ids, due_on__lt=today)
    return rows.order_by("patron__home_branch__position", "patron__name", "patron_id", "due_on", "id")


def with_readers(rows: QuerySet[Loan]) -> QuerySet[Loan]:
    """Read with loans what a list says of their readers: category, home branch, cards."""
    cards = Prefetch("patron__cards", Card.objects.order_by("id"))
    return rows.select_related("patron__category", "patron__home_branch").prefetch_related(cards)


def open_loan_of_item(item_id: int) -> Loan | None:
    """Return the open loan of an item, if it is on loan."""
    return Loan.objects.filter(item_id=item_id, closed_at__isnull=True).first()


def loan_states(item_ids: Sequence[int]) -> dict[int, date]:
    """Return the due date of each of these items that is on loan, in one query."""
    return dict(
        Loan.objects.filter(item_id__in=item_ids, closed_at__isnull=True).values_list("item_id", "due_on")
    )


def overdue_count(*, actor: Actor, today: date) -> int:
    """Return how many open loans of the actor's branches are overdue."""
    rows = Loan.objects.filter(closed_at__isnull=True, due_on__lt=today)
    return in_scope(rows, actor, "branch_id").count()


def loans_due_between(*, branch_ids: Sequence[int], first_day: date, end_day: date) -> QuerySet[Loan]:
    """Return the open loans made at some branches that fall due in a period."""
    return Loan.objects.filter(
        branch_id__in=branch_ids, closed_at__isnull=True, due_on__gte=first_day, due_on__lt=end_day
    ).order_by("id")


def loans_moved_by(order_id: int) -> QuerySet[Loan]:
    """Return the open loans whose due date a closure moved."""
    return Loan.objects.filter(due_moved_because=closure_reason(order_id), closed_at__isnull=True)


def loans_moved_over(*, order_id: int, first_day: date, end_day: date) -> QuerySet[Loan]:
    """Return the open loans that a closure moved, or that others moved over its days."""
    over_it = Q(due_moved_because__startswith=CLOSURE, due_moved_from__lt=end_day, due_on__gte=first_day)
    by_this = Q(due_moved_because=closure_reason(order_id))
    return Loan.objects.filter(by_this | over_it, closed_at__isnull=True, due_moved_from__isnull=False)


def loans_by_key(loan_ids: Sequence[int]) -> dict[int, Loan]:
    """Return loans by key with reader and policy, in one query."""
    rows = (
        Loan.objects.filter(pk__in=loan_ids)
        .select_related("patron", "item__record")
        .defer("item__record__marc")
    )
    return {loan.pk: loan for loan in rows}
