from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core import money

FEN = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("58", 5800),
        ("58.00", 5800),
        ("58.5", 5850),
        ("￥58", 5800),
        ("¥ 58.05", 5805),
        ("58元", 5800),
        ("58.5 元", 5850),
        ("CNY28.00", 2800),
        ("人民币 12元", 1200),
        ("1,234.5", 123450),
        ("1,234,567.89", 123456789),
        ("５８．００", 5800),
        ("-3.20", -320),
        ("−3.20", -320),
        ("￥-3.20", -320),
        ("879.4万元", 879_400_000),
        ("0", 0),
        ("1.230", 123),
        (" 7 ", 700),
    ],
)
def test_reads_what_people_write(text, fen):
    assert money.parse(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "abc",
        "1,23",
        "12,34.5",
        "1.234",
        "--5",
        "-￥-5",
        "5 5",
        "1e3",
        "NaN",
        "5.",
        ".5",
        "5美元",
        "$5",
    ],
)
def test_refuses_what_is_no_amount(text):
    with pytest.raises(money.NotMoney):
        money.parse(text)


@given(FEN)
def test_plain_and_shown_are_read_back(fen):
    assert money.parse(money.plain(fen)) == fen
    grouped = f"{money.yuan(fen):,.2f}元"
    assert money.parse(grouped) == fen


@given(FEN)
def test_yuan_and_back_loses_nothing(fen):
    assert money.of_yuan(money.yuan(fen)) == fen


@pytest.mark.parametrize("amount", [Decimal("0.001"), Decimal("5.555")])
def test_parts_of_a_fen_are_refused(amount):
    with pytest.raises(money.NotMoney):
        money.of_yuan(amount)


def test_is_shown_grouped_with_a_true_minus():
    assert money.plain(123450) == "1234.50"
    assert "1,234.50" in money.shown(123450)
    assert "\u22121,234.50" in money.shown(-123450)


@given(FEN, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_shares_add_up_to_the_fen(fen, weights):
    shares = money.shares(fen, weights)
    assert sum(shares) == fen
    total = sum(weights)
    assert all(abs(share - Decimal(fen) * w / total) < 1 for share, w in zip(shares, weights, strict=True))


@pytest.mark.parametrize("weights", [[0, 0], [3, -1]])
def test_nothing_is_shared_by_no_weight(weights):
    with pytest.raises(ValueError, match="weights"):
        money.shares(100, weights)
