"""Every real file the maintainers keep: nothing fails, nothing is lost, nothing is passed over in silence."""

import io
import unicodedata
import warnings
from pathlib import Path
from typing import Any

import pymarc
import pytest

from yanshu.collection.catalogue.engine import iso2709, marc8, marcxml
from yanshu.collection.catalogue.engine.check import check
from yanshu.collection.catalogue.engine.columns import parse
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode, Reading
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.formats import UnreadableFileError, read_any
from yanshu.collection.catalogue.engine.holdings import holdings
from yanshu.collection.catalogue.engine.isbd import areas
from yanshu.collection.catalogue.engine.worksheet import parse as parse_worksheet
from yanshu.collection.catalogue.engine.worksheet import parse_pasted, to_text

pytestmark = pytest.mark.shared

UTF8, GB, MARC8, ASCII = "utf-8", "gb18030", "marc-8", "ascii"

# Counted by hand: record terminators for ISO 2709, elements with fields for XML.
FILES: dict[str, tuple[int, set[str]]] = {
    "cnmarc-bnu-sru/bnu_1-7.gb18030.iso": (7, {GB}),
    "cnmarc-bnu-sru/bnu_1-7.utf8.iso": (7, {UTF8}),
    "cnmarc-bnu-sru/bnu_cnmarcxml_1-7.xml": (7, {UTF8}),
    "cnmarc-bnu-sru/bnu_unimarcxml_1-7.xml": (7, {UTF8}),
    "cnmarc-holdings-jpn/univ_holdings_utf8.iso": (2, {UTF8}),
    "cnmarc-publisher/publisher_gbk.iso": (4, {GB}),
    "marc-testfiles/pymarc/1251.dat": (6, {"unknown"}),
    "marc-testfiles/pymarc/alphatag.dat": (1, {ASCII}),
    "marc-testfiles/pymarc/bad_indicator.dat": (1, {ASCII}),
    "marc-testfiles/pymarc/bad_subfield_code.dat": (1, {UTF8}),
    "marc-testfiles/pymarc/bad_tag.xml": (1, {UTF8}),
    "marc-testfiles/pymarc/batch.xml": (2, {UTF8}),
    "marc-testfiles/pymarc/diacritic.dat": (1, {UTF8}),
    "marc-testfiles/pymarc/marc.dat": (20, {ASCII}),
    "marc-testfiles/pymarc/marc8.dat": (1, {MARC8}),
    "marc-testfiles/pymarc/multi_isbn.dat": (1, {ASCII}),
    "marc-testfiles/pymarc/test.dat": (10, {ASCII}),
    "marc-testfiles/pymarc/testunimarc.dat": (1, {UTF8}),
    "marc-testfiles/pymarc/utf8.xml": (1, {UTF8}),
    "marc-testfiles/pymarc/utf8_errors.dat": (1, {UTF8}),
    "marc-testfiles/pymarc/utf8_with_leader_flag.dat": (1, {UTF8}),
    "marc-testfiles/pymarc/utf8_without_leader_flag.dat": (1, {UTF8}),
    "marc-testfiles/ruby-marc/marc8_accented_chars.marc": (1, {MARC8}),
    "marc-testfiles/ruby-marc/non-numeric.dat": (1, {ASCII}),
    "marc-testfiles/ruby-marc/random_tag_order.dat": (1, {ASCII}),
    "marc-testfiles/ruby-marc/utf8_multirecord.marc": (2, {UTF8}),
    "marc-testfiles/solrmarc/demoRecs.mrc": (6, {ASCII, MARC8}),
    "marc-testfiles/solrmarc/record_100696348.mrc": (1, {UTF8}),
    "marc-testfiles/solrmarc/specTestRecs.mrc": (76, {ASCII, MARC8}),
    "marc-testfiles/traject/880_with_no_6.utf8.marc": (1, {UTF8}),
    "marc-testfiles/traject/date_with_u.marc": (1, {ASCII}),
    "marc-testfiles/traject/hebrew880s.marc": (1, {UTF8}),
    "marc-testfiles/traject/multi_era.marc": (1, {ASCII}),
    "marc-testfiles/traject/musical_cage.marc": (1, {ASCII}),
    "marc-testfiles/traject/nature.marc": (1, {ASCII}),
    "marc-testfiles/traject/one-marc8.mrc": (1, {MARC8}),
    "marc-testfiles/traject/packed_041a_lang.marc": (1, {UTF8}),
    "marc-testfiles/traject/test_data.utf8.mrc": (30, {ASCII, UTF8}),
    "marc-testfiles/yaz/marc8.marc": (1, {MARC8}),
    "marc-testfiles/yaz/marccol5.u8.marc": (11, {UTF8}),
    "marc21-lc/lc_chi_300.marc8.mrc": (300, {MARC8}),
    "marc21-lc/lc_chi_300.marcxml.xml": (300, {UTF8}),
    "marc21-lc/lc_chi_300.truth.utf8.mrc": (300, {UTF8}),
    "marc21-lc/lc_chi_shared.utf8.mrc": (4000, {ASCII, UTF8}),
    "marc21-lc/lc_eng_shared.utf8.mrc": (1500, {ASCII, UTF8}),
    "marc21-lc/lc_jpn_kor_shared.utf8.mrc": (300, {UTF8}),
    "marc21-to-cmarc-pairs/in_marc21_marc8.mrc": (20, {ASCII, MARC8}),
    "marc21-to-cmarc-pairs/out_cmarc_utf8.mrc": (20, {ASCII, UTF8}),
    "oai-sru/sru_marcxml_response_bibsys.xml": (10, {UTF8}),
}
NOT_MARC = (
    "cnmarc-bnu-sru/bnu_dc_1-7.xml",
    "cnmarc-bnu-sru/bnu_dcx_1-7.xml",
    "cnmarc-bnu-sru/bnu_isohold_1-7.xml",
    "cnmarc-bnu-sru/bnu_mods_1-7.xml",
    "oai-sru/pyoai_fake2_00002.xml",
    "books-zh/douban_isbn_books_shared.csv",
    "marc-testfiles/pymarc/marc8_charset_test.txt",
)

