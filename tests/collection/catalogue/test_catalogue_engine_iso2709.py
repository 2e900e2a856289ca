"""ISO 2709: what is sound goes through unchanged, what is not is repaired and told."""

import gc
import io
import itertools
import string
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode, Reading
from yanshu.collection.catalogue.engine.record import Field, MarcRecord

LEADER = "00000nam0 2200000   450 "
BOOK = MarcRecord(
    LEADER,
    [
        Field("001", "012345"),
        Field("005", "20211208153309.0"),
        Field.of("010", "  ", [("a", "978-7-5001-6208-7"), ("d", "CNY32.00")]),
        Field.of("200", "1 ", [("a", "小王子"), ("f", "圣埃克苏佩里著")]),
        Field.of("690", "  ", [("a", "I565.88"), ("v", "5")]),
    ],
)
SOUND = iso2709.write(BOOK)


def read(data: bytes, charset: str | None = None) -> list[Reading]:
    return list(iso2709.read(io.BytesIO(data), charset=charset))


def codes(reading: Reading) -> list[DamageCode]:
    return [damage.code for damage in reading.damages]


def raw_record(fields: list[tuple[str, bytes]], *, leader: str = LEADER, charset_flag: str = " ") -> bytes:
    """Return a record whose lengths agree, from fields as bytes."""
    directory = b""
    body = b""
    for tag, data in fields:
        directory += f"{tag}{len(data) + 1:04d}{len(body):05d}".encode()
        body += data + b"\x1e"
    base = 24 + len(directory) + 1
    head = f"{base + len(body) + 1:05d}{leader[5:9]}{charset_flag}22{base:05d}{leader[17:]}"
    return head.encode() + directory + b"\x1e" + body + b"\x1d"


def test_a_sound_record_has_nothing_to_tell() -> None:
    assert read(SOUND) == [Reading(BOOK, SOUND, 0, 1, "utf-8", ())]
    assert SOUND[9:12] == b"a22"
    assert int(SOUND[:5]) == len(SOUND)


def test_records_are_numbered_and_placed() -> None:
    found = read(SOUND * 3)
    assert [(reading.number, reading.offset) for reading in found] == [
        (1, 0),
        (2, len(SOUND)),
        (3, 2 * len(SOUND)),
    ]


def test_a_file_longer_than_a_block_is_read_in_pieces() -> None:
    copies = (3 << 20) // len(SOUND)
    assert sum(reading.record == BOOK for reading in iso2709.read(io.BytesIO(SOUND * copies))) == copies


class _Endless:
    """A file of many records that is never in memory as a whole."""

    def __init__(self, blocks: int, block: bytes) -> None:
        self._blocks = itertools.repeat(block, blocks)

    def read(self, _size: int = -1, /) -> bytes:
        return next(self._blocks, b"")


@pytest.mark.parametrize(
    ("block", "blocks"), [(SOUND * 50, 200), (b"no terminator" * 4_000, 200)], ids=["records", "junk"]
)
def test_memory_stays_flat(block: bytes, blocks: int) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in iso2709.read(_Endless(count, block)):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1)  # whatever is made once is made now
    gc.collect()
    assert peak(2 * blocks) < peak(blocks) + blocks * len(block) // 4


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"   ", b"\x00\x00", b"\x1a"])
def test_padding_between_records_is_no_damage(padding: bytes) -> None:
    found = read(SOUND + padding + SOUND + padding)
    assert [reading.damages for reading in found] == [(), ()]
    assert found[1].offset == len(SOUND) + len(padding)


@pytest.mark.parametrize("data", [b"", b"\n", b"\x1d", b"\xef\xbb\xbf"])
def test_a_file_without_records_gives_none(data: bytes) -> None:
    assert read(data) == []


def test_a_byte_order_mark_is_passed_over() -> None:
    (found,) = read(b"\xef\xbb\xbf" + SOUND)
    assert (found.record, found.offset, found.damages) == (BOOK, 3, ())


