"""The interface in a real browser: what scripts add, and that nothing needs them."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from world import NOON, make_world
from yanshu.institution.places.models import Library
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session", autouse=True)
def _static_folder():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def visit(_static_folder, browser, live_server):
    """Return a function that opens the pattern page in a context of its own; complaints fail the test."""
    opened, complaints = [], []
    Library.objects.create(code="CN-NEW", name="新城图书馆")

    def go(*, width=1280, cookies=(), address="ui:patterns", **options):
        window = browser.new_context(viewport={"width": width, "height": 900}, **options)
        opened.append(window)
        window.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in dict(cookies).items()]
        )
        page = window.new_page()
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + reverse(address))
        return page

    yield go
    for window in opened:
        window.close()
    assert [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "cookies",
    [
        {"yanshu_theme": "light", "yanshu_language": "en"},
        {"yanshu_theme": "dark"},
        {"yanshu_theme": "light", "yanshu_elder": "1"},
    ],
    ids=["light", "dark", "elder"],
)
def test_axe_is_silent_and_nothing_runs_over_the_edge(visit, width, cookies):
    page = visit(width=width, cookies=cookies)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_has_been_changed_is_no_longer_said_to_be_wrong(visit):
    page = visit(cookies={"yanshu_language": "en"})
    field = page.locator("[aria-invalid=true]").first
    name = field.get_attribute("id")
    note = page.locator("[data-ys-wrong]").first
    expect(page.locator(f"#{name}_error")).to_be_visible()
    expect(note.locator("[data-ys-left]:visible")).to_have_text("1 thing to correct:")
    field.fill("7")
    field.press("Tab")
    expect(page.locator(f"#{name}_error")).to_have_count(0)
    expect(note).to_have_count(0)
    expect(page.locator(f"#{name}.is-invalid")).to_have_count(0)


def test_everything_works_without_scripts(visit):
    page = visit(java_script_enabled=False, cookies={"yanshu_theme": "light"})
    assert page.locator("[data-ys-bulk]").is_visible()
    page.locator("summary.ys-who").click()
    page.locator("button[name=elder]").click()
    assert page.locator("html[data-ys-elder]").count() == 1
    assert page.url.endswith(reverse("ui:patterns"))


@pytest.mark.parametrize("preferred", ["dark", "light"])
def test_the_device_decides_where_nobody_has_chosen(visit, preferred):
    page = visit(color_scheme=preferred)
    assert page.locator("html").get_attribute("data-bs-theme") == preferred


def test_a_slash_goes_to_the_search_and_letters_rest_in_fields(visit):
    page = visit()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("t?")
    assert page.locator("input[name=q]").input_value() == "t?"
    assert not page.locator("#ys-help").is_visible()


def test_a_question_mark_lists_the_keys_of_the_page(visit):
    page = visit()
    page.keyboard.press("?")
    keys = page.locator("#ys-help dt").all_inner_texts()
    assert keys == ["?", "t", "Ctrl S"]
    page.keyboard.press("Escape")
    assert not page.locator("#ys-help").is_visible()


def test_single_letters_can_be_switched_off_for_good(visit):
    page = visit()
    page.keyboard.press("?")
    page.locator("[data-ys-letters]").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("t")
    assert page.url.endswith(reverse("ui:patterns"))


def test_the_palette_finds_by_initials_and_gives_the_focus_back(visit):
    page = visit(cookies={"yanshu_language": "en"})
    page.locator("#dw").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("xjla")
    expect(page.locator("#ys-palette-list li")).to_have_count(1)
    assert page.locator("#ys-palette-q").get_attribute("aria-activedescendant") == "ys-palette-0"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "dw"
    page.keyboard.press("Control+k")
    page.keyboard.type("HY00482213")
    expect(page.locator("#ys-palette-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**#tables")


def test_at_the_desk_words_of_the_palette_stand_in_no_address(visit):
    world = make_world()
    reader = world.patron(name="何秋月", name_initials="hqy")
    account = world.account("desk")
    RoleGrant.objects.create(account=account, role=Role.CLERK, branch=world.central, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    page = visit(cookies={"yanshu_language": "en", **session}, address="desk:patrons-list")
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.keyboard.press("Control+k")
    page.keyboard.type("hqy")
    line = page.locator("#ys-palette-list li", has_text="何秋月")
    expect(line).to_have_count(1)
    assert {method for method, url in asked if url.endswith(reverse("desk:palette"))} == {"POST"}
    assert [url for _method, url in asked if "hqy" in url] == []
    line.click()
    page.wait_for_url(f"**{reverse('desk:patrons-patron', args=[reader.pk])}")


def test_the_bulk_bar_counts_what_is_ticked(visit):
    page = visit(cookies={"yanshu_language": "en"})
    count = page.locator("[data-ys-bulk-count]")
    assert count.inner_text().endswith("1")
    page.locator("[data-ys-tick-all]").check()
    assert count.inner_text().endswith("4")
    page.locator("[data-ys-bulk-clear]").click()
    assert not page.locator("[data-ys-bulk]").is_visible()


def test_a_dialog_opens_on_the_safe_answer(visit):
    page = visit()
    page.locator("[data-ys-open=weed]").click()
    assert page.evaluate("document.activeElement.hasAttribute('data-ys-safe')")
    page.keyboard.press("Enter")
    assert not page.locator("#weed").is_visible()


def test_a_lost_network_is_said_until_it_is_over(visit):
    page = visit()
    page.context.set_offline(True)
    page.locator("[data-ys-notices] .tone-no").wait_for()
    assert page.locator("[data-ys-offline-word]").is_visible()
    page.context.set_offline(False)
    page.locator("[data-ys-notices] .tone-no").wait_for(state="detached")


def test_a_part_that_fails_leaves_the_page_and_says_a_number(visit):
    page = visit(cookies={"yanshu_language": "en"})
    page.evaluate(
        """() => document.dispatchEvent(new CustomEvent("htmx:responseError", {detail: {xhr: {
            responseText: '<main><b class="ys-code">7F3A</b></main>'}}}))"""
    )
    assert page.locator("[data-ys-notices] [data-ys-number]").inner_text() == "7F3A"
