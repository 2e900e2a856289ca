"""The circulation desk in a real browser: by keyboard alone, faster than the answers, and without scripts."""

import re
from math import ceil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from world import NOON, make_world
from yanshu.core import clock, stamp
from yanshu.core.models import Instance
from yanshu.institution.staff.models import RoleGrant
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.readers.patrons.models import Patron

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    ahead = ceil((NOON - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()
    return make_world()


@pytest.fixture
def sit_down(world, browser, live_server):
    """Return a function that opens the desk as a clerk; complaints of the browser fail the test."""
    account = world.account(home_branch=world.central)
    RoleGrant.objects.create(account=account, role="clerk", branch=world.central, granted_at=NOON)
    client = Client()
    client.force_login(account, backend=BACKEND)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    windows, complaints = [], []

    def open_desk(**options):
        window = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        windows.append(window)
        cookies = {settings.SESSION_COOKIE_NAME: session, "yanshu_language": "en"}
        window.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + reverse("desk:circulation-desk"))
        return page

    yield open_desk
    for window in windows:
        window.close()
    assert complaints == []


def scan(page, code):
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_scans_faster_than_the_answers_all_arrive(world, sit_down):
    patron, copies = world.patron(), [world.item() for _number in range(4)]
    page = sit_down()
    scan(page, patron.cards.get().number)
    for copy in copies:
        scan(page, copy.barcode)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(4)
    expect(page.locator("#desk-code")).to_have_value("")
    assert sorted(Loan.objects.values_list("item_id", flat=True)) == [copy.pk for copy in copies]


def test_a_scan_belongs_to_the_key_pressed_before_it(world, sit_down):
    patron, lent, returned = world.patron(), world.item(), world.item()
    operations.checkout(
        patron_id=world.patron().pk, item_id=returned.pk, actor=world.actor(), now=clock.now()
    )
    page = sit_down()
    page.keyboard.press("F2")
    scan(page, patron.cards.get().number)
    scan(page, lent.barcode)
    page.keyboard.press("F4")
    scan(page, returned.barcode)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(2)
    expect(page.locator("#desk-mode")).to_have_text("Return")
    assert [page.locator("#desk-acts tbody tr").nth(n).inner_text().split()[0] for n in (0, 1)] == [
        "Returned",
        "Lent",
    ]
    assert Loan.objects.get(closed_at=None).item_id == lent.pk


def test_a_turn_by_keyboard_alone(world, sit_down):
    patron, copy = world.patron(), world.item()
    page = sit_down()
    expect(page.locator("#desk-code")).to_be_focused()
    scan(page, patron.cards.get().number)
    expect(page.locator(".ys-person")).to_be_visible()
    scan(page, copy.barcode)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(1)
    scan(page, copy.barcode)
    expect(page.locator("[data-ys-verdict=no]")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-ys-verdict]")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#desk-acts tbody tr")).to_contain_text("Taken back")
    page.keyboard.press("F4")
    expect(page.locator("#desk-mode")).to_have_text("Return")
    scan(page, copy.barcode)
    expect(page.locator("[data-ys-verdict=wait]")).to_contain_text("not on loan")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#desk-nobody")).to_be_visible()
    expect(page.locator("#desk-code")).to_be_focused()
    assert sum(LoanEvent.objects.values_list("quantity", flat=True)) == 0


def test_the_desk_works_without_scripts(world, sit_down):
    patron, copy = world.patron(), world.item()
    page = sit_down(java_script_enabled=False)
    for code in (patron.cards.get().number, copy.barcode):
        page.locator("#desk-code").fill(code)
        page.locator("#desk-code").press("Enter")
    expect(page.locator("#desk-acts tbody tr")).to_have_count(1)
    page.locator("button[value=return]").click()
    page.locator("#desk-code").fill(copy.barcode)
    page.locator("#desk-code").press("Enter")
    expect(page.locator("#desk-acts tbody tr")).to_have_count(2)
    assert Loan.objects.get().closed_at is not None


def begin_a_turn(page, patron, copy):
    page.keyboard.press("F2")
    scan(page, patron.cards.get().number)
    expect(page.locator(".ys-person")).to_be_visible()
    page.keyboard.press("F3")
    scan(page, copy.barcode)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(1)


def test_a_key_renews_another_reserves(world, sit_down):
    patron, copy, lent = world.patron(), world.item(), world.item()
    operations.checkout(patron_id=world.patron().pk, item_id=lent.pk, actor=world.actor(), now=clock.now())
    page = sit_down()
    begin_a_turn(page, patron, copy)
    page.keyboard.press("F6")
    expect(page.locator("#desk-mode")).to_have_text("Renew")
    scan(page, copy.barcode)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(2)
    assert LoanEvent.objects.latest("id").kind == "renewal"
    page.keyboard.press("F7")
    expect(page.locator("#desk-mode")).to_have_text("Reserve")
    scan(page, lent.barcode)
    expect(page.locator("main")).to_contain_text(lent.record.title)
    assert Hold.objects.get().patron_id == patron.pk


