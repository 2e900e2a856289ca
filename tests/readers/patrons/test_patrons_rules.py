"""Ages, bands, terms of membership, numbers and the lock after wrong passwords: without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.readers.patrons import rules
from yanshu.readers.patrons.engine.names import initials
from yanshu.readers.patrons.terms import AgeBand, MembershipState

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
NOON = datetime(2019, 11, 16, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 5, 5), date(2019, 5, 4), 18),
        (date(2000, 5, 5), date(2019, 5, 5), 19),
        (date(2004, 2, 29), date(2019, 2, 28), 14),
        (date(2004, 2, 29), date(2019, 3, 1), 15),
        (date(2019, 1, 1), date(2019, 1, 1), 0),
    ],
)
def test_age(born, day, age):
    assert rules.age_on(born, day) == age


@given(born=DAYS, days=st.integers(min_value=0, max_value=40_000))
def test_age_never_falls_and_grows_by_one_a_year(born, days):
    day = born + timedelta(days=days)
    age = rules.age_on(born, day)
    assert age <= rules.age_on(born, day + timedelta(days=1)) <= age + 1
    assert age == pytest.approx(days / 365.2425, abs=1.01)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-6"),
        (6, "0-6"),
        (7, "7-14"),
        (14, "7-14"),
        (15, "15-18"),
        (18, "15-18"),
        (19, "19-35"),
        (35, "19-35"),
        (36, "36-59"),
        (59, "36-59"),
        (60, "60+"),
        (101, "60+"),
    ],
)
def test_every_edge_of_the_bands(age, band):
    assert rules.age_band(date(2019 - age, 1, 1), date(2019, 6, 1)) == band


@given(born=st.none() | DAYS, day=DAYS)
def test_every_band_is_a_word(born, day):
    assert rules.age_band(born, day) in AgeBand.values


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2019, 11, 16), 36, date(2022, 11, 16)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2019, 12, 31), 12, date(2020, 12, 31)),
    ],
)
def test_end_of_a_membership(start, months, end):
    assert rules.expires_on(start, months) == end


@given(start=DAYS, months=st.integers(min_value=1, max_value=600))
def test_a_membership_runs_the_months_it_should(start, months):
    end = rules.expires_on(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("youngest", "oldest", "fits"),
    [
        (None, None, True),
        (18, None, True),
        (None, 18, True),
        (19, None, False),
        (None, 17, False),
        (6, 14, False),
    ],
)
def test_bounds_of_a_category_belong_to_it(youngest, oldest, fits):
    eighteen = date(2001, 11, 16)
    assert rules.fits_category(eighteen, date(2019, 11, 16), youngest=youngest, oldest=oldest) is fits


def test_who_was_born_nobody_knows_when_fits_every_category():
    assert rules.fits_category(None, date(2019, 11, 16), youngest=6, oldest=14)


@pytest.mark.parametrize(
    ("is_active", "expires", "suspended_until", "state"),
    [
        (True, date(2019, 11, 16), None, MembershipState.VALID),
        (True, date(2019, 11, 15), None, MembershipState.EXPIRED),
        (True, date(2020, 1, 1), date(2019, 11, 16), MembershipState.SUSPENDED),
        (True, date(2020, 1, 1), date(2019, 11, 15), MembershipState.VALID),
        (True, date(2019, 1, 1), date(2020, 1, 1), MembershipState.EXPIRED),
        (False, date(2020, 1, 1), date(2020, 1, 1), MembershipState.CANCELLED),
    ],
)
def test_standing_of_a_membership(is_active, expires, suspended_until, state):
    found = rules.membership_state(
        is_active=is_active, expires=expires, suspended_until=suspended_until, day=date(2019, 11, 16)
    )
    assert found == state


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("13800000000", ""),
        ("1380000000", "mobile"),
        ("138000000000", "mobile"),
        ("+8613800000000", ""),
        ("07348222222", ""),
        ("8222222", ""),
        ("822222", "length"),
        ("+4930123456", ""),
        ("1380000000a", "digits"),
        ("电话", "digits"),
    ],
)
def test_faults_of_telephone_numbers(number, fault):
    assert rules.telephone_fault(number) == fault


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("430402198005050018", True),
        ("43040219800505001X", True),
        ("4304021980050500", False),
        ("读者", False),
    ],
)
def test_shape_of_identity_numbers(text, is_one):
    assert rules.looks_like_identity_number(text) is is_one


def test_five_wrong_passwords_in_a_quarter_of_an_hour_lock():
    wrong, since = 0, NOON
    for minute in range(5):
        assert not rules.pin_locked(wrong, since, NOON + timedelta(minutes=minute))
        wrong, since = rules.wrong_pins_now(wrong, since, NOON + timedelta(minutes=minute))
    assert rules.pin_locked(wrong, since, NOON + timedelta(minutes=14))
    assert not rules.pin_locked(wrong, since, NOON + timedelta(minutes=15))
    assert rules.wrong_pins_now(wrong, since, NOON + timedelta(minutes=15)) == (
        1,
        NOON + timedelta(minutes=15),
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("何秋雨", "hqy"), ("欧阳青禾", "oyqh"), ("Anna Smith", "annasmith"), ("", "")],
)
def test_initials_of_names(name, letters):
    assert initials(name) == letters
