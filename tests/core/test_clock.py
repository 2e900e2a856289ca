from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from yanshu.core import clock
from yanshu.core.models import Instance

BEFORE_MIDNIGHT = datetime(2019, 12, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.django_db
def test_without_demonstration_data_the_library_lives_in_real_time():
    assert clock.offset() == timedelta(0)
    assert clock.now().tzinfo == UTC
    before = clock.real_now()
    assert before <= clock.now() <= clock.real_now()


@pytest.mark.django_db
def test_demonstration_data_moves_the_librarys_day():
    Instance.objects.create(pk=1, is_demonstration=True, clock_offset_seconds=-86_400)
    clock.forget()
    before = clock.real_now()
    assert before - timedelta(days=1) <= clock.now() <= clock.real_now() - timedelta(days=1)


@pytest.mark.django_db
def test_the_offset_is_read_once_until_it_is_forgotten(django_assert_num_queries):
    clock.forget()
    with django_assert_num_queries(1):
        clock.now()
        clock.now()
    Instance.objects.create(pk=1, is_demonstration=True, clock_offset_seconds=60)
    assert clock.offset() == timedelta(0)
    clock.forget()
    assert clock.offset() == timedelta(minutes=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"pk": 1, "clock_offset_seconds": -1}, {"pk": 2}],
    ids=["offset of a real library", "second row"],
)
def test_the_database_refuses(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Instance.objects.create(**wrong)
    assert Instance.objects.count() == 0


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (BEFORE_MIDNIGHT, date(2019, 12, 31)),
        (BEFORE_MIDNIGHT + timedelta(seconds=1), date(2020, 1, 1)),
    ],
)
def test_a_business_date_is_the_librarys_own(moment, day):
    assert clock.business_date(moment) == day
    assert clock.local(moment).date() == day
    assert clock.local(moment) == moment
