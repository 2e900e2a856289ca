"""The codec: tables, tolerant reading, clean writing, check sums over bytes."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.doors.sip2.codec import (
    REQUESTS,
    RESPONSES,
    Damage,
    Dialect,
    Kind,
    Unreadable,
    Verdict,
    build,
    checksum,
    compose,
    guess_delimiter,
    known_charset,
    moment,
    parse,
    wire_moment,
    without_trailer,
)

ZONE = ZoneInfo("Asia/Shanghai")
LAYOUTS = REQUESTS | RESPONSES
CHARSETS = ["utf-8", "gbk", "gb18030"]


def characters(charset: str) -> st.SearchStrategy[str]:
    """Characters a value may hold and the charset knows, without controls and the delimiter."""
    pool = "书雁城图书馆衡阳市李洋强亅丨〇" + "ABCxyz0189 -/^:.,()" + "·—《》"
    return st.sampled_from([each for each in pool if each.encode(charset, "ignore")])


@st.composite
def messages(draw: st.DrawFn):
    """Any message of the table, in any charset, numbered or not."""
    charset = draw(st.sampled_from(CHARSETS))
    layout = draw(st.sampled_from(sorted(LAYOUTS.values(), key=lambda each: each.code)))
    fixed = {}
    for part in layout.fixed:
        if part.kind is Kind.DATE:
            fixed[part.name] = draw(st.sampled_from(["20261123    011815", "20200229   Z235959"]))
        elif part.kind is Kind.NUMBER:
            fixed[part.name] = draw(st.integers(0, 10**part.width - 1))
        else:
            fixed[part.name] = draw(st.text("YN01 ", min_size=part.width, max_size=part.width))
    values = st.text(characters(charset), max_size=12)
    fields = []
    for each in layout.fields:
        times = draw(st.integers(1 if each.required else 0, 3 if each.repeatable else 1))
        fields += [(each.code, draw(values)) for _ in range(times)]
    if draw(st.booleans()):
        fields.append(("ZQ", draw(values)))
    sequence = draw(st.sampled_from(["", "0", "7"]))
    return charset, sequence, compose(layout.code, fixed, fields)


@given(messages(), st.sampled_from("|^~"), st.booleans())
def test_what_was_written_is_read_again(made, delimiter, summed):
    charset, sequence, message = made
    fields = [(code, value.replace(delimiter, " ")) for code, value in message.fields]
    data = build(message, charset=charset, delimiter=delimiter, sequence=sequence, with_checksum=summed)
    heard = parse(data + b"\r", charset=charset, delimiter=delimiter)
    assert (heard.code, heard.fixed, heard.fields) == (message.code, message.fixed, fields)
    assert heard.sequence == sequence
    assert heard.verdict is (Verdict.RIGHT if summed else Verdict.ABSENT)
    assert not heard.damage


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(data):
    for charset in CHARSETS:
        with suppress(Unreadable):
            assert parse(data, charset=charset).code in LAYOUTS


@given(st.text(max_size=40), st.sampled_from(CHARSETS))
def test_no_value_can_break_a_line_or_forge_a_field(value, charset):
    data = build(compose("24", {}, [("AA", "1"), ("AE", value), ("AF", "end")]), charset=charset)
    assert b"\r" not in data
    assert b"\n" not in data
    assert [code for code, _ in parse(data, charset=charset).fields] == ["AO", "AA", "AE", "AF"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"97AZ", "FEF5"),
        (b"96AZ", "FEF6"),
        (b"941AY1AZ", "FDFC"),
        (b"9300CNuser_id|COpassword|AY0AZ", "F556"),
        ("AJ生命|AZ".encode(), "FA11"),
        ("AJ生命|AZ".encode("gbk"), "FADC"),
    ],
)
def test_checksum_is_over_bytes(data, expected):
    assert checksum(data) == expected
    assert (sum(data) + int(expected, 16)) % 65536 == 0


@pytest.mark.parametrize(
    ("data", "fields", "damage"),
    [
        (b"9300CNa|COb|", [("CN", "a"), ("CO", "b")], set()),
        (b"9300CNa|COb", [("CN", "a"), ("CO", "b")], set()),
        (b"9300CNa||COb||", [("CN", "a"), ("CO", "b")], set()),
        (b"\x00 \r\n9300CNa|COb|\r\n", [("CN", "a"), ("CO", "b")], {Damage.TEXT_BEFORE}),
        (b"hello 9300CNa|COb|", [("CN", "a"), ("CO", "b")], {Damage.TEXT_BEFORE}),
        (b"9300CNa|x|COb|", [("CN", "a"), ("CO", "b")], {Damage.STRAY}),
        (b"93003CNa|COb|", [("CN", "a"), ("CO", "b")], {Damage.STRAY}),
        (b"9300CNa|COb|ZZnew|", [("CN", "a"), ("CO", "b"), ("ZZ", "new")], set()),
        (b"9300CNa|CO\xff\xfeb|", [("CN", "a"), ("CO", "��b")], {Damage.CHARSET}),
        (b"930", [], {Damage.FIXED_SHORT}),
    ],
)
def test_careless_machines_are_understood(data, fields, damage):
    message = parse(data)
    assert message.fields == fields
    assert message.damage == damage


@pytest.mark.parametrize(
    ("data", "sequence", "verdict"),
    [
        (b"9300CNa|COb|AY3AZFAEE", "3", Verdict.RIGHT),
        (b"9300CNa|COb|AY3AZfaee|", "3", Verdict.RIGHT),
        (b"9300CNa|COb|AY3AZ0000", "3", Verdict.WRONG),
        (b"9300CNa|COb|AZFBBB", "", Verdict.RIGHT),
        (b"9300CNa|COb|AY3", "3", Verdict.ABSENT),
        (b"9300CNa|CObAY3AZFB6A", "3", Verdict.RIGHT),
        (b"97AZFEF5", "", Verdict.RIGHT),
        (b"9300CNa|COAZ1234", "", Verdict.ABSENT),
    ],
)
def test_number_and_sum_at_the_end(data, sequence, verdict):
    message = parse(data)
    assert (message.sequence, message.verdict) == (sequence, verdict)
    assert message.get("CN") == ("a" if data.startswith(b"93") else "")


def test_a_password_that_looks_like_a_sum_stays_a_password():
    assert parse(b"9300CNa|COAZ1234|").get("CO") == "AZ1234"


def test_a_delimiter_byte_inside_a_chinese_character_is_no_delimiter():
    """In GBK the second byte of a character may be 0x7C."""
    inside = next(
        chr(point) for point in range(0x4E00, 0x9FA5) if chr(point).encode("gbk", "ignore")[1:] == b"|"
    )
    data = build(compose("24", {}, [("AA", "1"), ("AE", inside)]), charset="gbk")
    assert parse(data, charset="gbk").get("AE") == inside


@pytest.mark.parametrize(
    ("charset", "sent"),
    [("gbk", "李〓"), ("utf-8", "李𠮷"), ("gb18030", "李𠮷"), ("cp850", "??")],
)
def test_what_a_charset_lacks_is_marked(charset, sent):
    data = build(compose("24", {}, [("AE", "李𠮷")]), charset=charset)
    assert parse(data, charset=charset).get("AE") == sent


def test_lone_surrogates_do_not_reach_the_wire():
    assert "〓".encode() in build(compose("24", {}, [("AE", "\ud800")]))


@pytest.mark.parametrize("name", ["utf-16", "no such charset", "idna"])
def test_charsets_in_which_letters_are_not_letters_are_refused(name):
    with pytest.raises(ValueError, match="character set"):
        known_charset(name)


def test_required_fields_are_there_even_when_empty():
    data = build(compose("12", {"ok": False}, [("AF", "一"), ("AF", "二")]))
    assert data.decode() == "120UUU" + " " * 18 + "AO|AA|AB|AJ|AH|AF一|AF二|"


@pytest.mark.parametrize(
    ("code", "fixed", "fields"),
    [("12", {"okay": True}, []), ("12", {}, [("AB", "1"), ("AB", "2")])],
)
def test_an_answer_that_breaks_its_layout_is_not_made(code, fixed, fields):
    with pytest.raises(ValueError, match="message 12"):
        compose(code, fixed, fields)


def test_fixed_parts_are_filled_cut_and_ascii():
    message = compose("98", {"timeout": 12345, "retries": 7, "protocol": "二2.00x", "online": True})
    assert message.fixed["timeout"] == "999"
    assert message.fixed["retries"] == "007"
    assert message.fixed["protocol"] == "?2.0"
    assert message.fixed["online"] == "Y"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261123    011815", datetime(2026, 11, 23, 1, 18, 15, tzinfo=ZONE)),
        ("20261123   Z011815", datetime(2026, 11, 23, 1, 18, 15, tzinfo=UTC)),
        ("201610210000142637", datetime(2016, 10, 21, 14, 26, 37, tzinfo=ZONE)),
        (" " * 18, None),
        ("20261323    011815", None),
        ("2026", None),
        ("", None),
    ],
)
def test_dates_of_the_wire(text, expected):
    assert moment(text, ZONE) == expected


def test_a_date_is_written_as_its_own_clock_shows():
    assert wire_moment(datetime(2026, 11, 23, 1, 18, 15, tzinfo=ZONE)) == "20261123    011815"


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [(b"9300CNa|COb|", "|"), (b"9300CNa^COb^", "^"), (b"9300CNab", "|")],
)
def test_the_delimiter_of_a_login_is_guessed(data, delimiter):
    assert guess_delimiter(data) == delimiter


def test_a_repetition_is_known_by_its_words_not_its_number():
    assert without_trailer(b"17xAB1|AY1AZFFFF\r") == without_trailer(b"17xAB1|AY2AZEEEE\r\n") == b"17xAB1|"


def test_letters_are_a_table_of_the_terminal():
    dialect = Dialect({"call_number": "CS", "current_shelf": ""})
    assert [dialect.letters(each) for each in ("call_number", "current_shelf", "national_id")] == [
        "CS",
        "",
        "XO",
    ]


@pytest.mark.parametrize("changes", [{"shoe_size": "XX"}, {"call_number": "K"}, {"call_number": "书名"}])
def test_letters_that_cannot_be_are_refused(changes):
    with pytest.raises(ValueError, match=r"meaning|letters"):
        Dialect(changes)


@pytest.mark.parametrize(
    ("data", "date", "fields"),
    [
        (b"81AA1|XO430|XK01|", None, {"AA": "1", "XO": "430", "XK": "01"}),
        (b"8120261123    011815AA1|XO430|", "20261123    011815", {"AA": "1", "XO": "430"}),
        (b"85AA1|AD2|", None, {"AA": "1", "AD": "2"}),
        (b"91XO430|", None, {"XO": "430"}),
    ],
)
def test_chinese_messages_come_with_and_without_a_date(data, date, fields):
    message = parse(data)
    assert message.fixed.get("transaction_date") == date
    assert dict(message.fields) == fields


def test_every_request_has_its_answer_in_the_table():
    unanswered = {code for code, each in REQUESTS.items() if each.answered_by not in RESPONSES}
    assert unanswered == {"97"}
    assert {each.answered_by for each in RESPONSES.values()} == {""}
