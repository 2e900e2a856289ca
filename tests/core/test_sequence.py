import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from yanshu.core import sequence
from yanshu.core.sequence import TransactionMissing

THREADS = 8
EACH = 20


@pytest.mark.django_db
def test_numbers_begin_at_one_and_run_on():
    assert sequence.peek("slips") == 1
    assert sequence.take("slips") == range(1, 2)
    assert sequence.take("slips", 3) == range(2, 5)
    assert sequence.next_number("slips") == 5
    assert sequence.next_number("other") == 1
    assert sequence.peek("slips") == 6


@pytest.mark.django_db
def test_a_rolled_back_number_is_given_out_again():
    sequence.take("slips")
    with transaction.atomic():
        assert sequence.next_number("slips") == 2
        transaction.set_rollback(True)
    assert sequence.next_number("slips") == 2


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_given_out():
    with pytest.raises(TransactionMissing):
        sequence.take("slips")
    assert sequence.peek("slips") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_number_cannot_be_taken(count):
    with pytest.raises(ValueError, match="cannot be taken"):
        sequence.take("slips", count)


@pytest.mark.django_db
def test_numbers_of_an_older_system_are_continued_but_never_repeated():
    sequence.start_at("slips", 20_810)
    assert sequence.next_number("slips") == 20_810
    with pytest.raises(ValueError, match="20811"):
        sequence.start_at("slips", 5)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_take_every_number_once():
    start = threading.Barrier(THREADS)

    def write(writer):
        start.wait()
        try:
            return [number for turn in range(EACH) if (number := take(refused=(writer + turn) % 5 == 0))]
        finally:
            connection.close()

    def take(*, refused):
        with transaction.atomic():
            number = sequence.next_number("slips")
            transaction.set_rollback(refused)
        return None if refused else number

    with ThreadPoolExecutor(THREADS) as pool:
        taken = [number for numbers in pool.map(write, range(THREADS)) for number in numbers]
    assert len(taken) == THREADS * EACH * 4 // 5
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert sequence.peek("slips") == len(taken) + 1
