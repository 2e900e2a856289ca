"""What lending counts, on a small world counted by hand, with acts on both edges of the year."""

from datetime import UTC, date, datetime, timedelta

import pytest

from world import make_world
from yanshu.collection.catalogue.models import ItemCategory
from yanshu.collection.catalogue.terms import Medium
from yanshu.core import indicator
from yanshu.core.actor import Door
from yanshu.core.span import Span
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Loan, LoanEvent

YEAR = Span.year(2019)
#: Midnight at the library (UTC+8) is 16:00 UTC of the day before.
BEFORE = datetime(2018, 12, 31, 15, 59, 59, tzinfo=UTC)
FIRST = datetime(2018, 12, 31, 16, 0, tzinfo=UTC)
LAST = datetime(2019, 12, 31, 15, 59, 59, tzinfo=UTC)
AFTER = datetime(2019, 12, 31, 16, 0, tzinfo=UTC)
MAY = datetime(2019, 5, 4, 4, 0, tzinfo=UTC)
COUNTED = (
    "loans", "checkouts", "renewals", "returns", "borrowing_visits", "active_borrowers", "selfservice_loans",
    "open_loans", "overdue_loans",
)  # fmt: skip


@pytest.fixture
def world(db):
    return make_world()


def measured(code, span=YEAR):
    """Measure an indicator over exactly the rows it returns."""
    declared = indicator.at(f"circulation.{code}", span.first_day)
    return declared.rows(span).aggregate(value=declared.measure)["value"] or 0


def counted(span=YEAR):
    return {code: value for code in COUNTED if (value := measured(code, span))}


def lend(world, now, *, patron=None, item=None, door=Door.DESK):
    lent = operations.checkout(
        patron_id=(patron or world.patron()).pk,
        item_id=(item or world.item()).pk,
        actor=world.actor(door=door),
        now=now,
    )
    return Loan.objects.get(pk=lent.loan_id)


def take_back(world, loan, now):
    operations.return_item(barcode=loan.item.barcode, item_id=loan.item_id, actor=world.actor(), now=now)


def undo_last(world, now):
    line = LoanEvent.objects.order_by("-id").first()
    return operations.undo(line_id=line.pk, actor=world.actor(), now=now)


def test_both_edges_of_the_year(world):
    for moment in (BEFORE, FIRST, LAST, AFTER):
        lend(world, moment)
    assert measured("loans") == measured("checkouts") == 2
    assert measured("borrowing_visits") == measured("active_borrowers") == 2
    assert measured("loans", Span.year(2018)) == measured("loans", Span.year(2020)) == 1


def test_what_is_out_at_the_end_of_the_year(world):
    early, late = lend(world, LAST - timedelta(days=60)), lend(world, LAST)
    lend(world, AFTER)
    returned = lend(world, MAY)
    take_back(world, returned, LAST)
    assert (measured("open_loans"), measured("overdue_loans")) == (2, 1)
    take_back(world, early, AFTER)
    assert (measured("open_loans"), measured("overdue_loans")) == (2, 1)
    take_back(world, late, AFTER)
    assert measured("open_loans", Span.year(2020)) == 1


def test_a_loan_due_on_the_last_day_is_not_overdue(world):
    loan = lend(world, LAST - timedelta(days=30))
    assert loan.due_on == date(2019, 12, 31)
    assert (measured("open_loans"), measured("overdue_loans")) == (1, 0)


def test_a_renewal_is_a_loan_and_no_checkout(world):
    loan = lend(world, MAY)
    operations.renew(loan_id=loan.pk, actor=world.actor(), now=MAY + timedelta(days=1))
    assert counted() == {
        "loans": 2,
        "checkouts": 1,
        "renewals": 1,
        "borrowing_visits": 1,
        "active_borrowers": 1,
        "open_loans": 1,
        "overdue_loans": 1,
    }


def test_an_undone_checkout_counts_nothing_and_both_lines_are_shown(world):
    lend(world, MAY)
    undo_last(world, MAY)
    assert counted() == {}
    rows = indicator.at("circulation.loans", YEAR.first_day).rows(YEAR)
    assert sorted(rows.values_list("quantity", flat=True)) == [-1, 1]


