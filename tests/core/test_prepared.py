"""Statements written by hand: bound by the server and kept by it, in the transaction of the ORM."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yanshu.core.db.prepared import prepared_cursor
from yanshu.core.sequence import Sequence

COUNTING = "SELECT count(*) FROM core_sequence"


def count(name):
    with prepared_cursor() as cursor:
        cursor.execute(f"{COUNTING} WHERE name = %s", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_it_sees_what_its_transaction_has_written_and_is_seen_itself():
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        Sequence.objects.create(name="a")
        assert count("a") == 1
    assert sum(COUNTING in query["sql"] for query in seen.captured_queries) == 1


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_server_keeps_a_statement_that_comes_again():
    for name in "abcd":
        count(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%= $1"])
        assert cursor.fetchone()[0] == 1
