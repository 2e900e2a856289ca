"""Facets, filters, orders, pages and suggestions on a world that can be counted by hand."""

from datetime import date

import pytest

from yanshu.discovery.search.engine.backend import Suggestion, SuggestionKind
from yanshu.discovery.search.engine.document import IndexBatch, SearchDocument
from yanshu.discovery.search.engine.request import FacetCount, FacetName, Filters, SearchRequest, Sort
from yanshu.discovery.search.engine.tantivy.backend import TantivyBackend
from yanshu.discovery.search.engine.typed import request_of


def book(key, title, **facts):
    return SearchDocument(id=key, rev=1, titles=(title,), **facts)


WORLD = (
    book(1, "重庆史", authors=("甲乙",), classes=("K297",), year=2001, language="chi", form="book",
         branches=(1, 2), available_branches=(2,), added_on=date(2019, 1, 1)),
    book(2, "安徽史", authors=("甲乙",), classes=("K295", "F127"), year=2003, language="chi", form="book",
         branches=(1,), available_branches=(1,), added_on=date(2019, 3, 1)),
    book(3, "北京史", authors=("丙丁",), classes=("K291",), year=2002, language="chi", form="sound",
         branches=(2,), added_on=date(2019, 2, 1)),
    book(4, "上海史话", classes=("I247.5",), language="eng", form="book", branches=(3,),
         available_branches=(3,), added_on=date(2018, 2, 1)),
    book(5, "无馆藏史", year=2002),
)  # fmt: skip
EVERY = tuple(FacetName)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    backend = TantivyBackend(tmp_path_factory.mktemp("facets") / "index")
    backend.rebuild(WORLD, position=1)
    return backend


def counts(answer, name):
    return {one.value: one.records for one in answer.facets[name]}


def ask(index, filters=None, **more):
    return index.search(SearchRequest(query=request_of("史").query, filters=filters or Filters(), **more))


def test_facets_counted_by_hand(index):
    answer = ask(index, facets=EVERY)
    assert answer.total == 5
    assert {name: counts(answer, name) for name in EVERY} == {
        FacetName.BRANCH: {1: 2, 2: 2, 3: 1},
        FacetName.AVAILABILITY: {"available": 3, "unavailable": 2},
        FacetName.YEAR: {2003: 1, 2002: 2, 2001: 1, 0: 1},
        FacetName.CLASS: {"K": 3, "F": 1, "I": 1, "": 1},
        FacetName.LANGUAGE: {"chi": 3, "eng": 1, "": 1},
        FacetName.FORM: {"book": 3, "sound": 1, "": 1},
        FacetName.AUTHOR: {"甲乙": 2, "丙丁": 1},
    }


def test_values_come_in_the_order_they_are_read(index):
    answer = ask(index, facets=EVERY, facet_size=2)
    assert answer.facets[FacetName.YEAR] == (FacetCount(2003, 1), FacetCount(2002, 2))
    assert answer.facets[FacetName.LANGUAGE] == (FacetCount("chi", 3), FacetCount("", 1))


SINGLE_VALUED = (FacetName.AVAILABILITY, FacetName.YEAR, FacetName.LANGUAGE, FacetName.FORM)
FILTERS = [
    Filters(),
    Filters(branches=(1,)),
    Filters(available=True),
    Filters(year_from=2002),
    Filters(classes=("K",), languages=("chi",)),
]


@pytest.mark.parametrize("filters", FILTERS)
def test_facets_of_one_value_per_record_add_up(index, filters):
    answer = ask(index, filters, facets=SINGLE_VALUED)
    own = {
        FacetName.AVAILABILITY: filters.available,
        FacetName.YEAR: filters.year_from is not None,
        FacetName.LANGUAGE: bool(filters.languages),
        FacetName.FORM: False,
    }
    for name in SINGLE_VALUED:
        if not own[name]:
            assert sum(counts(answer, name).values()) == answer.total


CHOICES = {
    FacetName.BRANCH: lambda value: Filters(branches=(value,)),
    FacetName.CLASS: lambda value: Filters(classes=(value,)),
    FacetName.LANGUAGE: lambda value: Filters(languages=(value,)),
    FacetName.FORM: lambda value: Filters(forms=(value,)),
    FacetName.AUTHOR: lambda value: Filters(authors=(value,)),
    FacetName.YEAR: lambda value: Filters(year_from=value, year_to=value),
}


@pytest.mark.parametrize("name", CHOICES)
def test_choosing_a_value_shows_as_many_records_as_it_said(index, name):
    offered = ask(index, facets=(name,)).facets[name]
    for one in offered:
        chosen = ask(index, CHOICES[name](one.value), facets=(name,))
        assert chosen.total == one.records
        assert chosen.facets[name] == offered, "a facet does not count under its own filter"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(branches=(1, 3)), {1, 2, 4}),
        (Filters(available=True), {1, 2, 4}),
        (Filters(available=True, branches=(1,)), {2}),
        (Filters(available=True, branches=(1, 2)), {1, 2}),
        (Filters(year_from=2002), {2, 3, 5}),
        (Filters(year_to=2002), {1, 3, 5}),
        (Filters(year_from=2001, year_to=2002), {1, 3, 5}),
        (Filters(classes=("K29",)), {1, 2, 3}),
        (Filters(classes=("K297", "I")), {1, 4}),
        (Filters(classes=("",)), {5}),
        (Filters(languages=("chi", "eng"), forms=("book",)), {1, 2, 4}),
        (Filters(languages=("",)), {5}),
        (Filters(authors=("甲乙",)), {1, 2}),
        (Filters(added_since=date(2019, 2, 1)), {2, 3}),
        (Filters(branches=(9,)), set()),
    ],
)
def test_filters(index, filters, ids):
    assert set(ask(index, filters).ids) == ids
    browsed = index.search(SearchRequest(filters=filters))
    assert set(browsed.ids) == ids


