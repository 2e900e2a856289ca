from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yanshu.core import importing
from yanshu.core.importing.cell import shown


class Colour(models.TextChoices):
    RED = "red", _("Monday")  # a word Django itself translates: 星期一
    BLUE = "blue", "蓝色"


def wall(*parts):
    return datetime(*parts)  # noqa: DTZ001  a workbook knows no time zones


CHOSEN = importing.choice(Colour, words={"azure": "blue"})


@pytest.mark.parametrize(
    ("parser", "cell", "value"),
    [
        (importing.text(), "  历史 ", "历史"),
        (importing.text(pattern=r"\d{3}"), "007", "007"),
        (importing.integer(), "1,234", 1234),
        (importing.integer(), "１２", 12),
        (importing.integer(), "12.0", 12),
        (importing.integer(minimum=0), "0", 0),
        (importing.decimal(), "1,234.50", Decimal("1234.50")),
        (importing.decimal(), "-0.5", Decimal("-0.5")),
        (importing.fen(), "￥58", 5800),
        (importing.day, "2019-11-16", date(2019, 11, 16)),
        (importing.day, "2019/1/6", date(2019, 1, 6)),
        (importing.day, "2019.11.16", date(2019, 11, 16)),
        (importing.day, "2019年11月16日", date(2019, 11, 16)),
        (importing.day, "20191116", date(2019, 11, 16)),
        (importing.day, "2019-11-16 00:00:00", date(2019, 11, 16)),
        (importing.hour, "9:00", time(9)),
        (importing.hour, "14：30", time(14, 30)),
        (importing.hour, "9时30分", time(9, 30)),
        (importing.hour, "09:05:07", time(9, 5, 7)),
        (importing.moment, "2019-11-16T02:30:00Z", datetime(2019, 11, 16, 2, 30, tzinfo=UTC)),
        (importing.moment, "2019-11-16 10:30", datetime(2019, 11, 16, 2, 30, tzinfo=UTC)),
        (importing.moment, "2019年11月16日 10:30", datetime(2019, 11, 16, 2, 30, tzinfo=UTC)),
        (importing.moment, "2019-11-16", datetime(2019, 11, 15, 16, tzinfo=UTC)),
        (importing.yes_no, "是", True),
        (importing.yes_no, "√", True),
        (importing.yes_no, "N", False),
        (importing.yes_no, "０", False),
        (CHOSEN, "red", Colour.RED),
        (CHOSEN, "RED", Colour.RED),
        (CHOSEN, "monday", Colour.RED),
        (CHOSEN, "星期一", Colour.RED),
        (CHOSEN, "蓝色", Colour.BLUE),
        (CHOSEN, "Azure", Colour.BLUE),
    ],
)
def test_reads(parser, cell, value):
    assert parser(cell) == value


@pytest.mark.parametrize(
    ("parser", "cell", "code"),
    [
        (importing.text(max_length=2), "abc", "too-long"),
        (importing.text(pattern=r"\d{3}"), "07", "wrong-shape"),
        (importing.integer(), "12.5", "not-a-number"),
        (importing.integer(), "1,23", "not-a-number"),
        (importing.integer(minimum=1), "0", "too-small"),
        (importing.integer(maximum=9), "10", "too-large"),
        (importing.decimal(), "NaN", "not-a-number"),
        (importing.decimal(), "x", "not-a-number"),
        (importing.fen(), "abc", "not-money"),
        (importing.fen(minimum=0), "-1", "too-small"),
        (importing.day, "2019-02-30", "not-a-date"),
        (importing.day, "11/16/2019", "not-a-date"),
        (importing.day, "昨天", "not-a-date"),
        (importing.hour, "25:00", "not-a-time"),
        (importing.hour, "9", "not-a-time"),
        (importing.moment, "now", "not-an-instant"),
        (importing.moment, "2019-11-16T25:00:00Z", "not-an-instant"),
        (importing.moment, "2019-11-16 25:00", "not-a-time"),
        (importing.yes_no, "maybe", "not-yes-or-no"),
        (CHOSEN, "green", "not-a-choice"),
    ],
)
def test_refuses_with_a_code(parser, cell, code):
    with pytest.raises(importing.Misread) as refused:
        parser(cell)
    assert refused.value.code == code


def test_a_refusal_quotes_the_cell_and_names_what_is_known():
    with pytest.raises(importing.Misread) as refused, translation.override("en"):
        CHOSEN("green")
    with translation.override("en"):
        assert str(refused.value.label) == "“green” is not one of: Monday, 蓝色."


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("条码", "General", "条码"),
        (3430100123456, "General", "3430100123456"),
        (3430100123456.0, "General", "3430100123456"),
        (7, "0000", "0007"),
        (58, "0.00", "58.00"),
        (58.5, '"￥"#,##0.00', "58.50"),
        (1234.5, "#,##0.00;[Red]-#,##0.00", "1234.50"),
        (0.1, "General", "0.1"),
        (0.25, "0%", "25%"),
        (0.2525, "0.0%", "25.2%"),
        (1e21, "General", "1000000000000000000000"),
        (True, "General", "1"),
        (wall(2019, 11, 16), "yyyy-mm-dd", "2019-11-16"),
        (wall(2019, 11, 16, 14, 30), "yyyy-mm-dd hh:mm", "2019-11-16 14:30"),
        (wall(2019, 11, 16, 14, 29, 59, 999_600), "yyyy-mm-dd hh:mm", "2019-11-16 14:30"),
        (date(2019, 11, 16), None, "2019-11-16"),
        (time(9), "hh:mm", "09:00"),
        (timedelta(hours=25, minutes=3), "[h]:mm", "25:03"),
    ],
)
def test_cells_are_read_as_the_sheet_shows_them(value, number_format, text):
    assert shown(value, number_format) == text