def test_a_refusal_is_lifted_and_a_slip_printed_by_key(world, sit_down):
    patron, copy, over = world.patron(), world.item(), world.item()
    manager = world.account("manager", home_branch=world.central, password=make_password("right-pass-1"))
    RoleGrant.objects.create(account=manager, role="branch_manager", branch=world.central, granted_at=NOON)
    world.policy.loan_limit = 1
    world.policy.save()
    stamp.renew("circulation.policies")
    page = sit_down()
    page.context.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    begin_a_turn(page, patron, copy)
    scan(page, over.barcode)
    expect(page.locator("[data-ys-verdict=no]")).to_be_visible()
    page.keyboard.press("F10")
    expect(page.locator("[name=lifter]")).to_be_focused()
    for words, key in (("manager", "Tab"), ("right-pass-1", "Enter")):
        page.keyboard.type(words)
        page.keyboard.press(key)
    expect(page.locator("#desk-acts tbody tr")).to_have_count(2)
    assert Loan.objects.filter(patron=patron, closed_at=None).count() == 2
    with page.context.expect_page() as opened:
        page.keyboard.press("F9")
    assert opened.value.url.endswith(reverse("desk:circulation-slip") + "?print=1")
    opened.value.wait_for_function("window.printed === 1")
    opened.value.emulate_media(media="print")
    assert opened.value.locator("main").inner_text().splitlines()[0] == world.library.name
    assert copy.record.title in opened.value.locator("main").inner_text()
    assert opened.value.locator(".btn:visible, .ys-chip:visible").count() == 0
    opened.value.close()
    page.keyboard.press("Control+k")
    expect(page.locator("#ys-palette-q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#desk-code")).to_be_focused()


@pytest.mark.parametrize("lost", ["session", "all cookies"])
def test_a_log_in_that_has_ended_is_said_in_place_and_no_scan_is_lost(world, sit_down, live_server, lost):
    patron, copies = world.patron(), [world.item() for _number in range(2)]
    page = sit_down()
    scan(page, patron.cards.get().number)
    expect(page.locator(".ys-person")).to_be_visible()
    name = settings.SESSION_COOKIE_NAME if lost == "session" else re.compile(".*")
    page.context.clear_cookies(name=name)
    for copy in copies:
        scan(page, copy.barcode)
    note = page.locator("[data-ys-notices] .tone-no")
    expect(note).to_have_count(1)
    expect(page.locator("#desk-code")).to_have_value(re.compile("|".join(copy.barcode for copy in copies)))
    page.wait_for_function(f"JSON.parse(sessionStorage.getItem('ys-desk-unsent')).length == {len(copies)}")
    expect(page.locator(".ys-person")).to_be_visible()  # the page stays as it was
    assert page.locator("input[type=password]").count() == 0
    assert not Loan.objects.exists()
    note.locator("a").click()
    account = world.account("back", home_branch=world.central, password=make_password("right-pass-1"))
    RoleGrant.objects.create(account=account, role="clerk", branch=world.central, granted_at=NOON)
    page.fill("[name=login]", "back")
    page.fill("[name=password]", "right-pass-1")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(live_server.url + reverse("desk:circulation-desk"))
    expect(page.locator("[data-desk-codes]")).to_have_text("　".join(copy.barcode for copy in copies))
    expect(page.locator("#desk-code")).to_have_value(copies[0].barcode)
    page.reload()
    expect(page.locator("#desk-code")).to_be_focused()
    assert page.locator("[data-desk-codes]").count() == 0  # said once, then forgotten


def test_the_palette_says_that_the_log_in_has_ended(world, sit_down):
    page = sit_down()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+k")
    expect(page.locator("[data-ys-notices] [data-ys-log-in]")).to_be_visible()
    assert page.locator("[data-ys-offline-word]").is_hidden()


def test_the_desk_on_paper_is_what_was_done_for_the_reader(world, sit_down):
    patron, copy = world.patron(), world.item()
    page = sit_down()
    begin_a_turn(page, patron, copy)
    page.emulate_media(media="print")
    for part in ("#desk-scan", "#desk-reader", "#desk-keys", "#desk-hint"):
        expect(page.locator(part)).to_be_hidden()
    words = page.locator("#desk-acts").inner_text()
    assert (world.library.name in words, copy.record.title in words) == (True, True)
    assert patron.cards.get().number not in words


def test_a_style_some_program_left_on_a_field_is_not_carried_over(world, sit_down):
    page = sit_down()
    blocked = []
    page.on("console", lambda line: blocked.append(line.text) if "inline style" in line.text else None)
    page.evaluate("document.querySelectorAll('input').forEach((one) => { one.style.caretColor = 'red'; })")
    page.keyboard.press("F4")
    expect(page.locator("#desk-mode-value")).to_have_value("return")
    scan(page, "NOSUCH")
    expect(page.locator("#desk-acts tbody tr")).to_have_count(1)
    assert blocked == []


def test_keys_that_hold_everywhere(world, sit_down, live_server):
    world.patron()
    page = sit_down()
    page.goto(live_server.url + reverse("desk:patrons-list"), wait_until="networkidle")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#ys-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('main input')")
    page.keyboard.type("n")
    assert page.url.endswith(reverse("desk:patrons-list"))  # a letter in a field is a letter
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url("**" + reverse("desk:patrons-register"))
    page.fill("[name=name]", "何秋月")
    page.select_option("[name=category]", str(world.adult.pk))
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/desk/patrons/\d+/"))
    assert Patron.objects.latest("id").name == "何秋月"