class TestDamage:
    def test_wrong_length(self) -> None:
        (found,) = read(b"00099" + SOUND[5:])
        assert found.record == BOOK
        assert found.damages == (
            Damage(DamageCode.LENGTH, 0, f"the leader says 00099 bytes, the record has {len(SOUND)}"),
        )

    def test_wrong_base_address(self) -> None:
        (found,) = read(SOUND[:12] + b"00099" + SOUND[17:])
        assert found.record == BOOK
        assert codes(found) == [DamageCode.LEADER]
        assert found.damages[0].offset == 12

    def test_lengths_counted_in_characters(self) -> None:
        parts = [len(field.text) + 1 for field in BOOK.fields]
        starts = [sum(parts[:i]) for i in range(len(parts))]
        directory = "".join(
            f"{field.tag}{length:04d}{start:05d}"
            for field, length, start in zip(BOOK.fields, parts, starts, strict=True)
        )
        (found,) = read(SOUND[:24] + directory.encode() + SOUND[24 + len(directory) :])
        assert found.record == BOOK
        assert codes(found) == [DamageCode.DIRECTORY]

    def test_directory_in_another_order_than_the_fields(self) -> None:
        entries = [SOUND[i : i + 12] for i in range(24, 24 + 60, 12)]
        (found,) = read(SOUND[:24] + b"".join(reversed(entries)) + SOUND[84:])
        assert found.record is not None
        assert found.record.fields == tuple(reversed(BOOK.fields))
        assert found.damages == ()

    def test_missing_record_terminator(self) -> None:
        found = read(SOUND[:-1] + SOUND)
        assert [reading.record for reading in found] == [BOOK, BOOK]
        assert codes(found[0]) == [DamageCode.RECORD_TERMINATOR, DamageCode.LENGTH]
        assert found[0].damages[0].offset == len(SOUND) - 1
        assert found[1].offset == len(SOUND) - 1
        assert found[1].damages == ()

    def test_missing_last_field_terminator(self) -> None:
        (found,) = read(SOUND[:-2] + b"\x1d")
        assert found.record == BOOK
        assert codes(found) == [DamageCode.LENGTH, DamageCode.FIELD_TERMINATOR]

    def test_terminator_inside_a_field(self) -> None:
        data = raw_record([("001", b"1"), ("200", b"1 \x1faone\x1etwo"), ("210", b"  \x1fcthree")])
        (found,) = read(data)
        assert found.record is not None
        assert [field.text for field in found.record.fields] == ["1", "1 \x1faone two", "  \x1fcthree"]
        assert codes(found) == [DamageCode.FIELD_TERMINATOR]

    def test_file_that_ends_inside_a_record(self) -> None:
        found = read(SOUND + SOUND[:150])
        assert found[0].damages == ()
        assert found[1].record is not None
        assert found[1].record.control("001") == "012345"
        assert codes(found[1]) == [
            DamageCode.TRUNCATED, DamageCode.LENGTH, DamageCode.FIELD_TERMINATOR, DamageCode.DIRECTORY,
            DamageCode.FIELD_LOST, DamageCode.CHARACTERS,
        ]  # fmt: skip
        assert found[1].damages[0].offset == len(SOUND) + 150
        assert found[1].damages[4].offset == len(SOUND) + 24 + 4 * 12  # the entry of the field that is lost

    @pytest.mark.parametrize("cut", [50, 150])
    def test_a_record_behind_one_cut_short_is_read_for_itself(self, cut: int) -> None:
        found = read(SOUND[:cut] + SOUND + SOUND)
        assert [reading.is_cut_short for reading in found] == [True, False, False]
        assert [(reading.record, reading.damages) for reading in found[1:]] == [(BOOK, ()), (BOOK, ())]
        assert found[1].offset == cut

    @pytest.mark.parametrize(
        ("data", "is_cut_short", "has_damaged_fields"),
        [
            (SOUND, False, False),
            (b"00099" + SOUND[5:], False, False),
            (b"99999" + SOUND[5:], False, False),
            (SOUND[:9] + b"-" + SOUND[10:], False, False),
            (b"<br>oops!" + SOUND, False, False),
            (SOUND.replace("著".encode(), b"\xff\xff\xff"), False, True),
            (SOUND[:-1], True, True),
            (SOUND[:150], True, True),
            (SOUND[:150] + b"\x1d", True, True),
        ],
    )
    def test_what_is_cut_short_and_what_has_damaged_fields(
        self, data: bytes, is_cut_short: bool, has_damaged_fields: bool
    ) -> None:
        found = read(data)[0]
        assert (found.is_cut_short, found.has_damaged_fields) == (is_cut_short, has_damaged_fields)

    def test_file_that_ends_inside_a_directory(self) -> None:
        found = read(SOUND + SOUND[:50])
        assert found[1].record is None
        assert codes(found[1]) == [DamageCode.TRUNCATED, DamageCode.UNREADABLE]

    def test_junk_before_a_record(self) -> None:
        found = read(SOUND + b"<br>oops!" + SOUND)
        assert [reading.record for reading in found] == [BOOK, BOOK]
        assert found[1].damages == (Damage(DamageCode.JUNK, len(SOUND), "9 bytes that belong to no record"),)
        assert found[1].offset == len(SOUND) + 9

    def test_junk_alone(self) -> None:
        (found,) = read(b"this is no record at all\x1d")
        assert found.record is None
        assert codes(found) == [DamageCode.UNREADABLE]

    def test_leader_with_hyphens_for_blanks(self) -> None:
        (found,) = read(SOUND[:9] + b"-" + SOUND[10:17] + b"---450-" + SOUND[24:])
        assert found.record is not None
        assert found.record.leader[5:10] + found.record.leader[17:] == "nam0    450 "
        assert found.damages == (Damage(DamageCode.LEADER, 9, "the leader has '-' for a blank"),)

    def test_control_fields_in_any_order_and_letter_tags_are_sound(self) -> None:
        data = raw_record([("005", b"2016"), ("CAT", b"  \x1faX"), ("001", b"7"), ("200", b"1 \x1fat")])
        (found,) = read(data)
        assert found.record is not None
        assert list(found.record.tags) == ["005", "CAT", "001", "200"]
        assert found.damages == ()

    @pytest.mark.parametrize(
        ("tag", "data", "repaired", "code"),
        [
            ("0 2", b"  \x1fax", "  \x1fax", DamageCode.TAG),
            ("020", b"\x1fa978", "  \x1fa978", DamageCode.INDICATORS),
            ("020", b"1\x1fa978", "1 \x1fa978", DamageCode.INDICATORS),
            ("020", b"?!\x1fa978", "  \x1fa978", DamageCode.INDICATORS),
            ("020", b"1 lost\x1fa978", "1 \x1falost\x1fa978", DamageCode.INDICATORS),
            ("245", b"10ABC", "10\x1faABC", DamageCode.NO_SUBFIELDS),
            ("FMT", b"BK", "  \x1faBK", DamageCode.NO_SUBFIELDS),
            ("245", b"10\x1f\xc3\xa1ctive", "10\x1factive", DamageCode.SUBFIELD_CODE),
            ("245", b"10\x1f\xe6\xb1\x89ctive", "10\x1f?ctive", DamageCode.SUBFIELD_CODE),
            ("245", b"10\x1fax\x1f", "10\x1fax", DamageCode.SUBFIELD_CODE),
            ("001", b"  \x1fa12", "12", DamageCode.CONTROL_FIELD),
        ],
    )
    def test_a_damaged_field(self, tag: str, data: bytes, repaired: str, code: DamageCode) -> None:
        (found,) = read(raw_record([("003", b"X"), (tag, data)]))
        assert found.record is not None
        assert found.record.fields[1] == Field(tag, repaired)
        assert codes(found) == [code]
        assert found.damages[0].tag == tag

    def test_a_directory_that_fits_nothing(self) -> None:
        data = bytearray(raw_record([("001", b"1"), ("200", b"1 \x1fax"), ("210", b"  \x1fay")]))
        for i in (31, 43, 55):
            data[i : i + 5] = b"00777"
        (found,) = read(bytes(data).replace(b"1 \x1fax", b"1 \x1ea\x1e"))
        assert found.record is None
        assert DamageCode.UNREADABLE in codes(found)
        assert found.raw.startswith(b"000")

    def test_replaced_characters_are_told_with_their_place(self) -> None:
        data = raw_record(
            [("001", b"1"), ("200", "1 \x1fa中文信息处理".encode() + b"\xff" + "导论".encode())]
        )
        (found,) = read(data)
        assert found.record is not None
        assert found.record.value("200", "a") == "中文信息处理\ufffd导论"
        (damage,) = found.damages
        assert (damage.code, damage.tag) == (DamageCode.CHARACTERS, "200")
        assert damage.offset == data.index(b"\xff")

    def test_characters_lost_before_are_told(self) -> None:
        (found,) = read(raw_record([("200", "1 \x1fa中\ufffd文".encode())]))
        assert [damage.tag for damage in found.damages] == ["200"]

    def test_a_leader_that_claims_utf8_wrongly_is_told(self) -> None:
        data = raw_record([("200", "1 \x1fa中国图书馆学报的历史".encode("gb18030"))], charset_flag="a")
        (found,) = read(data)
        assert (found.encoding, codes(found)) == ("gb18030", [DamageCode.CHARSET])
        assert found.damages[0].offset == 9


