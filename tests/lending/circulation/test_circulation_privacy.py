"""Who had what is forgotten on time: in batches, everywhere, and once for all."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from world import NOON, World, make_world
from yanshu.core.actor import Door, PermissionMissing
from yanshu.core.journal import JournalLine
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=32)
KEY = 987_654_321_012
"""A reader's key that no other number of the database contains."""


@pytest.fixture
def world() -> World:
    return make_world()


def lend_and_return(world, patron, *, item=None):
    item = item or world.item()
    actor = world.actor()
    operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=actor, now=NOON)
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON + timedelta(days=1))


def lines():
    return JournalLine.objects.filter(operation__startswith="circulation.cut")


def test_links_are_cut_a_month_after_return_but_not_where_the_reader_keeps_them(world):
    keeper, other = world.patron(keep_history=True), world.patron()
    for reader in (keeper, other):
        lend_and_return(world, reader)
    assert operations.cut_links(actor=world.actor(), now=NOON + timedelta(days=30)) == 0
    assert operations.cut_links(actor=world.actor(), now=LATER) == 1
    assert list(Loan.objects.order_by("id").values_list("patron_id", flat=True)) == [keeper.pk, None]
    assert list(LoanEvent.objects.order_by("id").values_list("kind", flat=True)) == ["checkout", "return"] * 2


@pytest.mark.parametrize("keeps", [True, False])
def test_a_reader_sees_of_his_past_what_the_night_leaves_him_to_the_second(world, keeps):
    reader = world.patron(keep_history=keeps)
    lend_and_return(world, reader)
    back = NOON + timedelta(days=1)
    for second in (-1, 0, 1):
        now = back + timedelta(days=30, seconds=second)
        shown = queries.past_loans(patron_id=reader.pk, now=now).count()
        operations.cut_links(actor=world.actor(), now=now)
        assert shown == Loan.objects.filter(patron=reader).count() == int(keeps or second < 1)
        assert queries.past_loans_to_forget(patron_id=reader.pk, now=now) == int(keeps and second == 1)


def test_many_links_are_cut_in_batches_with_one_line_in_the_journal(world):
    for _number in range(5):
        lend_and_return(world, world.patron())
    seen = []
    with CaptureQueriesContext(connection) as statements:
        cut = operations.cut_links(actor=world.actor(), now=LATER, batch=2, progress=seen.append)
    updates = [query for query in statements.captured_queries if query["sql"].startswith("UPDATE")]
    assert (cut, seen, len(updates)) == (5, [2, 4, 5], 3)
    assert not Loan.objects.filter(patron__isnull=False).exists()
    assert [line.operation for line in lines()] == ["circulation.cut_links"]


@pytest.mark.django_db(transaction=True)
def test_a_run_broken_off_has_done_what_it_has_done_and_the_next_takes_up_the_rest(world):
    for _number in range(5):
        lend_and_return(world, world.patron())

    def break_off(cut):
        if cut == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.cut_links(actor=world.actor(), now=LATER, batch=2, progress=break_off)
    assert (Loan.objects.filter(patron=None).count(), lines().count()) == (4, 1)
    assert operations.cut_links(actor=world.actor(), now=LATER, batch=2) == 1
    assert (Loan.objects.filter(patron=None).count(), lines().count()) == (5, 2)


def test_no_more_than_asked_for_is_cut_in_one_run(world):
    for _number in range(3):
        lend_and_return(world, world.patron())
    assert operations.cut_links(actor=world.actor(), now=LATER, most=2, batch=1) == 2
    assert Loan.objects.filter(patron__isnull=False).count() == 1


def test_cutting_needs_its_permission(world):
    lend_and_return(world, world.patron())
    with pytest.raises(PermissionMissing):
        operations.cut_links(actor=world.actor("circulation.see"), now=LATER)
    assert Loan.objects.filter(patron__isnull=False).count() == 1


def test_after_the_cut_nothing_outside_the_readers_own_record_leads_to_him(world):
    """Loan, renewal, late return, hold collected, hold cancelled: then no other table names him."""
    patron, item = world.patron(pk=KEY, name="独一无二之名"), world.item()
    held, given_up = world.item(), world.item()
    clerk = world.actor()
    himself = world.actor(patron_id=patron.pk, door=Door.OPAC, label="", account_id=4, scope=frozenset())
    lent = operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=clerk, now=NOON)
    operations.renew(loan_id=lent.loan_id, actor=himself, now=NOON)
    for copy in (held, given_up):
        operations.checkout(patron_id=world.patron().pk, item_id=copy.pk, actor=clerk, now=NOON)
        operations.place_hold(
            record_id=copy.record_id, patron_id=patron.pk, pickup_branch_id=world.central.pk,
            actor=himself, now=NOON,
        )  # fmt: skip
        operations.return_item(barcode=copy.barcode, item_id=copy.pk, actor=clerk, now=NOON)
    operations.checkout(patron_id=patron.pk, item_id=held.pk, actor=clerk, now=NOON)
    hold_id = Hold.objects.get(record_id=given_up.record_id).pk
    operations.cancel_hold(hold_id=hold_id, actor=himself, now=NOON)
    late = NOON + timedelta(days=100)
    for copy in (item, held):
        operations.return_item(barcode=copy.barcode, item_id=copy.pk, actor=clerk, now=late)
    assert where_named(patron) > {"circulation_loan", "circulation_hold"}
    operations.cut_links(actor=clerk, now=late + timedelta(days=32))
    assert where_named(patron) <= {"patrons_patron", "patrons_card", "patrons_membershipevent"}
    assert Patron.objects.get(pk=KEY).suspended_until is not None


def where_named(patron):
    """Return the tables in which a row contains the reader's key, name or card number."""
    marks = (str(patron.pk), patron.name, patron.cards.get().number)
    found = set()
    for model in apps.get_models():
        if model._meta.db_table not in connection.introspection.table_names():
            continue  # kept beside the data: sessions, cache
        for row in model._base_manager.values_list(*[field.attname for field in model._meta.local_fields]):
            if any(mark in str(value) for value in row for mark in marks):
                found.add(model._meta.db_table)
    return found
