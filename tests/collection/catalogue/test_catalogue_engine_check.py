"""What a cataloguer is told before a record is saved."""

import pytest

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.check import FindingCode, Severity, check
from yanshu.collection.catalogue.engine.clc import is_class_number
from yanshu.collection.catalogue.engine.dialect import Dialect

CNMARC = """\
LDR 00000nam0#2200000###450#
001 012021000001
010 ## ‡a978-7-5001-6208-7‡dCNY35.00
100 ## ‡a20211208d2022    em y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN‡b430000
200 1# ‡a小王子‡f圣埃克苏佩里著
210 ## ‡a北京‡c中译出版社‡d2022
215 ## ‡a112页‡d21cm
606 0# ‡a童话
690 ## ‡aI565.88‡v5
701 #0 ‡a圣埃克苏佩里‡4著
801 #0 ‡aCN‡bHYLIB‡c20220103
"""
MARC21 = """\
LDR 00000cam#a2200000#a#4500
001 310947
008 000712s1999    cc a     b    000 0 chi\x20\x20
020 ## ‡a730003280X
040 ## ‡aDLC
245 10 ‡aMin fa an li fen xi /‡cLong Yifei.
300 ## ‡a197 p.
650 #0 ‡aCivil law.
"""


def found(text: str) -> list[tuple[FindingCode, str]]:
    sheet = worksheet.parse(text)
    assert sheet.errors == ()
    return [(finding.code, finding.field) for finding in check(sheet.record)]


@pytest.mark.parametrize("text", [CNMARC, MARC21])
def test_a_good_record_has_no_findings(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("00000nam0", "00000xam0", FindingCode.LEADER, "LDR/05"),
        ("00000nam0", "00000nzm0", FindingCode.LEADER, "LDR/06"),
        ("200 1# ‡a小王子‡f圣埃克苏佩里著", "200 1# ‡a‡f圣埃克苏佩里著", FindingCode.MISSING, "200$a"),
        ("101 0# ‡achi\n", "", FindingCode.MISSING, "101$a"),
        ("801 #0 ‡aCN‡bHYLIB‡c20220103\n", "", FindingCode.MISSING, "801$a"),
        ("690 ## ‡aI565.88‡v5\n", "", FindingCode.USUAL_MISSING, "690$a"),
        ("101 0# ‡achi\n", "101 0# ‡achi\n101 0# ‡aeng\n", FindingCode.REPEATED, "101"),
        ("200 1# ", "200 9# ", FindingCode.INDICATOR, "200"),
        ("200 1# ", "200 1# ‡b", FindingCode.EMPTY, "200$b"),
        ("      ea", "     ea", FindingCode.CODED_LENGTH, "100$a"),
        ("6208-7", "6208-8", FindingCode.ISBN_CHECKSUM, "010$a"),
        ("978-7-5001-6208-7", "978-7-5001-620", FindingCode.ISBN_SHAPE, "010$a"),
        ("978-7-5001-6208-7", "不详", FindingCode.ISBN_SHAPE, "010$a"),
        ("CNY35.00", "三十五元", FindingCode.PRICE, "010$d"),
        ("I565.88", "I56588", FindingCode.CLASS_NUMBER, "690$a"),
        ("606 0#", "011 ## ‡a1002-1028\n606 0#", FindingCode.ISSN, "011$a"),
    ],
)
def test_one_fault_gives_one_finding(old: str, new: str, code: FindingCode, field: str) -> None:
    assert old in CNMARC
    assert (code, field) in found(CNMARC.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("245 10 ‡a", "246 30 ‡a", FindingCode.MISSING, "245$a"),
        ("000 0 chi  ", "000 0 chi", FindingCode.CODED_LENGTH, "008"),
        ("245 10", "245 1#", FindingCode.INDICATOR, "245"),
        ("730003280X", "7300032801", FindingCode.ISBN_CHECKSUM, "020$a"),
        ("040 ## ‡aDLC\n", "", FindingCode.USUAL_MISSING, "040$a"),
        ("650 #0", "093 ## ‡a340.5\n650 #0", FindingCode.CLASS_NUMBER, "093$a"),
    ],
)
def test_marc21_faults(old: str, new: str, code: FindingCode, field: str) -> None:
    assert old in MARC21
    sheet = worksheet.parse(MARC21.replace(old, new, 1))
    assert (code, field) in [(finding.code, finding.field) for finding in check(sheet.record, Dialect.MARC21)]


def test_warnings_do_not_keep_a_record_from_being_saved() -> None:
    sheet = worksheet.parse(CNMARC.replace("CNY35.00", "赠阅"))
    (finding,) = check(sheet.record)
    assert (finding.severity, finding.value) == (Severity.WARNING, "赠阅")
    assert finding.reason


@pytest.mark.parametrize(
    "number",
    ["I247.57", "TP312C", "TP393", "K825.6=76", "B84-0", "F270-49", "G125", "D922.291.91", "DF4", "O1",
     "T-65", "TU", "H31:G", "I", "J292.1/.7", "I313.65", "D669(2)", "F124", "[G353.1]", "H319.4:I712.45",
     "E0-051", "Z228.1+5"],
)  # fmt: skip
def test_class_numbers(number: str) -> None:
    assert is_class_number(number)


@pytest.mark.parametrize(
    "number", ["", "813.7", "i247", "L12", "W1", "I24757", "I247.", "小说", "I 247", "QA76.73"]
)
def test_no_class_numbers(number: str) -> None:
    assert not is_class_number(number)
