"""The pages of searching: relevance as a reader meets it, filters, degraded mode, suggestions, the API."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from search_world import both_scripts

from world import NOON
from yanshu.collection.catalogue.models import Item, RecordIsbn
from yanshu.discovery.search import operations
from yanshu.discovery.search.queries import Filters, Sort, Wish
from yanshu.discovery.search.terms import Field
from yanshu.discovery.search.web.lines import bare
from yanshu.discovery.search.web.wish import unfiltered, wish_of, without
from yanshu.institution.staff.models import RoleGrant
from yanshu.lending.circulation import operations as circulation

RESULTS_QUERIES = 10
ISBN = "9787020002207"


@pytest.fixture
def shelf(library):
    """Return the library with a few books and an index."""
    library.history = library.record("中国历史", language="chi", class_number="K2", class_main="K2")
    library.traditional = library.record(
        "中國歷史", marc=both_scripts(), dialect="marc21", language="chi", author="錢穆"
    )
    library.dream = library.record("红楼梦", isbn=ISBN, language="chi", class_number="I242.4", year=1982)
    library.plain = library.record("Walden", language="eng", copies=0)
    RecordIsbn.objects.create(record=library.dream, isbn=ISBN)
    operations.rebuild()
    return library


def found_on(client, **query) -> list[int]:
    answer = client.get(reverse("opac:search"), query)
    assert answer.status_code == 200
    return [line.found.record.pk for line in answer.context["lines"]]


@pytest.mark.parametrize("typed", ["历史", "lishi", "li shi", "ls", "歷史", "中国历史", "zgls"])
def test_the_same_books_are_found_in_both_scripts_in_pinyin_and_by_initials(shelf, client, typed):
    assert set(found_on(client, q=typed)) == {shelf.history.pk, shelf.traditional.pk}


@pytest.mark.parametrize(
    "typed", ["7-02-000220-X", ISBN, "978-7-02-000220-7", "hong lou meng", "紅樓夢", "hlm"]
)
def test_one_book_is_found_by_number_and_by_name(shelf, client, typed):
    assert found_on(client, q=typed) == [shelf.dream.pk]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"title": "hongloumeng"}, {"dream"}),
        ({"author": "钱穆"}, {"traditional"}),
        ({"isbn": "7-02-000220-X"}, {"dream"}),
        ({"class": "I24"}, {"dream"}),
        ({"title": "历史", "author": "錢穆"}, {"traditional"}),
        ({"language": "eng"}, {"plain"}),
        ({"in_class": "K"}, {"history"}),
        ({"in_class": ["I", "I24"]}, {"dream"}),
        ({"year_from": "1980", "year_to": "1990"}, {"dream"}),
        ({"available": "1", "q": "历史"}, {"history", "traditional"}),
        ({"q": "walden", "available": "1"}, set()),
        (
            {"q": "历史", "page": "99", "branch": "x", "sort": "odd", "year_from": "abc"},
            {"history", "traditional"},
        ),
    ],
)
def test_fields_and_filters_of_the_address(shelf, client, query, expected):
    assert set(found_on(client, **query)) == {getattr(shelf, name).pk for name in expected}


def test_browsing_shows_everything_newly_added_first(shelf, client):
    answer = client.get(reverse("opac:search"))
    assert (answer.context["result"].answer.total, answer.context["result"].request.sort) == (4, Sort.NEWEST)


def test_a_barcode_is_found_though_the_index_does_not_keep_it(shelf, client):
    item = Item.objects.get(record=shelf.dream)
    answer = client.get(reverse("opac:search"), {"q": item.barcode})
    assert [line.found.record.pk for line in answer.context["lines"]] == [shelf.dream.pk]
    assert answer.context["result"].exact


def test_nothing_found_offers_ways_on(shelf, client):
    answer = client.get(reverse("opac:search"), {"q": "没有的书名", "language": "chi"})
    assert (answer.status_code, answer.context["lines"]) == (200, [])
    assert answer.context["unfiltered"] == "?q=%E6%B2%A1%E6%9C%89%E7%9A%84%E4%B9%A6%E5%90%8D"


@pytest.mark.parametrize("typed", [ISBN, "7-02-000220-X", "红楼", "红楼梦", "barcode", "call"])
def test_without_an_index_exact_look_ups_are_made_and_the_page_says_so(library, client, typed):
    made = library.record("红楼梦", isbn=ISBN, copies=0)
    RecordIsbn.objects.create(record=made, isbn=ISBN)
    item = library.world.item(made, call_number="I242.4/1", barcode="HY0001")
    library.record("石头记")
    typed = {"barcode": item.barcode, "call": item.call_number}.get(typed, typed)
    answer = client.get(reverse("opac:search"), {"q": typed})
    assert answer.context["result"].degraded
    assert [line.found.record.pk for line in answer.context["lines"]] == [made.pk]
    assert client.get(reverse("opac:search-suggestions"), {"q": "hlm"}).json() == {"entries": []}
    assert client.get(reverse("opac:home")).status_code == 200


def test_the_state_of_a_copy_is_the_present_one_though_the_index_is_older(shelf, client):
    item = Item.objects.get(record=shelf.dream)
    circulation.checkout(
        patron_id=shelf.world.patron().pk, item_id=item.pk, actor=shelf.world.actor(), now=NOON
    )
    (line,) = client.get(reverse("opac:search"), {"q": "红楼梦"}).context["lines"]
    assert (line.look.value, line.found.available, line.found.can_be_held) == ("on_loan", 0, True)


def test_the_copy_nearest_to_the_hand_speaks_for_a_title(shelf, client):
    shelf.world.item(shelf.dream, state="bindery", call_number="A")
    (line,) = client.get(reverse("opac:search"), {"q": "红楼梦"}).context["lines"]
    assert (line.look.value, line.found.available, line.found.lendable) == ("available", 1, 2)


@pytest.mark.parametrize("titles", [1, 3])
def test_results_take_the_same_queries_whatever_they_hold(library, client, titles):
    for number in range(titles):
        library.record(f"茶经{number}", copies=number + 1, language="chi", class_number="S5")
    operations.rebuild()
    client.get(reverse("opac:search"), {"q": "茶经"})
    with CaptureQueriesContext(connection) as asked:
        assert len(found_on(client, q="茶经")) == titles
    assert len(asked) == RESULTS_QUERIES, [one["sql"][:90] for one in asked]


def test_suggestions_lead_to_the_search_of_what_they_name(shelf, client):
    entries = client.get(reverse("opac:search-suggestions"), {"q": "hl"}).json()["entries"]
    assert [(one["text"], one["kind"], one["records"]) for one in entries] == [("红楼梦", "title", 1)]
    assert client.get(entries[0]["url"]).context["result"].answer.total == 1
    (author,) = client.get(reverse("opac:search-suggestions"), {"q": "錢穆"}).json()["entries"]
    assert (author["kind"], client.get(author["url"]).context["result"].answer.total) == ("author", 1)


def test_the_second_level_is_offered_under_the_one_class_chosen(shelf, client):
    def classes(**query):
        groups = client.get(reverse("opac:search"), query).context["groups"]
        return [
            (box.value, box.records, box.is_inner)
            for group in groups
            for box in group.boxes
            if box.name == "in_class"
        ]

    assert ("K2", 1, True) not in classes(q="历史")
    assert ("K2", 1, True) in classes(q="历史", in_class="K")


def test_a_class_inside_another_one_chosen_narrows_it():
    assert wish_of(QueryDict("in_class=K&in_class=K2&in_class=I")).filters.classes == ("K2", "I")


def test_an_address_is_understood_as_far_as_it_can_be():
    query = QueryDict(
        "q= 历史 &title=&branch=3&branch=x&available=1&year_from=0&year_to=1999&page=0&sort=year&per_page=50"
    )
    assert wish_of(query) == Wish(
        typed="历史",
        fields={},
        filters=Filters(branches=(3,), available=True, year_to=1999),
        sort=Sort.YEAR,
        page=1,
        page_size=50,
    )
    assert wish_of(QueryDict("author=钱穆")).fields == {Field.AUTHOR: "钱穆"}


def test_a_condition_can_be_taken_away():
    query = QueryDict("q=a&branch=1&branch=2&available=1&page=3")
    assert without(query, "branch", "1") == "?q=a&branch=2&available=1"
    assert without(query, "available") == "?q=a&branch=1&branch=2"
    assert unfiltered(query) == "?q=a"


def test_pages_beyond_what_can_be_asked_for_become_the_last():
    assert Wish(page=10**8, page_size=100).request.page == 1_000


def test_the_advanced_search_keeps_what_the_address_asks(shelf, client):
    answer = client.get(reverse("opac:search-advanced"), {"title": "历史", "language": "chi"})
    assert (answer.context["form"]["title"].value(), answer.context["form"]["language"].value()) == (
        "历史",
        "chi",
    )


def test_the_api_searches_suggests_and_shows_a_title(shelf, client):
    answer = client.get("/api/v1/search/", {"q": "红楼梦"}).json()
    assert (answer["total"], answer["degraded"], answer["records"][0]["copies"][0]["state"]) == (
        1,
        False,
        "available",
    )
    assert answer["facets"]["language"] == [{"value": "chi", "records": 1}]
    assert (
        client.get("/api/v1/search/", {"author": "钱穆", "page_size": 5}).json()["records"][0]["id"]
        == shelf.traditional.pk
    )
    assert client.get("/api/v1/search/suggestions", {"q": "hlm"}).json() == [
        {"text": "红楼梦", "kind": "title", "records": 1}
    ]
    full = client.get(f"/api/v1/search/records/{shelf.traditional.pk}").json()
    assert (full["title"], full["authors"], full["subjects"]) == ("中國歷史", ["錢穆"], ["China--History"])
    missing = client.get("/api/v1/search/records/999999")
    assert (missing.status_code, missing.json()["blocks"][0]["code"]) == (404, "record-unknown")
    assert client.get("/api/v1/search/", {"page": 0}).status_code == 422
    assert client.get("/api/v1/search/", {"page": 100_000, "page_size": 500}).json()["page"] == 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("杨燕丽著．", "杨燕丽著"),
        ("重庆出版社　", "重庆出版社"),
        ("Knopf, Inc.", "Knopf, Inc."),
        ("甲 ; ", "甲"),
    ],
)
def test_an_area_keeps_no_mark_of_its_own_at_its_end(typed, shown):
    assert bare(typed) == shown


@pytest.mark.parametrize(
    ("typed", "first"),
    [("红楼", "红楼梦"), ("hlm", "红楼梦"), ("紅樓夢", "红楼梦"), ("h", None), ("xj", "续借")],
)
def test_the_palette_of_the_desk_finds_books_behind_what_is_called_so(shelf, client, typed, first):
    account = shelf.world.account("desk")
    RoleGrant.objects.create(account=account, role="clerk", branch=shelf.world.central, granted_at=NOON)
    shelf.record("续集")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    sent = client.post(reverse("desk:palette"), {"q": typed}, headers={"accept": "application/json"})
    entries = sent.json()["entries"]
    books = [entry["url"] for entry in entries if re.search(r"/records/\d+/$", entry["url"])]
    if first == "红楼梦":
        assert entries[0]["label"] == first
        assert books == [reverse("desk:catalogue-record", args=[shelf.dream.pk])]
    else:
        assert books == []
        assert first is None or entries[0]["label"] == first
