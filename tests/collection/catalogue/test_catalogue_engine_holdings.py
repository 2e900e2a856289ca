"""Copies named inside records."""

import pytest

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.holdings import Holding, HoldingLayout, barcodes_in, holdings
from yanshu.collection.catalogue.engine.record import MarcRecord


def record(*lines: str) -> MarcRecord:
    sheet = worksheet.parse("\n".join(lines))
    assert sheet.errors == ()
    return sheet.record


def test_cnmarc_905_with_several_barcodes() -> None:
    found = holdings(
        record("200 1# ‡a小王子", "905 ## ‡aHYLIB‡b00012345‡b00012347‡c文学库‡dI565.88‡e12‡v上册")
    )
    assert found == (
        Holding("00012345", "I565.88/12", "文学库", "HYLIB", volume="上册"),
        Holding("00012347", "I565.88/12", "文学库", "HYLIB", volume="上册"),
    )


def test_cnmarc_905_with_a_whole_call_number_and_a_count() -> None:
    (found,) = holdings(record("200 1# ‡a小王子", "905 ## ‡b00012345‡dI565.88‡e12‡sI565.88/12:2‡f3"))
    assert (found.call_number, found.copies) == ("I565.88/12:2", 3)


def test_cnmarc_999() -> None:
    line = "999 ## ‡a36/I313.65/767‡c1‡iP120J000038428‡l第二书库‡m外语大学馆‡pY20.00‡t日文普通书‡u2016/7/4"
    assert holdings(record("200 1# ‡a偉人", line)) == (
        Holding(
            "P120J000038428", "36/I313.65/767", "第二书库", "外语大学馆", price_fen=2000, copy_number="1",
            item_type="日文普通书", acquired_on="2016/7/4",
        ),
    )  # fmt: skip


def test_marc21_852_and_952() -> None:
    found = holdings(
        record(
            "245 10 ‡aMin fa", "852 8# ‡aX‡bMAIN‡cSTACKS‡hKNQ496‡i.M56‡p30001‡t2",
            "952 ## ‡aCPL‡bMPL‡cFIC‡oF/123‡p30002‡g12.50‡yBK‡d2019-01-02",
        )
    )  # fmt: skip
    assert found == (
        Holding("30001", "KNQ496/.M56", "STACKS", "MAIN", copy_number="2"),
        Holding("30002", "F/123", "FIC", "MPL", price_fen=1250, item_type="BK", acquired_on="2019-01-02"),
    )


@pytest.mark.parametrize("line", ["905 ## ‡aBNU‡dF124‡e26", "999 ## ‡aW", "852 ## ‡aX"])
def test_a_field_without_a_barcode_names_no_copy(line: str) -> None:
    assert holdings(record("200 1# ‡a小王子", line)) == ()


def test_a_library_brings_its_own_layout() -> None:
    layout = HoldingLayout(tag="906", barcode="b", call_number="de", price="r")
    found = holdings(record("200 1# ‡a报告", "906 ## ‡b1708903‡dF124‡e26‡rCNY80.00"), layouts=[layout])
    assert found == (Holding("1708903", "F124/26", price_fen=8000),)


@pytest.mark.parametrize(
    ("text", "barcodes"),
    [
        ("00012345", ["00012345"]),
        ("1683011-3", ["1683011", "1683012", "1683013"]),
        ("00236519-21", ["00236519", "00236520", "00236521"]),
        ("HY00098-101", ["HY00098", "HY00099", "HY00100", "HY00101"]),
        ("1683013-1", ["1683013-1"]),
        ("123-456", ["123-456"]),
        ("1000000-9999", ["1000000-9999"]),
        ("A-1-2", ["A-1-2"]),
        ("", [""]),
    ],
)
def test_rows_of_barcodes(text: str, barcodes: list[str]) -> None:
    assert barcodes_in(text) == barcodes
