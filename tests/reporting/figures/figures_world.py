"""Ledger lines for tests of figures, written as lending writes them."""

from datetime import UTC, date, datetime, time
from typing import Any

from world import World
from yanshu.collection.catalogue.terms import Medium
from yanshu.core.actor import Actor, Door
from yanshu.lending.circulation.models import LoanEvent
from yanshu.lending.circulation.terms import LoanEventKind

NOON = datetime(2020, 1, 2, 4, tzinfo=UTC)
SYSTEM = Actor.system(Door.COMMAND)


def line(world: World, day: date, **values: Any) -> LoanEvent:
    """Write a line of the circulation ledger at noon of a day, at the central library."""
    at = datetime.combine(day, time(4), tzinfo=UTC)
    return LoanEvent.objects.create(
        **{
            "happened_at": at,
            "recorded_at": at,
            "business_date": day,
            "month": f"{day:%Y-%m}",
            "door": Door.DESK,
            "branch_id": world.central.pk,
            "kind": LoanEventKind.CHECKOUT,
            "quantity": 1,
            "loan_id": 1,
            "item_id": 1,
            "record_id": 1,
            "owning_branch_id": world.central.pk,
            "patron_category": "adult",
            "age_band": "36-59",
            "item_category": "book",
            "medium": Medium.PRINT,
            "class_main": "I",
            **values,
        }
    )


def small_year(world: World) -> None:
    """Write 2019 by hand: 5 loans in 7 lines, one act taken back; one loan just before and after it."""
    east = {"branch_id": world.branch.pk}
    line(world, date(2018, 12, 31))
    line(world, date(2019, 1, 1))
    line(world, date(2019, 1, 1), door=Door.SIP2)
    line(world, date(2019, 5, 31), **east)
    line(world, date(2019, 6, 1), kind=LoanEventKind.RENEWAL, door=Door.OPAC)
    line(world, date(2019, 6, 1), kind=LoanEventKind.RENEWAL, by_reader=False)
    line(world, date(2019, 6, 2), kind=LoanEventKind.RETURN)
    taken_back = line(world, date(2019, 12, 30), **east)
    line(world, date(2019, 12, 30), quantity=-1, corrects=taken_back, **east)
    line(world, date(2019, 12, 31), medium=Medium.AUDIOVISUAL)
    line(world, date(2019, 12, 31), patron_category="child", class_main="")
    line(world, date(2020, 1, 1))


def noon(day: date) -> datetime:
    """Return noon of a day."""
    return datetime.combine(day, time(4), tzinfo=UTC)
