"""Every code of the MARC engine has its words, in English and in Chinese."""

import pytest
from django.utils.translation import override

from yanshu.collection.catalogue.engine.check import Finding, FindingCode
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode
from yanshu.collection.catalogue.engine.difference import ChangeKind, differences
from yanshu.collection.catalogue.engine.isbd import AreaCode
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.sorting import sort_key
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault
from yanshu.collection.catalogue.engine.worksheet import LineFault
from yanshu.collection.catalogue.queries import wording
from yanshu.collection.catalogue.rules import next_book_number, spine_lines
from yanshu.collection.catalogue.terms import ItemState, RecordState


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (AreaCode, wording.AREAS),
        (LineFault, wording.LINE_FAULTS),
        (FindingCode, wording.FINDINGS),
        (DamageCode, wording.DAMAGES),
        (NumberFault, wording.NUMBER_FAULTS),
        (ChangeKind, wording.CHANGES),
    ],
)
def test_every_code_has_words(codes, words):
    assert list(words) == list(codes)
    with override("en"):
        assert all(str(words[code]) for code in codes)


def test_damage_names_field_and_place():
    damage = Damage(DamageCode.CHARACTERS, 120, "x", "200")
    with override("en"):
        assert wording.damage_words(damage) == "field 200: characters could not be read (at byte 120)"
        assert wording.damage_words(damage._replace(tag="")) == "characters could not be read (at byte 120)"
        finding = Finding(FindingCode.INDICATOR, "200", "x", "9")
        assert wording.finding_words(finding) == "This indicator is not allowed here. It is “9”."


@pytest.mark.parametrize("state", [*ItemState, *RecordState])
def test_every_state_has_a_look(state):
    assert state.look.value == state.value
    assert state.look.tone
    assert state.look.icon


def record(*fields: tuple[str, str]) -> MarcRecord:
    return MarcRecord(
        "00000nam0 2200000   450 ", [Field.of(tag, "  ", [("a", value)]) for tag, value in fields]
    )


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([("200", "甲")], [("200", "甲")], []),
        ([("200", "甲")], [("200", "乙")], [("changed", "200")]),
        ([("200", "甲")], [("200", "甲"), ("330", "乙")], [("added", "330")]),
        ([("200", "甲"), ("606", "一"), ("606", "二")], [("200", "甲"), ("606", "二")], [("removed", "606")]),
        ([("200", "甲"), ("210", "一")], [("200", "乙"), ("690", "二")],
         [("changed", "200"), ("removed", "210"), ("added", "690")]),
    ],
)  # fmt: skip
def test_versions_are_compared_field_by_field(before, after, changes):
    found = differences(record(*before), record(*after))
    assert [(change.kind.value, change.tag) for change in found] == changes


@pytest.mark.parametrize(
    ("call_numbers", "number"),
    [([], 1), (["I247.57/12", "I247.57/7=2"], 13), (["I247.571/99", "I247.57/L35"], 1)],
)
def test_the_next_number_of_a_class(call_numbers, number):
    assert next_book_number(call_numbers, "I247.57") == number


@pytest.mark.parametrize(
    ("call_number", "lines"),
    [("I247.57/12", ("I247.57", "12")), ("K296.4", ("K296.4",)), ("", ()), ("D9/1/2", ("D9", "1/2"))],
)
def test_a_spine_has_two_lines(call_number, lines):
    assert spine_lines(call_number) == lines


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("重庆银行史", "chong2 qing4 yin2 hang2 shi3"),
        ("C语言", "c yu3 yan2"),
        ("石家庄志, 1954-1988", "shi2 jia1 zhuang1 zhi4 , 1954-1988"),
        ("ABC of Law", "abc of law"),
    ],
)
def test_titles_stand_in_the_order_of_their_pinyin(title, key):
    assert sort_key(title) == key