ORDER_TAKEN = "the directory does not fit the fields; they were taken in their order"
DAMAGED: dict[str, list[tuple[int, Damage]]] = {
    "cnmarc-bnu-sru/bnu_cnmarcxml_1-7.xml": [
        (1, Damage(DamageCode.LEADER, 313, "the leader has '-' for a blank")),
    ],
    "cnmarc-bnu-sru/bnu_unimarcxml_1-7.xml": [
        (1, Damage(DamageCode.LEADER, 314, "the leader has '-' for a blank")),
    ],
    "oai-sru/sru_marcxml_response_bibsys.xml": [
        (8, Damage(DamageCode.LEADER, 15742, "the leader has '-' for a blank")),
    ],
    "cnmarc-publisher/publisher_gbk.iso": [
        (4, Damage(DamageCode.DIRECTORY, 4037, ORDER_TAKEN)),
    ],
    "marc-testfiles/pymarc/bad_indicator.dat": [
        (1, Damage(DamageCode.TAG, 24, "'0 2' is no tag", "0 2")),
        (1, Damage(DamageCode.INDICATORS, 325, "field 0 2: '' are no two indicators", "0 2")),
    ],
    "marc-testfiles/pymarc/bad_subfield_code.dat": [
        (1, Damage(DamageCode.LENGTH, 0, "the leader says 00755 bytes, the record has 756")),
        (1, Damage(DamageCode.DIRECTORY, 241, ORDER_TAKEN)),
        (1, Damage(DamageCode.SUBFIELD_CODE, 478, "field 245: 'á' is no subfield code; read as a", "245")),
    ],
    "marc-testfiles/pymarc/bad_tag.xml": [
        (1, Damage(DamageCode.TAG, 22, "'42' is no tag; read as 042", "042")),
        (1, Damage(DamageCode.LEADER, 22, "the leader has 17 characters, not 24")),
    ],
    "marc-testfiles/ruby-marc/marc8_accented_chars.marc": [
        (1, Damage(DamageCode.CHARSET, 9, "the leader says UTF-8, the bytes are marc-8")),
    ],
    "marc-testfiles/yaz/marc8.marc": [(1, Damage(DamageCode.LEADER, 8, "the leader has '^' for a blank"))],
}  # fmt: skip


