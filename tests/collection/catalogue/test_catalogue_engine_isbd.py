"""The ISBD display, held against the vectors of a cataloguing teacher."""

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from yanshu.collection.catalogue.engine import isbd, isbd_cnmarc, worksheet
from yanshu.collection.catalogue.engine.isbd import AreaCode
from yanshu.collection.catalogue.engine.record import MarcRecord

STYLES: dict[str, Callable[[MarcRecord], str]] = {
    "title_area": isbd_cnmarc.title_area,
    "title": isbd_cnmarc.title,
    "author": isbd_cnmarc.author,
    "titlepinyin": isbd_cnmarc.title_pinyin,
    "publication_area": isbd_cnmarc.publication_area,
    "publishtime": isbd_cnmarc.publish_time,
    "series_area": isbd_cnmarc.series_area,
    "material_specific_area": isbd_cnmarc.material_area,
    "subjects": lambda record: "\n".join(isbd_cnmarc.subjects(record)),
    "classes": lambda record: "\n".join(isbd_cnmarc.classes(record)),
}

NOT_MET: dict[str, str] = {}
"""Vectors we do not meet, each with the reason; there is none."""


@pytest.mark.shared
def test_the_vectors_are_met(shared: Path) -> None:
    vectors = json.loads((shared / "data/cnmarc-isbd-vectors/isbd_vectors.json").read_text("utf-8"))
    assert len(vectors) == 36
    for vector in vectors:
        sheet = worksheet.parse(vector["worksheet"])
        assert sheet.errors == (), vector["name"]
        (line,) = vector["expected_lines"]
        # The vectors are escaped for XML.
        met = STYLES[vector["style"]](sheet.record) == html.unescape(line["value"])
        assert met is (vector["name"] not in NOT_MET), vector["name"]


def test_the_areas_of_a_cnmarc_record() -> None:
    record = worksheet.parse(
        "010 ## ‡a978-7-5001-6208-7‡b精装‡dCNY35.00\n"
        "200 1# ‡a小王子‡b专著‡d= Le petit prince‡f(法)圣埃克苏佩里著‡g李玉民译\n"
        "205 ## ‡a2版‡f王小明修订\n210 ## ‡a北京‡c中译出版社‡d2022\n215 ## ‡a112页‡c彩图‡d21cm‡e1光盘\n"
        "225 2# ‡a世界名著‡v3\n300 ## ‡a版权页题名\n330 ## ‡a飞行员与王子。\n"
    ).record
    assert isbd.areas(record) == (
        (AreaCode.TITLE, "小王子 [专著] = Le petit prince / (法)圣埃克苏佩里著 ; 李玉民译"),
        (AreaCode.EDITION, "2版 / 王小明修订"),
        (AreaCode.PUBLICATION, "北京 : 中译出版社, 2022"),
        (AreaCode.PHYSICAL, "112页 : 彩图 ; 21cm + 1光盘"),
        (AreaCode.SERIES, "(世界名著 ; 3)"),
        (AreaCode.NOTES, "版权页题名\n飞行员与王子。"),
        (AreaCode.IDENTIFIERS, "ISBN 978-7-5001-6208-7 (精装) : CNY35.00"),
    )


def test_the_areas_of_a_marc21_record_in_the_original_script() -> None:
    record = worksheet.parse(
        "020 ## ‡a730003280X‡cRMB12.50\n245 10 ‡6880-01‡aMin fa an li fen xi /‡cLong Yifei zhu bian.\n"
        "250 ## ‡aDi 1 ban.\n260 ## ‡aBeijing :‡bRen da,‡c1999.\n300 ## ‡a197 p. ;‡c24 cm.\n"
        "490 0# ‡aFa xue ;‡v3\n500 ## ‡aIncludes index.\n880 10 ‡6245-01/$1‡a民法案例分析 /‡c龙翼飞主编.\n"
    ).record
    assert isbd.areas(record) == (
        (AreaCode.TITLE, "民法案例分析 / 龙翼飞主编"),
        (AreaCode.EDITION, "Di 1 ban"),
        (AreaCode.PUBLICATION, "Beijing : Ren da, 1999"),
        (AreaCode.PHYSICAL, "197 p. ; 24 cm"),
        (AreaCode.SERIES, "(Fa xue ; 3)"),
        (AreaCode.NOTES, "Includes index."),
        (AreaCode.IDENTIFIERS, "ISBN 730003280X : RMB12.50"),
    )


def test_an_empty_record_has_no_areas() -> None:
    assert isbd.areas(worksheet.parse("").record) == ()
