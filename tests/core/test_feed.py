import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from yanshu.core import doctor, event, feed
from yanshu.core.event import Event, publish, rows_of
from yanshu.core.feed import Cursor, advance, advance_all, move_to_end, subscriber, waiting

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)
TRIES = 1_000_000


@dataclass(frozen=True, slots=True)
class BoxFilled:
    number: int


@dataclass(frozen=True, slots=True)
class BoxEmptied:
    number: int


@pytest.fixture
def seen(monkeypatch):
    """Subscribe to filled boxes, three at a time; return the batches as they come."""
    monkeypatch.setattr(feed, "registry", {})
    batches = []

    @subscriber("tests.boxes", rows=lambda: rows_of(BoxFilled), batch=3)
    def take(rows, now):
        assert connection.in_atomic_block
        assert now == NOW
        batches.append([payload["number"] for payload in event.payloads(rows, BoxFilled)])

    return batches


def fill(*numbers):
    """Publish, in a transaction that ended long ago: on PostgreSQL others may be running."""
    publish(*(BoxFilled(number) for number in numbers), now=NOW)
    Event.objects.update(tx=0)


def place():
    return Cursor.objects.values_list("tx", "row_id").get(name="tests.boxes")


@pytest.mark.django_db
def test_a_subscriber_reads_batch_by_batch_and_only_its_own(seen):
    fill(1, 2)
    publish(BoxEmptied(99), now=NOW)
    fill(3, 4)
    assert waiting("tests.boxes")
    assert [advance("tests.boxes", now=NOW) for _round in range(3)] == [3, 1, 0]
    assert seen == [[1, 2, 3], [4]]
    assert place() == (0, rows_of(BoxFilled).order_by("id").last().pk)
    assert not waiting("tests.boxes")


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_is_handed_over_again(monkeypatch, seen):
    monkeypatch.setattr(feed, "registry", {})
    given, broken = [], [True]

    @subscriber("tests.boxes", rows=lambda: rows_of(BoxFilled))
    def take(rows, now):
        given.append(len(rows))
        publish(BoxEmptied(len(rows)), now=now)
        if broken:
            raise RuntimeError(broken.pop())

    fill(1, 2)
    with pytest.raises(RuntimeError):
        advance("tests.boxes", now=NOW)
    assert not Cursor.objects.exists()
    assert not rows_of(BoxEmptied).exists()
    assert advance("tests.boxes", now=NOW) == 2
    assert given == [2, 2]
    assert rows_of(BoxEmptied).count() == 1


@pytest.mark.django_db
def test_asking_whether_rows_wait_writes_nothing(seen, django_assert_num_queries):
    fill(1)
    statements = 3 if connection.vendor == "postgresql" else 2
    with django_assert_num_queries(statements) as asked:
        assert waiting("tests.boxes")
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert not Cursor.objects.exists()


@pytest.mark.django_db
def test_all_subscribers_are_brought_up_to_date(seen):
    others = []
    subscriber("tests.all", rows=Event.objects.all, batch=100)(lambda rows, _now: others.extend(rows))
    fill(*range(7))
    assert advance_all(now=NOW) == 14
    assert [len(batch) for batch in seen] == [3, 3, 1]
    assert len(others) == 7
    assert advance_all(now=NOW) == 0


@pytest.mark.django_db
def test_one_call_takes_so_many_batches_at_most(seen):
    fill(*range(7))
    assert advance_all(now=NOW, most_batches=2) == 6
    assert advance_all(now=NOW, most_batches=2) == 1


@pytest.mark.django_db
def test_a_cursor_is_set_behind_what_a_bulk_load_has_done(seen):
    move_to_end("tests.boxes", now=NOW)
    assert not Cursor.objects.exists()
    fill(1, 2, 3)
    move_to_end("tests.boxes", now=NOW)
    assert not waiting("tests.boxes")
    fill(4)
    assert advance("tests.boxes", now=NOW) == 1
    assert seen == [[4]]


@pytest.mark.django_db
def test_doctor_finds_a_cursor_ahead_of_its_feed(seen):
    fill(1, 2)
    advance("tests.boxes", now=NOW)
    assert list(doctor.examine(["core.subscribers"])) == []
    Event.objects.order_by("id").last().delete()
    assert [finding.says.split(":")[0] for finding in doctor.examine(["core.subscribers"])] == ["tests.boxes"]


def test_a_name_is_declared_once(seen):
    with pytest.raises(ValueError, match=r"tests\.boxes is declared twice"):
        subscriber("tests.boxes", rows=Event.objects.all)(print)


@pytest.mark.django_db
@pytest.mark.sqlite
def test_on_sqlite_every_row_is_of_transaction_0():
    publish(BoxFilled(1), now=NOW)
    assert Event.objects.get().tx == 0


# --- PostgreSQL: a lower id may be committed after a higher one -------------------------------------------


class Writer:
    """A transaction in a thread of its own that goes on when told to."""

    def __init__(self, number):
        self.written, self.end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._write, args=(number,))
        self._thread.start()
        assert self.written.wait(30)

    def _write(self, number):
        try:
            with transaction.atomic():
                publish(BoxFilled(number), now=NOW)
                self.written.set()
                assert self.end.wait(30)
        finally:
            connection.close()

    def commit(self):
        self.end.set()
        self._thread.join()


def read_until(seen, count):
    """Advance until so many rows came: other databases' transactions may hold back the newest."""
    for _try in range(TRIES):
        advance("tests.boxes", now=NOW)
        if sum(map(len, seen)) >= count:
            return
    raise AssertionError(f"after {TRIES} tries only {seen} came")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lower_id_committed_later_is_not_skipped(seen):
    slow, quick = Writer(1), Writer(2)
    quick.commit()
    assert list(rows_of(BoxFilled).values_list("payload__number", flat=True)) == [2]
    assert advance("tests.boxes", now=NOW) == 0
    assert not waiting("tests.boxes")
    slow.commit()
    read_until(seen, 2)
    assert [number for batch in seen for number in batch] == [1, 2]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lower_id_of_a_later_transaction_is_not_skipped(seen):
    """The older transaction takes the higher id: the order of ids alone would pass over the lower one."""
    begun, go = threading.Event(), threading.Event()

    def older():
        try:
            with transaction.atomic():
                Cursor.objects.create(name="tests.other")  # the transaction has its number from here
                begun.set()
                assert go.wait(30)
                publish(BoxFilled(2), now=NOW)
        finally:
            connection.close()

    thread = threading.Thread(target=older)
    thread.start()
    assert begun.wait(30)
    younger = Writer(1)
    go.set()
    thread.join()
    read_until(seen, 1)
    assert seen == [[2]]
    younger.commit()
    read_until(seen, 2)
    assert seen == [[2], [1]]
    ids = dict(Event.objects.values_list("payload__number", "id"))
    assert ids[1] < ids[2]


@pytest.mark.django_db
def test_a_subscriber_that_fails_holds_up_nobody_and_doctor_names_it(seen):
    def fail(_rows, _now):
        raise ValueError("poison")

    subscriber("tests.aaa", rows=Event.objects.all)(fail)
    fill(1, 2)
    assert advance_all(now=NOW) == 2
    assert seen == [[1, 2]]
    assert [found.says for found in doctor.examine(["core.reactions"])] == ["tests.aaa: ValueError"]
