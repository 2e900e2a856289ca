"""What kind of file it is, and one way to read them all."""

import io

import pytest

from yanshu.collection.catalogue.engine import formats, iso2709, marcxml
from yanshu.collection.catalogue.engine.formats import FileFormat, UnreadableFileError
from yanshu.collection.catalogue.engine.record import Field, MarcRecord

BOOK = MarcRecord("00000nam0 2200000   450 ", [Field("001", "7"), Field.of("200", "1 ", [("a", "小王子")])])
ISO = iso2709.write(BOOK)
XML = b"<?xml version='1.0'?><collection>" + marcxml.to_marcxml(BOOK) + b"</collection>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ISO, FileFormat.ISO2709),
        (b"\xef\xbb\xbf\r\n" + ISO, FileFormat.ISO2709),
        (b"junk " + ISO, FileFormat.ISO2709),
        (ISO[:60], FileFormat.ISO2709),
        (XML, FileFormat.MARCXML),
        (b"\n" + XML, FileFormat.MARCXML),
        (XML.decode().encode("utf-16"), FileFormat.MARCXML),
        (b"<collection/>", FileFormat.MARCXML),
    ],
)
def test_the_format_is_found(data: bytes, expected: FileFormat) -> None:
    assert formats.sniff(data) is expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html><body>404</body></html>", "not MARCXML"),
        (b"PK\x03\x04\x14\x00", "neither"),
        ("题名,责任者\n小王子,圣埃克苏佩里".encode(), "neither"),
        (b"%PDF-1.7", "neither"),
        (bytes(range(256)), "neither"),
    ],
)
def test_other_files_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        formats.read_any(io.BytesIO(data))


@pytest.mark.parametrize(
    "data", [ISO * 2, XML.replace(b"</collection>", marcxml.to_marcxml(BOOK) + b"</collection>")]
)
def test_both_formats_give_the_same_records(data: bytes) -> None:
    assert [(r.record, r.number, r.damages) for r in formats.read_any(io.BytesIO(data))] == [
        (BOOK, 1, ()),
        (BOOK, 2, ()),
    ]


def test_a_charset_given_by_hand_holds() -> None:
    russian = iso2709.write(MarcRecord("00000nam  2200000   4500", [Field.of("245", "10", [("a", "kniga")])]))
    data = russian.replace(b"kniga", "книга".encode("cp1251")).replace(b" nama", b" nam ")
    (found,) = formats.read_any(io.BytesIO(data), "windows-1251")
    assert found.record is not None
    assert (found.record.value("245", "a"), found.encoding) == ("книга", "cp1251")


def test_a_stream_that_cannot_go_back_and_gives_little_at_a_time() -> None:
    class Drip(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.rest = data

        def read(self, _size: int = -1, /) -> bytes:
            given, self.rest = self.rest[:100], self.rest[100:]
            return given

    count = 1_000
    assert sum(reading.record == BOOK for reading in formats.read_any(Drip(ISO * count))) == count