class TestWriting:
    def test_a_record_longer_than_the_format_holds(self) -> None:
        fields = [Field.of("905", "  ", [("b", "x" * 9_000)]) for _ in range(12)]
        with pytest.raises(iso2709.RecordTooLongError, match="99999"):
            iso2709.write(MarcRecord(LEADER, fields))

    def test_a_field_longer_than_the_format_holds(self) -> None:
        with pytest.raises(iso2709.FieldTooLongError, match="field 330"):
            iso2709.write(MarcRecord(LEADER, [Field.of("330", "  ", [("a", "书" * 3_400)])]))

    def test_the_longest_field_goes(self) -> None:
        field = Field.of("330", "  ", [("a", "x" * (9_999 - 5))])
        (found,) = read(iso2709.write(MarcRecord(LEADER, [field])))
        assert found.record is not None
        assert (found.record.fields, found.damages) == ((field,), ())

    @pytest.mark.parametrize(
        "field",
        [
            Field("200", "1 \x1fa\x1d"), Field("200", "1 \x1fa\x1e"), Field("200", "1 "), Field("200", ""),
            Field("001", "a\x1fb"), Field("01", "x"), Field("语文1", "1 \x1fa"),
            Field("200", "1 \x1fa\ud800"),
        ],
    )  # fmt: skip
    def test_what_the_format_cannot_carry_is_refused(self, field: Field) -> None:
        with pytest.raises(iso2709.UnwritableRecordError):
            iso2709.write(MarcRecord(LEADER, [field]))


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd"), max_size=40)
CONTROL = st.builds(Field, st.sampled_from(["001", "003", "005", "008"]), TEXT)
DATA = st.builds(
    Field.of,
    st.text(string.digits + string.ascii_uppercase, min_size=3, max_size=3).filter(
        lambda tag: tag[:2] != "00"
    ),
    st.text(string.digits + " ", min_size=2, max_size=2),
    st.lists(st.tuples(st.sampled_from(string.ascii_letters + string.digits), TEXT), min_size=1, max_size=5),
)
RECORDS = st.builds(
    MarcRecord,
    st.sampled_from(["00000nam0 2200000   450 ", "00000cas a2200000 i 4500"]),
    st.lists(CONTROL | DATA, min_size=1, max_size=12),
)


