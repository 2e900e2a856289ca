import pytest

from yanshu.discovery.search.engine.highlight import marked_places
from yanshu.discovery.search.engine.request import (
    AllOf,
    AnyOf,
    CallNumber,
    ClassMark,
    Initials,
    Isbn,
    Not,
    Pinyin,
    SearchRequest,
    Text,
    TextField,
)
from yanshu.discovery.search.engine.typed import parse, request_of

CASES = [
    ("", None),
    ("  ", None),
    ("红楼梦", Text("红楼梦")),
    ("部门 当代", AllOf((Text("部门"), Text("当代")))),
    ("部门　当代", AllOf((Text("部门"), Text("当代")))),
    ("“学在朝” 史", AllOf((Text("学在朝", quoted=True), Text("史")))),
    ("《红楼梦》", Text("红楼梦", quoted=True)),
    ("中国 -历史", AllOf((Text("中国"), Not(Text("历史"))))),
    ("！！", Text("！！")),
    ("lishi", AnyOf((Text("lishi"), Pinyin(("li", "shi"))))),
    ("ls", AnyOf((Text("ls"), Initials("ls")))),
    ("li shi", AnyOf((AllOf((Text("li"), Text("shi"))), Pinyin(("li", "shi"))))),
    ("gnhwj", AnyOf((Text("gnhwj"), Initials("gnhwj")))),
    ("history", Text("history")),
    ("the history", AllOf((Text("the"), Text("history")))),
    ("中国 lishi", AllOf((Text("中国"), AnyOf((Text("lishi"), Pinyin(("li", "shi"))))))),
    ("7-02-000220-X", AnyOf((Isbn("9787020002207"), Text("7-02-000220-X", quoted=True)))),
    ("978 7 02 000220 7", AnyOf((Isbn("9787020002207"), Text("978 7 02 000220 7", quoted=True)))),
    ("TP3", AnyOf((Text("TP3"), ClassMark("TP3")))),
    ("I247.5 小说", AllOf((AnyOf((Text("I247.5"), ClassMark("I2475"))), Text("小说")))),
    ("I247.5/123", AnyOf((Text("I247.5/123"), CallNumber("I247.5/123")))),
    ("1984", Text("1984")),
]


@pytest.mark.parametrize(("typed", "tree"), CASES)
def test_what_is_typed_is_understood(typed, tree):
    assert parse(typed) == tree


def test_a_line_of_the_advanced_search_stays_in_its_field():
    assert parse("TP3", field=TextField.SUBJECT) == Text("TP3", TextField.SUBJECT)
    assert parse("lishi", field=TextField.TITLE) == AnyOf(
        (Text("lishi", TextField.TITLE), Pinyin(("li", "shi"), TextField.TITLE))
    )


def test_the_request_keeps_the_whole_text_for_the_exact_title():
    assert request_of(" 红楼梦 ") == SearchRequest(query=Text("红楼梦"), typed="红楼梦")


@pytest.mark.parametrize(
    "bad", [{"page": 0}, {"page_size": 0}, {"page_size": 501}, {"page": 2_001, "page_size": 50}]
)
def test_a_page_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueError, match="cannot be asked for"):
        SearchRequest(**bad)


@pytest.mark.parametrize(
    ("value", "typed", "places"),
    [
        ("紅樓夢研究", "红楼梦", ((0, 3),)),
        ("《红楼》·梦", "红楼梦", ((1, 6),)),
        ("新编红楼梦、红楼梦", "红楼梦", ((2, 5), (6, 9))),
        ("中国历史", "lishi", ((2, 4),)),
        ("中國歷史", "ls", ((2, 4),)),
        ("The art of Art", "art", ((4, 7), (11, 14))),
        ("Smart", "art", ()),
        ("中国历史", "中国 -历史", ((0, 2),)),
        ("中国历史", "", ()),
    ],
)
def test_places_to_mark(value, typed, places):
    assert marked_places(value, parse(typed)) == places
