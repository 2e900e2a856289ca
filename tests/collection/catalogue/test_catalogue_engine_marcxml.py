"""MARCXML in whatever namespace and wrapper, read as a stream, and written."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from yanshu.collection.catalogue.engine import marcxml
from yanshu.collection.catalogue.engine.damage import DamageCode, Reading
from yanshu.collection.catalogue.engine.record import Field, MarcRecord

LEADER = "00000nam0 2200000   450 "
BODY = (
    "<leader>00000nam0 2200000   450 </leader>"
    '<controlfield tag="001">7</controlfield>'
    '<datafield tag="200" ind1="1" ind2=" "><subfield code="a">小王子 &amp; 玫瑰</subfield></datafield>'
)
BOOK = MarcRecord(LEADER, [Field("001", "7"), Field("200", "1 \x1fa小王子 & 玫瑰")])


SRU = """<r xmlns="http://www.loc.gov/zing/srw/"><records><record><recordData>
<record xmlns="http://www.nlc.cn/">{}</record></recordData></record></records></r>"""
OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/><metadata>
<record xmlns="info:lc/xmlns/marcxchange-v1">{}</record></metadata></record>
<record><header status="deleted"/></record></ListRecords></OAI-PMH>"""


def read(text: str | bytes) -> list[Reading]:
    return list(marcxml.read(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


@pytest.mark.parametrize(
    "wrapped",
    [
        "<record>{}</record>",
        '<collection xmlns="http://www.loc.gov/MARC21/slim"><record>{}</record></collection>',
        SRU,
        OAI,
        "<!-- a <record> in a comment --><c><record><!-- inside -->{}</record></c>",
    ],
)
def test_any_namespace_and_wrapper(wrapped: str) -> None:
    (found,) = read(wrapped.format(BODY))
    assert found.record == BOOK
    assert (found.number, found.damages) == (1, ())


def test_a_prefix_and_its_place() -> None:
    text = '<m:collection xmlns:m="x">\n<m:record><m:leader>' + LEADER + "</m:leader>"
    text += '<m:controlfield tag="001">7</m:controlfield></m:record>\n<m:record>'
    text += '<m:controlfield tag="001">8</m:controlfield></m:record></m:collection>'
    found = read(text)
    assert [reading.offset for reading in found] == [text.index("<m:record>"), text.rindex("<m:record>")]
    assert [damage.code for damage in found[1].damages] == [DamageCode.LEADER]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_the_declared_encoding_holds(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><c><record>{BODY}</record></c>'
    (found,) = read(text.encode(encoding))
    assert found.record == BOOK


@pytest.mark.parametrize(
    ("body", "code", "offset"),
    [
        ('<leader>nam</leader><controlfield tag="001">7</controlfield>', DamageCode.LEADER, 3),
        (f'<leader>{LEADER}</leader><datafield tag="42"><subfield code="a">x</subfield></datafield>',
         DamageCode.TAG, 3),
        (f'<leader>{LEADER}</leader><datafield tag="245"><subfield code="">x</subfield></datafield>',
         DamageCode.SUBFIELD_CODE, 3),
        (f'<leader>{LEADER}</leader><datafield tag="245" ind1="?"><subfield code="a"/></datafield>',
         DamageCode.INDICATORS, 3),
        (f'<leader>{LEADER}</leader><datafield tag="245"/>', DamageCode.NO_SUBFIELDS, 3),
        (f'<leader>{LEADER}</leader><controlfield tag="001">\ufffd</controlfield>', DamageCode.CHARACTERS, 3),
        (f'<leader>{LEADER}</leader><controlfield tag="001">a & b</controlfield>', DamageCode.XML, 3),
    ],
)  # fmt: skip
def test_damage_is_told_with_its_place(body: str, code: DamageCode, offset: int) -> None:
    (found,) = read(f"<c><record>{body}</record></c>")
    assert found.record is not None
    assert [(damage.code, damage.offset) for damage in found.damages] == [(code, offset)]


def test_broken_xml_is_told_at_the_record_it_is_in() -> None:
    broken = BODY.replace("&amp;", "&")
    found = read(f"<c><record>{BODY}</record><record>{broken}</record><record>{BODY}</record></c>")
    assert [[damage.code for damage in reading.damages] for reading in found] == [[], [DamageCode.XML], []]
    assert found[2].record == BOOK


def test_a_file_that_ends_inside_a_record_cuts_that_one_short() -> None:
    text = f"<c><record>{BODY}</record><record>{BODY}"
    found = [reading for reading in read(text) if reading.record is not None]
    assert [reading.is_cut_short for reading in found] == [False, True]


def test_broken_wrappers_do_not_hide_the_records_behind() -> None:
    text = (
        f"<c><record>{BODY}</record><record><datafield tag='2<record>{BODY}</record>"
        + "<record>{}</record>" * 3
    )
    found = read(text.format(BODY, BODY, "<datafield tag='200' ind1='1' ind2=' '>" + "x" * 200_000) + "</c>")
    assert found[0].record == BOOK
    assert sum(reading.record == BOOK for reading in found) >= 3
    assert any(damage.code is DamageCode.XML for reading in found for damage in reading.damages)


def test_complaints_in_a_file_that_cannot_be_cut() -> None:
    broken = BODY.replace("&amp;", "&")
    text = f'<?xml version="1.0" encoding="utf-16"?><c><record>{broken}</record><record>{BODY}</record></c>'
    found = read(text.encode("utf-16"))
    assert [reading.record is not None for reading in found] == [True, True]
    assert [damage.code for damage in found[0].damages] == [DamageCode.XML]


@given(
    st.lists(
        st.sampled_from(["<c>", "</c>", "<record>", "</record>", BODY, "&", "&amp;", "<", "x" * 300]),
        max_size=12,
    )
)
def test_nothing_makes_the_reader_fail_or_hang(parts: list[str]) -> None:
    for reading in read("".join(parts)):
        assert reading.record is not None or reading.damages


def test_a_record_without_fields_is_unreadable() -> None:
    (found,) = read(f"<c><record><leader>{LEADER}</leader></record></c>")
    assert found.record is None
    assert [damage.code for damage in found.damages] == [DamageCode.UNREADABLE]


def test_a_file_that_ends_inside_a_record() -> None:
    found = read(f"<c><record>{BODY}</record><record><controlfield tag='001'>9</controlfield><dataf")
    assert found[0].damages == ()
    assert {damage.code for damage in found[1].damages} >= {DamageCode.XML}


@pytest.mark.parametrize("data", [b"", b"no xml", b"\x00\x01"])
def test_what_is_no_xml_gives_a_damage_and_no_record(data: bytes) -> None:
    (found,) = read(data)
    assert (found.record, found.damages[0].code) == (None, DamageCode.XML)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    (found,) = read(f'{bomb}<c><record><controlfield tag="001">x&b;y&f;</controlfield></record></c>')
    assert found.record is not None
    assert found.record.control("001") == "x&b;y&f;"


class _Endless:
    """A file of many records that is never in memory as a whole."""

    def __init__(self, count: int) -> None:
        self._parts = self._make(count)

    def _make(self, count: int) -> Iterator[bytes]:
        yield b"<collection>"
        for _ in range(count):
            yield f"<record>{BODY * 20}</record>".encode()
        yield b"</collection>"

    def read(self, _size: int = -1, /) -> bytes:
        return next(self._parts, b"")


def test_memory_stays_flat() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in marcxml.read(_Endless(count)):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(400) < 2 * peak(40)


TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffd\ufffe\uffff"), max_size=30
)


@given(st.lists(st.tuples(st.sampled_from("abAF49"), TEXT), min_size=1, max_size=5), TEXT)
def test_what_is_written_is_read_back(subfields: list[tuple[str, str]], number: str) -> None:
    record = MarcRecord(LEADER, [Field("001", number), Field.of("200", "1 ", subfields)])
    (found,) = read(b"<collection>" + marcxml.to_marcxml(record) + b"</collection>")
    assert (found.record, found.damages) == (record, ())


def test_the_element_is_marc21_slim() -> None:
    root = etree.fromstring(marcxml.to_marcxml(BOOK))
    assert root.tag == "{http://www.loc.gov/MARC21/slim}record"
    assert [child.tag.rpartition("}")[2] for child in root] == ["leader", "controlfield", "datafield"]


def test_control_characters_are_refused() -> None:
    with pytest.raises(marcxml.NotXmlTextError):
        marcxml.to_marcxml(MarcRecord(LEADER, [Field("001", "\x1b")]))
