"""Lines of the circulation ledger, what they say of items, and what returns brought to light."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet, Sum

from yanshu.collection.catalogue.models import Item
from yanshu.core.actor import Actor
from yanshu.lending.circulation.models import LoanEvent, ReturnIssue
from yanshu.lending.circulation.queries.scope import in_scope
from yanshu.lending.circulation.terms import LoanEventKind


def lines_in_scope(*, actor: Actor) -> QuerySet[LoanEvent]:
    """Return the ledger lines of the actor's branches, newest first."""
    return in_scope(LoanEvent.objects.all(), actor, "branch_id").order_by("-happened_at", "-id")


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


def last_act_of_terminal(*, terminal_id: int | None, day: date) -> LoanEvent | None:
    """Return the last line a machine wrote of a day, corrections too."""
    lines = LoanEvent.objects.filter(business_date=day, terminal_id=terminal_id)
    return lines.order_by("-id").first()


def today_counts(*, branch_id: int | None, day: date) -> dict[str, int]:
    """Return the day's lines of a branch by kind, corrections deducted."""
    rows = LoanEvent.objects.filter(business_date=day)
    if branch_id is not None:
        rows = rows.filter(branch_id=branch_id)
    return {row["kind"]: row["times"] for row in rows.values("kind").annotate(times=Sum("quantity"))}


def checkout_of_loan(loan_id: int) -> LoanEvent | None:
    """Return the line that says a loan was made."""
    return LoanEvent.objects.filter(loan_id=loan_id, kind=LoanEventKind.CHECKOUT, quantity__gte=0).first()


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


def issues_in_scope(*, actor: Actor) -> QuerySet[ReturnIssue]:
    """Return what returns brought to light at the actor's branches, newest first."""
    rows = ReturnIssue.objects.select_related("item__record", "branch").defer("item__record__marc")
    return in_scope(rows, actor, "branch_id").order_by("-opened_at", "-id")