def test_an_undone_return_counts_nothing(world):
    loan = lend(world, MAY)
    take_back(world, loan, MAY)
    assert (measured("returns"), measured("open_loans")) == (1, 0)
    undo_last(world, MAY)
    assert (measured("returns"), measured("open_loans")) == (0, 1)


def test_a_reader_counts_once_a_day_and_once_a_year(world):
    patron = world.patron()
    for moment in (MAY, MAY + timedelta(hours=1), MAY + timedelta(days=1)):
        lend(world, moment, patron=patron)
    assert (measured("checkouts"), measured("borrowing_visits"), measured("active_borrowers")) == (3, 2, 1)


def test_a_reader_whose_first_loan_is_undone_still_counts_by_the_next(world):
    patron = world.patron()
    first = lend(world, MAY, patron=patron)
    lend(world, MAY + timedelta(hours=1), patron=patron)
    line = LoanEvent.objects.get(loan_id=first.pk)
    operations.undo(line_id=line.pk, actor=world.actor(), now=MAY + timedelta(hours=2))
    assert (measured("checkouts"), measured("borrowing_visits"), measured("active_borrowers")) == (1, 1, 1)


@pytest.mark.parametrize(
    ("door", "alone"), [(Door.DESK, 0), (Door.SIP2, 1), (Door.KIOSK, 1), (Door.OPAC, 1), (Door.API, 0)]
)
def test_what_is_lent_without_staff(world, door, alone):
    lend(world, MAY, door=door)
    assert (measured("loans"), measured("selfservice_loans")) == (1, alone)


def test_only_printed_documents_are_counted(world):
    discs = ItemCategory.objects.create(code="disc", name="光盘", medium=Medium.AUDIOVISUAL)
    lend(world, MAY, item=world.item(category=discs))
    assert "loans" not in counted()
    assert measured("open_loans") == 1


def test_a_loan_taken_over_was_counted_by_the_former_system(world):
    operations.take_over_loan(
        patron_id=world.patron().pk,
        item_id=world.item().pk,
        lent_on=date(2019, 5, 1),
        due_on=date(2020, 1, 15),
        actor=world.actor(),
        now=MAY,
    )
    assert counted() == {"open_loans": 1}
    assert not indicator.at("circulation.loans", YEAR.first_day).rows(YEAR).exists()


def figures(span=YEAR):
    """Measure every declared figure of lending, whole and by each of its splits."""
    found = {}
    for code, versions in indicator.registry.items():
        declared = versions[-1]
        if not code.startswith("circulation.") or declared.rows is None:
            continue
        found[code] = declared.rows(span).aggregate(value=declared.measure)["value"] or 0
        for split in declared.splits:
            parts = declared.rows(span).order_by().values(split.field).annotate(value=declared.measure)
            found[code, split.name] = {row[split.field]: row["value"] for row in parts if row["value"]}
    return found


@pytest.mark.parametrize("kind", ["checkout", "renewal", "return"])
@pytest.mark.parametrize("door", [Door.DESK, Door.SIP2, Door.KIOSK, Door.OPAC, Door.API])
def test_an_act_of_any_door_taken_back_at_another_leaves_every_figure_as_it_was(world, door, kind):
    at_the_door, item = world.actor(door=door, account_id=None, terminal_id=5), world.item()
    lend(world, MAY - timedelta(days=1), patron=(patron := world.patron()), door=Door.KIOSK)
    acts = {
        "checkout": lambda: operations.checkout(
            patron_id=patron.pk, item_id=item.pk, actor=at_the_door, now=MAY
        ),
        "renewal": lambda: operations.renew(
            loan_id=Loan.objects.get(item=item).pk, actor=at_the_door, now=MAY
        ),
        "return": lambda: operations.return_item(
            barcode=item.barcode, item_id=item.pk, actor=at_the_door, now=MAY
        ),
    }
    if kind != "checkout":
        acts["checkout"]()
    before = figures()
    acts[kind]()
    assert figures() != before
    line = LoanEvent.objects.latest("id")
    manager = world.actor(branch=world.branch, label="馆长", account_id=9, door=Door.API)
    taken = operations.undo(line_id=line.pk, actor=manager, now=MAY)
    assert figures() == before
    assert (taken.account_id, taken.actor_label, taken.terminal_id) == (9, "馆长", None)
    assert (taken.door, taken.branch_id) == (line.door, world.central.pk)
