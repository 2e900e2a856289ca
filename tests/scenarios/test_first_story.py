"""The story the house was begun for, on the running library.

Search in every script, lend and return at the desk by keyboard alone, lend to the same reader through SIP2,
count at the gate over HTTP: this year's figures go up by exactly what was done and show it, 2019's stay.
"""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from yanshu.doors.sip2.client import BlockingTerminal, Requests

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("library")]
SAY = Requests(clock=lambda: datetime(2020, 1, 2, 4, tzinfo=UTC), institution="", renews=False)
COPIES = """
    SELECT i.barcode FROM catalogue_item i JOIN catalogue_bibrecord r ON r.id = i.record_id
    WHERE i.state = 'available' AND r.state = 'released' AND i.branch_id = 1
      AND NOT EXISTS (SELECT 1 FROM circulation_hold h WHERE h.record_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM circulation_loan l WHERE l.item_id = i.id AND l.closed_at IS NULL)
    ORDER BY i.id DESC LIMIT 3"""
CODES = ("circulation.loans", "circulation.returns", "visits.total")


def asked(library, question, *values):
    with closing(sqlite3.connect(f"file:{library.data / 'yanshu.sqlite3'}?mode=ro", uri=True)) as rows:
        return rows.execute(question, values).fetchall()


def figures(library, year, *codes):
    """Return the values of figures as the command counts them."""
    told = library.command("figures", "--year", str(year), "--format", "json")
    assert told.returncode == 0, told.stderr
    found = {one["code"]: one["value"] for one in json.loads(told.stdout)["figures"]}
    return [found[code] for code in codes]


@pytest.fixture
def desk(library, browser):
    """The clerk's page, as the log-in leads there."""
    window = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = window.new_page()
    log_in(page, library, "clerk")
    yield page
    window.close()


@pytest.mark.parametrize("typed", ["历史", "lishi", "ls", "歷史"])
def test_a_title_is_found_in_either_script_and_by_sound(library, browser, typed):
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{library.web}/")
    page.fill("input[type=search] >> nth=0", typed)
    page.press("input[type=search] >> nth=0", "Enter")
    page.wait_for_url(re.compile("/search/"))
    titles = " ".join(page.locator("main").all_inner_texts())
    page.close()
    assert re.search("历史|歷史", titles)


@pytest.fixture
def director(library, browser):
    """A director's log-in, for what the desk's clerk does not see."""
    window = browser.new_context(locale="zh-CN")
    log_in(window.new_page(), library, "director")
    yield window.request
    window.close()


def log_in(page, library, name):
    page.goto(f"{library.web}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", library.logins[name])
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/desk/"))


def scan(page, key, code):
    page.keyboard.press(key)
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def rows_of(director, library, year):
    """Return the lines a figure is counted from, as its file has them."""
    answer = director.get(f"{library.web}/desk/figures/circulation.loans/rows.csv?year={year}")
    assert answer.ok
    return answer.text().splitlines()[1:]


def test_this_years_figures_go_up_by_what_was_done_and_2019_stays(library, desk, director):
    kept, given_back, taken_back = (code for (code,) in asked(library, COPIES))
    year, former = figures(library, 2020, *CODES), figures(library, 2019, *CODES)
    lines, former_lines = rows_of(director, library, 2020), rows_of(director, library, 2019)

    desk.goto(f"{library.web}/desk/circulation/")
    acts = desk.locator("#desk-acts tbody tr")
    scan(desk, "F2", library.reader)
    expect(desk.locator(".ys-person")).to_be_visible()
    for act, (key, code) in enumerate((("F3", given_back), ("F4", given_back), ("F3", taken_back)), 1):
        scan(desk, key, code)
        expect(acts).to_have_count(act)
        expect(acts.first).to_contain_text(code)
    desk.keyboard.press("Control+z")
    expect(acts.first).to_contain_text("已撤销")

    with BlockingTerminal(*library.sip2) as machine:
        assert machine.ask(SAY.login("sip2-night", library.logins["sip2-night"])).fixed["ok"] == "1"
        lent = machine.ask(SAY.checkout(library.reader, kept, library.logins[library.reader]))
        assert lent.fixed["ok"] == "1", lent.get("AF")

    assert count_at_the_gate(library)["fate"] == "recorded"
    again = count_at_the_gate(library)  # sent twice, taken once
    assert again["fate"] == "unchanged"

    assert figures(library, 2020, *CODES) == [year[0] + 2, year[1] + 1, year[2] + again["kept_visits"]]
    assert figures(library, 2019, *CODES) == former
    assert len(rows_of(director, library, 2020)) == len(lines) + 4  # two loans, one lent and taken back
    assert rows_of(director, library, 2019) == former_lines


def count_at_the_gate(library):
    """Hand in a reading as the counter does, and return what became of it."""
    reading = {"gate": "C1", "start": "2020-01-01T10:00:00", "count_in": 7}
    request = Request(f"{library.web}/api/v1/visits/readings", method="POST")
    request.data = json.dumps({"readings": [reading]}).encode()
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", f"Bearer gate-central.{library.logins['gate-central']}")
    with urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["readings"][0]
