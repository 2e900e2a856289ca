import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from yanshu.demo import scenario as scenarios
from yanshu.demo.due_days import DueDays, Shutting
from yanshu.demo.lending_terms import Door, Kind
from yanshu.demo.loans import UnreachableTarget, lending_rows
from yanshu.demo.popularity import Draw, tastes_by_age
from yanshu.demo.seed import stream
from yanshu.demo.year import plan_year, scenario_due_days

LENT = {Kind.OPENING, Kind.CHECKOUT}
AT_THE_COUNTER = {Kind.CHECKOUT, Kind.RENEWAL, Kind.RETURN, Kind.HOLD_FILLED}
WITH_DUE = {Kind.OPENING, Kind.CHECKOUT, Kind.RENEWAL, Kind.DUE_MOVED}


def fingerprint(rows) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_check_outs_and_renewals_add_up_per_branch(year):
    counted = Counter(row.branch for row in year.rows if row.kind in {Kind.CHECKOUT, Kind.RENEWAL})
    targets = year.scenario.circulation.by_branch

    assert counted.total() == year.scenario.circulation.loans
    for place, branch in enumerate(year.scenario.branches_in_service):
        assert counted[place] == targets[branch.code]


def test_renewals_are_as_many_as_asked(year):
    counted = Counter(row.branch for row in year.rows if row.kind is Kind.RENEWAL)

    assert [counted[place] for place in range(len(year.world.branches))] == [
        branch.renewals for branch in year.world.branches
    ]


def test_no_item_is_lent_twice_at_once(year):
    open_loans = {}
    for row in year.rows:
        if row.kind in LENT:
            assert row.item not in open_loans
            open_loans[row.item] = (row.number, row.reader)
        elif row.kind is Kind.RETURN:
            assert open_loans.pop(row.item) == (row.number, row.reader)
        elif row.kind in {Kind.RENEWAL, Kind.DUE_MOVED}:
            assert open_loans[row.item] == (row.number, row.reader)


def test_nobody_exceeds_the_limit(year):
    limits = [category.loan_limit for category in year.world.categories]
    open_loans = Counter()
    for row in year.rows:
        if row.kind in LENT:
            open_loans[row.reader] += 1
            assert open_loans[row.reader] <= limits[year.world.readers[row.reader].category]
        elif row.kind is Kind.RETURN:
            open_loans[row.reader] -= 1


def test_nobody_borrows_with_an_overdue_loan_or_while_suspended(year):
    due, borrower, suspended = {}, defaultdict(set), {}
    for row in year.rows:
        if row.kind in LENT | {Kind.RENEWAL} and row.kind is not Kind.OPENING:
            assert all(due[number] >= row.day for number in borrower[row.reader])
            assert suspended.get(row.reader, -1) < row.day
        if row.kind in LENT:
            borrower[row.reader].add(row.number)
        if row.kind in WITH_DUE:
            due[row.number] = row.due
        if row.kind is Kind.RETURN:
            borrower[row.reader].discard(row.number)
            late = row.day - due[row.number]
            if late > 0:
                begins = max(row.day, suspended.get(row.reader, -1))
                suspended[row.reader] = begins + min(late, 90)


def test_renewals_stay_within_the_policy_and_in_time(year):
    renewals = [category.renewals for category in year.world.categories]
    counted, due = Counter(), {}
    for row in year.rows:
        if row.kind is Kind.RENEWAL:
            counted[row.number] += 1
            assert counted[row.number] <= renewals[year.world.readers[row.reader].category]
            assert due[row.number] >= row.day
        if row.kind in WITH_DUE:
            due[row.number] = row.due


def test_rows_stand_in_the_order_of_time(year):
    instants = [row.at for row in year.rows]

    assert instants == sorted(instants)


