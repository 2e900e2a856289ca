"""An empty library, in a real browser: from the founding page to the first loan, without the command line."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from yanshu.core.clock import business_date, now
from yanshu.core.span import Span
from yanshu.lending.circulation.models import LoanEvent
from yanshu.readers.patrons.models import Card
from yanshu.reporting.figures.queries import measure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server):
    window = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    complaints = []
    page = window.new_page()
    page.set_default_timeout(8000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/desk/")
    yield page
    window.close()
    assert complaints == []


def found(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("建馆")
    page.fill("[name=library_name]", "新城图书馆")
    page.fill("[name=owner_code]", "CN-NEW")
    page.fill("[name=branch_name]", "总馆")
    page.fill("[name=display_name]", "馆长")
    page.fill("[name=username]", "director")
    page.fill("[name=password]", "long-enough-1")
    page.get_by_role("button", name="建馆并登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开馆向导")


def register(page: Page, base: str) -> str:
    page.goto(base + reverse("desk:patrons-register"))
    page.fill("[name=name]", "何秋雨")
    category = page.locator("[name=category]")
    if category.first.evaluate("field => field.tagName") == "SELECT":
        category.first.select_option(index=1)
    else:
        category.first.check()
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_load_state()
    return Card.objects.get().number


def catalogue(page: Page, base: str, barcode: str) -> None:
    page.goto(base + reverse("desk:catalogue-record-new"))
    page.fill("[name=title]", "湘江两岸")
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(re.compile(r"/desk/catalogue/records/\d+/"))
    for act in ("审校", "发布"):
        page.get_by_role("button", name=re.compile(act)).first.click()
        page.wait_for_load_state()
    page.fill("[name=copies-barcodes]", barcode)
    page.locator("[name=copies-location]").select_option(index=0)
    page.get_by_role("button", name="加这些册").last.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(barcode)


def test_from_the_founding_page_to_the_first_loan(page, live_server):
    base = live_server.url
    found(page)
    page.get_by_role("button", name="按常用规则建立").click()
    expect(page.locator("main")).to_contain_text("第一位读者")
    card = register(page, base)
    catalogue(page, base, "HY00001")
    page.goto(f"{base}/desk/circulation/")
    page.keyboard.press("F2")
    page.keyboard.type(card)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("何秋*")
    page.keyboard.press("F3")
    page.keyboard.type("HY00001")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("湘江两岸")
    assert LoanEvent.objects.get().kind == "checkout"
    assert measure("circulation.loans", Span.year(business_date(now()).year)).value == 1
    page.keyboard.press("F4")
    page.keyboard.type("HY00001")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("还")
    page.goto(f"{base}/desk/first-steps/")
    expect(page.locator("main")).to_contain_text("可以开馆了")


EMPTY = [
    "/",
    "/search/?q=湘江",
    "/hours/",
    "/desk/",
    "/desk/circulation/",
    "/desk/circulation/holds/",
    "/desk/patrons/",
    "/desk/catalogue/records/",
    "/desk/catalogue/items/",
    "/desk/figures/",
    "/desk/imports/",
    "/desk/visits/",
    "/desk/audit/",
]


def test_pages_of_an_empty_library_are_helpful_and_axe_is_silent(page, live_server):
    found(page)
    wrong = {}
    for path in EMPTY:
        answer = page.goto(live_server.url + path)
        results = Axe().run(page).response["violations"]
        if answer.status != 200 or results:
            wrong[path] = (answer.status, [(each["id"], each["nodes"][0]["html"][:120]) for each in results])
        assert "暂无数据" not in page.content()
    assert wrong == {}
