"""The palette: found by characters, full pinyin, initials and further words."""

import pytest

from yanshu.core.ui.palette import PaletteEntry, find, spellings

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
    answer = client.get("/patterns/go", {"q": "xjla"}, headers={"accept": accept})
    assert answer["Content-Type"].split(";")[0] == kind
    assert "湘江两岸" in (
        answer.json()["entries"][0]["label"] if accept != "text/html" else answer.content.decode()
    )
