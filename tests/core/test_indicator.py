from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from yanshu.core import indicator as declared
from yanshu.core.event import Event
from yanshu.core.indicator import Kind, Split, at, indicator, ratio
from yanshu.core.span import Span
from yanshu.core.unit import Unit

UNIT = next(iter(Unit))
YEAR = Span.year(2019)
CHANGE = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch):
    monkeypatch.setattr(declared, "registry", {})


def declare(code="tests.events", **more):
    @indicator(
        **{
            "code": code,
            "name": code,
            "unit": UNIT,
            "kind": Kind.FLOW,
            "counted_from": "events by the moment they happened",
            "source": "tests",
            "splits": (Split("kind", "kind", "Kind"), Split("number", "id", "Number")),
            **more,
        }
    )
    def events(span):
        return Event.objects.filter(happened_at__gte=span.start, happened_at__lt=span.end)

    return events


def write(kind, moment):
    return Event.objects.create(kind=kind, payload={}, happened_at=moment)


@pytest.mark.django_db
def test_the_rows_of_a_half_open_span_are_counted():
    declare()
    for moment in (YEAR.start, YEAR.end):
        write("edge", moment)
    inside = at("tests.events", YEAR.first_day).rows(YEAR)
    assert [row.happened_at for row in inside] == [YEAR.start]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "found"),
    [({}, 3), ({"kind": "a"}, 2), ({"kind": ["a", "b"]}, 3), ({"kind": "c"}, 0)],
)
def test_rows_are_narrowed_by_named_splits(chosen, found):
    declare()
    for kind in ("a", "a", "b"):
        write(kind, datetime(2019, 5, 1, tzinfo=UTC))
    assert at("tests.events", YEAR.first_day).selected(YEAR, chosen).count() == found


def test_a_split_nobody_declared():
    declare()
    with pytest.raises(KeyError, match="no split colour"):
        at("tests.events", YEAR.first_day).selected(YEAR, {"colour": "red"})


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, "Count"), ({"measure": Sum("id")}, "Sum"), ({"measure": Count("kind", distinct=True)}, "Count")],
)
def test_rows_are_counted_unless_something_else_is_said(given, kept):
    declare(**given)
    assert type(at("tests.events", YEAR.first_day).measure).__name__ == kept


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(1900, 1, 1), "2009"), (date(2024, 12, 31), "2009"), (CHANGE, "2025"), (date(2100, 1, 1), "2025")],
)
def test_a_day_keeps_the_definition_that_was_in_force(day, version):
    declare(version="2009", valid_until=CHANGE)
    declare(version="2025", valid_from=CHANGE)
    assert at("tests.events", day).version == version


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({}, {"valid_from": CHANGE}),
        ({"valid_until": CHANGE}, {"valid_from": date(2024, 12, 31)}),
        ({"valid_from": CHANGE}, {"valid_until": date(2025, 1, 2)}),
    ],
)
def test_two_definitions_never_hold_for_the_same_day(first, second):
    declare(**first)
    with pytest.raises(ValueError, match="declared twice"):
        declare(**second)


@pytest.mark.parametrize(("code", "day"), [("tests.events", date(2019, 1, 1)), ("tests.none", CHANGE)])
def test_what_was_not_in_force(code, day):
    declare(valid_from=CHANGE)
    with pytest.raises(KeyError):
        at(code, day)


def test_a_ratio_names_two_indicators_and_has_no_rows():
    made = ratio(
        code="tests.share",
        name="share",
        numerator="tests.events",
        denominator="tests.all",
        unit=UNIT,
        counted_from="one by the other",
        source="tests",
        times=Decimal(100),
    )
    assert at("tests.share", CHANGE) is made
    assert (made.kind, made.numerator, made.denominator, made.times) == (
        Kind.RATIO,
        "tests.events",
        "tests.all",
        Decimal(100),
    )
    with pytest.raises(TypeError, match="no rows"):
        made.selected(YEAR, {})
