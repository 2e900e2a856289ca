"""Lending: policies, and a year of loans and holds with every line of their ledger.

Each row of the plan becomes what the operations of lending would have written at that instant: the loan as
it stands in the end, the line with branch, category, age band and class as they were, the suspension after a
late return, the link to the reader cut thirty days after.
"""

from collections.abc import Iterator
from datetime import timedelta

from yanshu.core import stamp
from yanshu.core.event import publish
from yanshu.demo.lending_terms import Kind, LoanRow
from yanshu.demo.loader import bulk
from yanshu.demo.loader.calendars import LibraryCalendars
from yanshu.demo.loader.ledger import LoanBook
from yanshu.demo.loader.terms import Loading, Premises
from yanshu.demo.year import YearPlan
from yanshu.lending.circulation.events import DueDatesMoved
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy
from yanshu.lending.circulation.queries import POLICIES
from yanshu.lending.circulation.rules import KEPT_AFTER_RETURN
from yanshu.readers.patrons.models import PatronCategory

__all__ = ["LINE_COLUMNS", "load_holds", "load_lines", "load_loans", "load_policies"]

ARTICLE = "第 12 条"
REGULATIONS = "外借办法"
PICKUP_DAYS, HOLD_LIMIT = 3, 3
LINE_COLUMNS = (
    "happened_at", "recorded_at", "business_date", "month", "account_id", "actor_label", "door",
    "branch_id", "terminal_id", "kind", "quantity", "loan_id", "item_id", "record_id", "owning_branch_id",
    "patron_category", "age_band", "item_category", "medium", "class_main", "by_reader", "first_today",
    "first_this_year", "overdue_days", "due_on", "due_before", "policy_id",
)  # fmt: skip
_LOAN_COLUMNS = (
    "id", "item_id", "patron_id", "policy_id", "branch_id", "opened_at", "due_on", "due_moved_from",
    "due_moved_because", "renewals", "patron_last_loan_on", "closed_at", "closed_branch_id", "door",
    "returned_late",
)  # fmt: skip
_HOLD_COLUMNS = (
    "id", "record_id", "patron_id", "pickup_branch_id", "placed_at", "state", "item_id", "ready_at",
    "pickup_until", "closed_at", "door",
)  # fmt: skip


def load_policies(loading: Loading, categories: list[PatronCategory]) -> list[int]:
    """Make one lending policy for each reader category; return their keys."""
    world = {"suspension_days_per_day": 1, "suspension_most_days": 90}
    keys = []
    for category, spec in zip(categories, loading.scenario.readers.categories, strict=True):
        policy = LoanPolicy.objects.create(
            name=f"{REGULATIONS}·{category.name}",
            article=ARTICLE,
            patron_category=category,
            loan_limit=spec.policy.loan_limit,
            loan_days=spec.policy.period_days,
            renewals=spec.policy.renewals,
            renewal_days=spec.policy.period_days,
            hold_limit=HOLD_LIMIT,
            pickup_days=PICKUP_DAYS,
            **world,
        )
        keys.append(policy.pk)
    stamp.renew(POLICIES)
    return keys


def load_lines(loading: Loading, plan: YearPlan, calendars: LibraryCalendars, book: LoanBook) -> None:
    """Play the year and write the ledger; the book keeps loans and holds as they stand in the end."""
    moves = calendars.moves()
    targets = loading.scenario.circulation
    # A return for nearly every loan, and the loans of the year before.
    expected = targets.loans * 2 - targets.loans // 6 + targets.opening_loans
    tell = loading.stage("借还流水 · lending", expected)
    rows = plan.lending(due_on=calendars.due_on, due_moves=moves)
    bulk.write(LoanEvent, LINE_COLUMNS, _lines(rows, book), tell=tell)
    for order_id, moved in sorted(book.moved.items()):
        ordered_at = loading.at(book.ordered_on[order_id], 0, 5)
        publish(DueDatesMoved(order_id=order_id, loans=moved), now=ordered_at)


def _lines(rows: Iterator[LoanRow], book: LoanBook) -> Iterator[bulk.Row]:
    told = {
        Kind.OPENING: book.take_over,
        Kind.CHECKOUT: book.lend,
        Kind.RENEWAL: book.renew,
        Kind.RETURN: book.take_back,
    }
    silent = {
        Kind.DUE_MOVED: book.move_due,
        Kind.HOLD_PLACED: book.place_hold,
        Kind.HOLD_READY: book.keep_copy,
        Kind.HOLD_FILLED: book.fill_hold,
        Kind.HOLD_EXPIRED: book.expire_hold,
    }
    for row in rows:
        make_line = told.get(row.kind)
        if make_line is not None:
            yield make_line(row)
        else:
            silent[row.kind](row)


def load_loans(loading: Loading, premises: Premises, book: LoanBook, keeping: frozenset[int]) -> None:
    """Write the loans; of those returned long ago nobody knows the reader."""
    limit = int((loading.now - KEPT_AFTER_RETURN).timestamp())
    days = bulk.Days(loading.scenario.first_day)
    branch_ids = [branch.pk for branch in premises.in_service]

    def rows() -> Iterator[bulk.Row]:
        for number, loan in sorted(book.loans.items()):
            cut = loan.closed_at is not None and loan.closed_at < limit and loan.reader not in keeping
            yield (
                number + 1, loan.item + 1, None if cut else loan.reader + 1, loan.policy_id,
                branch_ids[loan.branch], bulk.instant_text(loan.opened_at), days[loan.due],
                None if loan.moved_from is None else days[loan.moved_from], loan.moved_because,
                loan.renewals, None if cut or loan.before is None else days[loan.before],
                None if loan.closed_at is None else bulk.instant_text(loan.closed_at),
                None if loan.closed_branch is None else branch_ids[loan.closed_branch], loan.door,
                loan.returned_late,
            )  # fmt: skip

    bulk.write(Loan, _LOAN_COLUMNS, rows(), tell=loading.stage("借阅 · loans", len(book.loans)))
    bulk.continue_keys(Loan)


def load_holds(loading: Loading, premises: Premises, book: LoanBook, keeping: frozenset[int]) -> None:
    """Write the holds."""
    limit = int((loading.now - KEPT_AFTER_RETURN).timestamp())
    first = loading.scenario.first_day
    branch_ids = [branch.pk for branch in premises.in_service]

    def text(at: int | None) -> str | None:
        return None if at is None else bulk.instant_text(at)

    def rows() -> Iterator[bulk.Row]:
        for number, hold in sorted(book.holds.items()):
            cut = hold.closed_at is not None and hold.closed_at < limit and hold.reader not in keeping
            until = hold.pickup_until
            yield (
                number + 1, hold.title + 1, None if cut else hold.reader + 1, branch_ids[hold.branch],
                bulk.instant_text(hold.placed_at), hold.state,
                None if hold.item is None else hold.item + 1, text(hold.ready_at),
                None if until is None else (first + timedelta(days=until)).isoformat(),
                text(hold.closed_at), "opac",
            )  # fmt: skip

    bulk.write(Hold, _HOLD_COLUMNS, rows())
    bulk.continue_keys(Hold)
