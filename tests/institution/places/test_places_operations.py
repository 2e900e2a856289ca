"""Every operation of places once welcome and once refused, with what it leaves behind."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from institution.places.places_world import (
    CLOSED_MONDAYS,
    DAY,
    NOW,
    ROUND_THE_CLOCK,
    SYSTEM,
    a_branch,
    a_library,
    manager,
)
from yanshu.core.actor import PermissionMissing
from yanshu.core.event import Event, kind_of
from yanshu.core.refusal import Conflict, Invalid, NotFound
from yanshu.institution.places import operations, queries
from yanshu.institution.places.errors import ClosureRefused
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.models import ClosedDay, DayException, PublicHoliday, Terminal, WeeklyPeriod
from yanshu.institution.places.queries import Period
from yanshu.institution.places.terms import (
    BranchData,
    BranchKind,
    ClosureData,
    ClosureStage,
    ExceptionKind,
    HolidayPolicy,
    LibraryData,
    LocationData,
    ServicePointData,
    ServicePointKind,
    TerminalData,
    TerminalKind,
)

pytestmark = pytest.mark.django_db
ACT = {"actor": SYSTEM, "now": NOW}


@pytest.fixture
def library():
    return a_library()


@pytest.fixture
def branch(library):
    return a_branch(library)


@pytest.fixture
def closure(branch):
    return ClosureData(
        branch_ids=(branch.pk,),
        first_closed_day=date(2019, 4, 8),
        reopens_on=date(2019, 6, 18),
        reason="消防整改",
        notice="自4月8日起闭馆",
        notice_on=date(2019, 4, 1),
    )


# --- premises ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_pages_stand_under_the_name_of_the_first_library(client):
    first, second = a_library(), operations.make_library(LibraryData(code="QT", name="邻县图书馆"), **ACT)
    former = first.name
    assert former in client.get("/hours/").content.decode()
    operations.change_library(second, LibraryData(code="QT", name="邻县公共图书馆"), **ACT)
    operations.change_library(first, LibraryData(code=first.code, name="湘江图书馆"), **ACT)
    page = client.get("/hours/").content.decode()
    assert "湘江图书馆" in page
    assert former not in page
    assert "邻县" not in page


def test_codes_are_taken_once(library, branch):
    with pytest.raises(Invalid) as refused:
        operations.make_library(LibraryData(code="HY", name="另一馆"), **ACT)
    assert refused.value.codes == ("taken",)
    data = BranchData(library_id=library.pk, code="central", name="又一馆", kind=BranchKind.BRANCH)
    with pytest.raises(Invalid) as refused:
        operations.make_branch(data, **ACT)
    assert [reason.field for reason in refused.value.reasons] == ["code"]


def test_every_empty_field_is_named(library):
    with pytest.raises(Invalid) as refused:
        operations.make_branch(
            BranchData(library_id=library.pk, code="", name=" ", kind=BranchKind.BRANCH), **ACT
        )
    assert [reason.field for reason in refused.value.reasons] == ["code", "name"]


def test_service_ends_after_it_begins(library):
    with pytest.raises(Invalid) as refused:
        a_branch(library, "x", service_until=date(2005, 9, 28))
    assert refused.value.codes == ("ends-before-start",)


def test_a_manager_changes_his_branch_and_no_other(library, branch):
    other = a_branch(library, "zhuhui")
    data = BranchData(library_id=library.pk, code="zhuhui", name="珠晖分馆", kind=BranchKind.BRANCH)
    with pytest.raises(PermissionMissing) as refused:
        operations.change_branch(other, data, actor=manager(branch.pk), now=NOW)
    assert refused.value.codes == ("other-branch",)
    with pytest.raises(PermissionMissing) as refused:
        operations.make_branch(replace(data, code="y"), actor=manager(branch.pk), now=NOW)
    assert refused.value.codes == ("whole-library",)
    assert operations.change_branch(other, data, actor=manager(other.pk), now=NOW).name == "珠晖分馆"


def test_locations_and_points_stay_at_their_branch(library, branch):
    other = a_branch(library, "zhuhui")
    place = operations.make_location(LocationData(branch.pk, "A1", "社科区"), **ACT)
    with pytest.raises(Invalid):
        operations.make_location(LocationData(branch.pk, "A1", "文学区"), **ACT)
    assert operations.make_location(LocationData(other.pk, "A1", "文学区"), **ACT).branch_id == other.pk
    with pytest.raises(Invalid):
        operations.change_location(place, LocationData(other.pk, "A1", "社科区"), **ACT)
    point = operations.make_service_point(
        ServicePointData(branch.pk, "一楼服务台", ServicePointKind.DESK), **ACT
    )
    with pytest.raises(Invalid):
        operations.change_service_point(
            point, ServicePointData(other.pk, "服务台", ServicePointKind.DESK), **ACT
        )


# --- terminals ---------------------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_opens(branch):
    data = TerminalData(branch.pk, TerminalKind.GATE, "东门", "gate-1", permissions=("visits.record",))
    made = operations.make_terminal(data, **ACT)
    assert made.key not in str(Terminal.objects.values().get())
    assert queries.terminal_by_key(made.token) == made.terminal
    actor = queries.actor_of_terminal(made.terminal)
    assert (actor.permissions, actor.scope) == (frozenset({"visits.record"}), frozenset({branch.pk}))
    renewed = operations.renew_terminal_key(made.terminal, **ACT)
    assert queries.terminal_by_key(made.token) is None
    assert queries.terminal_by_key(renewed.token) == made.terminal
    operations.change_terminal(made.terminal, replace(data, active=False), **ACT)
    assert queries.terminal_by_key(renewed.token) is None


def test_a_terminal_follows_the_table_unless_something_else_was_chosen(branch):
    usual = queries.usual_permissions(TerminalKind.SIP2)
    data = TerminalData(branch.pk, TerminalKind.SIP2, "自助机", "sip2-1", permissions=usual)
    made = operations.make_terminal(data, **ACT).terminal
    assert (made.permissions, queries.actor_of_terminal(made).permissions) == ([], frozenset(usual))
    operations.change_terminal(made, replace(data, permissions=("circulation.return",)), **ACT)
    assert queries.actor_of_terminal(made).permissions == {"circulation.return"}
    operations.change_terminal(made, replace(data, permissions=()), **ACT)
    assert queries.actor_of_terminal(made).permissions == frozenset(usual)


def test_terminals_of_before_follow_the_table_of_today(branch):
    before = [
        "circulation.cancel_hold", "circulation.checkout", "circulation.place_hold", "circulation.renew",
        "circulation.return",
    ]  # fmt: skip
    for login, permissions in (("old", before), ("chosen", ["circulation.return"])):
        Terminal.objects.create(
            branch=branch, kind="sip2", name=login, login=login, key_hash="", permissions=permissions
        )
    import_module("yanshu.institution.places.migrations.0002_usual_permissions").follow(apps, None)
    may = {
        row.login: queries.actor_of_terminal(row).may("circulation.undo") for row in Terminal.objects.all()
    }
    assert may == {"old": True, "chosen": False}


@pytest.mark.parametrize("token", ["", "gate-1", "gate-1.", ".", "gate-1.wrong", "nobody.key"])
def test_a_wrong_token_opens_nothing(branch, token):
    operations.make_terminal(TerminalData(branch.pk, TerminalKind.GATE, "东门", "gate-1"), **ACT)
    assert queries.terminal_by_key(token) is None


def test_a_terminal_is_refused_with_every_reason(branch):
    data = TerminalData(
        branch.pk,
        TerminalKind.SIP2,
        "自助机",
        "机",
        permissions=("staff.change",),
        options={"charset": "big5"},
    )
    with pytest.raises(Invalid) as refused:
        operations.make_terminal(data, actor=manager(permissions=("places.make_terminal",)), now=NOW)
    assert refused.value.codes == ("wrong-shape", "option-unfit", "permission-beyond")


def test_a_terminal_is_seen_once_a_minute(branch):
    made = operations.make_terminal(TerminalData(branch.pk, TerminalKind.GATE, "东门", "gate-1"), **ACT)
    writes = []
    for seconds in (0, 30, 90):
        made.terminal.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            operations.note_terminal_seen(made.terminal, now=NOW + timedelta(seconds=seconds))
        writes.append(len(asked))
    made.terminal.refresh_from_db()
    assert made.terminal.last_seen_at == NOW + timedelta(seconds=90)
    assert writes == [1, 0, 1]


# --- hours -------------------------------------------------------------------------------------------------


def test_new_hours_hold_from_their_day_and_old_ones_before(branch):
    evening = (Period(510, 1230),)
    operations.set_week(
        branch, (evening,) * 7, valid_from=date(2019, 7, 1), valid_until=date(2019, 9, 1), **ACT
    )
    calendar = queries.calendar_of(branch.pk)
    days = (date(2019, 6, 30), date(2019, 7, 1), date(2019, 8, 31), date(2019, 9, 1), date(2019, 9, 2))
    assert [calendar.periods_on(day) for day in days] == [DAY, evening, evening, DAY, ()]
    operations.set_week(branch, CLOSED_MONDAYS, **ACT)
    assert WeeklyPeriod.objects.filter(branch=branch).count() == 6


def test_overlapping_hours_are_refused_at_their_day(branch):
    wrong = ((), (), (Period(510, 720), Period(700, 900)), (), (), (), ())
    with pytest.raises(Invalid) as refused:
        operations.set_week(branch, wrong, valid_from=date(2019, 7, 1), valid_until=date(2019, 7, 1), **ACT)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [
        ("overlap", "day_2"),
        ("ends-before-start", "valid_until"),
    ]


def test_the_preview_of_a_week_writes_nothing(branch):
    week = (DAY, *CLOSED_MONDAYS[1:6], ())
    preview = queries.preview_week(branch=branch, week=week, valid_from=date(2019, 4, 1), days=14)
    assert preview.effect.opened == (date(2019, 4, 1), date(2019, 4, 8))
    assert preview.effect.closed == (date(2019, 4, 7), date(2019, 4, 14))
    assert WeeklyPeriod.objects.filter(branch=branch, weekday=0).count() == 0


def test_an_exception_gives_way_to_a_later_one_and_goes(branch):
    monday = date(2019, 4, 1)
    operations.set_exception(branch, monday, kind=ExceptionKind.CLOSED, reason="停电", **ACT)
    operations.set_exception(branch, monday, kind=ExceptionKind.OPEN, periods=DAY, reason="读书节", **ACT)
    assert DayException.objects.get().reason == "读书节"
    assert queries.is_open_now(branch.pk, NOW.replace(month=4, day=1))
    operations.remove_exception(branch, monday, **ACT)
    assert not queries.is_open_now(branch.pk, NOW.replace(month=4, day=1))
    with pytest.raises(NotFound):
        operations.remove_exception(branch, monday, **ACT)


@pytest.mark.parametrize(
    ("kind", "periods", "reason", "codes"),
    [
        (ExceptionKind.OPEN, (), "", ("no-periods",)),
        (ExceptionKind.OPEN, (Period(510, 720), Period(700, 900)), "", ("overlap",)),
        (ExceptionKind.CLOSED, (), " ", ("missing",)),
    ],
)
def test_an_exception_is_refused(branch, kind, periods, reason, codes):
    with pytest.raises(Invalid) as refused:
        operations.set_exception(branch, date(2019, 4, 1), kind=kind, periods=periods, reason=reason, **ACT)
    assert refused.value.codes == codes


def test_an_exception_cannot_open_what_an_order_shuts(branch, closure):
    operations.order_closure(closure, **ACT)
    with pytest.raises(Invalid) as refused:
        operations.set_exception(
            branch, date(2019, 5, 1), kind=ExceptionKind.OPEN, periods=DAY, reason="x", **ACT
        )
    assert refused.value.codes == ("closed-by-order",)


def test_a_service_point_of_another_branch_is_refused(library, branch):
    other = a_branch(library, "zhuhui")
    point = operations.make_service_point(
        ServicePointData(other.pk, "自助角", ServicePointKind.SELF_CHECK), **ACT
    )
    with pytest.raises(Invalid):
        operations.set_week(branch, ROUND_THE_CLOCK, service_point=point, **ACT)
    operations.set_week(other, ROUND_THE_CLOCK, service_point=point, **ACT)
    assert queries.calendar_of(other.pk, point.pk).is_open_on(date(2019, 4, 1))
    assert not queries.calendar_of(other.pk).is_open_on(date(2019, 4, 1))


# --- holidays ----------------------------------------------------------------------------------------------


def test_a_year_of_holidays_is_loaded_once():
    first = operations.load_holidays(2019, **ACT)
    again = operations.load_holidays(2019, **ACT)
    assert first.created == again.unchanged == PublicHoliday.objects.count() > 25
    assert PublicHoliday.objects.filter(day__year=2019).count() == first.created
    assert PublicHoliday.objects.get(day=date(2019, 9, 29)).is_off is False
    with pytest.raises(NotFound):
        operations.load_holidays(1999, **ACT)


def test_holidays_shut_a_branch_that_keeps_them(library):
    branch = a_branch(library, "office", holiday_policy=HolidayPolicy.CLOSED)
    operations.load_holidays(2019, **ACT)
    assert not queries.calendar_of(branch.pk).is_open_on(date(2019, 10, 1))
    assert operations.set_holiday(date(2019, 10, 1), name="国庆节", is_off=False, **ACT) == "updated"
    assert queries.calendar_of(branch.pk).is_open_on(date(2019, 10, 1))


# --- closures ----------------------------------------------------------------------------------------------


def test_a_closure_is_a_row_a_day_and_a_branch(library, branch, closure):
    other = a_branch(library, "zhuhui")
    order = operations.order_closure(replace(closure, branch_ids=(branch.pk, other.pk)), **ACT)
    assert order.number == "2019-01"
    assert ClosedDay.objects.filter(order=order).count() == 2 * 71
    assert ClosedDay.objects.values("day").distinct().count() == 71
    payload = Event.objects.get(kind=kind_of(ClosureOrdered)).payload
    assert payload == {
        "order_id": order.pk,
        "branch_ids": [branch.pk, other.pk],
        "first_closed_day": "2019-04-08",
        "reopens_on": "2019-06-18",
    }
    assert queries.next_open_day(branch.pk, date(2019, 4, 8)) == date(2019, 6, 18)
    again = replace(closure, first_closed_day=date(2019, 7, 1), reopens_on=date(2019, 7, 3))
    assert operations.order_closure(again, **ACT).number == "2019-02"


def test_a_closure_is_refused_with_every_flaw(library, branch, closure):
    operations.order_closure(closure, **ACT)
    with pytest.raises(ClosureRefused) as refused:
        operations.order_closure(replace(closure, reason="", notice="", notice_on=date(2019, 4, 9)), **ACT)
    assert refused.value.codes == (
        "closure-no-reason",
        "closure-no-notice",
        "closure-late-notice",
        "closure-overlap",
    )
    building = a_branch(library, "new", week=(), service_from=None, construction_started_on=date(2019, 1, 1))
    with pytest.raises(ClosureRefused) as refused:
        operations.order_closure(replace(closure, branch_ids=(building.pk,)), **ACT)
    assert refused.value.codes == ("closure-not-in-service",)
    with pytest.raises(PermissionMissing):
        operations.order_closure(closure, actor=manager(building.pk), now=NOW)


def test_moving_the_reopening_moves_the_days(branch, closure):
    order = operations.order_closure(closure, **ACT)
    moved = operations.move_reopening(order, date(2019, 4, 10), **ACT)
    assert list(moved.closed_days.values_list("day", flat=True)) == [date(2019, 4, 8), date(2019, 4, 9)]
    assert Event.objects.filter(kind=kind_of(ClosureOrdered)).count() == 2
    assert queries.next_open_day(branch.pk, date(2019, 4, 8)) == date(2019, 4, 10)
    with pytest.raises(ClosureRefused):
        operations.move_reopening(order, date(2019, 4, 8), **ACT)
    with pytest.raises(Conflict):
        operations.move_reopening(order, date(2019, 5, 1), actor=SYSTEM, now=NOW.replace(month=4, day=11))


def test_revoking_and_restoring(branch, closure):
    order = operations.order_closure(closure, **ACT)
    with pytest.raises(Conflict) as refused:
        operations.revoke_closure(order, actor=SYSTEM, now=NOW.replace(month=4, day=8))
    assert refused.value.codes == ("closure-begun",)
    revoked = operations.revoke_closure(order, **ACT)
    assert queries.stage_of(revoked, date(2019, 4, 8)) is ClosureStage.REVOKED
    assert ClosedDay.objects.count() == 0
    assert Event.objects.filter(kind=kind_of(ClosureRevoked)).count() == 1
    with pytest.raises(Conflict):
        operations.revoke_closure(order, **ACT)
    operations.restore_closure(order, **ACT)
    assert ClosedDay.objects.count() == 71
    with pytest.raises(Conflict):
        operations.restore_closure(order, **ACT)


def test_a_revoked_closure_is_not_restored_over_another(closure):
    order = operations.order_closure(closure, **ACT)
    operations.revoke_closure(order, **ACT)
    operations.order_closure(replace(closure, reopens_on=date(2019, 4, 9)), **ACT)
    with pytest.raises(ClosureRefused) as refused:
        operations.restore_closure(order, **ACT)
    assert refused.value.codes == ("closure-overlap",)
    with pytest.raises(Conflict):
        operations.restore_closure(order, actor=SYSTEM, now=NOW.replace(month=4, day=8))


def test_a_preview_tells_days_and_effects_and_writes_nothing(closure):
    preview = queries.preview_closure(closure)
    assert (preview.days, preview.open_days_lost, preview.flaws) == (71, 60, ())
    assert preview.effects[0].count == 60
    assert ClosedDay.objects.count() == 0
    assert "2019年6月18日恢复开放" in queries.draft_notice(closure)


# --- permissions and the memory of calendars ---------------------------------------------------------------


def test_nobody_writes_without_the_permission(branch, closure):
    clerk = manager(permissions=("places.see",))
    with pytest.raises(PermissionMissing):
        operations.order_closure(closure, actor=clerk, now=NOW)
    with pytest.raises(PermissionMissing):
        operations.set_week(branch, CLOSED_MONDAYS, actor=clerk, now=NOW)


def test_a_warm_calendar_costs_one_statement_or_none(library, branch):
    other = a_branch(library, "zhuhui")
    queries.calendars_of([branch.pk, other.pk])
    with CaptureQueriesContext(connection) as warm:
        queries.due_calendar(branch.pk)
    assert len(warm) == 1
    version = queries.calendar_version()
    with CaptureQueriesContext(connection) as known:
        queries.due_calendar(branch.pk, version=version)
    assert len(known) == 0


def test_many_branches_cost_as_many_statements_as_one(library, branch):
    others = [a_branch(library, code).pk for code in ("b", "c")]
    counts = []
    for ids in ([branch.pk], [branch.pk, *others]):
        queries.forget_calendars()
        with CaptureQueriesContext(connection) as cold:
            queries.calendars_of(ids)
        counts.append(len(cold))
    assert counts == [6, 6]


def test_every_change_is_seen_at_once(branch):
    monday = date(2019, 4, 1)
    assert queries.next_open_day(branch.pk, monday) == date(2019, 4, 2)
    operations.set_exception(branch, monday, kind=ExceptionKind.OPEN, periods=DAY, reason="x", **ACT)
    assert queries.next_open_day(branch.pk, monday) == monday


def test_a_change_rolled_back_leaves_no_calendar_behind(branch):
    monday = date(2019, 4, 1)
    with transaction.atomic():
        operations.set_exception(branch, monday, kind=ExceptionKind.OPEN, periods=DAY, reason="x", **ACT)
        assert queries.next_open_day(branch.pk, monday) == monday
        transaction.set_rollback(True)
    assert queries.next_open_day(branch.pk, monday) == date(2019, 4, 2)


def test_hours_today(library, branch):
    night = a_branch(library, "night", week=ROUND_THE_CLOCK)
    building = a_branch(library, "new", week=(), service_from=None, construction_started_on=date(2019, 1, 1))
    central, always, none = queries.hours_today([branch, night, building], NOW)
    assert central.is_open
    assert central.until == NOW.replace(hour=17, minute=30)
    assert always.round_the_clock
    assert (none.is_open, none.opens_at) == (False, None)
    (shut,) = queries.hours_today([branch], NOW.replace(hour=20))
    assert shut.opens_at == NOW.replace(day=21, hour=8, minute=30)


def test_a_key_goes_only_to_whoever_could_hand_on_what_it_opens(branch):
    data = TerminalData(branch.pk, TerminalKind.CLIENT, "接口", "client-9", permissions=("visits.see",))
    made = operations.make_terminal(data, **ACT)
    lesser = manager(permissions=("places.renew_terminal_key",))
    with pytest.raises(Invalid) as refused:
        operations.renew_terminal_key(made.terminal, actor=lesser, now=NOW)
    assert refused.value.codes == ("permission-beyond",)
    assert queries.terminal_by_key(made.token) == made.terminal
    equal = manager(permissions=("places.renew_terminal_key", "visits.see"))
    renewed = operations.renew_terminal_key(made.terminal, actor=equal, now=NOW)
    assert queries.terminal_by_key(renewed.token) == made.terminal
    usual = TerminalData(branch.pk, TerminalKind.SIP2, "自助机", "self-9")
    machine = operations.make_terminal(usual, **ACT).terminal
    assert operations.renew_terminal_key(machine, actor=lesser, now=NOW).key
