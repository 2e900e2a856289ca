"""What is found, and in which order."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yanshu.discovery.search.engine.document import SearchDocument
from yanshu.discovery.search.engine.request import AllOf, AnyOf, Not, SearchRequest, Text, TextField
from yanshu.discovery.search.engine.tantivy.backend import TantivyBackend
from yanshu.discovery.search.engine.typed import parse, request_of

TITLES = (
    "红楼梦", "红楼梦研究", "红楼梦人物新编辞典", "紅樓夢校注", "大学生活", "学生大全", "产品和服务",
    "和服", "和服入门", "历史", "中国历史", "世界历史地图集", "重庆银行史", "茶", "茶馆", "中国茶经",
    "Zhongguo li shi", "The sun also rises", "C++程序设计", "程序设计", "堂·吉诃德", "家", "家庭医生",
    "我的家", "三国演义：图文本", "旅行的艺术", "孫子兵法",
)  # fmt: skip


def documents():
    for key, title in enumerate(TITLES):
        yield SearchDocument(id=key, rev=1, titles=(title,), publisher="人民文学出版社", language="chi")
    yield SearchDocument(
        id=100,
        rev=1,
        titles=("呐喊", "Na han"),
        authors=("鲁迅",),
        subjects=("短篇小说", "中国现代"),
        publisher="北新书局",
        isbns=("7-02-000220-X (精装)",),
        classes=("I210.6", "I246.7"),
        call_numbers=("I210.6/L8",),
        language="chi",
    )
    yield SearchDocument(id=102, rev=1, titles=("路",), subtitle="青山", language="chi")
    yield SearchDocument(id=103, rev=1, titles=("青山",), subtitle="一本长长的副书名", language="chi")
    yield SearchDocument(
        id=101,
        rev=1,
        titles=("鲁迅评传",),
        authors=("曾国藩", "单田芳"),
        isbns=("9787111075554",),
        classes=("TP312", "K825.6"),
        language="chi",
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    backend = TantivyBackend(tmp_path_factory.mktemp("relevance") / "index")
    backend.rebuild(documents(), position=1)
    return backend


def titles(index: TantivyBackend, request: SearchRequest) -> list[str]:
    shown = dict(enumerate(TITLES)) | {100: "呐喊", 101: "鲁迅评传", 102: "路", 103: "青山"}
    return [shown[key] for key in index.search(request).ids]


FIRST = [
    ("红楼", ["红楼梦"]),
    ("红楼梦", ["红楼梦"]),
    ("《红楼梦》", ["红楼梦"]),
    ("学生", ["学生大全", "大学生活"]),
    ("和服", ["和服", "和服入门", "产品和服务"]),
    ("家", ["家"]),
    ("茶", ["茶"]),
    ("历史", ["历史", "中国历史"]),
    ("ls", ["历史"]),
    ("lishi", ["历史"]),
    ("qs", ["青山", "路"]),
    ("qingshan", ["青山", "路"]),
    ("青山", ["青山", "路"]),
    ("程序设计", ["程序设计", "C++程序设计"]),
    ("sun", ["The sun also rises"]),
    ("中国历史", ["中国历史"]),
    ("三国演义 图文本", ["三国演义：图文本"]),
]


@pytest.mark.parametrize(("typed", "first"), FIRST)
def test_the_order_a_reader_expects(index, typed, first):
    assert titles(index, request_of(typed))[: len(first)] == first


ALL = [
    ("楼梦", {"红楼梦", "红楼梦研究", "红楼梦人物新编辞典", "紅樓夢校注"}),
    ("梦", {"红楼梦", "红楼梦研究", "红楼梦人物新编辞典", "紅樓夢校注"}),
    ("梦研", {"红楼梦研究"}),
    ("史地", {"世界历史地图集"}),
    ("chongqing", {"重庆银行史"}),
    ("cqyhs", {"重庆银行史"}),
    ("chongqing yinhang", {"重庆银行史"}),
    ("zhongguolishi", {"中国历史", "Zhongguo li shi"}),
    ("zhong guo li shi", {"中国历史", "Zhongguo li shi"}),
    ("lvxing", {"旅行的艺术"}),
    ("lüxing", {"旅行的艺术"}),
    ("sunzi", {"孫子兵法"}),
    ("堂吉诃德", {"堂·吉诃德"}),
    ("吉诃德", {"堂·吉诃德"}),
    ("三国演义图文本", {"三国演义：图文本"}),
    ("C++", {"C++程序设计"}),
    ("luxun", {"呐喊", "鲁迅评传"}),
    ("鲁迅", {"呐喊", "鲁迅评传"}),
    ("鲁迅 小说", {"呐喊"}),
    ("zengguofan", {"鲁迅评传"}),
    ("stf", {"鲁迅评传"}),
    ("nahan", {"呐喊"}),
    ("北新书局", {"呐喊"}),
    ("7-02-000220-X", {"呐喊"}),
    ("702000220X", {"呐喊"}),
    ("9787020002207", {"呐喊"}),
    ("978-7-02-000220-7", {"呐喊"}),
    ("9787020", {"呐喊"}),
    ("7-111-07555-6", {"鲁迅评传"}),
    ("TP3", {"鲁迅评传"}),
    ("tp312", {"鲁迅评传"}),
    ("I2", {"呐喊"}),
    ("I246.7", {"呐喊"}),
    ("I247", set()),
    ("I210.6/L8", {"呐喊"}),
    ("“小说 中国”", set()),
    ("红楼 -研究", {"红楼梦", "红楼梦人物新编辞典", "紅樓夢校注"}),
    ("有无此书", set()),
    ("！！", set()),
]


@pytest.mark.parametrize(("typed", "expected"), ALL)
def test_what_is_found(index, typed, expected):
    assert set(titles(index, request_of(typed))) == expected


@pytest.mark.parametrize("typed", ["历史", "歷史", "lishi", "ls", "LISHI", "li shi", "Lǐ shǐ"])
def test_one_title_is_found_in_every_way_it_is_typed(index, typed):
    assert titles(index, request_of(typed))[0] == "历史"


@pytest.mark.parametrize(
    ("simplified", "traditional"), [("红楼梦", "紅樓夢"), ("历史", "歷史"), ("孙子", "孫子")]
)
def test_both_scripts_find_the_same(index, simplified, traditional):
    one, other = (index.search(request_of(typed)) for typed in (simplified, traditional))
    assert one.ids == other.ids
    assert one.total > 0


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        (TextField.TITLE, "鲁迅", {"鲁迅评传"}),
        (TextField.AUTHOR, "鲁迅", {"呐喊"}),
        (TextField.AUTHOR, "luxun", {"呐喊"}),
        (TextField.TITLE, "luxun", {"鲁迅评传"}),
        (TextField.AUTHOR, "迅", {"呐喊"}),
        (TextField.TITLE, "迅", {"鲁迅评传"}),
        (TextField.SUBJECT, "短篇小说", {"呐喊"}),
        (TextField.SUBJECT, "鲁迅", set()),
        (TextField.PUBLISHER, "北新", {"呐喊"}),
        (TextField.PUBLISHER, "北", {"呐喊"}),
    ],
)
def test_one_field(index, field, typed, expected):
    assert set(titles(index, SearchRequest(query=parse(typed, field=field)))) == expected


def test_a_tree_of_conditions(index):
    tree = AllOf(
        (AnyOf((Text("呐喊"), Text("红楼梦", TextField.TITLE))), Not(Text("研究")), Not(Text("辞典")))
    )
    assert set(titles(index, SearchRequest(query=tree))) == {"呐喊", "红楼梦", "紅樓夢校注"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.one_of(
        st.text(max_size=30), st.text(st.sampled_from("aiu红-\"“”《》.*?()[]{}/\\I2 9 |'"), max_size=20)
    )
)
def test_whatever_is_typed_is_answered(index, typed):
    answer = index.search(request_of(typed))
    assert len(answer.ids) == min(answer.total, 20)
    index.suggest(typed)


HAN = "天地人和大小山水红楼"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    corpus=st.lists(st.text(st.sampled_from(HAN), min_size=1, max_size=12), min_size=1, max_size=30),
    wanted=st.lists(st.text(st.sampled_from(HAN), min_size=1, max_size=5), min_size=1, max_size=12),
)
def test_every_substring_is_found_and_nothing_else(tmp_path_factory, corpus, wanted):
    backend = TantivyBackend(tmp_path_factory.mktemp("recall") / "index")
    backend.rebuild(
        (SearchDocument(id=key, rev=1, titles=(title,)) for key, title in enumerate(corpus)), position=1
    )
    for query in wanted:
        expected = {key for key, title in enumerate(corpus) if query in title}
        answer = backend.search(SearchRequest(query=Text(query), typed=query, page_size=50))
        assert set(answer.ids) == expected, query
        assert answer.total == len(expected)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(st.sampled_from(HAN), min_size=1, max_size=4), min_size=2, max_size=5))
def test_no_phrase_reaches_over_two_values(tmp_path_factory, values):
    backend = TantivyBackend(tmp_path_factory.mktemp("borders") / "index")
    backend.rebuild(
        [SearchDocument(id=1, rev=1, titles=tuple(values[:2]), subjects=tuple(values[2:]))], position=1
    )
    for first, second in pairwise(values):
        across = first[-2:] + second[:2]
        expected = any(across in value for value in values)
        assert bool(backend.search(SearchRequest(query=Text(across))).total) is expected
