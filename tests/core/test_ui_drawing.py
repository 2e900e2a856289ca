"""Covers, charts, QR codes: drawn on the server, without styles, the same every time."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core.ui import chart
from yanshu.core.ui.cover import cover_svg
from yanshu.core.ui.month import month_of
from yanshu.core.ui.qr import qr_svg

SVG = "{http://www.w3.org/2000/svg}"


def slip_columns(svg):
    """Return the title as it stands on the slip, column by column from the right."""
    columns = {}
    for glyph in ET.fromstring(svg).findall(f"{SVG}g/{SVG}text"):
        columns.setdefault(float(glyph.get("x")), []).append(glyph.text)
    return ["".join(columns[x]) for x in sorted(columns, reverse=True)]


@pytest.mark.parametrize(
    ("title", "columns"),
    [
        ("雁阵", ["雁阵"]),
        ("孩子看得懂的星空", ["孩子看得懂的星空"]),
        ("大雁小满的第一次远行", ["大雁小满的", "第一次远行"]),
        ("衡州老街：建筑与记忆", ["衡州老街", "建筑与记忆"]),
        ("湖南省衡阳地区民间歌谣与曲艺资料汇编", ["湖南省衡阳地区民", "间歌谣与曲艺资…"]),
    ],
)
def test_a_title_stands_in_one_or_two_columns(title, columns):
    assert slip_columns(cover_svg(title)) == columns


def test_a_latin_title_lies_in_lines():
    lines = [
        t.text for t in ET.fromstring(cover_svg("Wild Geese Over the Xiang")).findall(f"{SVG}g/{SVG}text")
    ]
    assert lines == ["Wild Geese", "Over the", "Xiang"]


@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=3))
def test_every_cover_is_whole_and_always_the_same(title, author, letter):
    clean = [text.encode("utf-8", "ignore").decode() for text in (title, author, letter)]
    printable = ["".join(char for char in text if char.isprintable()) for text in clean]
    svg = cover_svg(*printable)
    assert ET.fromstring(svg).get("viewBox") == "0 0 120 168"
    assert svg == cover_svg(*printable)
    assert "style=" not in svg


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("汪仁忠", "汪仁忠"),
        ("一二三四五六七八", "一二三四五六七八"),
        ("一二三四五六七八九", "一二三四五六七…"),
        ("Hilton, Hoyt-Smith", "Hilton, Hoyt-S…"),
    ],
)
def test_an_author_ends_before_the_seal(author, shown):
    foot = ET.fromstring(cover_svg("雁阵", author, "I")).findall(f"{SVG}text")[0]
    assert foot.text == shown


def test_the_cloth_depends_on_class_and_title():
    cloth = {letter: cover_svg("雁阵", "", letter).split('fill="')[1][:7] for letter in "KPR"}
    assert len(set(cloth.values())) == 3


def test_bars_of_a_year_carry_last_year_and_the_closure():
    closed = chart.Closure(date(2019, 5, 6), date(2019, 6, 14), "closed")
    drawn = chart.month_bars(
        "Loans", "Loans by month.", year=2019, values=[100] * 6, before=[90] * 12, closures=[closed]
    )
    svg = ET.fromstring(drawn.svg)
    bars = [rect.get("class") for rect in svg.iter("rect")]
    assert (bars.count("c1"), bars.count("was")) == (6, 12)
    assert [text.text for text in svg.iter("text")].count("closed") == 1
    assert drawn.rows[0] == ("1", "100", "90")
    assert drawn.rows[11] == ("12", "", "90")
    assert "style" not in drawn.svg


def test_a_stack_is_as_high_as_its_sum():
    drawn = chart.stacked_bars(
        "Ways", "Ways.", categories=["2019"], series=[chart.Series("a", (100,)), chart.Series("b", (200,))]
    )
    rects = ET.fromstring(drawn.svg).iter("rect")
    top = min(float(rect.get("y")) for rect in rects)
    assert top == pytest.approx(30, abs=0.1)
    assert drawn.legend == (("c1", "a"), ("c2", "b"))


def test_a_missing_month_interrupts_a_line():
    drawn = chart.line_chart("v", "v.", categories=list("abc"), series=[chart.Series("x", (1, None, 2))])
    line = next(path for path in ET.fromstring(drawn.svg).iter("path") if path.get("class") == "l1")
    assert line.get("d").count("M") == 2


def test_a_fifth_series_is_turned_down():
    with pytest.raises(ValueError, match="at most 4"):
        chart.grouped_bars("x", "x.", categories=["a"], series=[chart.Series(str(n), (1,)) for n in range(5)])


@given(st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=10**9)), max_size=24))
def test_a_sparkline_stays_in_its_box(values):
    path = ET.fromstring(chart.sparkline(values, "line")).find("path").get("d")
    heights = [
        float(point.split()[1]) for point in path.replace("M", "|").replace("L", "|").split("|") if point
    ]
    assert all(0 <= height <= 36 for height in heights)


def test_a_qr_code_is_black_paths_with_a_name():
    svg = ET.fromstring(qr_svg("YS1:43040012341234", 'say "hello"'))
    assert svg.get("aria-label") == 'say "hello"'
    assert svg.find("path").get("fill") == "#000"


def test_a_month_knows_today_closures_and_events():
    shown = month_of(
        date(2019, 11, 15),
        today=date(2019, 11, 15),
        closed={date(2019, 11, 18)},
        events={date(2019, 11, 16): "talk"},
    )
    days = {day.on.day: day for week in shown.weeks for day in week if day.on}
    assert (len(days), len(shown.weeks)) == (30, 5)
    assert days[15].is_today
    assert days[18].is_closed
    assert days[18].words
    assert days[16].words == "talk"