def readings(shared: Path, name: str) -> list[Reading]:
    with (shared / "data" / name).open("rb") as stream:
        return list(read_any(stream))


def titles(shared: Path, name: str) -> list[str]:
    return [parse(found.record).title for found in readings(shared, name) if found.record]


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_whole(shared: Path, name: str) -> None:
    found = readings(shared, name)
    count, encodings = FILES[name]
    assert (len(found), {reading.encoding for reading in found}) == (count, encodings)
    assert [reading.number for reading in found] == list(range(1, count + 1))
    for reading in found:
        assert reading.record is not None
        assert parse(reading.record).title
        assert areas(reading.record)
        holdings(reading.record)
        check(reading.record)
    if name != "marc-testfiles/pymarc/1251.dat":
        damages = [(reading.number, damage) for reading in found for damage in reading.damages]
        assert damages == DAMAGED.get(name, [])


def test_every_file_of_records_is_in_the_table(shared: Path) -> None:
    folders = {name.partition("/")[0] for name in FILES} - {"oai-sru"}
    there = {
        str(path.relative_to(shared / "data"))
        for folder in folders
        for path in (shared / "data" / folder).rglob("*")
        if path.suffix in {".iso", ".dat", ".mrc", ".marc", ".xml"}
    }
    assert there - set(NOT_MARC) == {name for name in FILES if not name.startswith("oai-sru/")}


@pytest.mark.parametrize("name", NOT_MARC)
def test_other_files_are_refused_by_name(shared: Path, name: str) -> None:
    with (shared / "data" / name).open("rb") as stream, pytest.raises(UnreadableFileError):
        read_any(stream)


def test_a_cyrillic_file_is_reported_and_read_when_its_charset_is_given(shared: Path) -> None:
    name = "marc-testfiles/pymarc/1251.dat"
    found = readings(shared, name)
    assert all(reading.damages[0].code is DamageCode.CHARSET for reading in found)
    assert {damage.code for reading in found for damage in reading.damages[1:]} == {DamageCode.CHARACTERS}
    assert found[1].damages[0].offset == 875
    with (shared / "data" / name).open("rb") as stream:
        known = list(read_any(stream, "cp1251"))
    assert [reading.damages for reading in known] == [()] * 6
    assert known[1].record is not None
    assert parse(known[1].record).title == "Психологический тренинг с подростками"


GBK_TITLES = ["'94中国发展报告", "'95中国发展报告", "'96 中国发展报告", "'97中国发展报告", "'97中国发展报告",
              "'98中国发展报告", "'99中国发展报告"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cnmarc-bnu-sru/bnu_1-7.gb18030.iso", GBK_TITLES),
        ("cnmarc-bnu-sru/bnu_1-7.utf8.iso", GBK_TITLES),
        ("cnmarc-bnu-sru/bnu_cnmarcxml_1-7.xml", GBK_TITLES),
        ("cnmarc-bnu-sru/bnu_unimarcxml_1-7.xml", GBK_TITLES),
        ("cnmarc-publisher/publisher_gbk.iso",
         ["大学英语教程", "信息通信网络建设安全管理概要", "软件加密与解密", "妙管理的5个小建议"]),
        ("cnmarc-holdings-jpn/univ_holdings_utf8.iso", ["偉人たちのお脈拝見", "石火の一刀"]),
        ("marc-testfiles/pymarc/testunimarc.dat", ["L'altra faccia della spirale"]),
        ("marc-testfiles/traject/880_with_no_6.utf8.marc",
         ["Личные архивные фонды в государственных хранилищах СССР"]),
    ],
)  # fmt: skip
def test_titles_come_right(shared: Path, name: str, expected: list[str]) -> None:
    assert titles(shared, name) == expected