def test_the_business_day_is_the_day_of_the_instant(year):
    zone = ZoneInfo(year.scenario.library.timezone)
    for row in year.rows[:: max(len(year.rows) // 4000, 1)]:
        day = year.scenario.first_day + timedelta(days=row.day)
        assert datetime.fromtimestamp(row.at, zone).date() == day


def test_nothing_happens_at_a_counter_outside_opening_hours(year):
    zone = ZoneInfo(year.scenario.library.timezone)
    midnights = {}
    for row in year.rows:
        if row.kind not in AT_THE_COUNTER:
            continue
        if row.day not in midnights:
            day = year.scenario.first_day + timedelta(days=row.day)
            midnights[row.day] = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
        minute = (row.at - midnights[row.day]) / 60
        assert any(start <= minute < end for start, end in year.world.branches[row.branch].periods[row.day])


def test_during_the_closure_only_the_point_round_the_clock_lends(play):
    year = play("hengyang-2019", 0.02)
    first = (date(2019, 4, 8) - year.scenario.first_day).days
    until_the_community_library_opens = (date(2019, 6, 1) - year.scenario.first_day).days
    there = {
        year.scenario.branches_in_service[row.branch].code
        for row in year.rows
        if row.kind in AT_THE_COUNTER and first <= row.day < until_the_community_library_opens
    }

    assert there == {"night"}


def test_no_loan_made_before_the_closure_is_left_due_in_it(play):
    year = play("hengyang-2019", 0.02)
    first, reopens = ((date(2019, m, d) - year.scenario.first_day).days for m, d in ((4, 8), (6, 18)))
    due, central = {}, set()
    for row in year.rows:
        if row.day >= first:
            break
        if row.kind in LENT and row.branch == 0:
            central.add(row.number)
        if row.kind is Kind.RETURN:
            due.pop(row.number)
        elif row.kind in WITH_DUE:
            due[row.number] = row.due

    assert any(row.kind is Kind.DUE_MOVED for row in year.rows)
    assert not [n for n, day in due.items() if n in central and first <= day < reopens]
    assert len({day for n, day in due.items() if n in central and reopens <= day < reopens + 20}) > 5


def test_only_released_items_for_lending_are_lent(year):
    fetched = {(row.item, row.day) for row in year.rows if row.kind is Kind.HOLD_FILLED}
    for row in year.rows:
        if row.kind is Kind.CHECKOUT:
            assert year.world.items[row.item].ready <= row.day
            assert year.world.items[row.item].branch == row.branch or (row.item, row.day) in fetched


def test_nobody_borrows_before_registering(year):
    for row in year.rows:
        if row.kind in LENT | {Kind.HOLD_PLACED}:
            assert year.world.readers[row.reader].registered < row.day


def test_a_hold_goes_its_way(year):
    held, lent = {}, {}
    for row in year.rows:
        if row.kind in LENT:
            lent[row.item] = row.reader
        elif row.kind is Kind.RETURN:
            del lent[row.item]
        elif row.kind is Kind.HOLD_PLACED:
            assert row.number not in held
            assert lent[row.item] != row.reader
            held[row.number] = "waiting"
        elif row.kind is Kind.HOLD_READY:
            assert held[row.number] == "waiting"
            assert row.item not in lent
            held[row.number] = "ready"
        elif row.kind is Kind.HOLD_FILLED:
            assert held.pop(row.number) == "ready"
            assert lent[row.item] == row.reader
        elif row.kind is Kind.HOLD_EXPIRED:
            assert held.pop(row.number) == "ready"


def test_a_kept_item_goes_to_the_reader_who_asked_for_it(year):
    kept = {}
    for row in year.rows:
        if row.kind is Kind.HOLD_READY:
            kept[row.item] = row.reader
        elif row.kind is Kind.HOLD_EXPIRED:
            del kept[row.item]
        elif row.kind is Kind.CHECKOUT and row.item in kept:
            assert kept.pop(row.item) == row.reader


def test_a_realistic_part_stays_open(play):
    year = play("riverside-2024", 1.0)
    made = sum(row.kind in LENT for row in year.rows)
    returned = sum(row.kind is Kind.RETURN for row in year.rows)

    assert 0.02 < (made - returned) / made < 0.15


def test_late_returns_are_about_as_many_as_asked(play):
    year = play("riverside-2024", 1.0)
    due, late, returned = {}, 0, 0
    for row in year.rows:
        if row.kind in WITH_DUE:
            due[row.number] = row.due
        elif row.kind is Kind.RETURN:
            returned += 1
            late += row.day > due[row.number]

    assert late / returned == pytest.approx(year.scenario.circulation.late_per_mille / 1000, abs=0.03)


def test_popularity_and_activity_have_long_tails(play):
    year = play("riverside-2024", 1.0)
    for who in ("reader", "item"):
        counted = Counter(getattr(row, who) for row in year.rows if row.kind is Kind.CHECKOUT)
        top_tenth = sum(count for _, count in counted.most_common(len(counted) // 10))
        assert top_tenth > 0.22 * counted.total()


def test_children_borrow_from_the_childrens_shelves(play):
    year = play("riverside-2024", 1.0)
    child = [c.code for c in year.scenario.readers.categories].index("child")
    tastes = Counter(
        year.world.items[row.item].taste
        for row in year.rows
        if row.kind is Kind.CHECKOUT and year.world.readers[row.reader].category == child
    )

    assert tastes.most_common(1)[0][0] == 0


def test_the_point_round_the_clock_lends_by_machine(play):
    year = play("hengyang-2019", 0.02)
    doors = {row.door for row in year.rows if row.kind is Kind.CHECKOUT and row.branch == 1}

    assert doors == {Door.MACHINE}


@pytest.mark.parametrize(("name", "scale"), [("riverside-2024", 0.02), ("riverside-2024", 1.0)])
def test_the_same_seed_plays_the_same_year(play, name, scale):
    year = play(name, scale)
    scenario, _ = scenarios.load(name).scaled(scale)
    due_days = scenario_due_days(scenario)

    again = list(plan_year(scenario).lending(due_on=due_days.due_on, due_moves=due_days.moves()))

    assert fingerprint(again) == fingerprint(year.rows)


def test_another_seed_plays_another_year(play):
    one, other = play("riverside-2024", 0.02), play("riverside-2024", 0.02, 7)

    assert fingerprint(one.rows) != fingerprint(other.rows)
    assert other.scenario.expected() == one.scenario.expected()


def test_a_target_beyond_the_shelves_is_refused(play):
    world = play("riverside-2024", 0.02).world
    too_few = replace(world, items=world.items[:3], opening_loans=0)

    with pytest.raises(UnreachableTarget, match="more than its readers and items allow"):
        list(lending_rows(too_few))


def test_due_days_skip_shut_days_as_known_when_lent():
    # Branch 0 is open every day but each seventh; from day 40 it is shut until day 50, known from day 30 on.
    usual = [[((540, 1020),) if day % 7 else () for day in range(120)]]
    days = DueDays(date(2024, 1, 1), usual, [Shutting(0, 30, 40, 50)], [14])

    def due(number: int) -> int:
        return (days.due_on(0, 0, date(2024, 1, 1) + timedelta(days=number)) - date(2024, 1, 1)).days

    assert due(1) == 15
    assert due(14) == 29
    assert due(27) == 41
    assert due(30) == 50
    (move,) = days.moves()
    assert (move.day, move.first, move.last) == (30, 40, 49)
    assert move.to == (50, 51, 52, 53, 54, 55, 57, 58, 59, 60)


def test_a_draw_keeps_to_weights_and_to_the_first_few():
    draw = Draw([10, 11, 12], [1.0, 0.0, 9.0], stream(1, "test"))

    counted = Counter(draw.pick() for _ in range(2000))
    assert counted[11] == 0
    assert counted[12] > 5 * counted[10]
    assert {draw.pick(2) for _ in range(50)} == {10}
    assert Draw([], [], stream(1)).pick() is None


@pytest.mark.parametrize(
    ("ages", "likes"), [((4, 15), 0), ((18, 59), 1), ((60, 84), 1), ((0, 0), 0)], ids=str
)
def test_tastes_follow_age(ages, likes):
    tastes = tastes_by_age(ages)

    assert sum(tastes) == pytest.approx(1)
    assert tastes[likes] == max(tastes)


@pytest.mark.full
def test_the_city_year_at_full_scale_comes_out_to_the_unit(play):
    year = play("hengyang-2019", 1.0)
    counted = Counter(row.kind for row in year.rows)

    assert counted[Kind.CHECKOUT] + counted[Kind.RENEWAL] == 457_100
    assert sum(reading.corrected for reading in year.visits) == 910_100
    test_no_item_is_lent_twice_at_once(year)
    test_nobody_exceeds_the_limit(year)
