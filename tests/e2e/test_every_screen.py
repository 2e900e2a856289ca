"""Every address of the running library, in a real browser.

As guest, reader, clerk and director, on a phone and at a desk, light, dark and in large type, in both
languages: a page must be silent under axe, have one h1, stay within its width, complain of nothing (scripts,
files, content policy), and hold no English where Chinese is asked for. New addresses are walked as well.
"""

import json
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import axe_playwright_python
import pytest
from babel.messages.pofile import read_po
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("library")]

ROOT = Path(__file__).parents[2]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
SPACES = {"desk", "opac", "ui"}

#: An object of the year for each part of an address.
OBJECTS = {
    "branch_id": "SELECT min(id) FROM places_branch",
    "location_id": "SELECT min(id) FROM places_shelvinglocation",
    "point_id": "SELECT min(id) FROM places_servicepoint",
    "terminal_id": "SELECT min(id) FROM places_terminal",
    "order_id": "SELECT min(id) FROM places_closureorder",
    "account_id": "SELECT min(id) FROM staff_account WHERE kind = 'staff'",
    "grant_id": "SELECT min(id) FROM staff_rolegrant",
    "gate_id": "SELECT min(id) FROM visits_gate",
    "patron_id": "SELECT min(patron_id) FROM circulation_loan WHERE closed_at IS NULL",
    "record_id": "SELECT min(record_id) FROM catalogue_item WHERE state = 'available'",
    "item_id": "SELECT min(item_id) FROM circulation_loan WHERE closed_at IS NULL",
    "hold_id": "SELECT min(id) FROM circulation_hold",
    "issue_id": "SELECT 1",
    "policy_id": "SELECT min(id) FROM circulation_loanpolicy",
    "pk": "SELECT min(id) FROM figures_statedfigure",
    "run_id": "SELECT min(id) FROM core_importrun",
    "desk:patrons-category category_id": "SELECT min(id) FROM patrons_patroncategory",
    "desk:catalogue-category category_id": "SELECT min(id) FROM catalogue_itemcategory",
    "opac:places-hours-branch code": "SELECT min(code) FROM places_branch",
    "code": "SELECT 'circulation.loans'",
    "kind": "SELECT 'patrons'",
    "file_format": "SELECT 'csv'",
    "year": "SELECT 2019",
    "day": "SELECT '2019-11-16'",
    "start": "SELECT '2019-11-16T09:00'",
}
#: Of these the year has none; the walk makes one first.
MADE = {"desk:figures-selection pk", "desk:figures-selection-delete pk"}
MORE = {
    "guest": [
        "/account/login/",
        "/search/?q=历史",
        "/search/?q=lishi&sort=newest",
        "/search/?q=没有这样的书",
        "/no/such/page/",
        "/ui/look",
    ],
    "reader": ["/account/password/change/", "/desk/audit/"],
    "clerk": ["/account/password/change/"],
    "director": [
        "/account/password/change/",
        "/desk/no/such/page/",
        "/desk/staff/workplace/",
        "/desk/circulation/loans/?q=历史",
        "/desk/figures/circulation.loans/?year=2019",
        "/desk/figures/circulation.loans/rows/?year=2019",
    ],
}
DESK_WIDTH, PHONE_WIDTH = 1280, 390
LIGHT, DARK, ELDER = ("light", False), ("dark", False), ("light", True)
WIDTHS = ((DESK_WIDTH, LIGHT), (PHONE_WIDTH, LIGHT), (DESK_WIDTH, ELDER), (PHONE_WIDTH, ELDER))
#: What axe is asked in which look. Structure is the same in all; colours change with the theme, hardly with
#: the type. Contrast is by far the dearest: in other looks the first pages are asked for it, for the shell.
EVERYTHING = {}
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LOOKS = (
    (PHONE_WIDTH, LIGHT, EVERYTHING),
    (PHONE_WIDTH, DARK, COLOURS),
    (DESK_WIDTH, LIGHT, STRUCTURE),
)
SHELL_LOOKS = ((DESK_WIDTH, LIGHT, COLOURS), (DESK_WIDTH, DARK, COLOURS), (PHONE_WIDTH, ELDER, COLOURS))
SHELL_PAGES = 3
EXAMINE = """options => axe.run(document, {resultTypes: ["violations"], selectors: false, ...options}).then(
  said => said.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
OVER = "document.documentElement.scrollWidth - window.innerWidth"
DRESS = """([theme, elder]) => {
  const root = document.documentElement;
  root.dataset.bsTheme = theme;
  root.toggleAttribute("data-ys-elder", elder);
}"""
#: Rows of one table are alike: axe is shown the first of them.
THIN = """() => document.querySelectorAll(
  "tbody > tr:nth-child(n+7), ol > li:nth-child(n+13), ul > li:nth-child(n+13), option:nth-child(n+13)"
).forEach(each => each.remove())"""
WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (place.closest("code, pre, script, kbd, .ys-code, [lang]:not(html)")) continue;
    const words = walker.currentNode.textContent.trim().replace(/\\s+/g, " ");
    if (/[A-Za-z]{2}/.test(words)) said.push([words, !!place.closest(".ys-book, td, th, dd, option, b, a")]);
  }
  return said;
}"""
#: Pages with records and lines in whatever language they were written.
HOLDS_DATA = re.compile(r"/records/\d+/|/search/|/items/\d+/|^/patterns")
ENGLISH_RUN = re.compile(r"[A-Za-z][a-z']+(?: [A-Za-z][a-z']*){2,}")


def addresses(resolver=None, namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, entry.namespace or namespace)
        elif namespace in SPACES:
            yield f"{namespace}:{entry.name}", entry


