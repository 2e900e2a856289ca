"""The calendar against a day-by-day model, and its precedence by table."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.institution.places.rules import (
    Calendar,
    ClosureFact,
    ClosureFacts,
    DayRule,
    HolidayFact,
    NotAPeriod,
    Period,
    WeeklyHours,
    branch_stage,
    calendar_of_point,
    closure_flaws,
    closure_stage,
    compare,
    option_flaws,
    overlapping_weekdays,
    overlaps,
    permissions_beyond,
    read_periods,
    replace_week,
    times,
)
from yanshu.institution.places.terms import (
    Because,
    BranchStage,
    ClosureFlaw,
    ClosureStage,
    ClosureState,
    ExceptionKind,
    HolidayPolicy,
    TerminalKind,
)

ZONE = ZoneInfo("Asia/Shanghai")
DAY = Period(510, 1050)
EVENING = Period(510, 1230)
NIGHT = Period(1320, 1800)
ALWAYS = Period(0, 1440)
MONDAY = date(2019, 11, 11)
ORDER = ClosureFact(1, "2019-01", "消防整改", date(2019, 6, 18))


def week(*days: Period | None) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(number, period) for number, period in enumerate(days) if period)


TUESDAY_TO_SUNDAY = week(None, DAY, DAY, DAY, DAY, EVENING, EVENING)
OFFICE = week(DAY, DAY, DAY, DAY, DAY, None, None)


def calendar(**facts) -> Calendar:
    return Calendar(zone=ZONE, **{"week": TUESDAY_TO_SUNDAY, **facts})


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


# --- periods -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("08:30-17:30", (Period(510, 1050),)),
        ("8:30～12：00　14:00—17:30", (Period(510, 720), Period(840, 1050))),
        ("14:00-17:30、8时30分至12时00分", (Period(510, 720), Period(840, 1050))),
        ("00:00-24:00", (ALWAYS,)),
        ("00:00-00:00", (ALWAYS,)),
        ("22:00-06:00", (NIGHT,)),
        ("", ()),
    ],
)
def test_periods_are_read_as_people_write_them(text, periods):
    assert read_periods(text) == periods


@pytest.mark.parametrize("text", ["9 to 5", "25:00-26:00", "08:60-09:00", "08:30-17:30 noon", "24:00-08:00"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(NotAPeriod):
        read_periods(text)


@pytest.mark.parametrize("period", [DAY, NIGHT, ALWAYS])
def test_a_period_survives_its_times_and_its_text(period):
    assert Period.between(*times(period)) == period
    assert read_periods(str(period)) == (period,)


# --- precedence --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "because", "is_open"),
    [
        ({}, Because.WEEK, True),
        ({"holidays": 1}, Because.WEEK, True),
        ({"holidays": 1, "policy": HolidayPolicy.CLOSED}, Because.HOLIDAY, False),
        ({"holidays": 1, "policy": HolidayPolicy.SUNDAY}, Because.HOLIDAY, True),
        ({"holidays": 1, "policy": HolidayPolicy.CLOSED, "exceptions": "open"}, Because.EXCEPTION, True),
        ({"exceptions": "closed"}, Because.EXCEPTION, False),
        ({"exceptions": "open", "closures": 1}, Because.CLOSURE, False),
        ({"closures": 1, "service_from": date(2020, 1, 1)}, Because.OUT_OF_SERVICE, False),
        ({"service_until": date(2019, 10, 1)}, Because.OUT_OF_SERVICE, False),
        ({"serves": False}, Because.OUT_OF_SERVICE, False),
    ],
)
def test_what_decides_over_a_day(facts, because, is_open):
    day = date(2019, 10, 1)
    written = dict(facts)
    if "holidays" in written:
        written["holidays"] = {day: HolidayFact("国庆节", is_off=True)}
    if "closures" in written:
        written["closures"] = {day: ORDER}
    if kind := written.get("exceptions"):
        periods = (Period(540, 720),) if kind == "open" else ()
        written["exceptions"] = {day: DayRule(ExceptionKind(kind), periods, "馆庆")}
    fact = calendar(**written).day(day)
    assert (fact.because, fact.is_open) == (because, is_open)


def test_a_day_off_as_a_sunday_opens_by_the_sunday():
    day = date(2019, 10, 1)
    place = calendar(policy=HolidayPolicy.SUNDAY, holidays={day: HolidayFact("国庆节", is_off=True)})
    assert place.periods_on(day) == (EVENING,)


@pytest.mark.parametrize(
    ("week_", "policy", "because", "periods"),
    [
        (OFFICE, HolidayPolicy.CLOSED, Because.WORKDAY, (DAY,)),
        (OFFICE, HolidayPolicy.SUNDAY, Because.WORKDAY, (DAY,)),
        (OFFICE, HolidayPolicy.AS_USUAL, Because.WEEK, ()),
        (TUESDAY_TO_SUNDAY, HolidayPolicy.CLOSED, Because.WEEK, (EVENING,)),
    ],
)
def test_a_compensating_work_day(week_, policy, because, periods):
    sunday = date(2019, 9, 29)
    place = calendar(week=week_, policy=policy, holidays={sunday: HolidayFact("国庆节", is_off=False)})
    fact = place.day(sunday)
    assert (fact.because, fact.periods) == (because, periods)


def test_hours_hold_within_their_validity():
    summer = (WeeklyHours(0, EVENING, date(2019, 7, 1), date(2019, 9, 1)),)
    place = calendar(week=summer)
    assert [place.is_open_on(day) for day in (date(2019, 6, 24), date(2019, 7, 1), date(2019, 8, 26))] == [
        False,
        True,
        True,
    ]
    assert not place.is_open_on(date(2019, 9, 2))


# --- service points ----------------------------------------------------------------------------------------


def test_a_service_point_goes_by_its_own_week_and_exceptions():
    monday, tuesday = MONDAY, MONDAY + timedelta(days=1)
    shut = {tuesday: DayRule(ExceptionKind.CLOSED, (), "检修")}
    point = calendar_of_point(calendar(), week=(WeeklyHours(0, ALWAYS),), exceptions=shut)
    assert point.periods_on(monday) == (ALWAYS,)
    assert point.periods_on(tuesday) == ()
    assert calendar_of_point(calendar()).periods_on(tuesday) == (DAY,)


def test_a_closure_order_shuts_the_service_points_too():
    point = calendar_of_point(calendar(closures={MONDAY: ORDER}), week=(WeeklyHours(0, ALWAYS),))
    assert point.day(MONDAY).because is Because.CLOSURE


def test_a_service_point_serves_within_its_branchs_dates():
    branch = calendar(service_from=date(2019, 6, 1))
    point = calendar_of_point(branch, service_from=date(2019, 1, 1), service_until=date(2019, 12, 1))
    assert (point.service_from, point.service_until) == (date(2019, 6, 1), date(2019, 12, 1))


# --- instants ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("periods", "moment", "is_open"),
    [
        ((DAY,), at(8, 29), False),
        ((DAY,), at(8, 30), True),
        ((DAY,), at(17, 29), True),
        ((DAY,), at(17, 30), False),
        ((Period(510, 720), Period(840, 1050)), at(13), False),
        ((NIGHT,), at(23), True),
        ((NIGHT,), at(5, 59), True),
        ((NIGHT,), at(6), False),
        ((ALWAYS,), at(0), True),
        ((ALWAYS,), at(23, 59), True),
    ],
)
def test_open_at_a_moment(periods, moment, is_open):
    daily = tuple(WeeklyHours(number, period) for number in range(7) for period in periods)
    assert calendar(week=daily).is_open(moment) is is_open


def test_the_night_of_the_last_open_day_is_kept():
    place = calendar(week=week(NIGHT), closures={MONDAY + timedelta(days=1): ORDER})
    assert place.is_open(at(3, day=MONDAY + timedelta(days=1)))
    assert not place.is_open(at(23, day=MONDAY + timedelta(days=1)))


def test_open_until_joins_what_meets_and_ends_nowhere_round_the_clock():
    split = calendar(week=(WeeklyHours(0, Period(510, 720)), WeeklyHours(0, Period(720, 1050))))
    assert split.open_until(at(9)) == at(17, 30)
    assert split.open_until(at(8)) is None
    always = calendar(week=week(*[ALWAYS] * 7))
    assert always.is_open(at(9))
    assert always.open_until(at(9)) is None


def test_the_next_opening():
    place = calendar()
    assert place.next_opening(at(9)) == at(8, 30, day=MONDAY + timedelta(days=1))
    assert place.next_opening(at(8, 30, day=MONDAY + timedelta(days=1))) == at(
        8, 30, day=MONDAY + timedelta(days=1)
    )
    assert calendar(week=()).next_opening(at(9)) is None


def test_other_time_zones_see_the_same_instant():
    assert calendar().is_open(at(9, day=date(2019, 11, 12)).astimezone(ZoneInfo("Europe/Berlin")))


def test_open_hours_are_hours():
    assert calendar().open_hours(date(2019, 11, 12), date(2019, 11, 14)) == Decimal(18)


# --- properties --------------------------------------------------------------------------------------------

days = st.dates(date(2019, 1, 1), date(2019, 12, 31))
periods = st.builds(
    lambda opens, length: Period(opens, min(opens + length, opens + 1440)),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
one_or_two = st.lists(periods, min_size=1, max_size=2).map(tuple)
weeks = st.lists(
    st.builds(WeeklyHours, st.integers(0, 6), periods, st.none() | days, st.none() | days), max_size=8
).map(tuple)
rules = st.one_of(
    st.just(DayRule(ExceptionKind.CLOSED, (), "x")),
    one_or_two.map(lambda opening: DayRule(ExceptionKind.OPEN, opening, "x")),
)
calendars = st.builds(
    Calendar,
    zone=st.just(ZONE),
    week=weeks,
    exceptions=st.dictionaries(days, rules, max_size=6),
    holidays=st.dictionaries(days, st.builds(HolidayFact, st.just("节"), st.booleans()), max_size=6),
    policy=st.sampled_from(HolidayPolicy),
    closures=st.dictionaries(days, st.just(ORDER), max_size=20),
    serves=st.just(True) | st.just(False),
    service_from=st.none() | days,
    service_until=st.none() | days,
)


@given(calendars, days)
def test_the_next_open_day_is_open_and_the_first(place, day):
    found = place.next_open_day(day, within_days=120)
    span = [day + timedelta(days=number) for number in range(120)]
    assert found == next((each for each in span if place.is_open_on(each)), None)


@given(calendars, days, st.integers(0, 60), st.integers(0, 60))
def test_open_days_add_up_over_split_spans(place, first, length, more):
    middle, end = first + timedelta(days=length), first + timedelta(days=length + more)
    assert place.open_days(first, end) == place.open_days(first, middle) + place.open_days(middle, end)
    assert place.open_minutes(first, end) == place.open_minutes(first, middle) + place.open_minutes(
        middle, end
    )


@given(calendars, days, st.integers(1, 40))
def test_a_closure_removes_exactly_its_days(place, first, length):
    shut = {first + timedelta(days=number): ORDER for number in range(length)}
    after = replace(place, closures={**place.closures, **shut})
    start, end = first - timedelta(days=50), first + timedelta(days=90)
    assert set(place.open_days(start, end)) - set(after.open_days(start, end)) == set(
        place.open_days(first, first + timedelta(days=length))
    )
    assert set(after.open_days(start, end)) <= set(place.open_days(start, end))


@given(calendars, days, rules)
def test_an_exception_wins_over_week_and_holiday(place, day, rule):
    place = replace(
        place, closures={}, serves=True, service_from=None, service_until=None, exceptions={day: rule}
    )
    assert place.periods_on(day) == tuple(sorted(rule.periods))


@given(calendars, st.datetimes(datetime(2019, 1, 2), datetime(2019, 12, 30)))  # noqa: DTZ001
def test_open_now_means_inside_a_period(place, wall):
    moment = wall.replace(tzinfo=ZONE, second=0, microsecond=0)
    inside = any(
        datetime.combine(day, time(), tzinfo=ZONE) + timedelta(minutes=period.opens)
        <= moment
        < datetime.combine(day, time(), tzinfo=ZONE) + timedelta(minutes=period.closes)
        for day in (moment.date() - timedelta(days=1), moment.date())
        for period in place.periods_on(day)
    )
    assert place.is_open(moment) is inside


@given(weeks, st.lists(one_or_two | st.just(()), min_size=7, max_size=7), days, st.none() | days, days)
def test_a_new_week_holds_in_its_span_and_the_old_one_elsewhere(standing, new, start, until, day):
    until = None if until is None or until <= start else until
    after = calendar(week=replace_week(standing, new, valid_from=start, valid_until=until))
    inside = start <= day and (until is None or day < until)
    expected = tuple(sorted(new[day.weekday()])) if inside else calendar(week=standing).periods_on(day)
    assert after.periods_on(day) == expected


# --- what may be entered -----------------------------------------------------------------------------------


def test_overlaps():
    assert overlaps([Period(510, 720), Period(700, 1050)])
    assert not overlaps([Period(510, 720), Period(720, 1050)])


@pytest.mark.parametrize(
    ("changed", "weekdays"),
    [
        ({}, ()),
        ({1: (Period(510, 720), Period(700, 1050))}, (1,)),
        ({6: (NIGHT,), 0: (Period(0, 400),)}, (0,)),
        (dict.fromkeys(range(7), (ALWAYS,)), ()),
    ],
)
def test_overlaps_in_a_week(changed, weekdays):
    assert overlapping_weekdays([changed.get(number, ()) for number in range(7)]) == weekdays


def test_comparing_two_weeks():
    before = calendar(week=week(None, DAY, DAY, DAY))
    after = calendar(week=week(DAY, DAY, EVENING))
    effect = compare(before, after, MONDAY, MONDAY + timedelta(days=7))
    assert effect.opened == (MONDAY,)
    assert effect.changed == (MONDAY + timedelta(days=2),)
    assert effect.closed == (MONDAY + timedelta(days=3),)
    assert (effect.minutes_before, effect.minutes_after) == (3 * 540, 2 * 540 + 720)


SOUND = ClosureFacts(
    branches=1,
    first_closed_day=date(2019, 4, 8),
    reopens_on=date(2019, 6, 18),
    reason="消防整改",
    notice="自4月8日起闭馆",
    notice_on=date(2019, 4, 1),
)


@pytest.mark.parametrize(
    ("changes", "flaws"),
    [
        ({}, ()),
        ({"notice_on": date(2019, 4, 8)}, ()),
        ({"notice_on": date(2019, 4, 9)}, (ClosureFlaw.LATE_NOTICE,)),
        ({"branches": 0, "reason": " "}, (ClosureFlaw.NO_BRANCH, ClosureFlaw.NO_REASON)),
        ({"reopens_on": date(2019, 4, 8)}, (ClosureFlaw.NO_DAYS,)),
        ({"reopens_on": date(2029, 4, 8)}, (ClosureFlaw.TOO_LONG,)),
        ({"notice": ""}, (ClosureFlaw.NO_NOTICE,)),
        (
            {"branch_out_of_service": True, "days_closed_already": 3},
            (ClosureFlaw.NOT_IN_SERVICE, ClosureFlaw.OVERLAP),
        ),
    ],
)
def test_flaws_of_an_order(changes, flaws):
    assert closure_flaws(replace(SOUND, **changes)) == flaws


@pytest.mark.parametrize(
    ("state", "day", "stage"),
    [
        (ClosureState.ORDERED, date(2019, 4, 7), ClosureStage.ANNOUNCED),
        (ClosureState.ORDERED, date(2019, 4, 8), ClosureStage.CLOSED),
        (ClosureState.ORDERED, date(2019, 6, 17), ClosureStage.CLOSED),
        (ClosureState.ORDERED, date(2019, 6, 18), ClosureStage.OVER),
        (ClosureState.REVOKED, date(2019, 4, 8), ClosureStage.REVOKED),
    ],
)
def test_stages_of_an_order(state, day, stage):
    order = {"first_closed_day": SOUND.first_closed_day, "reopens_on": SOUND.reopens_on}
    assert closure_stage(state=state, day=day, **order) is stage


@pytest.mark.parametrize(
    ("built", "start", "end", "stage"),
    [
        (None, None, None, BranchStage.SERVICE),
        (date(2019, 8, 12), None, None, BranchStage.CONSTRUCTION),
        (date(2019, 8, 12), date(2019, 11, 12), None, BranchStage.CONSTRUCTION),
        (None, date(2019, 11, 12), None, BranchStage.COMING),
        (date(2019, 8, 12), MONDAY, None, BranchStage.SERVICE),
        (None, date(2016, 4, 23), date(2019, 11, 12), BranchStage.SERVICE),
        (None, date(2016, 4, 23), MONDAY, BranchStage.ENDED),
    ],
)
def test_stages_of_a_branch(built, start, end, stage):
    found = branch_stage(day=MONDAY, service_from=start, service_until=end, construction_started_on=built)
    assert found is stage


def test_a_terminal_gets_what_is_usual_or_the_givers_own():
    asked = {"circulation.checkout", "patrons.see"}
    gate = TerminalKind.GATE
    assert permissions_beyond(asked, kind=TerminalKind.SIP2, held=()) == ("patrons.see",)
    assert permissions_beyond(asked, kind=gate, held={"patrons.see"}) == ("circulation.checkout",)
    assert permissions_beyond(asked, kind=gate, held={"*"}) == ()


@pytest.mark.parametrize(
    ("options", "flaws"),
    [
        ({}, ()),
        ({"charset": "gbk", "delimiter": "^"}, ()),
        ({"charset": "big5"}, ("charset",)),
        ({"delimiter": "||"}, ("delimiter",)),
        ({"delimiter": "a", "error_detection": "maybe"}, ("error_detection", "delimiter")),
    ],
)
def test_options_that_cannot_work(options, flaws):
    assert option_flaws(options) == flaws