def test_the_branch_facet_counts_what_is_there_when_only_that_is_wanted(index):
    answer = ask(index, Filters(available=True), facets=(FacetName.BRANCH, FacetName.AVAILABILITY))
    assert counts(answer, FacetName.BRANCH) == {1: 1, 2: 1, 3: 1}
    assert counts(answer, FacetName.AVAILABILITY) == {"available": 3, "unavailable": 2}


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (Sort.YEAR, (2, 3, 5, 1, 4)),
        (Sort.NEWEST, (2, 3, 1, 4, 5)),
        (Sort.TITLE, (2, 3, 1, 4, 5)),
    ],
)
def test_orders(index, sort, ids):
    assert ask(index, sort=sort).ids == ids


def test_facets_over_the_budget_are_left_for_a_second_request(index):
    hurried = ask(index, facets=EVERY, facet_budget_ms=0)
    assert (hurried.total, hurried.facets, hurried.facets_skipped) == (5, {}, True)
    patient = ask(index, facets=EVERY, facet_budget_ms=60_000)
    assert (set(patient.facets), patient.facets_skipped) == (set(EVERY), False)
    assert ask(index).facets == {}


def test_the_facets_of_the_whole_catalogue_follow_each_commit(tmp_path):
    backend = TantivyBackend(tmp_path / "index")
    backend.rebuild(WORLD, position=1)
    browsing = SearchRequest(facets=(FacetName.FORM,))
    for position, expected in ((2, {"book": 3, "sound": 1, "": 1}), (3, {"book": 3, "sound": 1})):
        assert [counts(backend.search(browsing), FacetName.FORM) for _ in range(2)] == [expected] * 2
        backend.apply(IndexBatch(position=position, removed=(5,)))
    backend.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    backend = TantivyBackend(tmp_path_factory.mktemp("pages") / "index")
    backend.rebuild((book(key, f"中国第{key}卷", year=1900 + key % 100) for key in range(3_000)), position=1)
    backend.apply(
        IndexBatch(position=2, documents=tuple(book(key, "中国续编") for key in range(3_000, 3_010)))
    )
    return backend


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_are_disjoint_and_complete_down_to_the_last(many, sort):
    seen: list[int] = []
    for page in range(1, 9):
        answer = many.search(
            SearchRequest(query=request_of("中国").query, sort=sort, page=page, page_size=400)
        )
        assert answer.total == 3_010
        seen.extend(answer.ids)
    assert len(seen) == 3_010
    assert set(seen) == set(range(3_010))


def test_a_page_behind_the_last_is_empty(many):
    answer = many.search(SearchRequest(query=request_of("中国").query, page=1_000, page_size=100))
    assert (answer.total, answer.ids) == (3_010, ())


# Suggestions

SUGGESTED = (
    book(1, "红楼梦", authors=("曹雪芹",)),
    book(2, "《红楼梦》", authors=("曹雪芹",)),
    book(3, "红楼梦研究", authors=("俞平伯",)),
    book(4, "红楼"),
    book(5, "历史", authors=("李石",)),
    book(6, "Zhongguo li shi", language="chi"),
    book(7, "旅行"),
    book(8, "The sun also rises"),
)
TITLE, AUTHOR = SuggestionKind.TITLE, SuggestionKind.AUTHOR


@pytest.fixture
def suggesting(tmp_path):
    backend = TantivyBackend(tmp_path / "index")
    backend.rebuild(SUGGESTED, position=1)
    yield backend
    backend.close()


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("红", ["红楼", "红楼梦", "红楼梦研究"]),
        ("红楼", ["红楼", "红楼梦", "红楼梦研究"]),
        ("紅樓夢", ["红楼梦", "红楼梦研究"]),
        ("hlm", ["红楼梦", "红楼梦研究"]),
        ("honglou", ["红楼", "红楼梦", "红楼梦研究"]),
        ("hong lou m", ["红楼梦", "红楼梦研究"]),
        ("cao", ["曹雪芹"]),
        ("cxq", ["曹雪芹"]),
        ("zhongguo l", ["Zhongguo li shi"]),
        ("lvx", ["旅行"]),
        ("the s", ["The sun also rises"]),
        ("h", []),
        ("", []),
        ("，", []),
        ("没有", []),
    ],
)
def test_suggestions(suggesting, typed, texts):
    assert [one.text.strip("《》") for one in suggesting.suggest(typed)] == texts


def test_suggestions_say_what_they_are_and_how_many(suggesting):
    assert suggesting.suggest("cxq") == (Suggestion("曹雪芹", AUTHOR, 2),)
    assert {one.kind for one in suggesting.suggest("ls")} == {TITLE, AUTHOR}
    assert len(suggesting.suggest("红", limit=2)) == 2


def test_a_title_spelled_in_pinyin_beside_itself_is_suggested_once(suggesting):
    both = SearchDocument(
        id=9, rev=1, titles=("雁阵", "Yan zhen"), authors=("钱穆", "Qian, Mu"), language="chi"
    )
    suggesting.apply(IndexBatch(position=2, documents=(both,)))
    for typed in ("雁", "yanz", "yz"):
        assert [one.text for one in suggesting.suggest(typed)] == ["雁阵"]
    for typed in ("钱穆", "qianmu", "qm"):
        assert [one.text for one in suggesting.suggest(typed)] == ["钱穆"]


def test_a_removed_title_is_suggested_no_more(suggesting):
    suggesting.apply(IndexBatch(position=2, removed=(3,)))
    assert [one.text for one in suggesting.suggest("红楼梦研")] == []
