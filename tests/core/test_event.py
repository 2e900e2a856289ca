from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from yanshu.core.event import Event, Noteworthy, kind_of, payloads, publish, rows_of

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoanOpened:
    loan_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class LoanClosed:
    loan_id: int


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [(Noteworthy, "core.event.Noteworthy"), (LoanOpened, f"{__name__}.LoanOpened")],
)
def test_an_event_is_kept_under_the_name_of_its_type(event_type, kind):
    assert kind_of(event_type) == kind


@pytest.mark.django_db
def test_facts_are_kept_as_ids_and_dates(django_assert_num_queries):
    with django_assert_num_queries(1):
        publish(LoanOpened(4, date(2019, 12, 16)), LoanClosed(3), now=NOW)
    opened, closed = Event.objects.order_by("id")
    assert opened.payload == {"loan_id": 4, "due_on": "2019-12-16"}
    assert (closed.payload, closed.happened_at) == ({"loan_id": 3}, NOW)


@pytest.mark.django_db
def test_rows_and_payloads_of_some_types():
    publish(LoanOpened(1, date(2019, 12, 16)), LoanClosed(2), LoanClosed(3), now=NOW)
    publish(Noteworthy("新馆开放", date(2019, 6, 18), "day", "places.closure:1", ("馆长",)), now=NOW)
    assert payloads(list(rows_of(LoanClosed).order_by("id")), LoanClosed) == [{"loan_id": 2}, {"loan_id": 3}]
    assert rows_of(LoanOpened, LoanClosed).count() == 3
    assert payloads(list(Event.objects.all()), Noteworthy)[0]["persons"] == ["馆长"]


@pytest.mark.django_db
def test_what_is_rolled_back_has_not_happened():
    with transaction.atomic():
        publish(LoanClosed(1), now=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