@given(RECORDS)
def test_what_is_written_is_read_back(record: MarcRecord) -> None:
    written = iso2709.write(record)
    (found,) = read(written)
    assert found.record == record
    assert found.damages == ()
    assert iso2709.write(found.record) == written


@given(RECORDS)
def test_what_is_kept_is_what_was_written(record: MarcRecord) -> None:
    kept = iso2709.kept(iso2709.write(record))
    assert kept is not None
    assert kept.fields == record.fields
    assert kept.leader[5:8] == record.leader[5:8]


def test_indicators_and_codes_are_kept_as_they_were_written() -> None:
    odd = MarcRecord(LEADER, [Field("200", "AB\x1fa小王子\x1f\x1fé题名")])
    kept = iso2709.kept(iso2709.write(odd))
    assert kept is not None
    assert kept.fields == odd.fields


@pytest.mark.parametrize(
    "damaged",
    [
        SOUND[:-1],
        b"00000" + SOUND[5:],
        SOUND.replace("小王子".encode(), "小王子".encode("gb18030")),
        SOUND + b"\n",
    ],
)
def test_what_is_kept_damaged_is_read_like_a_file(damaged: bytes) -> None:
    assert iso2709.kept(damaged) == read(damaged)[0].record


def test_nothing_is_kept_where_nothing_stands() -> None:
    assert iso2709.kept(b"") is None


@given(st.lists(st.binary(max_size=60) | st.just(SOUND) | st.just(SOUND[:90]), max_size=5).map(b"".join))
def test_nothing_makes_the_reader_fail(data: bytes) -> None:
    for reading in read(data):
        assert reading.record is not None or reading.damages
        assert 0 <= reading.offset <= len(data)


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 255))
def test_one_wrong_byte_never_fails_and_never_hides(place: int, byte: int) -> None:
    data = SOUND[:place] + bytes([byte]) + SOUND[place + 1 :]
    for reading in read(data):
        assert reading.record is not None or reading.damages
