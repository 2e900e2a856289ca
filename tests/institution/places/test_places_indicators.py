"""Figures of places on a hand-counted little world, with rows on both edges of the span."""

from datetime import date

import pytest

from institution.places.places_world import NOW, SYSTEM, a_branch, a_library
from yanshu.core.indicator import registry
from yanshu.core.span import Span
from yanshu.institution.places import checks, operations
from yanshu.institution.places.models import ClosedDay, DayException
from yanshu.institution.places.terms import BranchKind, ClosureData

pytestmark = pytest.mark.django_db


def figure(code: str, span: Span) -> int:
    (indicator,) = registry[code]
    return indicator.rows(span).order_by().aggregate(value=indicator.measure)["value"]


def close(first: date, reopens: date, *branches) -> None:
    ids = tuple(branch.pk for branch in branches)
    data = ClosureData(ids, first, reopens, "整改", "公告", date(2019, 3, 20))
    operations.order_closure(data, actor=SYSTEM, now=NOW)


def test_a_day_is_closed_once_however_many_branches():
    library = a_library()
    central, other = a_branch(library), a_branch(library, "b")
    close(date(2019, 4, 8), date(2019, 6, 18), central, other)
    close(date(2019, 6, 18), date(2019, 6, 20), other)
    assert figure("facilities.closure_days", Span.year(2019)) == 71 + 2
    assert figure("facilities.closure_days", Span.month(2019, 6)) == 17 + 2
    assert figure("facilities.closure_days", Span(date(2019, 4, 7), date(2019, 4, 8))) == 0
    assert figure("facilities.closure_days", Span(date(2019, 4, 8), date(2019, 4, 9))) == 1


def test_a_revoked_order_closes_nothing():
    branch = a_branch(a_library())
    close(date(2019, 4, 8), date(2019, 4, 10), branch)
    operations.revoke_closure(branch.closure_orders.get(), actor=SYSTEM, now=NOW)
    assert figure("facilities.closure_days", Span.year(2019)) == 0


def test_places_by_kind_at_the_end_of_the_span():
    library = a_library()
    a_branch(library)
    building = {"service_from": None, "week": (), "kind": BranchKind.BOOKHOUSE}
    a_branch(library, "b1", construction_started_on=date(2019, 12, 31), **building)
    a_branch(library, "b2", construction_started_on=date(2020, 1, 1), **building)
    community = {"week": (), "kind": BranchKind.COMMUNITY_LIBRARY}
    a_branch(library, "c1", service_from=date(2019, 6, 1), **community)
    a_branch(library, "c2", service_from=date(2020, 1, 1), **community)
    a_branch(library, "c3", service_from=date(2016, 1, 1), service_until=date(2020, 1, 1), **community)
    a_branch(library, "c4", service_from=date(2016, 1, 1), service_until=date(2019, 12, 31), **community)
    year = Span.year(2019)
    assert figure("facilities.bookhouses", year) == 1
    assert figure("facilities.community_libraries", year) == 2
    assert figure("facilities.branches", year) == 1 + 2


def test_without_a_branch_there_is_no_figure():
    codes = [code for code in registry if code.startswith("facilities.")]
    assert not any(registry[code][0].ready(Span.year(2019)) for code in codes)


def test_doctor_finds_what_disagrees():
    branch = a_branch(a_library())
    close(date(2019, 4, 8), date(2019, 4, 10), branch)
    found = [checks.closed_days, checks.closed_branches, checks.exceptions]
    assert [list(run()) for run in found] == [[], [], []]
    ClosedDay.objects.filter(day=date(2019, 4, 9)).delete()
    DayException.objects.create(branch=branch, day=date(2019, 5, 1), kind="open", periods=["x"])
    branch.closure_orders.get().branches.clear()
    assert [len(list(run())) for run in found] == [1, 1, 1]
