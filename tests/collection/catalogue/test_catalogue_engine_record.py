"""Records and fields as values."""

import pytest

from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.record import Field, MarcRecord, Subfield

TITLE = Field.of(
    "200", "1 ", [("a", "小王子"), ("b", "专著"), ("f", " 圣埃克苏佩里著 "), ("f", ""), ("g", "李玉民译")]
)


def test_a_data_field_gives_its_parts() -> None:
    assert TITLE.indicators == "1 "
    assert TITLE.subfields[0] == Subfield("a", "小王子")
    assert TITLE.first("f") == "圣埃克苏佩里著"
    assert TITLE.first("z") == ""
    assert TITLE.all("fg") == ["圣埃克苏佩里著", "李玉民译"]
    assert TITLE.by_code() == {"a": ["小王子"], "b": ["专著"], "f": ["圣埃克苏佩里著"], "g": ["李玉民译"]}
    assert TITLE.data == ""


def test_a_control_field_has_data_and_no_subfields() -> None:
    number = Field("001", "012345")
    assert (number.is_control, number.data, number.indicators, number.subfields) == (True, "012345", "", ())


@pytest.mark.parametrize(("indicators", "code"), [("1", "a"), ("123", "a"), ("1 ", ""), ("1 ", "ab")])
def test_a_field_of_the_wrong_shape_is_refused(indicators: str, code: str) -> None:
    with pytest.raises(ValueError, match="a "):
        Field.of("200", indicators, [(code, "x")])


def test_a_record_finds_its_fields() -> None:
    record = MarcRecord(
        "00000nam0 2200000   450 ",
        [
            Field("001", " 7 "),
            TITLE,
            Field.of("606", "0 ", [("a", "童话")]),
            Field.of("606", "0 ", [("a", "法国")]),
        ],
    )
    assert [field.first("a") for field in record.all("606", "200")] == ["童话", "法国", "小王子"]
    assert record.first("690") is None
    assert record.value("606", "a") == "童话"
    assert record.control("001") == " 7 "
    assert record.with_fields([TITLE]).tags == ["200"]


def test_records_are_equal_whatever_file_they_came_from() -> None:
    one = MarcRecord("00714nam0a2200253   450 ", [TITLE])
    other = MarcRecord("00000nam0 2200000   450 ", [TITLE])
    assert one == other
    assert hash(one) == hash(other)
    assert one != MarcRecord("00000nas0 2200000   450 ", [TITLE])
    assert one != MarcRecord("00000nam0 2200000   450 ", [])


@pytest.mark.parametrize(
    ("tags", "dialect"),
    [
        (("200",), Dialect.CNMARC),
        (("245",), Dialect.MARC21),
        (("200", "245", "008", "260", "300"), Dialect.MARC21),
        (("200", "245", "100", "101", "102", "690"), Dialect.CNMARC),
        (("008", "040"), Dialect.MARC21),
        ((), Dialect.CNMARC),
    ],
)
def test_the_record_itself_tells_its_dialect(tags: tuple[str, ...], dialect: Dialect) -> None:
    record = MarcRecord("0" * 24, [Field(tag, "  \x1fax") for tag in tags])
    assert dialect_of(record) is dialect
