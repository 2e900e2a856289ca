"""What a machine tells late: it changes what was so at that moment, and nothing that has happened since."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from world import NOON, World, make_world
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import doctor
from yanshu.core.actor import Door
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, ReturnIssue

pytestmark = pytest.mark.django_db
CHECKS = [name for name in doctor.registry if name.startswith("circulation.")]
AT_ONE, AT_TWO, AT_THREE, AT_SIX = (NOON + timedelta(hours=hours) for hours in (1, 2, 3, 6))


@pytest.fixture
def world() -> World:
    return make_world()


def lend(world, patron, item, *, now, heard=None, door=Door.DESK):
    done = operations.checkout(
        patron_id=patron.pk, item_id=item.pk, actor=world.actor(door=door), now=now, recorded_at=heard
    )
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
