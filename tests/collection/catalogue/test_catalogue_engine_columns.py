"""The columns of CNMARC and MARC21 records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as stdnum_isbn

from yanshu.collection.catalogue.engine import worksheet
from yanshu.collection.catalogue.engine.columns import Columns, Form, access_points, parse
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault, RejectedNumber, isbn13, issn
from yanshu.collection.catalogue.engine.wording import year_in

CNMARC = """\
LDR 00000nam0#2200000###450#
001 012021000001
010 ## ‡a978-7-5001-6208-7‡b精装‡dCNY35.00
010 ## ‡a978-7-5001-6208-8‡z7-5001-0000-1
100 ## ‡a20211208d2022    abmy0chiy50      ea
101 1# ‡achi‡cfre
102 ## ‡aCN‡b110000
200 1# ‡a小王子‡AXiao Wang Zi‡b专著‡e插图本‡h第一册‡i玫瑰‡d= Le petit prince‡f(法)圣埃克苏佩里著‡g李玉民译
205 ## ‡a2版‡b修订本
210 ## ‡a北京‡c中译出版社‡d2022.3
215 ## ‡a112页‡c彩图‡d21cm‡e1光盘
225 2# ‡a世界名著‡h第一辑
330 ## ‡a飞行员与王子。
500 10 ‡aPetit prince‡mChinese
517 1# ‡a星星王子‡AXing Xing Wang Zi
606 0# ‡a童话‡x作品集‡y法国‡z现代
610 0# ‡a经典
690 ## ‡aI565.88‡v5
701 #0 ‡c(法)‡a圣埃克苏佩里‡ASheng Ai Ke Su Pei Li‡4著
702 #1 ‡aWoods‡b, Katherine‡4译
711 02 ‡a中译出版社‡b编辑部‡4编
"""

MARC21 = """\
LDR 00000cam#a2200000#a#4500
001    00310947
008 000712s1999    cc a     b    000 0 chi\x20\x20
020 ## ‡a730003280X (pbk.) :‡cRMB12.50
020 ## ‡z9787300032800
050 00 ‡aKNQ496.5‡b.M56 1999
084 ## ‡aD923‡2clc
245 10 ‡6880-01‡aMin fa an li fen xi :‡bshang ce /‡cLong Yifei zhu bian.
246 3# ‡aCases in civil law
250 ## ‡6880-02‡aDi 1 ban.
260 ## ‡6880-03‡aBeijing :‡bZhongguo ren min da xue chu ban she,‡c1999.
300 ## ‡aii, 197 p. ;‡c24 cm.
490 0# ‡6880-04‡a21 shi ji fa xue xi lie jiao cai
520 ## ‡aA casebook.
650 #0 ‡aCivil law‡zChina‡vCases.
700 1# ‡6880-05‡aLong, Yifei.
700 12 ‡aLi, Bai.‡tPoems.
880 10 ‡6245-01/$1‡a民法案例分析 :‡b上册 /‡c龙翼飞主编.
880 ## ‡6250-02/$1‡a第1版.
880 ## ‡6260-03/$1‡a北京 :‡b中国人民大学出版社,‡c1999.
880 0# ‡6490-04/$1‡a21世纪法学系列教材
880 1# ‡6700-05/$1‡a龙翼飞.
880 ## ‡6500-00/$1‡a没有对应字段的附注
880 ## ‡a没有 $6
"""


def columns_of(text: str) -> Columns:
    sheet = worksheet.parse(text)
    assert sheet.errors == ()
    return parse(sheet.record)


@pytest.mark.parametrize("text", [CNMARC, MARC21])
def test_access_points_are_the_columns_of_the_same_names(text: str) -> None:
    record = worksheet.parse(text).record
    dialect = dialect_of(record)

    points = access_points(record, dialect).by_name()

    assert points == {name: getattr(parse(record, dialect), name) for name in points}
    assert points["title"]


def test_cnmarc() -> None:
    assert columns_of(CNMARC) == Columns(
        control_number="012021000001",
        title="小王子",
        subtitle="插图本",
        volume="第一册",
        volume_title="玫瑰",
        parallel_title="Le petit prince",
        title_pinyin="Xiao Wang Zi",
        other_titles=("Le petit prince", "Petit prince", "星星王子", "Xing Xing Wang Zi"),
        responsibility="(法)圣埃克苏佩里著 ; 李玉民译",
        authors=("圣埃克苏佩里", "中译出版社 编辑部", "Woods, Katherine"),
        other_names=("Sheng Ai Ke Su Pei Li",),
        edition="2版, 修订本",
        place="北京",
        publisher="中译出版社",
        year=2022,
        extent="112页 : 彩图 ; 21cm + 1光盘",
        series=("世界名著. 第一辑",),
        isbns=("9787500162087",),
        rejected_isbns=(
            RejectedNumber("978-7-5001-6208-8", NumberFault.CHECKSUM),
            RejectedNumber("7-5001-0000-1", NumberFault.CANCELLED),
        ),
        price_text="CNY35.00",
        price_fen=3500,
        class_number="I565.88",
        subjects=("童话-作品集-法国-现代", "经典"),
        summary="飞行员与王子。",
        language="chi",
        country="CN",
        form=Form.BOOK,
        juvenile=True,
    )


def test_marc21_shows_the_original_script() -> None:
    assert columns_of(MARC21) == Columns(
        control_number="00310947",
        title="民法案例分析",
        subtitle="上册",
        title_pinyin="Min fa an li fen xi",
        other_titles=("Min fa an li fen xi : shang ce", "Cases in civil law"),
        responsibility="龙翼飞主编",
        authors=("龙翼飞",),
        other_names=("Long, Yifei",),
        edition="第1版",
        place="北京",
        publisher="中国人民大学出版社",
        year=1999,
        extent="ii, 197 p. ; 24 cm.",
        series=("21世纪法学系列教材",),
        isbns=("9787300032801",),
        rejected_isbns=(RejectedNumber("9787300032800", NumberFault.CANCELLED),),
        price_text="RMB12.50",
        price_fen=1250,
        class_number="D923",
        lc_class="KNQ496.5",
        subjects=("Civil law--China--Cases",),
        summary="A casebook.",
        language="chi",
        country="cc",
        form=Form.BOOK,
    )


def test_the_dialect_can_be_given() -> None:
    record = worksheet.parse(CNMARC).record
    assert parse(record, Dialect.MARC21).title == ""


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_empty_record_has_empty_columns(dialect: Dialect) -> None:
    record = worksheet.parse("").record
    assert parse(record, dialect) == Columns()


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("210 ## ‡a北京‡c中译出版社‡d2022.3", "210 ## ‡a北京", "year", 2022),
        ("‡d2022.3", "‡d昭和55 [1980]", "year", 1980),
        ("‡d2022.3", "‡d[19--]", "year", 2022),
        ("d2022    abm", "d2022    em ", "juvenile", False),
        ("d2022    abm", "d2022    mb ", "juvenile", True),
        ("00000nam0", "00000nas0", "form", Form.SERIAL),
        ("00000nam0", "00000njm0", "form", Form.AUDIOVISUAL),
        ("00000nam0", "00000nem0", "form", Form.MAP),
        ("00000nam0", "00000ncm0", "form", Form.SCORE),
        ("00000nam0", "00000nlm0", "form", Form.ELECTRONIC),
        ("00000nam0", "00000nrm0", "form", Form.OTHER),
        ("102 ## ‡aCN", "106 ## ‡as", "form", Form.ELECTRONIC),
        ("‡AXiao Wang Zi", "‡9xiao wang zi", "title_pinyin", "xiao wang zi"),
        ("‡AXiao Wang Zi", "‡Aホシノオウジサマ", "title_pinyin", ""),
        ("690 ## ‡aI565.88", "093 ## ‡aI565.88", "class_number", "I565.88"),
        ("690 ## ‡aI565.88", "096 ## ‡a/123", "class_number", ""),
        ("690 ## ‡aI565.88", "690 ## ‡a‡v5", "class_number", ""),
        ("‡b精装‡dCNY35.00", "‡b精装", "price_fen", None),
        ("‡a小王子‡A", "‡a\x88L'\x89altra faccia‡A", "title", "L'altra faccia"),
    ],
)
def test_cnmarc_details(old: str, new: str, column: str, value: Any) -> None:
    assert old in CNMARC
    assert getattr(columns_of(CNMARC.replace(old, new, 1)), column) == value


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("s1999    cc", "s19uu    cc", "year", 1999),
        ("s1999    cc", "nuuuu    cc", "year", 1999),
        ("0 chi", "0 |||", "language", ""),
        ("0 chi", "0 jpn", "title_pinyin", ""),
        ("0 chi", "0 jpn", "other_titles", ("Min fa an li fen xi : shang ce", "Cases in civil law")),
        ("‡2clc", "‡2ncsclt", "class_number", ""),
        ("084 ## ‡aD923‡2clc", "093 ## ‡aD923.05‡bL1", "class_number", "D923.05"),
        ("00000cam", "00000cas", "form", Form.SERIAL),
        ("00000cam", "00000cmm", "form", Form.ELECTRONIC),
        ("a     b    000", "a    ob    000", "form", Form.ELECTRONIC),
        ("a     b    000", "a   j b    000", "juvenile", True),
        ("a     b    000", "a   d b    000", "juvenile", False),
        ("‡6245-01/$1‡a民法案例分析 :", "‡6245-09/$1‡a民法案例分析 :", "title", "Min fa an li fen xi"),
        ("260 ##", "264 #1", "publisher", "Zhongguo ren min da xue chu ban she"),
        ("050 00 ‡aKNQ496.5", "090 ## ‡aKNQ496", "lc_class", "KNQ496"),
        ("RMB12.50", "NT$150", "price_fen", None),
    ],
)
def test_marc21_details(old: str, new: str, column: str, value: Any) -> None:
    assert old in MARC21
    assert getattr(columns_of(MARC21.replace(old, new, 1)), column) == value


def test_a_serial_has_an_issn() -> None:
    columns = columns_of("LDR 00000nas0#2200000###450#\n011 ## ‡a1002-1027‡dCNY9.00\n200 1# ‡a图书馆学报\n")
    assert (columns.issn, columns.price_fen, columns.form) == ("1002-1027", 900, Form.SERIAL)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("CNY35.00", 3500), ("CNY 35", 3500), ("CNY35.5", 3550), ("RMB12.50", 1250), ("RMB¥12.50", 1250),
        ("￥35.00", 3500), ("¥35.00", 3500), ("￥66.00（全三册）", 6600), ("35.00元", 3500), ("0.85元", 85),
        ("Y20.00", 2000), ("cny1,280.00", 128000), ("(pbk.) : RMB12.50", 1250), ("人民币18.00", 1800),
        ("CNY37.00 (2册)", 3700), ("35.00元(上下册)", 3500),
        ("", None), ("35.00", None), ("$35.00", None), ("NT$250", None), ("HK$40.00", None), ("1429円", None),
        ("USD25.00", None), ("赠阅", None), ("250元新台币", None), ("JPY1200", None), ("CNY", None),
        ("CNY35.005", None),
    ],
)  # fmt: skip
def test_prices(text: str, fen: int | None) -> None:
    assert price_fen(text) == fen


def test_a_bare_number_is_yuan_only_where_that_is_said() -> None:
    assert price_fen("35.00", bare=True) == 3500
    assert price_fen("35.00 x", bare=True) is None


def test_the_yen_sign_of_a_book_of_japan_is_yen() -> None:
    assert price_fen("¥1200", yen=True) is None
    assert price_fen("CNY120.00", yen=True) == 12000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("978-7-5001-6208-7", "9787500162087"), ("7-5001-0000-2", NumberFault.CHECKSUM),
        ("7-113-05198-7", "9787113051983"), ("489041360X", "9784890413607"),
        ("489041360x (pbk.)", "9784890413607"),
        ("9787500162087 (精装)", "9787500162087"), ("ISBN 978-7-5001-6208-7", "9787500162087"),
        ("９７８７５００１６２０８７", "9787500162087"), ("978–7–5001–6208–7", "9787500162087"),
        ("9787500162088", NumberFault.CHECKSUM), ("97875001620", NumberFault.LENGTH),
        ("9777500162087", NumberFault.FORMAT), ("471383147", NumberFault.LENGTH), ("精装", None), ("", None),
    ],
)  # fmt: skip
def test_isbns(text: str, number: str | NumberFault | None) -> None:
    assert isbn13(text) == number


@given(st.from_regex(r"(978|979)?[0-9]{9}[0-9X]", fullmatch=True))
def test_isbns_are_judged_as_stdnum_judges_them(text: str) -> None:
    ours = isbn13(text)
    valid = stdnum_isbn.is_valid(text)
    assert (
        isinstance(ours, str) and not isinstance(ours, NumberFault)
        if valid
        else isinstance(ours, NumberFault)
    )
    if valid:
        assert ours == stdnum_isbn.validate(text, convert=True)


@pytest.mark.parametrize(
    ("text", "number"), [("1002-1027", "1002-1027"), ("10021027", "1002-1027"), ("1002-1028", ""), ("x", "")]
)
def test_issns(text: str, number: str) -> None:
    assert issn(text) == number


@pytest.mark.parametrize(
    ("text", "year"),
    [("2012.05", 2012), ("c1999.", 1999), ("民国25 [1936]", 1936), ("康熙52年[1713]", 1713),
     ("１９９８", 1998), ("[199-]", None), ("12345", None), ("3000", None), ("", None)],
)  # fmt: skip
def test_years(text: str, year: int | None) -> None:
    assert year_in(text) == year
