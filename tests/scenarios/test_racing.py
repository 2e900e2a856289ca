"""Many at once on a real database: limits hold, nothing is lost, nothing is done twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from world import NOON, make_world
from yanshu.collection.catalogue.models import Item
from yanshu.core import doctor
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Refused
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.staff import operations as staff
from yanshu.institution.staff.models import Account
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.errors import CheckoutRefused
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
                except Refused as refused:
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
def test_copies_of_one_title_lent_at_once_leave_one_for_each_reader_who_waits():
    world = make_world()
    record = world.record()
    items = [world.item(record) for _number in range(THREADS)]
    for _number in range(3):
        operations.place_hold(
            record_id=record.pk, patron_id=world.patron().pk, pickup_branch_id=world.branch.pk,
            actor=world.actor(), now=NOON,
        )  # fmt: skip
    came = race(
        lambda pair: operations.checkout(
            patron_id=pair[0].pk, item_id=pair[1].pk, actor=world.actor(), now=NOON
        ),
        [(world.patron(), item) for item in items],
    )
    assert came == {"done": THREADS - 3, "item-held": 3}
    assert Loan.objects.filter(closed_at=None).count() == THREADS - 3


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


def finds_nothing():
    return [finding.says for finding in doctor.examine() if finding.check.startswith("circulation.")] == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_found_the_library_at_once_one_does():
    def found(number):
        staff.found_library(
            library_name=f"新城图书馆{number}", owner_code=f"CN-{number}", branch_name="总馆",
            username=f"director{number}", display_name="馆长", password="long-enough-1",
            actor=Actor.system(Door.DESK), now=NOON,
        )  # fmt: skip

    came = race(found, list(range(THREADS)))
    assert came == {"done": 1, "founded": THREADS - 1}
    assert (Library.objects.count(), Branch.objects.count(), Account.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_returns_and_renewals_while_a_closure_moves_due_dates_and_gives_them_back():
    world = make_world()
    actor, branch = world.actor(), world.central.pk
    items = [world.item() for _number in range(RACERS)]
    for item in items:
        operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=actor, now=NOON)
    first, reopening = date(2019, 12, 1), date(2020, 1, 10)

    def renew_return_move_or_restore(number):
        item = items[number]
        if number % 10 == 0:
            operations.move_due_dates(
                order_id=3, branch_ids=[branch], first_closed_day=first, reopens_on=reopening,
                actor=actor, now=NOON,
            )  # fmt: skip
        elif number % 10 == 5:
            operations.restore_due_dates(
                order_id=3, branch_ids=[branch], first_closed_day=first, reopens_on=reopening,
                actor=actor, now=NOON,
            )  # fmt: skip
        elif number % 2:
            operations.renew(loan_id=Loan.objects.get(item=item).pk, actor=actor, now=NOON)
        else:
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)

    came = race(renew_return_move_or_restore, list(range(RACERS)))
    assert came == {"done": RACERS}
    operations.restore_due_dates(
        order_id=3, branch_ids=[branch], first_closed_day=first, reopens_on=reopening, actor=actor, now=NOON
    )
    renewed, returned = LoanEvent.objects.filter(kind="renewal"), LoanEvent.objects.filter(kind="return")
    assert (renewed.count(), returned.count()) == (16, 16)
    # Each renewal counts from the date that held when it was made, and what it gave still holds.
    for line in renewed:
        loan = Loan.objects.get(pk=line.loan_id)
        assert (loan.due_on, (line.due_on - line.due_before).days) == (line.due_on, 30)
    untouched = Loan.objects.filter(closed_at=None, renewals=0)
    assert set(untouched.values_list("due_on", flat=True)) == {date(2019, 12, 16)}
    assert finds_nothing()


@pytest.mark.django_db(transaction=True)
def test_holds_collected_cancelled_and_returns_undone_leave_every_kept_copy_to_somebody():
    """Readers with a copy kept take it or another one or give it up, while returns are undone."""
    world = make_world()
    actor, record = world.actor(), world.record()
    items, waiting = [world.item(record) for _number in range(6)], [world.patron() for _number in range(12)]
    for item in items:
        operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=actor, now=NOON)
    for patron in waiting:
        operations.place_hold(
            record_id=record.pk, patron_id=patron.pk, pickup_branch_id=world.central.pk,
            actor=actor, now=NOON,
        )  # fmt: skip
    for item in items[:4]:
        operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)

    def collect_cancel_return_or_undo(number):
        item, patron = items[number % 6], waiting[number % 12]
        if number % 4 == 0:
            operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=actor, now=NOON)
        elif number % 4 == 1:
            hold = Hold.objects.filter(patron=patron, state__in=["waiting", "ready"]).first()
            operations.cancel_hold(hold_id=hold.pk if hold else 0, actor=actor, now=NOON)
        elif number % 4 == 2:
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)
        else:
            last = LoanEvent.objects.filter(item_id=item.pk).order_by("-id").first()
            operations.undo(line_id=last.pk, actor=actor, now=NOON)

    race(collect_cancel_return_or_undo, [number * 5 % 48 for number in range(96)])
    ready = Hold.objects.filter(state="ready")
    assert ready.count() == ready.values("item").distinct().count()
    assert finds_nothing()


def waiting_for_locks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_hold_is_given_up_while_a_return_serves_it_and_another_waits_for_the_copy():
    """Who gives up a hold that waits finds a copy kept for it, and locks that copy first after all."""
    world = make_world()
    actor, item, patron = world.actor(), world.item(), world.patron()
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=actor, now=NOON)
    hold = operations.place_hold(
        record_id=item.record_id, patron_id=patron.pk, pickup_branch_id=world.central.pk,
        actor=actor, now=NOON,
    )  # fmt: skip

    def alone(act):
        try:
            return act()
        finally:
            connections.close_all()

    def give_up():
        return operations.cancel_hold(hold_id=hold.pk, actor=actor, now=NOON).state

    @transaction.atomic
    def lock_copy_then_hold():  # as the undo of that return does, which must not be known before its commit
        Item.objects.select_for_update().get(pk=item.pk)
        return list(Hold.objects.select_for_update().filter(item=item, state="ready").values_list("pk"))

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)
            came = [pool.submit(alone, lock_copy_then_hold), pool.submit(alone, give_up)]
            while waiting_for_locks() < len(came):
                pass
        assert [one.result() for one in came] == [[(hold.pk,)], "cancelled"]
    assert Item.objects.get(pk=item.pk).state == "available"
    assert finds_nothing()
