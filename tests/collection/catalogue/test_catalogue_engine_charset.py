"""Character sets: judged on the bytes, decoded without losing anything in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.collection.catalogue.engine import charset, marc8
from yanshu.collection.catalogue.engine.charset import Charset

CHINESE = "中国公共图书馆发展报告,国家统计局编著,北京:中国统计出版社"


@pytest.mark.parametrize(
    ("data", "hint", "expected"),
    [
        (b"plain text", None, Charset.ASCII),
        (CHINESE.encode(), None, Charset.UTF8),
        (CHINESE.encode("gb18030"), None, Charset.GB18030),
        (CHINESE.encode("gbk") + b"\xb0", None, Charset.GB18030),
        (CHINESE.encode() + b"\xff", None, Charset.UTF8),
        (b"\x1b$1!0-\x1b(B", None, Charset.MARC8),
        (b"De la solitude \xe1a la communaut\xe2e", None, Charset.MARC8),
        (b"M\xe2ilton Santos: globaliza\xf0c\xe4ao", None, Charset.MARC8),
        ("Учебное пособие для вузов".encode("cp1251"), None, Charset.UNKNOWN),
        (bytes(range(128, 256)), None, Charset.UNKNOWN),
        # Two characters (药学) that are sound UTF-8 as well: the file decides.
        (b"\xd2\xa9\xd1\xa7", "gb18030", Charset.GB18030),
        (b"\xd2\xa9\xd1\xa7", None, Charset.UTF8),
        ("图书馆".encode()[:-1], None, Charset.UTF8),
        ("薛濂".encode("gbk"), "gb18030", Charset.GB18030),
    ],
)
def test_detection(data: bytes, hint: str | None, expected: Charset) -> None:
    assert charset.detect(data, hint=hint) is expected


def test_a_leader_that_says_utf8_is_believed_where_the_bytes_allow() -> None:
    assert charset.detect("café".encode(), hint="gb18030", says_utf8=True) is Charset.UTF8
    assert charset.detect(CHINESE.encode("gbk"), hint="gb18030", says_utf8=True) is Charset.GB18030


@pytest.mark.parametrize(
    ("name", "expected"),
    [("GBK", "gb18030"), ("gb2312", "gb18030"), ("CP936", "gb18030"), ("UTF8", "utf-8"), ("MARC8", "marc-8"),
     ("cp1251", "cp1251"), (" Big5 ", "big5")],
)  # fmt: skip
def test_names_given_by_hand(name: str, expected: str) -> None:
    assert charset.named(name) == expected


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(charset.UnknownCharsetError, match="klingon"):
        charset.named("klingon")


@pytest.mark.parametrize(
    ("data", "codec", "text", "faults"),
    [
        (b"ab\xffc", "utf-8", "ab\ufffdc", (2,)),
        ("中".encode() + b"\xff\xfe" + "文".encode(), "utf-8", "中\ufffd\ufffd文", (3, 4)),
        ("中文".encode("gbk") + b"\xb0", "gb18030", "中文\ufffd", (4,)),
        (b"a\xe0\xe1", "unknown", "a\ufffd\ufffd", (1, 2)),
        (b"\xf3\xf7\xe5\xe1", "cp1251", "учеб", ()),
    ],
)
def test_what_cannot_be_read_is_replaced_and_placed(
    data: bytes, codec: str, text: str, faults: tuple[int, ...]
) -> None:
    assert charset.decode(data, codec) == (text, faults)


@given(st.binary(max_size=80), st.sampled_from(["utf-8", "gb18030", "marc-8", "unknown", "big5"]))
def test_decoding_never_fails_and_tells_every_replacement(data: bytes, codec: str) -> None:
    decoded = charset.decode(data, codec)
    assert all(0 <= place < len(data) for place in decoded.faults)
    if not decoded.faults and codec != "marc-8":
        assert decoded.text.encode("ascii" if codec == "unknown" else codec) == data


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_gb18030_is_read_back(text: str) -> None:
    assert charset.decode(text.encode("gb18030"), "gb18030") == (text, ())


@pytest.mark.parametrize(
    ("data", "text", "faults"),
    [
        (b"plain", "plain", ()),
        (b"communaut\xe2e", "communauté", ()),
        (b"\x1b$1!D&!0a\x1b(B :", "東京 :", ()),
        (b"\x1bb2\x1bs", "₂", ()),
        (b"x\xc9", "x\ufffd", (1,)),
        (b"x\x1bZ", "x\ufffdZ", (1,)),
        (b"x\xe2", "x\u00a0\u0301", (1,)),
        (b"\x1b$1!0", "\ufffd", (3,)),
        (b"\x1b(N\x41 \x42\x1b(B", "а б", ()),
        (b"\x1b)N\xc1", "а", ()),
    ],
)
def test_marc8(data: bytes, text: str, faults: tuple[int, ...]) -> None:
    assert marc8.decode(data) == (text, faults)
