from datetime import date

import pytest
from django.urls import reverse

from world import NOON, make_world
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core import waiting
from yanshu.core.actor import Actor, Door
from yanshu.doors.desk import navigation
from yanshu.institution.places.models import PublicHoliday
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role
from yanshu.lending.circulation.models import Hold, ReturnIssue
from yanshu.lending.circulation.terms import HoldState, ReturnIssueKind

SYSTEM = Actor.system(Door.JOB)


@pytest.fixture
def world(db):
    made = make_world()
    PublicHoliday.objects.create(day=date(2019, 10, 1), name="国庆节", is_off=True)
    PublicHoliday.objects.create(day=date(2020, 10, 1), name="国庆节", is_off=True)
    return made


def found(actor=SYSTEM, **values):
    return {one.work.code: one.count for one in waiting.waiting_for(actor, NOON, **values)}


def issue(branch, **values):
    return ReturnIssue.objects.create(
        kind=ReturnIssueKind.NOT_ON_LOAN, barcode="X", branch=branch, opened_at=NOON, **values
    )


def hold(world, record, **values):
    return Hold.objects.create(
        record=record, patron=world.patron(), pickup_branch=world.central, placed_at=NOON, **values
    )


def test_nothing_waits_in_a_house_in_order(world):
    world.item()
    assert found() == {}


def test_records_wait_for_proofreading_and_release(world):
    for state in (RecordState.DRAFT, RecordState.DRAFT, RecordState.PROOFREAD):
        world.record(state=state, released_on=None)
    assert found() == {"catalogue.to-proofread": 2, "catalogue.to-release": 1}


def test_a_settled_return_waits_no_more(world):
    issue(world.central)
    issue(world.central, settled_at=NOON)
    assert found() == {"circulation.issues": 1}


def test_what_waits_at_another_branch_is_not_told(world):
    issue(world.central)
    issue(world.branch)
    clerk = Actor(
        "甲",
        Door.DESK,
        permissions=frozenset({"circulation.settle_issue"}),
        reach={"circulation.settle_issue": frozenset({world.branch.pk})},
        scope=None,
    )
    assert found(clerk) == {"circulation.issues": 1}


def test_nobody_is_told_of_work_that_is_not_theirs(world):
    issue(world.central)
    world.record(state=RecordState.DRAFT, released_on=None)
    cataloguer = Actor("乙", Door.DESK, permissions=frozenset({"catalogue.proofread"}), scope=None)
    assert found(cataloguer) == {"catalogue.to-proofread": 1}
    assert found(Actor.nobody(Door.OPAC)) == {}


def test_a_title_to_be_fetched_waits_once_however_many_copies_stand_there(world):
    record = world.record()
    world.item(record)
    world.item(record)
    hold(world, record, state=HoldState.WAITING)
    assert found() == {"circulation.to-fetch": 1}


@pytest.mark.parametrize(("until", "count"), [(date(2019, 11, 15), 1), (date(2019, 11, 16), 0)])
def test_the_last_day_of_collection_is_still_in_time(world, until, count):
    item = world.item()
    hold(world, item.record, item=item, state=HoldState.READY, pickup_until=until)
    assert found().get("circulation.not-collected", 0) == count


@pytest.mark.parametrize(("month", "count"), [(10, 0), (11, 1)])
def test_next_years_holidays_are_missed_from_november_on(world, month, count):
    PublicHoliday.objects.filter(day__year=2020).delete()
    now = NOON.replace(month=month)
    assert [one.count for one in waiting.waiting_for(SYSTEM, now)] == [count] * count


def test_only_the_pages_asked_for_are_counted(world, django_assert_num_queries):
    issue(world.central)
    with django_assert_num_queries(1):
        assert found(pages={"circulation-issues"}) == {"circulation.issues": 1}


def test_a_work_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        waiting.waiting("circulation.issues", page="x", permission="y", says=str)(lambda _actor, _now: 0)


@pytest.mark.parametrize("code", sorted(waiting.registry))
def test_every_work_lies_on_a_page_of_the_desk_and_has_words(code):
    work = waiting.registry[code]
    assert reverse(f"desk:{work.page}")
    assert waiting.Waiting(work, 1234).words
    assert work.page in {
        entry.name for wing in navigation.WINGS for section in wing.sections for entry in section.entries
    }


def test_the_panel_shows_the_count_beside_the_page(world):
    issue(world.central)
    lending = navigation.wing_of("circulation-issues")
    panel = navigation.panel(SYSTEM, lending, "circulation-issues", now=NOON)
    counts = {link.url: link.count for group in panel.groups for link in group.links if link.count}
    assert counts == {reverse("desk:circulation-issues"): 1}


def test_the_overview_gathers_what_waits_and_leads_there(world, client):
    world.record(state=RecordState.DRAFT, released_on=None)
    director = world.account("director")
    RoleGrant.objects.create(account=director, role=Role.DIRECTOR, granted_at=NOON)
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    matters = client.get(reverse("desk:home")).context["matters"]
    assert f"{reverse('desk:catalogue-records')}?state=draft" in [matter.url for matter in matters]