def test_the_same_records_in_three_formats_are_the_same(shared: Path) -> None:
    gbk = [found.record for found in readings(shared, "cnmarc-bnu-sru/bnu_1-7.gb18030.iso")]
    utf8 = [found.record for found in readings(shared, "cnmarc-bnu-sru/bnu_1-7.utf8.iso")]
    assert gbk == utf8
    xml = [found.record for found in readings(shared, "marc21-lc/lc_chi_300.marcxml.xml")]
    truth = [found.record for found in readings(shared, "marc21-lc/lc_chi_300.truth.utf8.mrc")]
    assert xml == truth


def test_the_columns_of_a_gbk_record(shared: Path) -> None:
    record = readings(shared, "cnmarc-publisher/publisher_gbk.iso")[3].record
    assert record is not None
    columns = parse(record)
    assert (columns.price_text, columns.price_fen, columns.year) == ("￥66.00（全三册）", 6600, 2004)
    assert (columns.publisher, columns.isbns, columns.authors) == (
        "中国铁道出版社",
        ("9787113051983",),
        ("烨子",),
    )
    assert [copy.barcode for copy in holdings(record)] == [f"002365{number}" for number in range(15, 20)]


def test_holdings_of_a_real_export(shared: Path) -> None:
    found = readings(shared, "cnmarc-holdings-jpn/univ_holdings_utf8.iso")
    copies = [holdings(reading.record) for reading in found if reading.record]
    assert [[copy.barcode for copy in of_one] for of_one in copies] == [
        ["P120J000038428", "P120J000038429"],
        ["P120J000038430", "P120J000038431", "P120J000038557"],
    ]
    assert {copy.price_fen for of_one in copies for copy in of_one} == {2000}


def nfc(record: Any) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", field.text) for field in record.fields)


def test_marc8_equals_the_truth(shared: Path) -> None:
    """Four records hold the geta mark for what EACC lacks; pymarc gives a private character, we the mark."""
    decoded = [nfc(found.record) for found in readings(shared, "marc21-lc/lc_chi_300.marc8.mrc")]
    truth = [nfc(found.record) for found in readings(shared, "marc21-lc/lc_chi_300.truth.utf8.mrc")]
    assert decoded == truth
    assert sum(any("〓" in text for text in record) for record in truth) == 4


def test_marc8_strings(shared: Path) -> None:
    folder = shared / "data/marc-testfiles/pymarc"
    strings = (folder / "marc8_charset_test.txt").read_bytes().split(b"\n")
    expected = (folder / "marc8_charset_test.expected_utf8.txt").read_text("utf-8").split("\n")
    assert len(strings) == len(expected) == 1516  # the last is empty
    for data, text in zip(strings, expected, strict=True):
        assert marc8.decode(data) == (unicodedata.normalize("NFC", text), ())


# Where pymarc gives up or reads otherwise than the bytes say.
PYMARC_DIFFERS: dict[str, set[int]] = {
    "marc-testfiles/pymarc/1251.dat": {1, 2, 3, 4, 5, 6},  # decodes Cyrillic as MARC-8
    "marc-testfiles/pymarc/bad_subfield_code.dat": {1},  # length one byte short: gives up
    "marc-testfiles/ruby-marc/marc8_accented_chars.marc": {1},  # flagged UTF-8: gives up
    "cnmarc-publisher/publisher_gbk.iso": {4},  # believes the directory, which is two bytes off
    "marc21-lc/lc_chi_300.marc8.mrc": {111, 175, 215, 291},  # the geta mark as a private character
}


