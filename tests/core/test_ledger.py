from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from world import make_world
from yanshu.collection.catalogue.models import ItemEvent
from yanshu.collection.catalogue.terms import ItemEventKind
from yanshu.core.actor import Actor, Door
from yanshu.core.ledger import (
    LedgerIsAppendOnly,
    guard_sql,
    guarded_tables,
    ledger_tables,
    unguard_sql,
)
from yanshu.core.upkeep import ledger_guards
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.institution.visits.terms import Quality, Source
from yanshu.lending.circulation.models import LoanEvent
from yanshu.lending.circulation.terms import LoanEventKind
from yanshu.readers.patrons.models import MembershipEvent
from yanshu.readers.patrons.terms import AgeBand, CategoryKind, MembershipEventKind

EVENING = datetime(2019, 12, 31, 16, 30, tzinfo=UTC)
LEDGERS = (
    "catalogue_itemevent",
    "circulation_loanevent",
    "patrons_membershipevent",
    "visits_gatereading",
)
TERMINAL = Actor(
    label="自" * 120,
    door=Door.SIP2,
    account_id=None,
    terminal_id=5,
    branch_id=3,
)


def line(**values):
    return MembershipEvent(
        **{
            "kind": next(iter(MembershipEventKind)),
            "category_code": "adult",
            "category_kind": CategoryKind.ADULT,
            "age_band": next(iter(AgeBand)),
            **values,
        }
    ).stamp(actor=TERMINAL, happened_at=EVENING, recorded_at=EVENING + timedelta(hours=1))


@pytest.fixture
def written(db):
    kept = line()
    kept.save()
    return kept


def test_a_line_carries_who_when_and_where():
    stamped = line()
    assert (stamped.business_date, stamped.month) == (date(2020, 1, 1), "2020-01")
    assert (stamped.happened_at, stamped.recorded_at - stamped.happened_at) == (EVENING, timedelta(hours=1))
    assert (stamped.door, stamped.terminal_id, stamped.account_id) == (Door.SIP2, 5, None)
    assert stamped.actor_label == "自" * 100
    assert stamped.branch_id == 3


def test_a_branch_that_is_said_stays():
    assert line(branch_id=9).branch_id == 9


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.save(),
        lambda kept: kept.delete(),
        lambda _kept: MembershipEvent.objects.update(quantity=9),
        lambda _kept: MembershipEvent.objects.filter(quantity=1).delete(),
        lambda kept: MembershipEvent.objects.bulk_update([kept], ["quantity"]),
        lambda kept: MembershipEvent.objects.update_or_create(pk=kept.pk, defaults={"quantity": 9}),
        lambda kept: MembershipEvent.objects.get(pk=kept.pk).save(update_fields=["quantity"]),
    ],
    ids=["save", "delete", "update", "delete many", "bulk update", "update or create", "some columns"],
)
def test_a_line_is_written_once(written, change):
    with pytest.raises(LedgerIsAppendOnly):
        change(written)
    assert MembershipEvent.objects.get().quantity == 1


def test_a_correction_is_a_line_that_names_the_old_one_once(written):
    correction = line(quantity=-1, corrects=written)
    correction.save()
    assert written.corrected_by == correction
    with pytest.raises(DatabaseError), transaction.atomic():
        line(quantity=-1, corrects=written).save()


def test_the_ledgers_there_are():
    assert ledger_tables() == LEDGERS


# --- the database's own guard -----------------------------------------------------------------------------


@pytest.fixture
def guarded(db, settings):
    """Leave out what asks for the guards where the tables were made without migrations."""
    if settings.MIGRATION_MODULES:
        pytest.skip("the guards are made by migrations; run without --nomigrations")


@pytest.fixture
def every_ledger(guarded):
    """Write a line into each ledger."""
    world = make_world()
    item = world.item()
    gate = Gate.objects.create(branch=world.central, code="G1", name="南门", installed_on=date(2018, 1, 1))
    lines = (
        line(),
        ItemEvent(item=item, kind=next(iter(ItemEventKind))),
        GateReading(
            gate=gate,
            interval_start=EVENING,
            interval_end=EVENING + timedelta(hours=1),
            raw_in=10,
            factor_permille=1000,
            corrected=10,
            quality=next(iter(Quality)),
            source=next(iter(Source)),
            branch_kind=world.central.kind,
        ),
        LoanEvent(
            kind=LoanEventKind.CHECKOUT,
            loan_id=1,
            item_id=item.pk,
            record_id=item.record_id,
            owning_branch_id=world.central.pk,
            patron_category="adult",
            age_band="adult",
            item_category="book",
            medium="print",
        ),
    )
    for each in lines:
        each.stamp(actor=TERMINAL, happened_at=EVENING, recorded_at=EVENING).save()


def refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as wrong:
        return "append-only" in str(wrong)
    return False


@pytest.mark.parametrize("table", LEDGERS)
def test_the_database_itself_refuses_to_change_a_line(every_ledger, table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (1,)
    assert refused(f"UPDATE {table} SET actor_label = 'x'")
    assert refused(f"UPDATE {table} SET id = id")


@pytest.mark.parametrize("table", LEDGERS)
def test_the_database_itself_refuses_to_remove_a_line(every_ledger, table):
    assert refused(f"DELETE FROM {table}")


def test_every_ledger_is_guarded(guarded):
    assert sorted(guarded_tables()) == list(LEDGERS)
    assert list(ledger_guards()) == []


def test_a_table_without_the_guard_is_found_out(written):
    """The guard's own statements, on a table that may have it already."""
    table = MembershipEvent._meta.db_table
    run(unguard_sql(table, connection.vendor))
    assert [sentence for sentence in ledger_guards() if sentence.startswith(f"{table} ")]
    assert not refused(f"UPDATE {table} SET id = id")
    run(guard_sql(table, connection.vendor))
    assert table in guarded_tables()
    assert refused(f"UPDATE {table} SET id = id")
    assert refused(f"DELETE FROM {table}")


def run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_keeps_its_guards(guarded):
    line().save()
    call_command("flush", interactive=False, verbosity=0, database="default")
    assert not MembershipEvent.objects.exists()
    assert sorted(guarded_tables()) == list(LEDGERS)
