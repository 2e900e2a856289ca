"""Many at once on a real database: limits hold, nothing is lost, nothing is done twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from world import NOON, make_world
from yanshu.core import doctor
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.errors import CheckoutRefused, CirculationRefused
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent

RACERS = 40
THREADS = 8


def race(act, things):
    """Call ``act`` with each thing from several threads at once; return the codes of what came out."""
    gate = Barrier(THREADS)
    shares = [things[number::THREADS] for number in range(THREADS)]

    def run(share):
        came = []
        gate.wait()
        try:
            for thing in share:
                try:
                    act(thing)
                    came.append("done")
                except CirculationRefused as refused:
                    came.extend(refused.codes)
        finally:
            connections.close_all()
        return came

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(code for came in pool.map(run, shares) for code in came)


@pytest.mark.django_db(transaction=True)
def test_one_reader_never_gets_past_the_limit():
    world = make_world()
    patron, items = world.patron(), [world.item() for _number in range(RACERS)]
    came = race(
        lambda item: operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON),
        items,
    )
    assert came == {"done": world.policy.loan_limit, "loan-limit": RACERS - world.policy.loan_limit}
    assert Loan.objects.filter(closed_at=None).count() == world.policy.loan_limit
    lines = LoanEvent.objects.filter(kind="checkout")
    assert lines.count() == world.policy.loan_limit
    assert lines.filter(first_today=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_item_goes_to_one_reader_only():
    world = make_world()
    item, patrons = world.item(), [world.patron() for _number in range(RACERS)]
    came = race(
        lambda patron: operations.checkout(
            patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON
        ),
        patrons,
    )
    assert came == {"done": 1, "item-on-loan": RACERS - 1}
    assert LoanEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_returns_and_loans_of_the_same_items_balance():
    world = make_world()
    items = [world.item() for _number in range(4)]
    patrons = [world.patron() for _number in range(THREADS)]

    def borrow_or_return(number):
        item, patron = items[number % 4], patrons[number % THREADS]
        try:
            operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
        except CheckoutRefused:
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=NOON)

    race(borrow_or_return, list(range(RACERS)))
    lent = LoanEvent.objects.filter(kind="checkout").count()
    back = LoanEvent.objects.filter(kind="return").count()
    assert lent - back == Loan.objects.filter(closed_at=None).count()
    assert Loan.objects.count() == lent
    assert [finding.says for finding in doctor.examine() if finding.check.startswith("circulation.")] == []


@pytest.mark.django_db(transaction=True)
def test_holds_and_returns_of_the_same_title_end_on_the_hold_shelf():
    world = make_world()
    record, borrowers = world.record(), [world.patron() for _number in range(4)]
    items, waiting = [world.item(record) for _number in range(4)], [world.patron() for _number in range(20)]
    for item, borrower in zip(items, borrowers, strict=True):
        operations.checkout(patron_id=borrower.pk, item_id=item.pk, actor=world.actor(), now=NOON)

    def reserve_return_or_cancel(number):
        actor = world.actor()
        if number % 5 == 4:
            item = items[number // 5 % 4]
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)
            return
        patron = waiting[number % 20]
        hold = operations.place_hold(
            record_id=record.pk,
            patron_id=patron.pk,
            pickup_branch_id=world.branch.pk,
            actor=actor,
            now=NOON,
        )
        if number % 2:
            operations.cancel_hold(hold_id=hold.pk, actor=actor, now=NOON)

    race(reserve_return_or_cancel, list(range(RACERS)))
    ready = Hold.objects.filter(state="ready")
    assert ready.count() == ready.values("item").distinct().count()
    assert LoanEvent.objects.filter(kind="return").count() == len(items)
    assert [finding.says for finding in doctor.examine() if finding.check.startswith("circulation.")] == []
