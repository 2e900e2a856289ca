"""Rows written in bulk: keys in order, what is not named, more values than one statement takes."""

from dataclasses import replace

import pytest

from world import NOON, make_world
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.holdings import Holding
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.models import (
    BibRecord,
    Item,
    ItemEvent,
    RecordChange,
    RecordIsbn,
    RecordVersion,
)
from yanshu.collection.catalogue.operations import columns, statements
from yanshu.collection.catalogue.operations.loading import Incoming, LoadFate, load_records
from yanshu.collection.catalogue.terms import RecordState

pytestmark = pytest.mark.django_db
CREATING, UPDATING, WITH_COPIES = 11, 13, 21


def marc(number: int, title: str) -> MarcRecord:
    return MarcRecord(
        "00000nam0 2200000   450 ",
        [
            Field("001", f"N{number}"),
            Field.of("010", "  ", [("a", "978-7-5001-6208-7")]),
            Field.of("200", "1 ", [("a", title)]),
        ],
    )


def incoming(count: int, title: str) -> list[Incoming]:
    read = [columns.parse(marc(number, f"{title}{number}"), Dialect.CNMARC) for number in range(count)]
    return [Incoming(key=("cnmarc", one.columns.control_number), parsed=one, holdings=()) for one in read]


def test_keys_come_in_the_order_of_the_rows(monkeypatch):
    monkeypatch.setattr(statements, "MOST_VALUES", 5)
    keys = statements.insert_rows(RecordChange, [{"record_id": 7 * n, "at": NOON} for n in range(5)])
    assert [RecordChange.objects.get(pk=key).record_id for key in keys] == [0, 7, 14, 21, 28]


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert statements.insert_rows(RecordChange, []) == []
        statements.update_rows(BibRecord, {})


def test_what_is_not_named_begins_as_the_field_says():
    (key,) = statements.insert_rows(
        BibRecord,
        [{"dialect": "cnmarc", "marc": b"", "title": "雁阵", "created_at": NOON, "changed_at": NOON}],
    )
    row = BibRecord.objects.get(pk=key)
    assert (row.state, row.form, row.version, row.year, row.juvenile) == ("draft", "book", 1, None, False)
    assert row.created_at == NOON


def test_each_row_gets_its_own_values():
    keys = statements.insert_rows(RecordChange, [{"record_id": n, "at": NOON} for n in range(3)])
    statements.update_rows(RecordChange, {keys[0]: {"record_id": 10}, keys[2]: {"record_id": 12}})
    assert [row.record_id for row in RecordChange.objects.order_by("pk")] == [10, 1, 12]


def test_the_columns_that_are_read_are_those_that_are_named():
    assert tuple(columns.filled(columns.parse(marc(1, "雁阵"), Dialect.CNMARC))) == columns.FILLED


@pytest.mark.parametrize("count", [1, 3])
def test_copies_take_the_same_statements_whatever_their_number(count, django_assert_num_queries):
    said = {"state": RecordState.RELEASED, "actor": make_world().actor(), "now": NOON}
    load_records(incoming=incoming(1, "先"), **said)
    copies = tuple(Holding(barcode=f"HY{number}") for number in range(count))
    batch = [replace(one, holdings=copies) for one in incoming(1, "雁阵")]
    with django_assert_num_queries(WITH_COPIES):
        load_records(incoming=batch, **said)
    assert (Item.objects.count(), ItemEvent.objects.count()) == (count, count)


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_the_same_statements_whatever_it_holds(count, django_assert_num_queries):
    said = {"state": RecordState.RELEASED, "actor": make_world().actor(), "now": NOON}
    load_records(incoming=incoming(1, "先"), **said)  # what is asked once a process is known from here on
    BibRecord.objects.all().delete()
    with django_assert_num_queries(CREATING):
        fates = load_records(incoming=incoming(count, "雁阵"), **said)
    assert [one.fate for one in fates] == [LoadFate.CREATED] * count
    with django_assert_num_queries(UPDATING):
        fates = load_records(incoming=incoming(count, "雁行"), **said)
    assert [one.fate for one in fates] == [LoadFate.UPDATED] * count
    assert list(RecordVersion.objects.values_list("version", flat=True)) == [1] * count
    assert RecordIsbn.objects.count() == count
    assert sorted(BibRecord.objects.values_list("title", "version")) == [
        (f"雁行{number}", 2) for number in range(count)
    ]
