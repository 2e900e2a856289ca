"""Numbers, dates, names and marked text as people read them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core.ui import dates, masking, numbers
from yanshu.core.ui.highlight import highlight

SATURDAY = date(2019, 11, 16)
FRIDAY = date(2019, 11, 15)


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (345600, 0, "345,600"),
        (0, 0, "0"),
        (-1273, 0, "−1,273"),
        (None, 0, ""),
        (12.5, 0, "12.5"),
        (1334.0, 0, "1,334"),
        (Decimal("84.065"), 2, "84.07"),
    ],
)
def test_numbers_are_grouped_by_thousands(value, places, written):
    assert numbers.thousands(value, places) == written


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("zh-hans", 345600, "34.56 万"),
        ("zh-hans", 9999, "9,999"),
        ("zh-hans", -123456, "−12.35 万"),
        ("en", 345600, "345,600"),
        ("zh-hans", None, ""),
    ],
)
def test_prose_in_chinese_counts_in_wan(language, value, written):
    with override(language):
        assert numbers.wan(value) == written


@pytest.mark.parametrize(
    ("language", "fen", "written"),
    [
        ("zh-hans", 5800, "58.00 元"),
        ("zh-hans", -5, "−0.05 元"),
        ("en", 123456, "CNY 1,234.56"),
        ("en", None, ""),
    ],
)
def test_money_is_kept_in_fen_and_shown_in_yuan(language, fen, written):
    with override(language):
        assert numbers.money(fen) == written


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_bare_yuan_loses_no_fen(fen):
    plain = numbers.yuan(fen).replace(",", "").replace(numbers.MINUS, "-")
    assert round(Decimal(plain) * 100) == fen


@pytest.mark.parametrize(
    ("value", "written"), [(-5.38, "−5.4%"), (76.4, "76.4%"), (100, "100.0%"), (None, "")]
)
def test_per_cent_has_one_decimal_and_a_true_minus(value, written):
    assert numbers.percent(value) == written


@pytest.mark.parametrize(
    ("now", "before", "change"), [(110, 100, 10), (90, 100, -10), (5, 0, None), (None, 3, None)]
)
def test_change_against_nothing_is_not_a_number(now, before, change):
    assert numbers.change(now, before) == change


@pytest.mark.parametrize(
    ("language", "full", "long", "short"),
    [
        ("zh-hans", "2019年11月16日（周六）", "2019年11月16日", "11月16日"),
        ("en", "Sat 16 Nov 2019", "16 Nov 2019", "16 Nov"),
    ],
)
def test_dates_in_prose(language, full, long, short):
    with override(language):
        assert dates.full_date(SATURDAY) == full
        assert (dates.long_date(SATURDAY), dates.short_date(SATURDAY)) == (long, short)


def test_an_instant_is_told_by_the_wall_clock_of_the_library():
    late = datetime(2019, 11, 15, 16, 30, tzinfo=ZoneInfo("UTC"))
    assert dates.table_date(late) == "2019-11-16"
    assert dates.clock_time(late) == "00:30"
    assert dates.moment(late) == "2019-11-16 00:30"


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2019, 11, 15), "today"),
        (date(2019, 11, 16), "tomorrow"),
        (date(2019, 11, 14), "yesterday"),
        (date(2019, 11, 21), "in 6 days"),
        (date(2019, 11, 12), "3 days ago"),
        (date(2020, 1, 20), ""),
        (None, ""),
    ],
)
def test_near_days_are_said_in_words(on, words):
    with override("en"):
        assert dates.near_date(on, FRIDAY) == words


@pytest.mark.parametrize(
    ("due_on", "words", "tone"),
    [
        (date(2019, 11, 12), "3 days overdue", "no"),
        (date(2019, 11, 15), "due today", "wait"),
        (date(2019, 11, 16), "due tomorrow", "wait"),
        (date(2019, 11, 18), "3 days left", "stone"),
    ],
)
def test_a_due_date_says_what_it_means_today(due_on, words, tone):
    with override("en"):
        assert (dates.due_words(due_on, FRIDAY), dates.due_tone(due_on, FRIDAY)) == (words, tone)


@pytest.mark.parametrize(
    ("language", "end", "words"),
    [
        ("zh-hans", date(2019, 12, 2), "2019年11月16日至12月2日"),
        ("zh-hans", date(2020, 1, 2), "2019年11月16日至2020年1月2日"),
        ("en", date(2019, 12, 2), "16 Nov – 2 Dec 2019"),
        ("en", date(2020, 1, 2), "16 Nov 2019 – 2 Jan 2020"),
    ],
)
def test_a_span_says_both_ends(language, end, words):
    with override(language):
        assert dates.span_words(SATURDAY, end) == words


@pytest.mark.parametrize(
    ("name", "shown", "surname"),
    [
        ("何秋", "何*", "何*"),
        ("何秋月", "何秋*", "何*"),
        ("欧阳青禾", "欧阳青*", "欧阳*"),
        ("欧阳", "欧*", "欧*"),
        ("Anna Smith", "Anna S*", "Anna *"),
        ("", "", ""),
    ],
)
def test_names_are_never_whole(name, shown, surname):
    assert (masking.mask_name(name), masking.mask_surname(name)) == (shown, surname)


@given(st.text(alphabet="0123456789", min_size=5, max_size=20))
def test_a_number_shows_its_last_four_and_no_more(number):
    assert masking.mask_number(number) == f"**** {number[-4:]}"


def test_a_short_number_is_hidden_whole():
    assert (masking.mask_number("1234"), masking.mask_number("")) == ("****", "")


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("湘江两岸", "湘江", "<mark>湘江</mark>两岸"),
        ("湘江 <b>", "湘江", "<mark>湘江</mark> &lt;b&gt;"),
        ("Wild Geese", "geese wild", "<mark>Wild</mark> <mark>Geese</mark>"),
        ("湘江流域", ["湘江", "湘江流域"], "<mark>湘江流域</mark>"),
        ("a <i>", "", "a &lt;i&gt;"),
    ],
)
def test_searched_words_are_marked_and_the_rest_escaped(text, terms, marked):
    assert highlight(text, terms) == marked
