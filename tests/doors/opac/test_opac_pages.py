"""The readers' front pages: home, a title, new books, the ranking, and what stands round them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as house
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core import clock
from yanshu.discovery.search import operations
from yanshu.doors.opac.citation import citation
from yanshu.institution.places.models import Library
from yanshu.lending.circulation import operations as circulation
from yanshu.lending.circulation.models import Hold

HOME_QUERIES = 11
RECORD_QUERIES = 9
SHELL = "yanshu.doors.opac.navigation.shell"


@pytest.fixture
def library(db: None, settings: Any, tmp_path: Any) -> Any:
    from world import make_world

    settings.INDEX_FOLDER = tmp_path / "index"
    (engine,) = house.TEMPLATES
    processors = engine["OPTIONS"]["context_processors"]
    if SHELL not in processors:
        options = {**engine["OPTIONS"], "context_processors": [*processors, SHELL]}
        settings.TEMPLATES = [{**engine, "OPTIONS": options}]
    return make_world()


def today() -> date:
    return clock.business_date(clock.now())


def new_book(library: Any, title: str, *, days_ago: int = 1, **values: Any) -> BibRecord:
    made = library.record(title=title, released_on=today() - timedelta(days=days_ago), **values)
    library.item(made)
    return made


def lend(library: Any, record: BibRecord) -> None:
    item = Item.objects.filter(record=record, for_reference=False).first()
    actor, now = library.actor(), clock.now()
    circulation.checkout(patron_id=library.patron().pk, item_id=item.pk, actor=actor, now=now)


def asked(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_home_shows_new_books_and_the_ranking(library, client):
    old, new = new_book(library, "旧书", days_ago=61), new_book(library, "新书", days_ago=59)
    gone = new_book(library, "剔旧的新书")
    Item.objects.filter(record=gone).update(withdrawn_on=today())
    draft = new_book(library, "未审的书", state=RecordState.DRAFT)
    lend(library, old)
    answer = client.get(reverse("opac:home"))
    assert [line.found.record for line in answer.context["new_books"]] == [new]
    assert [(ranked.record, ranked.loans) for ranked in answer.context["ranking"]] == [(old, 1)]
    assert draft.title not in answer.content.decode()
    assert len(answer.context["panel"].lines) == 2


def test_home_stands_in_an_empty_library(db, settings, tmp_path, client):
    settings.INDEX_FOLDER = tmp_path / "index"
    Library.objects.create(code="CN-NEW", name="新城图书馆")
    assert client.get(reverse("opac:home")).status_code == 200
    assert client.get(reverse("opac:ranking")).status_code == 200
    assert client.get(reverse("opac:new-books")).status_code == 200
    assert client.get(reverse("opac:search")).status_code == 200


@pytest.mark.parametrize("books", [1, 3])
def test_home_takes_the_same_queries_whatever_it_shows(library, client, books):
    for number in range(books):
        lend(library, new_book(library, f"新书{number}"))
    assert asked(client, reverse("opac:home")) == HOME_QUERIES


@pytest.mark.parametrize("copies", [1, 3])
def test_a_title_takes_the_same_queries_whatever_it_has(library, client, copies):
    made = new_book(library, "湘江两岸")
    for _ in range(copies):
        library.item(made)
        new_book(library, "同类的书")
    operations.rebuild()
    assert asked(client, reverse("opac:record", args=[made.pk])) == RECORD_QUERIES


def test_a_title_shows_its_copies_as_they_are_now(library, client):
    made = new_book(library, "湘江两岸", author="周望舒", isbn="9787020002207", class_number="K296.4")
    library.item(made, for_reference=True, branch=library.branch, location=library.branch_shelf)
    lend(library, made)
    answer = client.get(reverse("opac:record", args=[made.pk]))
    assert [copy.shown.value for copy in answer.context["found"].copies] == ["on_loan", "reference"]
    assert (answer.context["found"].available, answer.context["isbns"]) == (0, ["978-7-02-000220-7"])
    assert answer.context["address"] == f"http://testserver/records/{made.pk}/"
    assert reverse("opac:circulation-hold", args=[made.pk]) in answer.content.decode()


@pytest.mark.parametrize(
    ("waiting", "states", "available"),
    [
        (0, ["available", "available", "on_loan"], 2),
        (1, ["available", "available", "on_loan"], 1),
        (2, ["on_hold", "on_hold", "on_loan"], 0),
        (3, ["on_hold", "on_hold", "on_loan"], 0),
    ],
)
def test_a_title_names_as_free_what_those_who_wait_leave(library, client, waiting, states, available):
    made = new_book(library, "湘江两岸")
    lend(library, made)
    for _ in range(2):
        library.item(made)
    for _ in range(waiting):
        Hold.objects.create(
            record=made,
            patron=library.patron(),
            pickup_branch=library.branch,
            placed_at=clock.now(),
            door="opac",
        )
    found = client.get(reverse("opac:record", args=[made.pk])).context["found"]
    assert sorted(copy.shown.value for copy in found.copies) == states
    assert (found.available, found.can_be_held) == (available, not available)


@pytest.mark.parametrize("state", [RecordState.DRAFT, RecordState.PROOFREAD])
def test_what_is_not_released_is_not_there(library, client, state):
    made = library.record(title="草稿", state=state)
    answer = client.get(reverse("opac:record", args=[made.pk]))
    assert (answer.status_code, client.get("/records/987654/").status_code) == (404, 404)
    assert reverse("opac:search") in answer.content.decode()


def test_new_books_are_paged(library, client):
    for number in range(21):
        new_book(library, f"新书{number}")
    first, last = (client.get(reverse("opac:new-books"), {"page": page}) for page in (1, 2))
    assert (len(first.context["lines"]), len(last.context["lines"])) == (20, 1)


def test_the_ranking_leaves_out_what_was_taken_back(library, client):
    made = new_book(library, "雁阵")
    lend(library, made)
    from yanshu.lending.circulation.models import LoanEvent

    circulation.undo(line_id=LoanEvent.objects.get().pk, actor=library.actor(), now=clock.now())
    assert client.get(reverse("opac:ranking")).context["ranking"] == []


@pytest.mark.parametrize(
    ("name", "current"),
    [("opac:home", 0), ("opac:search", 1), ("opac:search-advanced", 1), ("opac:new-books", 2)],
)
def test_the_navigation_says_where_one_is(library, client, name, current):
    links = client.get(reverse(name)).context["nav_main"]
    assert [place for place, link in enumerate(links) if link.is_current] == [current]
    assert len(links) == 5


def test_pages_of_the_desk_have_no_reader_navigation(library, client):
    assert client.get("/desk/").status_code == 302
    from django.test import RequestFactory

    from yanshu.doors.opac.navigation import shell

    assert shell(RequestFactory().get("/desk/")) == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["home", "search", "search-advanced", "new-books", "ranking"])
def test_pages_speak_both_languages(library, client, language, name):
    client.cookies[house.LANGUAGE_COOKIE_NAME] = language
    new_book(library, "湘江两岸")
    answer = client.get(reverse(f"opac:{name}"))
    assert (
        answer.status_code,
        f'lang="{"en" if language == "en" else "zh-Hans"}"' in answer.content.decode(),
    ) == (
        200,
        True,
    )


@pytest.mark.parametrize(
    ("values", "authors", "expected"),
    [
        (
            {
                "title": "湘江两岸",
                "subtitle": "一条河流的城与人",
                "place": "长沙",
                "publisher": "潇湘文艺社",
                "year": 2018,
            },
            ["周望舒"],
            "周望舒. 湘江两岸: 一条河流的城与人[M]. 长沙: 潇湘文艺社, 2018.",
        ),
        (
            {"title": "Walden", "language": "eng", "edition": "2nd ed.", "year": 1908},
            ["A", "B", "C", "D"],
            "A, B, C, et al. Walden[M]. 2nd ed. 1908.",
        ),
        (
            {
                "title": "湘江",
                "language": "chi",
                "edition": "第1版",
                "publisher": "湖南出版社　",
                "year": 2019,
            },
            [],
            "湘江[M]. 湖南出版社, 2019.",
        ),
        ({"title": "湘江", "language": "chi", "edition": "第11版"}, [], "湘江[M]. 第11版."),
        ({"title": "Walden", "language": "eng", "edition": "1st ed."}, [], "Walden[M]."),
        ({"title": "方志", "volume": "卷一", "form": "serial", "language": "chi"}, [], "方志: 卷一[J]."),
        ({"title": "合集", "language": "chi"}, ["甲", "乙", "丙", "丁"], "甲, 乙, 丙, 等. 合集[M]."),
    ],
)
def test_a_title_is_cited_as_the_standard_says(values, authors, expected):
    assert citation(BibRecord(**values), authors) == expected


def test_the_foot_speaks_the_language_of_each_page(library, client, settings):
    library.central.name_en, library.central.address = "Central Library", "Bank Street"
    library.central.save()
    shown = {}
    for language in ("zh-hans", "en", "zh-hans"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        shown[language] = [str(line) for line in client.get(reverse("opac:home")).context["footer_lines"]]
    assert shown == {
        "zh-hans": [f"{library.central.name}　Bank Street"],
        "en": ["Central Library　Bank Street"],
    }
