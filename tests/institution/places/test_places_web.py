"""The pages of places: each opens for whom it is for, saves what is sound, and words what is not."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from institution.places.places_world import ALWAYS, CLOSED_MONDAYS, SYSTEM, a_branch, a_library
from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.institution.places import operations, queries
from yanshu.institution.places.models import Branch, ClosureOrder, DayException, PublicHoliday, Terminal
from yanshu.institution.places.queries import actor_of_terminal
from yanshu.institution.places.terms import (
    BranchNow,
    ClosureData,
    LocationData,
    ServicePointData,
    ServicePointKind,
    TerminalData,
    TerminalKind,
)
from yanshu.institution.places.web.panels import branches_now
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def library():
    return a_library()


@pytest.fixture
def branch(library):
    return a_branch(library)


def log_in(role: Role, branch: Branch | None = None, name: str = "guan") -> Client:
    account = Account.objects.create(username=name, display_name="馆长", created_at=clock.now(), password="!")
    RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=clock.now())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def director(branch):
    return log_in(Role.DIRECTOR)


@pytest.fixture
def order(branch, now):
    today = clock.business_date(now)
    data = ClosureData(
        (branch.pk,),
        today.replace(year=today.year + 1),
        today.replace(year=today.year + 2),
        "检修",
        "公告",
        today,
    )
    return operations.order_closure(data, actor=SYSTEM, now=now)


def test_every_page_opens(director, branch, order, now):
    location = operations.make_location(LocationData(branch.pk, "3F", "三楼"), actor=SYSTEM, now=now)
    point = operations.make_service_point(
        ServicePointData(branch.pk, "服务台", ServicePointKind.DESK), actor=SYSTEM, now=now
    )
    terminal = operations.make_terminal(
        TerminalData(branch.pk, TerminalKind.SIP2, "自助机", "sip-1"), actor=SYSTEM, now=now
    ).terminal
    operations.load_holidays(2019, actor=SYSTEM, now=now)
    pages = [
        ("branches", ()),
        ("branch-new", ()),
        ("branch", (branch.pk,)),
        ("branch-edit", (branch.pk,)),
        ("month", (branch.pk,)),
        ("day", (branch.pk, "2019-10-01")),
        ("week", (branch.pk,)),
        ("library", ()),
        ("locations", ()),
        ("location-new", ()),
        ("location", (location.pk,)),
        ("points", ()),
        ("point-new", ()),
        ("point", (point.pk,)),
        ("terminals", ()),
        ("terminal-new", ()),
        ("terminal", (terminal.pk,)),
        ("holidays", ()),
        ("closures", ()),
        ("closure-new", ()),
        ("closure", (order.pk,)),
        ("closure-print", (order.pk,)),
    ]
    statuses = {
        name: director.get(reverse(f"desk:places-{name}", args=args)).status_code for name, args in pages
    }
    assert statuses == {name: 200 for name, _args in pages}


def test_the_calendar_leads_to_a_branch(director, library, branch):
    other = a_branch(library, "zhuhui")
    first = director.get(reverse("desk:places-calendar"))
    assert first.url.startswith(reverse("desk:places-month", args=[branch.pk]))
    asked = director.get(reverse("desk:places-calendar"), {"branch": other.pk, "month": "2027-04"})
    assert asked.url == reverse("desk:places-month", args=[other.pk]) + "?month=2027-04"


def test_without_a_branch_the_calendar_says_so(library):
    assert "ys-empty" in log_in(Role.DIRECTOR).get(reverse("desk:places-calendar")).content.decode()


def test_lists_export_their_rows(director):
    answer = director.get(reverse("desk:places-branches"), {"export": "csv"})
    assert "central馆" in b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize("name", ["branches", "locations", "points", "terminals", "closures"])
def test_lists_cost_the_same_for_more_rows(director, library, branch, name, now):
    def fill(number: int) -> None:
        other = a_branch(library, f"b{number}")
        operations.make_location(LocationData(other.pk, "1", "一楼"), actor=SYSTEM, now=now)
        point = ServicePointData(other.pk, "台", ServicePointKind.DESK)
        operations.make_service_point(point, actor=SYSTEM, now=now)
        terminal = TerminalData(other.pk, TerminalKind.GATE, "门", f"g-{number}")
        operations.make_terminal(terminal, actor=SYSTEM, now=now)
        today = clock.business_date(now)
        closure = ClosureData((other.pk,), today, today.replace(year=today.year + 1), "x", "y", today)
        operations.order_closure(closure, actor=SYSTEM, now=now)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    director.get(reverse(f"desk:places-{name}"))  # what a process reads once is read
    counts = []
    for number in range(3):
        fill(number)
        with CaptureQueriesContext(connection) as statements:
            assert director.get(reverse(f"desk:places-{name}")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[2]


def test_a_branch_manager_sees_his_branch_only(library, branch):
    other = a_branch(library, "zhuhui")
    client = log_in(Role.BRANCH_MANAGER, other)
    listed = client.get(reverse("desk:places-branches")).content.decode()
    assert "zhuhui馆" in listed
    assert "central馆" not in listed
    assert client.get(reverse("desk:places-branch", args=[branch.pk])).status_code == 404
    assert client.get(reverse("desk:places-month", args=[other.pk])).status_code == 200


def test_a_clerk_sees_and_does_not_change(branch):
    client = log_in(Role.CLERK)
    assert client.get(reverse("desk:places-branches")).status_code == 200
    assert client.get(reverse("desk:places-week", args=[branch.pk])).status_code == 403
    answer = client.post(
        reverse("desk:places-day", args=[branch.pk, "2027-04-05"]), {"kind": "closed", "reason": "x"}
    )
    assert answer.status_code == 403
    assert DayException.objects.count() == 0


def test_a_branch_is_entered_and_refused(director, library):
    form = {
        "library": library.pk,
        "kind": "branch",
        "code": "zhuhui",
        "name": "珠晖分馆",
        "holiday_policy": "as_usual",
    }
    assert director.post(reverse("desk:places-branch-new"), form).status_code == 302
    assert Branch.objects.get(code="zhuhui").name == "珠晖分馆"
    again = director.post(reverse("desk:places-branch-new"), form)
    assert again.status_code == 422
    assert "code" in again.context["form"].errors


def test_a_terminals_key_is_shown_once(director, branch):
    form = {"branch": branch.pk, "kind": "gate", "name": "东门", "login": "gate-1", "active": "on"}
    answer = director.post(reverse("desk:places-terminal-new"), form)
    key = answer.context["made"].key
    assert key in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    terminal = Terminal.objects.get()
    assert terminal.permissions == []
    assert actor_of_terminal(terminal).permissions == {"visits.record"}
    page = director.get(reverse("desk:places-terminal", args=[terminal.pk])).content.decode()
    assert key not in page
    renewed = director.post(reverse("desk:places-terminal-key", args=[terminal.pk]))
    assert renewed.context["made"].key != key


def test_weekly_hours_are_previewed_then_set(director, library):
    other = a_branch(library, "new", week=())
    address = reverse("desk:places-week", args=[other.pk])
    form = {"day_0": "08:30-12:00 14:00-17:30", "day_6": "0:00-24:00", "valid_from": "2027-04-05"}
    preview = director.post(address, {**form, "preview": "1"})
    assert preview.status_code == 200
    assert len(preview.context["preview"].effect.opened) == 16
    assert not queries.calendar_of(other.pk).is_open_on(date(2027, 4, 5))
    assert director.post(address, form).status_code == 302
    assert len(queries.calendar_of(other.pk).periods_on(date(2027, 4, 5))) == 2
    wrong = director.post(address, {**form, "day_1": "9 to 5", "day_2": "9:00-12:00 11:00-13:00"})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["day_1"]


def test_a_day_departs_and_returns(director, branch):
    address = reverse("desk:places-day", args=[branch.pk, "2027-04-05"])
    refused = director.post(address, {"kind": "open", "periods": "", "reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["periods"])
    assert (
        director.post(address, {"kind": "open", "periods": "9:00-12:00", "reason": "读书节"}).status_code
        == 302
    )
    assert DayException.objects.get().periods == ["09:00-12:00"]
    month = director.get(reverse("desk:places-month", args=[branch.pk]), {"month": "2027-04"})
    assert "读书节" in month.content.decode()
    assert director.post(address, {"remove": "1"}).status_code == 302
    assert DayException.objects.count() == 0


def test_a_closure_is_previewed_with_a_drafted_notice_then_ordered(director, branch):
    address = reverse("desk:places-closure-new")
    form = {
        "branches": [branch.pk],
        "first_closed_day": "2027-04-05",
        "reopens_on": "2027-04-12",
        "notice_on": "2027-04-01",
        "reason": "电力检修",
        "notice": "",
    }
    assert director.post(address, form).status_code == 422
    preview = director.post(address, {**form, "preview": "1"})
    assert preview.context["preview"].days == 7
    assert all(effect.unit for effect in preview.context["preview"].effects)
    assert "电力检修" in preview.context["form"].data["notice"]
    assert ClosureOrder.objects.count() == 0
    assert director.post(address, {**form, "notice": "公告"}).status_code == 302
    order = ClosureOrder.objects.get()
    moved = director.post(reverse("desk:places-closure-move", args=[order.pk]), {"reopens_on": "2027-04-05"})
    assert moved.status_code == 422
    page = director.get(reverse("desk:places-closure", args=[order.pk]))
    assert (page.context["may_revoke"], [one.count for one in page.context["moved"]]) == (True, [0])
    asked, confirmed = page.content.decode().split('<dialog class="ys-dialog" id="revoke"')
    address = reverse("desk:places-closure-revoke", args=[order.pk])
    assert (address in asked, address in confirmed) == (False, True)
    for act, days in (("move", 8), ("revoke", 0), ("restore", 8)):
        answer = director.post(
            reverse(f"desk:places-closure-{act}", args=[order.pk]), {"reopens_on": "2027-04-13"}
        )
        assert answer.status_code == 302
        assert order.closed_days.count() == days


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"reopens_on": "2027-04-03"}, "reopens_on"),
        ({"reopens_on": "2027-04-05"}, "reopens_on"),
        ({"notice_on": "2027-04-06"}, "notice_on"),
    ],
)
def test_no_notice_is_drafted_from_days_that_cannot_be(director, branch, days, field):
    page = director.post(
        reverse("desk:places-closure-new"), {**_closure_typed(branch), **days, "preview": "1"}
    )
    assert page.status_code == 422
    assert page.context["preview"] is None
    assert field in page.context["form"].errors
    assert page.context["form"].data["notice"] == ""


def test_a_draft_follows_the_days_until_somebody_writes(director, branch):
    address = reverse("desk:places-closure-new")
    typed = {**_closure_typed(branch), "preview": "1"}
    first = director.post(address, typed).context["form"].data
    kept = {"notice": first["notice"].replace("\n", "\r\n"), "draft": first["draft"]}
    again = director.post(address, {**typed, **kept, "reopens_on": "2027-04-20"}).context["form"].data
    assert again["notice"] not in {"", first["notice"]}
    own = {**kept, "notice": "自拟公告"}
    assert director.post(address, {**typed, **own}).context["form"].data["notice"] == "自拟公告"


def _closure_typed(branch):
    return {
        "branches": [branch.pk],
        "first_closed_day": "2027-04-05",
        "reopens_on": "2027-04-12",
        "notice_on": "2027-04-01",
        "reason": "电力检修",
        "notice": "",
    }


def test_holidays_of_a_year_are_loaded_by_a_button(director):
    page = director.get(reverse("desk:places-holidays"), {"year": 2019})
    assert page.context["may_load"]
    answer = director.post(reverse("desk:places-holidays-load", args=[2019]))
    assert answer.status_code == 302
    assert (
        len(director.get(answer.url).context["table"].rows) == 20
        or director.get(answer.url).context["table"].page.paginator.count > 20
    )


def test_readers_see_hours_and_notices(branch, now):
    today = clock.business_date(now)
    client = Client()
    page = client.get(reverse("opac:places-hours"))
    assert "central馆" in page.content.decode()
    data = ClosureData(
        (branch.pk,), today, today.replace(year=today.year + 1), "电力检修", "请到其他分馆", today
    )
    operations.order_closure(data, actor=SYSTEM, now=now)
    page = client.get(reverse("opac:places-hours-branch", args=["central"])).content.decode()
    assert "电力检修" in page
    assert "请到其他分馆" in page
    assert client.get(reverse("opac:places-hours-branch", args=["nowhere"])).status_code == 404


def test_without_branches_the_page_says_so(library):
    assert Client().get(reverse("opac:places-hours")).status_code == 200


def test_the_panel_of_today(library, now):
    from yanshu.institution.places.web.panels import open_words, todays_hours

    assert open_words(now) is None
    a_branch(library, "night", week=[CLOSED_MONDAYS[1]] * 7)
    panel = todays_hours(now)
    assert [line.name for line in panel.lines] == ["night馆"]
    assert str(open_words(now)) == panel.lines[0].words


def test_how_branches_are_at_this_moment(library, now):
    always = (ALWAYS,) * 7
    open_one, closed = a_branch(library, "night", week=always), a_branch(library, "closed", week=always)
    shut = a_branch(library, "shut", week=None)
    today = clock.business_date(now)
    data = ClosureData((closed.pk,), today, today + timedelta(days=3), "电力检修", "请到其他分馆", today)
    operations.order_closure(data, actor=SYSTEM, now=now)
    assert branches_now(SYSTEM, now) == {
        str(open_one.pk): BranchNow.OPEN,
        str(shut.pk): BranchNow.SHUT,
        str(closed.pk): BranchNow.CLOSED,
    }
    elsewhere = Actor("甲", Door.DESK, scope=frozenset({shut.pk}))
    assert list(branches_now(elsewhere, now)) == [str(shut.pk)]


def test_a_holiday_on_which_the_week_holds_is_told(client, branch):
    day = clock.business_date(clock.now()) + timedelta(days=3)
    PublicHoliday.objects.create(day=day, name="春节", is_off=True)
    queries.forget_calendars()
    page = client.get(reverse("opac:places-hours-branch", args=[branch.code]))
    assert [(one.on, "春节" in words) for one, words in page.context["coming"]] == [(day, True)]
