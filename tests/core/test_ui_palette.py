"""The palette: found by characters, full pinyin, initials and further words."""

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core.ui.palette import PaletteEntry, find, spellings
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

DESK = "/desk/go/"
PLACES = [
    PaletteEntry("续借", "/renew"),
    PaletteEntry("湘江两岸", "/bib/1", also=("HY0048 2213",)),
    PaletteEntry("新建批次", "/lot"),
    PaletteEntry("Settings", "/settings"),
]


def test_a_label_is_spelled_three_ways():
    assert spellings("续借") == ("续借", "xujie", "xj")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("xj", ["/renew", "/bib/1", "/lot"]),
        ("xujie", ["/renew"]),
        ("湘江", ["/bib/1"]),
        ("hy0048 2213", ["/bib/1"]),
        ("SET", ["/settings"]),
        ("批次", ["/lot"]),
        ("zzz", []),
        ("", ["/renew", "/bib/1", "/lot", "/settings"]),
    ],
)
def test_the_closest_comes_first(query, found):
    assert [entry.url for entry in find(PLACES, query)] == found


@pytest.mark.parametrize(
    ("accept", "kind"), [("application/json", "application/json"), ("text/html", "text/html")]
)
def test_a_browser_without_scripts_gets_a_page(client, settings, accept, kind):
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    make_world()
    answer = client.post("/patterns/go", {"q": "xjla"}, headers={"accept": accept})
    assert answer["Content-Type"].split(";")[0] == kind
    assert "湘江两岸" in (
        answer.json()["entries"][0]["label"] if accept != "text/html" else answer.content.decode()
    )


# --- the palette of the desk ----------------------------------------------------------------------------


@pytest.fixture
def at_desk(db, settings):
    """Return the world, a reader of each branch, and a client of the east branch's clerk."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    world = make_world()
    account = world.account("east")
    RoleGrant.objects.create(account=account, role=Role.CLERK, branch=world.branch, granted_at=NOON)
    client = Client(enforce_csrf_checks=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    here = world.patron(name="何秋月", name_initials="hqy", home_branch=world.branch)
    there = world.patron(name="何秋水", name_initials="hqs")
    return client, here, there


def typed(client, words, accept="application/json"):
    client.get(DESK)
    token = client.cookies["yanshu_csrf"].value
    return client.post(DESK, {"q": words}, headers={"accept": accept, "x-csrftoken": token})


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_words_are_posted_and_find_readers_of_the_own_branch(at_desk, accept):
    client, here, there = at_desk
    number = here.cards.get().number
    for words in ("何秋", "hq", number):
        answer = typed(client, words, accept)
        said = answer.content.decode()
        assert reverse("desk:patrons-patron", args=[here.pk]) in said
        assert reverse("desk:patrons-patron", args=[there.pk]) not in said
        assert number not in said
        assert "no-store" in answer["Cache-Control"]


def test_the_address_asks_for_nobody_and_shows_the_pages(at_desk):
    client, here, _there = at_desk
    answer = client.get(DESK, {"q": "何秋"}, headers={"accept": "application/json"})
    addresses = [entry["url"] for entry in answer.json()["entries"]]
    assert len(addresses) > 1
    assert reverse("desk:patrons-patron", args=[here.pk]) not in addresses
    page = client.get(DESK, headers={"accept": "text/html"}).content.decode()
    assert 'role="search" method="post"' in page
    assert 'name="csrfmiddlewaretoken"' in page


def test_words_without_the_token_are_refused(at_desk):
    client, _here, _there = at_desk
    assert client.post(DESK, {"q": "何秋"}).status_code == 403


@pytest.mark.parametrize("words", ["续借", "xujie", "xj"])
def test_acts_of_the_desk_are_found_with_their_keys(at_desk, words):
    client, _here, _there = at_desk
    client.cookies["yanshu_language"] = "zh-hans"
    entry = typed(client, words).json()["entries"][0]
    assert (entry["label"], entry["key"]) == ("续借", "F6")
    assert client.get(entry["url"]).context["mode"].value == "renew"


def test_acts_one_may_not_do_are_not_offered(at_desk):
    client, _here, _there = at_desk
    assert [entry["url"] for entry in typed(client, "Add a branch").json()["entries"]] == []