def of_pymarc(raw: bytes, encoding: str) -> list[tuple[str, str]] | None:
    options: dict[str, Any] = {"force_utf8": True} if encoding in {UTF8, ASCII} else {}
    if encoding == GB:
        options = {"file_encoding": GB}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = next(pymarc.MARCReader(io.BytesIO(raw), **options))
    if record is None:
        return None
    fields = []
    for field in record.fields:
        if field.is_control_field():
            text = field.data
        else:
            text = "".join(field.indicators) + "".join(
                f"\x1f{sub.code}{sub.value}" for sub in field.subfields
            )
        fields.append((field.tag, unicodedata.normalize("NFC", text)))
    return fields


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".xml")])
def test_pymarc_reads_the_same(shared: Path, name: str) -> None:
    differing = set()
    for reading in readings(shared, name)[:500]:
        assert reading.record is not None
        ours = [(field.tag, unicodedata.normalize("NFC", field.text)) for field in reading.record.fields]
        if of_pymarc(reading.raw, reading.encoding) != ours:
            differing.add(reading.number)
    assert differing == PYMARC_DIFFERS.get(name, set())


@pytest.mark.parametrize(
    "name",
    [
        "cnmarc-bnu-sru/bnu_1-7.gb18030.iso",
        "marc21-lc/lc_chi_300.marc8.mrc",
        "cnmarc-publisher/publisher_gbk.iso",
        "marc-testfiles/yaz/marccol5.u8.marc",
    ],
)
def test_what_is_read_goes_round_every_format(shared: Path, name: str) -> None:
    for reading in readings(shared, name):
        record = reading.record
        assert record is not None
        written = iso2709.write(record)
        (again,) = iso2709.read(io.BytesIO(written))
        assert (again.record, again.damages) == (record, ())
        assert of_pymarc(written, UTF8) == [
            (f.tag, unicodedata.normalize("NFC", f.text)) for f in record.fields
        ]
        (from_xml,) = marcxml.read(io.BytesIO(marcxml.to_marcxml(record)))
        assert (from_xml.record, from_xml.damages) == (record, ())
        sheet = parse_worksheet(to_text(record))
        assert (sheet.record.fields, sheet.errors) == (record.fields, ())


def test_pairs_of_an_independent_conversion(shared: Path) -> None:
    """The same twenty books as MARC21 and as Taiwan CMARC give the same columns."""
    pairs = zip(
        readings(shared, "marc21-to-cmarc-pairs/in_marc21_marc8.mrc"),
        readings(shared, "marc21-to-cmarc-pairs/out_cmarc_utf8.mrc"),
        strict=True,
    )
    other_titles = set()
    for marc21, cmarc in pairs:
        assert marc21.record is not None
        assert cmarc.record is not None
        assert (dialect_of(marc21.record), dialect_of(cmarc.record)) == (Dialect.MARC21, Dialect.CNMARC)
        one, other = parse(marc21.record), parse(cmarc.record)
        assert (one.control_number, one.year, one.language, one.isbns) == (
            other.control_number, other.year, other.language, other.isbns,
        )  # fmt: skip
        if one.title != other.title:
            other_titles.add(marc21.number)
    assert other_titles == {13}  # the conversion wrote å for a macron


def test_chinese_books_of_the_library_of_congress(shared: Path) -> None:
    columns = [
        parse(found.record) for found in readings(shared, "marc21-lc/lc_chi_shared.utf8.mrc") if found.record
    ]
    chinese = [one for one in columns if any("\u4e00" <= char <= "\u9fff" for char in one.title)]
    assert len(chinese) == 3992
    assert sum(bool(one.title_pinyin) for one in columns) == 3994
    assert sum(bool(one.isbns) for one in columns) == 3678
    assert columns[0].title == "民法案例分析"
    assert columns[0].authors == ("龙翼飞", "王新")


def test_a_copied_web_view(shared: Path) -> None:
    text = (shared / "data/cnmarc-text-forms/web_view_form_1.txt").read_text("utf-8")
    sheet = parse_pasted(text)
    assert sheet.errors == ()
    columns = parse(sheet.record)
    assert (columns.title, columns.price_fen, columns.class_number) == ("小王子", 3200, "I565.8")
    assert len(sheet.left_out) == 4
