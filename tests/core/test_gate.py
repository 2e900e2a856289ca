"""The gate before SQLite's one writer: everybody gets through, and nobody writes round it."""

import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from yanshu.core.db.gate import Gate
from yanshu.core.sequence import Sequence

pytestmark = pytest.mark.sqlite

THREADS = 16
EACH = 12


def gate_file():
    name = Path(connection.settings_dict["NAME"])
    return name.with_name(name.name + ".gate")


def is_held():
    """Try the gate from outside: by a handle of our own, as another process would."""
    handle = os.open(gate_file(), os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def write(name):
    Sequence.objects.create(name=name)


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_all_get_through():
    start = threading.Barrier(THREADS)

    def work(writer):
        start.wait()
        try:
            for number in range(EACH):
                with transaction.atomic():
                    kept = Sequence.objects.filter(name="total").first() or Sequence(name="total")
                    kept.next_value += 1
                    kept.save()
                    write(f"{writer}-{number}")
        finally:
            connections.close_all()
        return writer

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(work, range(THREADS))) == list(range(THREADS))
    assert Sequence.objects.get(name="total").next_value == THREADS * EACH + 1
    assert Sequence.objects.count() == THREADS * EACH + 1
    assert not is_held()


@pytest.mark.django_db(transaction=True)
def test_the_gate_is_held_from_begin_to_commit():
    assert not is_held()
    with transaction.atomic():
        assert is_held()
        with transaction.atomic():
            write("inner")
        assert is_held()
        transaction.on_commit(lambda: seen.append(is_held()))
        seen = []
    assert not is_held()
    assert seen == [False]


INSERT = "INSERT INTO core_sequence (name, next_value)"
WRITES = {
    "insert": lambda: Sequence.objects.create(name="one"),
    "update": lambda: Sequence.objects.update(next_value=5),
    "delete": lambda: Sequence.objects.filter(name="none")._raw_delete("default"),
    "many": lambda: by_hand(f"{INSERT} VALUES (%s, %s)", [("a", 1), ("b", 1)]),
    "with": lambda: by_hand(f"WITH n AS (SELECT 'w' AS name) {INSERT} SELECT name, 1 FROM n"),
    "a comment is no disguise": lambda: by_hand("  \n update core_sequence SET next_value = 7"),
}


def by_hand(statement, many=None):
    with connection.cursor() as cursor:
        if many is None:
            cursor.execute(statement)
        else:
            cursor.executemany(statement, many)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write_it", WRITES.values(), ids=WRITES)
def test_a_statement_that_writes_by_itself_holds_the_gate_while_it_runs(write_it):
    Sequence.objects.count()
    running = []
    connection.connection.set_trace_callback(lambda said: running.append((said.split()[0], is_held())))
    try:
        write_it()
        Sequence.objects.count()
    finally:
        connection.connection.set_trace_callback(None)
    assert {held for word, held in running if word != "SELECT"} == {True}, running
    assert ("SELECT", False) in running
    assert not is_held()


@pytest.mark.django_db(transaction=True)
def test_a_write_that_fails_or_answers_leaves_the_gate():
    write("one")
    with pytest.raises(IntegrityError):
        write("one")
    assert not is_held()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_sequence SET next_value = 3 RETURNING name")
        assert is_held()
        assert cursor.fetchall() == [("one",)]
    assert not is_held()


class BrokenOff(RuntimeError):
    """What a test breaks a transaction off with."""


@contextmanager
def broken_off():
    with suppress(BrokenOff), transaction.atomic():
        yield
        raise BrokenOff


@pytest.mark.django_db(transaction=True)
def test_the_gate_is_left_at_rollback():
    with broken_off():
        write("lost")
        assert is_held()
    assert not is_held()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sequence.objects.bulk_create([Sequence(name="twice"), Sequence(name="twice")])
    assert not is_held()
    assert not Sequence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_keeps_the_gate():
    with transaction.atomic():
        with broken_off():
            write("lost")
        assert is_held()
        write("kept")
    assert not is_held()
    assert [row.name for row in Sequence.objects.all()] == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_the_gate_is_left_when_a_connection_is_closed_in_the_middle():
    broken = []

    def work():
        with suppress(DatabaseError), transaction.atomic():
            write("lost")
            connection.close()
            broken.append(is_held())
            Sequence.objects.count()
            broken.append("went on")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert broken == [False]
    assert not is_held()
    assert not Sequence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_readers_never_wait_for_the_gate():
    holder = Gate(Path(connection.settings_dict["NAME"]))
    holder.take()
    try:
        assert Sequence.objects.count() == 0
        assert is_held()
    finally:
        holder.close()
    assert not is_held()


@pytest.mark.django_db(transaction=True)
def test_a_writer_waits_for_the_gate_and_for_nothing_else():
    holder, begun, done = Gate(Path(connection.settings_dict["NAME"])), threading.Event(), threading.Event()

    def work():
        try:
            begun.set()
            with transaction.atomic():
                write("after")
            done.set()
        finally:
            connections.close_all()

    holder.take()
    writer = threading.Thread(target=work)
    writer.start()
    begun.wait()
    assert not done.is_set()
    assert not Sequence.objects.exists()
    holder.release()
    writer.join()
    assert done.is_set()
    assert Sequence.objects.get().name == "after"
    holder.close()


def test_a_gate_taken_twice_is_left_once(tmp_path):
    gate = Gate(tmp_path / "library.sqlite3")
    gate.take()
    gate.take()
    assert gate.held
    gate.release()
    assert not gate.held
    gate.release()
    gate.close()
    gate.take()
    assert gate.held
    gate.close()
