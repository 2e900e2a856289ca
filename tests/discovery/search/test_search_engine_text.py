import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.discovery.search.engine import marks, pinyin, text

HAN = st.text(st.sampled_from("红楼梦紅樓夢学生学生大全乾隆著名發后後茶图書館錢鍾书〇々"), max_size=12)


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("紅樓夢", "红楼梦"),
        ("乾隆", "干隆"),
        ("錢鍾書", "钱钟书"),
        ("钱锺书", "钱钟书"),
        ("ＡＢＣ１２", "abc12"),
        ("Lǐ Dàzhāo", "li dazhao"),
        ("lüxing", "luxing"),
        ("Xi’an Ch‘ing Chʻing", "xian ching ching"),
        ("堂·吉訶德", "堂吉诃德"),
        ("が", "が"),
        ("Straße\u200b", "strasse"),
    ],
)
def test_folding(value, folded):
    assert text.fold(value) == folded


@given(HAN, HAN)
def test_a_part_folds_as_it_does_in_the_whole(before, after):
    assert text.fold(before + after) == text.fold(before) + text.fold(after)


@given(st.text(max_size=30))
def test_folding_takes_any_text_and_leaves_no_upper_case(value):
    folded = text.fold(value)
    assert not any(unicodedata.category(one) == "Lu" and one.lower() != one for one in folded)


@pytest.mark.parametrize(
    ("value", "runs", "joined"),
    [
        ("红楼梦 : 脂砚斋评", ["红楼梦", "脂砚斋评"], ["红楼梦脂砚斋评"]),
        ("C++程序设计(第2版)", ["c++", "程序设计", "第", "2", "版"], ["c++", "程序设计第", "2", "版"]),
        ("C# and .NET", ["c#", "and", "net"], ["c#", "and", "net"]),
        ("e-mail's 2019", ["e", "mails", "2019"], ["e", "mails", "2019"]),
        ("！？", [], []),
        ("", [], []),
    ],
)
def test_runs(value, runs, joined):
    assert (text.runs(value), text.joined_runs(value)) == (runs, joined)


@pytest.mark.parametrize(
    ("runs", "tokens"),
    [
        (["红楼梦"], ["红楼", "楼梦"]),
        (["红楼", "楼梦"], ["红楼", "|", "楼梦"]),
        (["茶"], ["茶"]),
        (["c", "语言"], ["c", "语言"]),
    ],
)
def test_tokens_never_join_two_runs_into_a_phrase(runs, tokens):
    assert text.tokens(runs) == tokens


def test_the_key_of_a_title_knows_no_punctuation():
    assert text.key("《红楼梦》 (上册)") == "红楼梦上册"


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("重庆", ("chong", "qing")),
        ("银行", ("yin", "hang")),
        ("音乐", ("yin", "yue")),
        ("旅行", ("lu", "xing")),
        ("单位", ("dan", "wei")),
        ("曾国藩", ("zeng", "guo", "fan")),
        ("曾经", ("ceng", "jing")),
    ],
)
def test_readings(word, syllables):
    assert pinyin.reading(word) == syllables


def test_a_name_is_read_with_its_surname():
    assert pinyin.name_reading("单田芳") == ("shan", "tian", "fang")


@pytest.mark.parametrize(
    ("letters", "divisions"),
    [
        ("lishi", (("li", "shi"),)),
        ("xian", (("xian",), ("xi", "an"))),
        ("fangan", (("fang", "an"), ("fan", "gan"))),
        ("lvxing", (("lu", "xing"),)),
        ("history", ()),
        ("gnhwj", ()),
        ("", ((),)),
    ],
)
def test_divisions(letters, divisions):
    assert pinyin.divisions(letters) == divisions


@given(st.lists(st.sampled_from(sorted(pinyin.SYLLABLES)), min_size=1, max_size=12))
def test_every_run_of_syllables_divides_and_no_letter_is_lost(syllables):
    letters = "".join(syllables)
    found = pinyin.divisions(letters)
    assert 1 <= len(found) <= 6
    assert {"".join(one) for one in found} == {letters}


@pytest.mark.parametrize(
    ("title", "syllables"),
    [
        ("Zhongguo li shi", ("zhong", "guo", "li", "shi")),
        ("Xi'an cheng", ("xi", "an", "cheng")),
        ("The sun also rises", ()),
    ],
)
def test_romanised_titles(title, syllables):
    assert pinyin.romanised_syllables(title) == syllables


def test_the_sort_key_is_spoken_order():
    assert pinyin.sort_key("重庆银行史：2019 (C语言)") == "chong qing yin hang shi 2019 c yu yan"


@pytest.mark.parametrize(
    ("printed", "shape", "folded"),
    [
        ("978-7-02-000220-7", True, "9787020002207"),
        ("7-02-000220-X", True, "9787020002207"),
        ("ISBN 7 02 000220 X", True, "9787020002207"),
        ("7-02-000220-X (精装)", False, "9787020002207"),
        ("9787020", True, "9787020"),
        ("1000-0011", True, "10000011"),
        ("1984", False, "1984"),
        ("", False, ""),
    ],
)
def test_isbn(printed, shape, folded):
    assert (marks.is_isbn(printed), marks.fold_isbn(printed)) == (shape, folded)


@pytest.mark.parametrize(
    ("mark", "shape", "main", "prefixes"),
    [
        ("TP3", True, "T", ("T", "TP", "TP3")),
        ("i247.5", True, "I", ("I", "I2", "I24", "I247", "I2475")),
        ("K207-53", True, "K", ("K", "K2", "K20", "K207", "K207-53")),
        ("[I24]", False, "I", ("I", "I2", "I24")),
        ("TP", False, "T", ("T", "TP")),
        ("W2", False, "", ("W2",)),
        ("", False, "", ()),
    ],
)
def test_class_marks(mark, shape, main, prefixes):
    assert (marks.is_class_mark(mark), marks.main_class(mark), marks.class_prefixes(mark)) == (
        shape,
        main,
        prefixes,
    )


@pytest.mark.parametrize(("value", "is_call"), [("I247.5/123", True), ("TP312 /L3", False), ("TP312", False)])
def test_call_numbers(value, is_call):
    assert marks.is_call_number(value) is is_call
