"""Records as text for the cataloguing form."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.worksheet import LineError, LineFault

BOOK = MarcRecord(
    "00000nam0 2200000   450 ",
    [
        Field("001", "0123"),
        Field("100", "  \x1fa20211208d2022    em y0chiy50      ea"),
        Field("200", "1 \x1fa价格$5‡\x1ff某|人"),
    ],
)
TEXT = (
    "LDR 00000nam0#2200000###450#\n"
    "001 0123\n"
    "100 ## ‡a20211208d2022    em y0chiy50      ea\n"
    "200 1# ‡a价格$5‡‡‡f某|人\n"
)


def test_the_text_of_a_record() -> None:
    assert worksheet.to_text(BOOK) == TEXT
    assert worksheet.parse(TEXT) == (BOOK, (), ())


@pytest.mark.parametrize(
    "line",
    [
        "200 1# ‡a小王子‡f著",
        "2001 ǂa小王子ǂf著",
        "200 1 ‡a小王子‡f著",
        "2001#$a小王子$f著",
        "200 1_|a小王子|f著",
        "200 1 ǂa小王子ǂf著\r",
    ],
)
def test_the_ways_a_line_is_written(line: str) -> None:
    sheet = worksheet.parse(line)
    assert sheet.errors == ()
    assert sheet.record.fields == (Field("200", "1 \x1fa小王子\x1ff著"),)


@pytest.mark.parametrize(
    ("line", "leader"),
    [
        ("LDR 00000nam0 2200000   450 ", "00000nam0 2200000   450 "),
        ("LDR      nam0 22        450 ", "     nam0 22        450 "),
        ("LDR 00000nam0#2200000###450", "00000nam0 2200000   450 "),
        ("01106nam2 2200253   45__", "01106nam2 2200253   45  "),
    ],
)
def test_the_leader(line: str, leader: str) -> None:
    sheet = worksheet.parse(line)
    assert (sheet.record.leader, sheet.errors) == (leader, ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("题名 小王子", LineFault.TAG),
        ("20", LineFault.TAG),
        ("LDR 12345", LineFault.LEADER),
        ("001 ", LineFault.EMPTY),
        ("200 1# 小王子", LineFault.NO_SUBFIELDS),
        ("200", LineFault.NO_SUBFIELDS),
        ("200 A# ‡a小王子", LineFault.INDICATORS),
        ("200 123 ‡a小王子", LineFault.INDICATORS),
        ("200 1# ‡", LineFault.SUBFIELD_CODE),
        ("200 1# ‡a小王子‡ 著", LineFault.SUBFIELD_CODE),
        ("200 1# ‡题名", LineFault.SUBFIELD_CODE),
    ],
)
def test_a_line_that_cannot_be_read_is_told(line: str, fault: LineFault) -> None:
    sheet = worksheet.parse(f"\n001 7\n{line}\n690 ## ‡aI565\n")
    assert [(error.line, error.code) for error in sheet.errors] == [(3, fault)]
    assert [field.tag for field in sheet.record.fields] == ["001", "690"]


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)


@given(
    st.lists(
        st.builds(
            Field.of,
            st.sampled_from(["010", "200", "CAT", "9X9"]),
            st.text(string.digits + " ", min_size=2, max_size=2),
            st.lists(st.tuples(st.sampled_from("abAF49"), TEXTS), min_size=1, max_size=4),
        ),
        max_size=5,
    )
)
def test_what_is_shown_is_read_back(fields: list[Field]) -> None:
    record = MarcRecord("00000nam0 2200000   450 ", fields)
    sheet = worksheet.parse(worksheet.to_text(record))
    assert (sheet.record, sheet.errors) == (record, ())


@given(st.text(max_size=80))
def test_no_text_makes_the_form_fail(text: str) -> None:
    worksheet.parse(text)
    worksheet.parse_pasted(text)


PASTED = """\
FMT\tBK
LDR\t-----nam0 22-----   450\x20
001\t011528318
1011\t|a chi |c fre
2001\t|a 小王子 |d Le petit prince |f (法)圣埃克苏佩里著
096\t|a I565.8 |b aks
CAT\t|a ZWC |c 20211208
SYS\t011528318
oops
"""


def test_a_copied_web_view() -> None:
    assert worksheet.is_pasted(PASTED)
    assert not worksheet.is_pasted(TEXT)
    assert worksheet.parse_pasted(PASTED) == (
        MarcRecord(
            "     nam0 22        450 ",
            [
                Field("001", "011528318"), Field("101", "1 \x1fachi\x1fcfre"),
                Field("200", "1 \x1fa小王子\x1fdLe petit prince\x1ff(法)圣埃克苏佩里著"),
                Field("096", "  \x1faI565.8\x1fbaks"),
            ],
        ),
        (LineError(9, LineFault.TAG, "'oops' is no tag and tab"),),
        ("FMT\tBK", "CAT\t|a ZWC |c 20211208", "SYS\t011528318"),
    )  # fmt: skip