def pages_by_role(data, made):
    """Return the paths each role is to walk; an address whose parts are not known fails here."""
    paths = defaultdict(list)
    with closing(sqlite3.connect(f"file:{data / 'yanshu.sqlite3'}?mode=ro", uri=True)) as year:
        for name, entry in addresses():
            path = reverse(name, kwargs=parts_of(name, entry, year, made))
            permission = getattr(entry.callback, "permission", "")
            role = "director" if name.startswith("desk:") else "reader" if permission == "reader" else "guest"
            paths[role].append(path)
    paths["clerk"] = list(paths["director"])
    return {role: found + MORE[role] for role, found in paths.items()}


def parts_of(name, entry: URLPattern, year, made):
    found = {}
    for part, converter in entry.pattern.converters.items():
        if f"{name} {part}" in MADE:
            found[part] = made
            continue
        question = OBJECTS.get(f"{name} {part}") or OBJECTS.get(part)
        assert question, f"{name}: say in OBJECTS what stands for {part}"
        value = year.execute(question).fetchone()[0]
        assert value is not None, f"{name}: the year has nothing for {part}"
        found[part] = converter.to_python(str(value))
    return found


def untranslated(said, english, *, holds_data):
    """Yield texts of a Chinese page that are message ids, or that are English and no data."""
    for words, may_be_data in said:
        if words in english or (not may_be_data and not holds_data and ENGLISH_RUN.search(words)):
            yield f"English: {words[:80]}"


@pytest.fixture(scope="module")
def english():
    """Every message id that has a Chinese translation of other words."""
    ids = set()
    for path in (ROOT / "src").rglob("zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                forms = [message.id] if isinstance(message.id, str) else message.id
                ids |= {" ".join(form.split()) for form in forms if " " in form and message.string != form}
    assert len(ids) > 1000
    return ids


@pytest.fixture(scope="module")
def enter(library, browser):
    """Return a function that gives a page to a person in a language; one context each for all pages."""
    contexts = {}

    def page_of(role, language):
        if (role, language) not in contexts:
            window = browser.new_context(reduced_motion="reduce")
            cookies = {"yanshu_theme": "light", "yanshu_language": language}
            window.add_cookies([{"name": n, "value": v, "url": library.web} for n, v in cookies.items()])
            contexts[role, language] = window
            if role != "guest":
                log_in(window, library, library.reader if role == "reader" else role)
        return contexts[role, language].new_page()

    yield page_of
    for window in contexts.values():
        window.close()


def log_in(window, library, name):
    page = window.new_page()
    page.goto(f"{library.web}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", library.logins[name])
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/(my|desk)/"))
    page.close()


@pytest.fixture(scope="module")
def walks(library):
    own = library.data / "selection.csv"
    own.write_text("代码,名称,指标,条件\nloans.walk,步行,circulation.loans,kind=checkout\n", encoding="utf-8")
    loaded = library.command("import", "selections", str(own))
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    with closing(sqlite3.connect(f"file:{library.data / 'yanshu.sqlite3'}?mode=ro", uri=True)) as year:
        made = year.execute("SELECT max(id) FROM figures_selection").fetchone()[0]
    return pages_by_role(library.data, made)


REFUSAL = {403, 404, 405}
WALKS = [
    ("guest", "zh-hans"),
    ("guest", "en"),
    ("reader", "zh-hans"),
    ("reader", "en"),
    ("clerk", "zh-hans"),
    ("director", "zh-hans"),
    ("director", "en"),
]


@pytest.mark.parametrize(("role", "language"), WALKS)
def test_every_page(library, enter, walks, english, role, language):
    page = enter(role, language)
    heard, wrong, seen, refused = [], {}, 0, set()
    page.on("console", lambda line: heard.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    for path in walks[role]:
        status, kind = asked(page, library.web + path)
        assert status < 500, (path, status)
        # Files and parts are no pages; a refusal looks the same everywhere: one of each kind is looked at.
        if not kind.startswith("text/html") or status not in {200, *REFUSAL} - refused:
            continue
        refused |= {status} & REFUSAL
        heard.clear()
        page.set_viewport_size({"width": DESK_WIDTH, "height": 900})
        answer = page.goto(library.web + path)
        found = shape_of(page)
        if language == "zh-hans":
            found += untranslated(page.evaluate(WORDS), english, holds_data=bool(HOLDS_DATA.search(path)))
            if role != "clerk":
                found += axe_of(page, LOOKS + (SHELL_LOOKS if seen < SHELL_PAGES else ()))
        # The browser notes a refusal as a failed load: of the page itself it is meant.
        found += [line for line in heard if answer.ok or "Failed to load resource" not in line]
        if found:
            wrong[path] = found
        seen += 1
    page.close()
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
    assert seen >= {"guest": 12, "reader": 6, "clerk": 40, "director": 80}[role]


def asked(page, address):
    """Return the status and the kind of what stands at an address, without drawing it."""
    answer = page.request.get(address)
    return answer.status, answer.headers.get("content-type", "")


def dressed(page, width, look):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(DRESS, list(look))
    return f"{width} {look[0]}{' elder' if look[1] else ''}"


def shape_of(page):
    """Say what is wrong with the headings and the widths of a page."""
    headings = page.locator("h1").count()
    found = [] if headings == 1 else [f"{headings} headings of level 1"]
    for width, look in WIDTHS:
        mode = dressed(page, width, look)
        over = page.evaluate(OVER)
        if over > 0:
            found.append(f"{mode}: runs {over} px over the edge")
    return found


def axe_of(page, looks):
    page.evaluate(AXE)
    page.evaluate(THIN)
    found = []
    for width, look, options in looks:
        mode = dressed(page, width, look)
        found += [f"{mode}: {each}" for each in page.evaluate(EXAMINE, options)]
    return found
