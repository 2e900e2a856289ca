"""What a machine tells late: it changes what was so at that moment, and nothing that has happened since."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from world import NOON, World, make_world
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import doctor
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, ReturnIssue
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db
CHECKS = [name for name in doctor.registry if name.startswith("circulation.")]
AT_ONE, AT_TWO, AT_THREE, AT_SIX = (NOON + timedelta(hours=hours) for hours in (1, 2, 3, 6))


@pytest.fixture
def world() -> World:
    return make_world()


def lend(world, patron, item, *, now, heard=None):
    done = operations.checkout(
        patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=now, recorded_at=heard,
        waive=frozenset(Block),
    )  # fmt: skip
    return done.loan_id


def take_back(world, item, *, now, heard=None, branch=None):
    return operations.return_item(
        barcode=item.barcode, item_id=item.pk, actor=world.actor(branch=branch), now=now, recorded_at=heard
    )


def ends(loan_id):
    return Loan.objects.get(pk=loan_id).closed_at


def test_a_return_told_late_leaves_the_next_readers_loan_alone(world):
    item = world.item()
    first = lend(world, world.patron(), item, now=NOON)
    take_back(world, item, now=AT_TWO)
    second = lend(world, world.patron(), item, now=AT_THREE)
    told = take_back(world, item, now=AT_ONE, heard=AT_SIX, branch=world.branch)
    assert (told.loan_id, told.issues, told.repeats.code) == (None, (), "returned-already")
    assert "14:00" in str(told.repeats.label)
    assert (ends(first), ends(second)) == (AT_TWO, None)
    assert Item.objects.get(pk=item.pk).branch_id == world.central.pk
    assert LoanEvent.objects.filter(kind="return").count() == 1
    assert list(doctor.examine(CHECKS)) == []


def test_a_return_told_late_of_which_nothing_was_known_is_kept_for_somebody_to_look_at(world):
    item = world.item()
    loan = lend(world, world.patron(), item, now=AT_THREE)
    told = take_back(world, item, now=AT_ONE, heard=AT_SIX)
    assert [issue.value for issue in told.issues] == ["not-on-loan"]
    assert (told.loan_id, told.repeats, ends(loan)) == (None, None, None)
    assert ReturnIssue.objects.get().item_id == item.pk


def test_a_return_told_late_on_another_day_names_the_day(world):
    item, days = world.item(), timedelta(days=2)
    lend(world, world.patron(), item, now=NOON)
    take_back(world, item, now=NOON + days)
    told = take_back(world, item, now=NOON + days / 2, heard=NOON + 2 * days)
    assert "2019-11-18" in str(told.repeats.label)


def test_a_return_told_late_ends_the_loan_that_was_open_then(world):
    item = world.item()
    loan = lend(world, world.patron(), item, now=NOON)
    told = take_back(world, item, now=NOON, heard=AT_SIX, branch=world.branch)
    assert (told.loan_id, ends(loan)) == (loan, NOON)
    assert Item.objects.get(pk=item.pk).branch_id == world.branch.pk


def test_a_copy_lent_again_is_kept_for_nobody_by_a_return_told_late(world):
    record = world.record()
    item, waiting = world.item(record), world.patron()
    lend(world, world.patron(), item, now=AT_THREE)
    operations.place_hold(
        record_id=record.pk, patron_id=waiting.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=AT_THREE,
    )  # fmt: skip
    assert take_back(world, item, now=AT_ONE, heard=AT_SIX).hold_id is None
    assert Hold.objects.get().state == "waiting"
    assert Item.objects.get(pk=item.pk).state == ItemState.AVAILABLE


def test_a_copy_looked_for_since_is_not_found_by_a_return_told_late(world):
    item = world.item()
    lend(world, world.patron(), item, now=NOON)
    take_back(world, item, now=AT_TWO)
    Item.objects.filter(pk=item.pk).update(state=ItemState.MISSING)
    assert take_back(world, item, now=AT_ONE, heard=AT_SIX).issues == ()
    assert Item.objects.get(pk=item.pk).state == ItemState.MISSING


def test_two_clocks_a_moment_apart_end_no_loan_before_it_began(world):
    item = world.item()
    loan = lend(world, world.patron(), item, now=NOON)
    assert take_back(world, item, now=NOON - timedelta(seconds=1)).loan_id == loan
    assert ends(loan) == NOON
    assert list(doctor.examine(CHECKS)) == []


def test_the_database_refuses_a_loan_that_ends_before_it_began(world):
    loan = lend(world, world.patron(), world.item(), now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=loan).update(closed_at=NOON - timedelta(seconds=1))


def test_the_doctor_names_a_loan_that_an_earlier_return_had_closed(world):
    item = world.item()
    loan = lend(world, world.patron(), item, now=NOON)
    line = LoanEvent.objects.get()
    Loan.objects.filter(pk=loan).update(closed_at=NOON)
    line.pk, line._state.adding = None, True
    line.kind, line.happened_at = "return", NOON - timedelta(hours=1)
    line.first_today = line.first_this_year = False
    line.save()
    assert [finding.check for finding in doctor.examine(CHECKS)] == ["circulation.loan-order"]


def noon_of(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


DAY, NEXT, LATER = date(2019, 11, 16), date(2019, 11, 17), date(2019, 11, 18)
OLD_YEAR, LAST_DAY, NEW_DAY, SECOND = (
    date(2019, 12, 30),
    date(2019, 12, 31),
    date(2020, 1, 1),
    date(2020, 1, 2),
)
BOTH, OF_THE_DAY, NONE = (True, True), (True, False), (False, False)
#: The loans of one reader in the order the library heard of them: (day lent, day heard of, its marks).
HEARD = {
    "one told late, for a day that has one": [
        (DAY, DAY, BOTH), (LATER, LATER, OF_THE_DAY), (DAY, LATER, NONE), (LATER, LATER, NONE),
    ],
    "one told late, for a day between": [
        (DAY, DAY, BOTH), (LATER, LATER, OF_THE_DAY), (NEXT, LATER, OF_THE_DAY), (NEXT, LATER, NONE),
        (LATER, LATER, NONE),
    ],
    "one told late, before the first of all": [
        (LATER, LATER, BOTH), (DAY, LATER, OF_THE_DAY), (NEXT, LATER, OF_THE_DAY), (LATER, LATER, NONE),
    ],
    "the last year, in which he had borrowed": [
        (OLD_YEAR, OLD_YEAR, BOTH), (SECOND, SECOND, BOTH), (LAST_DAY, SECOND, OF_THE_DAY),
        (LAST_DAY, SECOND, NONE), (SECOND, SECOND, NONE),
    ],
    "the last year, in which he had not": [
        (NEW_DAY, NEW_DAY, BOTH), (LAST_DAY, SECOND, BOTH), (OLD_YEAR, SECOND, OF_THE_DAY),
        (SECOND, SECOND, OF_THE_DAY),
    ],
    "the first day of the new year": [
        (LAST_DAY, LAST_DAY, BOTH), (SECOND, SECOND, BOTH), (NEW_DAY, SECOND, OF_THE_DAY),
    ],
}  # fmt: skip


@pytest.mark.parametrize("loans", HEARD.values(), ids=HEARD)
def test_a_reader_counts_once_a_day_and_year_in_whatever_order_his_loans_are_told(world, loans):
    patron, latest = world.patron(), date.min
    for lent, told, marks in loans:
        loan = lend(world, patron, world.item(), now=noon_of(lent), heard=noon_of(told))
        line = LoanEvent.objects.get(loan_id=loan)
        assert (line.first_today, line.first_this_year) == marks
        latest = max(latest, lent)
        patron.refresh_from_db()
        assert patron.last_loan_on == latest
    assert list(doctor.examine(CHECKS)) == []


def test_taking_a_loan_back_leaves_the_one_told_late_before_it_as_the_last(world):
    patron = world.patron()
    lend(world, patron, world.item(), now=noon_of(LAST_DAY))
    taken_back = lend(world, patron, world.item(), now=noon_of(SECOND))
    lend(world, patron, world.item(), now=noon_of(NEW_DAY), heard=noon_of(SECOND))
    line = LoanEvent.objects.get(loan_id=taken_back)
    operations.undo(line_id=line.pk, actor=world.actor(), now=noon_of(SECOND))
    patron.refresh_from_db()
    assert patron.last_loan_on == NEW_DAY
    marked = {
        year: tuple(
            LoanEvent.objects.filter(month__startswith=year, **{mark: True}).aggregate(n=Sum("quantity"))["n"]
            for mark in ("first_today", "first_this_year")
        )
        for year in ("2019", "2020")
    }
    assert marked == {"2019": (1, 1), "2020": (1, 1)}
    lend(world, patron, world.item(), now=noon_of(SECOND))
    last = LoanEvent.objects.latest("id")
    assert (last.first_today, last.first_this_year) == OF_THE_DAY


def test_loans_of_a_former_system_are_counted_there(world):
    patron = world.patron()
    operations.take_over_loan(
        patron_id=patron.pk, item_id=world.item().pk, lent_on=DAY, due_on=date(2019, 12, 16),
        actor=world.actor(), now=noon_of(NEXT),
    )  # fmt: skip
    lend(world, patron, world.item(), now=noon_of(LATER))
    loan = lend(world, patron, world.item(), now=noon_of(DAY), heard=noon_of(LATER))
    line = LoanEvent.objects.get(loan_id=loan)
    assert (line.first_today, line.first_this_year) == OF_THE_DAY


def test_a_loan_told_late_asks_one_statement_more(world):
    patron = world.patron()
    lend(world, patron, world.item(), now=noon_of(LATER))
    item = world.item()
    with CaptureQueriesContext(connection) as seen:
        lend(world, patron, item, now=noon_of(DAY), heard=noon_of(LATER))
    inside = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(inside) <= 6, inside
    assert Patron.objects.get(pk=patron.pk).last_loan_on == LATER


def test_the_doctor_finds_a_reader_counted_twice_in_a_year(world):
    patron = world.patron()
    lend(world, patron, world.item(), now=noon_of(DAY))
    Patron.objects.update(last_loan_on=None)
    lend(world, patron, world.item(), now=noon_of(LATER))
    assert [finding.check for finding in doctor.examine(CHECKS)] == ["circulation.first-loans"]
