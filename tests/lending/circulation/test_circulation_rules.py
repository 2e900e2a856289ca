"""Lending's decisions by table; the codes are those of docs/rules/lending.md."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.lending.circulation import rules
from yanshu.lending.circulation.terms import Block

TODAY = date(2019, 11, 16)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
READER, OTHER, THIRD = 7, 8, 9

POLICY = rules.Policy(
    id=1,
    name="普通外借",
    article="第十二条",
    patron_category_id=None,
    item_category_id=None,
    branch_id=None,
    lendable=True,
    loan_limit=5,
    category_limit=2,
    loan_days=30,
    renewals=1,
    renewal_days=30,
    hold_limit=3,
    pickup_days=3,
    suspension_days_per_day=1,
    suspension_most_days=90,
)
PATRON = rules.PatronFacts(
    id=READER,
    category_id=1,
    active=True,
    expires_on=TODAY,
    suspended_until=None,
    open_loans=4,
    overdue_loans=0,
    last_loan_on=None,
)
ITEM = rules.ItemFacts(
    id=1,
    record_id=1,
    category_id=1,
    state="available",
    category_lendable=True,
    for_reference=False,
    withdrawn=False,
    open_loan_id=None,
    open_loan_patron_id=None,
    held_for_patron_id=None,
)
CHECKOUT = rules.CheckoutFacts(today=TODAY, patron=PATRON, item=ITEM, open_loans_in_category=1, policy=POLICY)
RENEWAL = rules.RenewalFacts(today=TODAY, patron=PATRON, item=ITEM, policy=POLICY, renewals=0, due_on=TODAY)
HOLD = rules.HoldFacts(
    today=TODAY,
    patron=PATRON,
    open_holds=2,
    has_hold=False,
    has_loan=False,
    copies=1,
    on_shelf=0,
    on_shelf_at_pickup=0,
    waiting=0,
    title_released=True,
    pickup_in_service=True,
    policy=POLICY,
)


def patron(facts, **values):
    return replace(facts, patron=replace(facts.patron, **values))


def item(facts, **values):
    return replace(facts, item=replace(facts.item, **values))


def policy(facts, **values):
    return replace(facts, policy=replace(facts.policy, **values))


# --- which policy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "specificity"),
    [
        ((None, None, None), 0),
        ((None, None, 3), 1),
        ((None, 2, None), 2),
        ((None, 2, 3), 3),
        ((1, None, None), 4),
        ((1, None, 3), 5),
        ((1, 2, None), 6),
        ((1, 2, 3), 7),
    ],
)
def test_the_patron_category_weighs_more_than_item_category_and_branch_together(keys, specificity):
    reader, kind, branch = keys
    special = replace(POLICY, id=2, patron_category_id=reader, item_category_id=kind, branch_id=branch)
    assert special.specificity == specificity
    chosen = rules.choose_policy([special, POLICY], patron_category_id=1, item_category_id=2, branch_id=3)
    assert chosen == special


@pytest.mark.parametrize("key", ["patron_category_id", "item_category_id", "branch_id"])
def test_a_policy_for_another_case_does_not_apply(key):
    other = replace(POLICY, id=2, **{key: 99})
    keys = {"patron_category_id": 1, "item_category_id": 2, "branch_id": 3}
    assert rules.choose_policy([other, POLICY], **keys) == POLICY
    assert rules.choose_policy([other], **keys) is None


def test_of_two_alike_the_newer_one_applies():
    newer = replace(POLICY, id=2, name="新办法")
    keys = {"patron_category_id": 1, "item_category_id": 2, "branch_id": None}
    assert rules.choose_policy([newer, POLICY], **keys) == newer


# --- lending ----------------------------------------------------------------------------------------------


def test_who_may_borrow_borrows():
    assert rules.checkout_blocks(CHECKOUT) == ()


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        (patron(CHECKOUT, card_valid=False), (Block.CARD_INVALID,)),
        (patron(CHECKOUT, active=False), (Block.MEMBERSHIP_CANCELLED,)),
        (patron(CHECKOUT, expires_on=YESTERDAY), (Block.CARD_EXPIRED,)),
        (patron(CHECKOUT, suspended_until=YESTERDAY), ()),
        (patron(CHECKOUT, suspended_until=TODAY), (Block.SUSPENDED,)),
        (patron(CHECKOUT, overdue_loans=1), (Block.OVERDUE_LOANS,)),
        (patron(CHECKOUT, open_loans=5), (Block.LOAN_LIMIT,)),
        (patron(CHECKOUT, open_loans=6), (Block.LOAN_LIMIT,)),
        (replace(CHECKOUT, open_loans_in_category=2), (Block.CATEGORY_LIMIT,)),
        (replace(policy(CHECKOUT, category_limit=None), open_loans_in_category=9), ()),
        (item(CHECKOUT, withdrawn=True), (Block.ITEM_WITHDRAWN,)),
        (item(CHECKOUT, state="withdrawn"), (Block.ITEM_WITHDRAWN,)),
        (item(CHECKOUT, category_lendable=False), (Block.ITEM_NOT_LENDABLE,)),
        (policy(CHECKOUT, lendable=False), (Block.ITEM_NOT_LENDABLE,)),
        (item(CHECKOUT, for_reference=True), (Block.ITEM_FOR_REFERENCE,)),
        (item(CHECKOUT, state="processing"), (Block.ITEM_IN_PROCESSING,)),
        *(
            (item(CHECKOUT, state=state), (Block.ITEM_AWAY,))
            for state in ("transit", "bindery", "display", "missing", "lost")
        ),
        (item(CHECKOUT, open_loan_id=1, open_loan_patron_id=READER), (Block.ITEM_ON_LOAN_TO_PATRON,)),
        (item(CHECKOUT, open_loan_id=1, open_loan_patron_id=OTHER), (Block.ITEM_ON_LOAN,)),
        (item(CHECKOUT, open_loan_id=1, open_loan_patron_id=None), (Block.ITEM_ON_LOAN,)),
        (item(CHECKOUT, held_for_patron_id=READER), ()),
        (item(CHECKOUT, held_for_patron_id=OTHER), (Block.ITEM_KEPT,)),
        (item(CHECKOUT, held_for_patron_id=OTHER, waiting_before=1), (Block.ITEM_KEPT,)),
        (item(CHECKOUT, held_for_patron_id=OTHER, waiting_before=1, others_on_shelf=3), (Block.ITEM_KEPT,)),
        (item(CHECKOUT, waiting_before=1), (Block.ITEM_HELD,)),
        (item(CHECKOUT, waiting_before=1, others_on_shelf=1), ()),
        (item(CHECKOUT, waiting_before=2, others_on_shelf=1), (Block.ITEM_HELD,)),
        (item(CHECKOUT, waiting_before=2, others_on_shelf=2), ()),
        (item(CHECKOUT, others_on_shelf=3), ()),
        (replace(CHECKOUT, policy=None), (Block.NO_POLICY,)),
    ],
)
def test_each_reason_not_to_lend(facts, blocks):
    assert rules.checkout_blocks(facts) == blocks


def test_every_reason_is_named_at_once_the_reader_first():
    facts = item(
        patron(CHECKOUT, expires_on=YESTERDAY, overdue_loans=2, open_loans=9),
        for_reference=True,
        state="lost",
    )
    assert rules.checkout_blocks(facts) == (
        Block.CARD_EXPIRED,
        Block.OVERDUE_LOANS,
        Block.LOAN_LIMIT,
        Block.ITEM_FOR_REFERENCE,
        Block.ITEM_AWAY,
    )


def test_what_stands_against_a_reader_is_what_stands_against_his_loans():
    facts = patron(CHECKOUT, suspended_until=TOMORROW, open_loans=5)
    standing = rules.standing_blocks(facts.patron, TODAY, loan_limit=POLICY.loan_limit)
    assert standing == rules.checkout_blocks(facts) == (Block.SUSPENDED, Block.LOAN_LIMIT)
    assert rules.standing_blocks(facts.patron, TODAY, loan_limit=None) == (Block.SUSPENDED,)


# --- renewing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        (RENEWAL, ()),
        (patron(RENEWAL, open_loans=9, overdue_loans=1), ()),
        (patron(RENEWAL, suspended_until=TODAY), (Block.SUSPENDED,)),
        (patron(RENEWAL, expires_on=YESTERDAY), (Block.CARD_EXPIRED,)),
        (replace(RENEWAL, due_on=YESTERDAY), (Block.OVERDUE_LOANS,)),
        (replace(RENEWAL, renewals=1), (Block.RENEWAL_LIMIT,)),
        (policy(RENEWAL, renewals=0), (Block.RENEWAL_LIMIT,)),
        (item(RENEWAL, waiting_before=1), (Block.ITEM_HELD,)),
        (item(RENEWAL, waiting_before=1, others_on_shelf=1), ()),
        (item(RENEWAL, waiting_before=2, others_on_shelf=1), (Block.ITEM_HELD,)),
        (replace(RENEWAL, policy=None), (Block.NO_POLICY,)),
    ],
)
def test_each_reason_not_to_renew(facts, blocks):
    assert rules.renewal_blocks(facts) == blocks


# --- holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        (HOLD, ()),
        (patron(HOLD, overdue_loans=1, open_loans=9), ()),
        (patron(HOLD, active=False), (Block.MEMBERSHIP_CANCELLED,)),
        (replace(HOLD, has_hold=True), (Block.HOLD_EXISTS,)),
        (replace(HOLD, has_loan=True), (Block.ITEM_ON_LOAN_TO_PATRON,)),
        (replace(HOLD, open_holds=3), (Block.HOLD_LIMIT,)),
        (replace(HOLD, copies=0), (Block.HOLD_NO_ITEM,)),
        (replace(HOLD, title_released=False), (Block.HOLD_TITLE,)),
        (replace(HOLD, pickup_in_service=False), (Block.PICKUP_CLOSED,)),
        (replace(HOLD, on_shelf=1, on_shelf_at_pickup=1), (Block.COPY_ON_SHELF,)),
        (replace(HOLD, on_shelf=1, on_shelf_at_pickup=1, waiting=1), ()),
        (replace(HOLD, on_shelf=2, on_shelf_at_pickup=1, waiting=1), (Block.COPY_ON_SHELF,)),
        (replace(HOLD, on_shelf=1, on_shelf_at_pickup=0), ()),
        (replace(HOLD, policy=None), (Block.NO_POLICY,)),
    ],
)
def test_each_reason_not_to_reserve(facts, blocks):
    assert rules.hold_blocks(facts) == blocks


# --- setting a refusal aside --------------------------------------------------------------------------------


def test_a_block_falls_only_where_it_is_waived_and_the_actor_may():
    blocks = (Block.LOAN_LIMIT, Block.ITEM_WITHDRAWN)
    everything = frozenset(Block)

    def stand(waived, may):
        return rules.blocks_that_stand(blocks, waived=waived, permissions=lambda _code: may)

    assert stand(everything, may=True) == (Block.ITEM_WITHDRAWN,)
    assert stand(frozenset({Block.LOAN_LIMIT}), may=False) == blocks
    assert stand(frozenset(), may=True) == blocks


@pytest.mark.parametrize(
    "block",
    [
        Block.CARD_INVALID, Block.MEMBERSHIP_CANCELLED, Block.ITEM_WITHDRAWN, Block.ITEM_ON_LOAN,
        Block.ITEM_KEPT, Block.NO_POLICY, Block.ITEM_AWAY,
    ],
)  # fmt: skip
def test_what_nobody_may_set_aside(block):
    assert rules.blocks_that_stand([block], waived=frozenset(Block), permissions=lambda _code: True) == (
        block,
    )


# --- days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shut", "on", "moved_from"),
    [((), 30, None), ((30,), 31, 30), ((30, 31, 32), 33, 30), ((29, 31), 30, None)],
)
def test_a_closed_day_moves_the_due_date_on(shut, on, moved_from):
    closed = {TODAY + timedelta(days=number) for number in shut}

    def next_open_day(day):
        while day in closed:
            day += timedelta(days=1)
        return day

    due = rules.due_date(TODAY, 30, next_open_day=next_open_day)
    before = None if moved_from is None else TODAY + timedelta(days=moved_from)
    assert due == rules.DueDate(on=TODAY + timedelta(days=on), moved_from=before)


@pytest.mark.parametrize(("returned", "days"), [(YESTERDAY, 0), (TODAY, 0), (TOMORROW, 1)])
def test_the_due_day_itself_is_in_time(returned, days):
    assert rules.overdue_days(TODAY, returned) == days


@pytest.mark.parametrize(
    ("overdue", "already", "until"),
    [
        (0, None, None),
        (1, None, 1),
        (10, None, 10),
        (200, None, 90),
        (10, -3, 10),
        (10, 5, 15),
    ],
)
def test_a_late_return_suspends_day_by_day_up_to_the_most(overdue, already, until):
    former = None if already is None else TODAY + timedelta(days=already)
    found = rules.suspended_until(overdue=overdue, returned_on=TODAY, already=former, policy=POLICY)
    assert found == (None if until is None else TODAY + timedelta(days=until))


@pytest.mark.parametrize("without", [None, replace(POLICY, suspension_days_per_day=0)])
def test_without_a_rule_there_is_no_suspension(without):
    assert rules.suspended_until(overdue=9, returned_on=TODAY, already=None, policy=without) is None


days = st.integers(min_value=1, max_value=90)
running = st.none() | st.integers(min_value=1, max_value=60).map(lambda n: TODAY + timedelta(days=n))


@given(former=running, overdue=days)
def test_an_undone_return_leaves_the_suspension_as_it_was(former, overdue):
    brought = rules.suspended_until(overdue=overdue, returned_on=TODAY, already=former, policy=POLICY)
    assert rules.suspension_without(brought, brought=brought, former=former, returned_on=TODAY) == former


@given(former=running, first=days, second=days)
def test_an_undone_return_leaves_what_a_later_one_brought(former, first, second):
    brought = rules.suspended_until(overdue=first, returned_on=TODAY, already=former, policy=POLICY)
    until = rules.suspended_until(overdue=second, returned_on=TODAY, already=brought, policy=POLICY)
    left = rules.suspension_without(until, brought=brought, former=former, returned_on=TODAY)
    alone = rules.suspended_until(overdue=second, returned_on=TODAY, already=former, policy=POLICY)
    assert left == alone


@given(loans=st.integers(min_value=1, max_value=400), open_count=st.integers(min_value=1, max_value=14))
def test_due_dates_are_spread_evenly_over_the_open_days_after_a_closure(loans, open_count):
    open_days = tuple(TODAY + timedelta(days=number) for number in range(-2, open_count))
    given_dates = [
        rules.spread_after_closure(loan_id, TODAY, open_days=open_days) for loan_id in range(loans)
    ]
    counts = [given_dates.count(day) for day in open_days if day >= TODAY]
    assert sum(counts) == loans
    assert max(counts) - min(counts) <= 1
    assert given_dates == [
        rules.spread_after_closure(loan_id, TODAY, open_days=open_days) for loan_id in range(loans)
    ]


def test_without_an_open_day_a_loan_falls_due_on_the_day_of_reopening():
    assert rules.spread_after_closure(5, TODAY, open_days=(YESTERDAY,)) == TODAY


@pytest.mark.parametrize(
    ("borrowed_on", "expected"),
    [
        (set(), (True, True, None)),
        ({date(2018, 12, 31)}, (True, True, date(2018, 12, 31))),
        ({date(2019, 1, 1)}, (True, False, date(2019, 1, 1))),
        ({date(2019, 11, 16)}, (False, False, date(2019, 11, 16))),
        ({date(2019, 11, 17)}, (True, False, None)),
        ({date(2019, 11, 15), date(2019, 11, 17)}, (True, False, date(2019, 11, 15))),
        ({date(2020, 1, 1)}, (True, True, None)),
    ],
)
def test_a_loan_is_the_first_of_its_day_and_year_by_the_days_known(borrowed_on, expected):
    found = rules.firsts(date(2019, 11, 16), borrowed_on)
    assert (found.first_today, found.first_this_year, found.before) == expected


FIRST, SECOND = (
    rules.Closure(number, first, reopens, tuple(reopens + timedelta(days=days) for days in range(14)))
    for number, first, reopens in (
        (1, date(2019, 12, 10), date(2020, 1, 10)),
        (2, date(2020, 1, 11), date(2020, 2, 20)),
    )
)


@pytest.mark.parametrize(
    ("due_on", "closures", "expected"),
    [
        (date(2019, 12, 9), [FIRST], (date(2019, 12, 9), None)),
        (date(2019, 12, 10), [FIRST], (date(2020, 1, 13), 1)),
        (date(2020, 1, 9), [FIRST], (date(2020, 1, 13), 1)),
        (date(2020, 1, 10), [FIRST], (date(2020, 1, 10), None)),
        (date(2019, 12, 16), [FIRST, SECOND], (date(2020, 2, 23), 2)),
        (date(2019, 12, 16), [SECOND], (date(2019, 12, 16), None)),
        (date(2019, 12, 16), [], (date(2019, 12, 16), None)),
    ],
)
def test_a_due_date_lies_behind_every_closure_in_force(due_on, closures, expected):
    assert rules.due_behind_closures(3, due_on, closures) == expected


@pytest.mark.parametrize(
    ("until", "closures", "expected"),
    [
        (date(2019, 12, 9), [FIRST], date(2019, 12, 9)),
        (date(2019, 12, 10), [FIRST], date(2020, 1, 12)),
        (date(2019, 12, 10), [FIRST, SECOND], date(2020, 2, 22)),
    ],
)
def test_a_hold_is_kept_until_the_third_open_day_behind_every_closure(until, closures, expected):
    assert rules.kept_behind_closures(until, closures) == expected
