"""Closures ordered and revoked by the house's own operations, and what becomes of loans and holds."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from world import NOON, World, make_world
from yanshu.core import clock
from yanshu.core.event import rows_of
from yanshu.institution.places import operations as places
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.models import WeeklyPeriod
from yanshu.institution.places.queries import forget_calendars
from yanshu.institution.places.terms import ClosureData
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.lending.circulation.subscribers import follow_closures

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2019, 12, 16), date(2019, 12, 17)


@dataclass
class House:
    """The small library, and what lending has heard of its closures."""

    world: World
    heard: int = field(default=0)

    def order(self, first, reopens):
        return self.hear(places.order_closure(
            ClosureData(
                branch_ids=(self.world.central.pk,), first_closed_day=first, reopens_on=reopens,
                reason="维修", notice="因维修闭馆", notice_on=NOON.date(),
            ),
            actor=self.world.actor(), now=NOON,
        ))  # fmt: skip

    def revoke(self, order):
        return self.hear(places.revoke_closure(order, actor=self.world.actor(), now=NOON))

    def hear(self, said):
        rows = list(rows_of(ClosureOrdered, ClosureRevoked).order_by("id")[self.heard :])
        self.heard += len(rows)
        follow_closures(rows, NOON)
        return said

    def lend(self, now=NOON, **values):
        item = self.world.item(**values)
        done = operations.checkout(
            patron_id=self.world.patron().pk, item_id=item.pk, actor=self.world.actor(), now=now
        )
        return Loan.objects.get(pk=done.loan_id)


@pytest.fixture
def house() -> House:
    return House(make_world())


@pytest.fixture
def shut_on_mondays(house):
    WeeklyPeriod.objects.filter(branch=house.world.central, weekday=0).delete()
    forget_calendars()


def due(loan):
    loan.refresh_from_db()
    return loan.due_on, loan.due_moved_from, loan.due_moved_because


@pytest.mark.usefixtures("shut_on_mondays")
def test_a_revoked_closure_gives_back_an_open_day_and_not_the_monday_before_it(house):
    loan = house.lend()
    before = due(loan)
    assert before == (TUESDAY, MONDAY, "closed-day")
    order = house.order(date(2019, 12, 10), date(2020, 1, 10))
    assert due(loan)[0] >= date(2020, 1, 10)
    house.revoke(order)
    assert due(loan) == before


@pytest.mark.parametrize("first_revoked", [0, 1])
def test_of_two_closures_the_one_that_stands_still_holds(house, first_revoked):
    loans = [house.lend() for _number in range(20)]
    spans = [(date(2019, 12, 10), date(2020, 1, 10)), (date(2020, 1, 11), date(2020, 2, 20))]
    orders = [house.order(*span) for span in spans]
    assert {due(loan)[0] >= date(2020, 1, 10) for loan in loans} == {True}
    assert any(due(loan)[0] >= date(2020, 2, 20) for loan in loans)
    house.revoke(orders[first_revoked])
    first, reopens = spans[1 - first_revoked]
    for loan in loans:
        on, moved_from, _because = due(loan)
        assert not first <= on < reopens
        if first_revoked == 0:
            assert (on, moved_from) == (MONDAY, None)
        else:
            assert (on >= reopens, moved_from) == (True, MONDAY)
            assert on < reopens + timedelta(days=14)
    house.revoke(orders[1 - first_revoked])
    assert {due(loan) for loan in loans} == {(MONDAY, None, "")}


def test_a_hold_kept_over_a_closure_goes_back_with_it(house):
    world, record = house.world, house.world.record()
    loan = house.lend(record=record)
    operations.place_hold(
        record_id=record.pk, patron_id=world.patron().pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    operations.return_item(barcode=loan.item.barcode, item_id=loan.item_id, actor=world.actor(), now=NOON)
    kept = date(2019, 11, 19)
    assert Hold.objects.get().pickup_until == kept
    near, far = (date(2019, 11, 18), date(2019, 11, 25)), (date(2019, 11, 26), date(2019, 12, 5))
    first = house.order(*near)
    assert until() == (date(2019, 11, 27), kept)
    second = house.order(*far)
    assert until() == (date(2019, 12, 7), kept)
    house.revoke(second)
    assert until() == (date(2019, 11, 27), kept)
    house.revoke(first)
    assert until() == (kept, None)


def until():
    hold = Hold.objects.get()
    return hold.pickup_until, hold.pickup_moved_from


def test_a_hold_opened_again_by_an_undo_is_kept_over_a_closure_ordered_since(house):
    world, record = house.world, house.world.record()
    loan, waiting = house.lend(record=record), world.patron()
    operations.place_hold(
        record_id=record.pk, patron_id=waiting.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    operations.return_item(barcode=loan.item.barcode, item_id=loan.item_id, actor=world.actor(), now=NOON)
    operations.checkout(patron_id=waiting.pk, item_id=loan.item_id, actor=world.actor(), now=NOON)
    house.order(date(2019, 11, 18), date(2019, 11, 25))
    line = LoanEvent.objects.latest("id")
    operations.undo(line_id=line.pk, actor=world.actor(), now=NOON)
    assert until() == (date(2019, 11, 27), date(2019, 11, 19))


@pytest.mark.usefixtures("shut_on_mondays")
def test_a_renewal_taken_back_after_a_closure_was_ordered_and_revoked_is_due_as_before(house):
    loan = house.lend()
    operations.renew(loan_id=loan.pk, actor=house.world.actor(), now=NOON)
    line = LoanEvent.objects.latest("id")
    order = house.order(date(2019, 12, 10), date(2020, 1, 10))
    operations.undo(line_id=line.pk, actor=house.world.actor(), now=NOON)
    on, moved_from, because = due(loan)
    assert (on >= date(2020, 1, 10), moved_from, because) == (True, TUESDAY, f"closure:{order.pk}")
    house.revoke(order)
    assert due(loan)[0] == TUESDAY
    assert clock.business_date(NOON) < loan.due_on
