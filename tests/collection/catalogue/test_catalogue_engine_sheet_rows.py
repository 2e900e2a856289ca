"""The rows of the MARC worksheet and its text."""

import pytest

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.sheet_rows import SheetRow, rows_of, rows_to_text
from yanshu.collection.catalogue.engine.worksheet import LineFault

CHINESE = MarcRecord(
    "00000nam0 2200000   450 ",
    [
        Field("001", "01 23#4"),
        Field("100", "  \x1fa20211208d2022    em y0chiy50      ea"),
        Field("200", "1 \x1fa价格 # $5‡\x1ff某|人"),
    ],
)
AMERICAN = MarcRecord(
    "00000nam a2200000   4500",
    [Field("008", "011009s2019    cc      b    001 0 chi d"), Field("100", "1 \x1faTwain, Mark")],
)


@pytest.mark.parametrize(("record", "dialect"), [(CHINESE, Dialect.CNMARC), (AMERICAN, Dialect.MARC21)])
def test_rows_and_back_is_the_same_record(record: MarcRecord, dialect: Dialect) -> None:
    assert worksheet.parse(rows_to_text(rows_of(record, dialect), dialect)) == (record, (), ())


def test_blanks_are_seen_where_positions_count_and_nowhere_else() -> None:
    contents = {row.tag: row.content for row in rows_of(CHINESE, Dialect.CNMARC)}
    assert contents["100"] == "‡a20211208d2022####em#y0chiy50######ea"
    assert contents["200"] == "‡a价格 # $5‡‡‡f某|人"
    contents = {row.tag: row.content for row in rows_of(AMERICAN, Dialect.MARC21)}
    assert contents["008"] == "011009s2019####cc######b####001#0#chi#d"
    assert contents["100"] == "‡aTwain, Mark"


def test_errors_are_counted_by_rows() -> None:
    rows = [
        SheetRow("LDR", "", "00000nam0#2200000###450#"),
        SheetRow(""),
        SheetRow("20", "1#", "‡a短字段号"),
        SheetRow("330", "##", "分行\n写的\t内容"),
        SheetRow("200", "1#", "‡a分行\n写的题名"),
        SheetRow("210", "1%", "‡a长沙"),
    ]
    read = worksheet.parse(rows_to_text(rows, Dialect.CNMARC))
    assert [(error.line, error.code) for error in read.errors] == [
        (3, LineFault.TAG), (4, LineFault.NO_SUBFIELDS), (6, LineFault.INDICATORS),
    ]  # fmt: skip
    assert read.record.fields == (Field("200", "1 \x1fa分行 写的题名"),)
