"""Readers from a file with some bad rows, in a real browser and under the page's own security policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from world import NOON, make_world
from yanshu.config.commands.processes import on_behalf_of
from yanshu.core.importing import ImportRun, worker
from yanshu.institution.staff.models import RoleGrant
from yanshu.readers.patrons.models import Card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADING = "读者证号,姓名,读者类型,所属馆代码,出生日期\r\n"
ROWS = "T1,何秋月,adult,C,1980-05-05\r\nT2,何秋雨,adult,C,1980-13-40\r\nT3,何秋风,adult,C,1981-05-05\r\n"
PATIENCE_MS = 30_000  # of a machine with more to do
PASSWORD = "wild goose letter"


@pytest.fixture
def clerk():
    world = make_world()
    account = world.account("director", home_branch=world.central)
    account.set_password(PASSWORD)
    account.save()
    RoleGrant.objects.create(account=account, role="director", granted_at=NOON)
    return account


@pytest.fixture(params=[1280, 390])
def page(request, browser, live_server, clerk):
    window = browser.new_context(
        viewport={"width": request.param, "height": 844}, locale="zh-CN", accept_downloads=True
    )
    complaints = []
    page = window.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/account/login/?next=/desk/imports/")
    page.fill("[name=login]", clerk.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    yield page
    window.close()
    assert complaints == []


def is_sound(page):
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []


def test_upload_trial_loading_and_the_rows_not_taken(page, settings, tmp_path):
    settings.DATA = tmp_path / "data"
    page.get_by_role("link", name="读者", exact=True).click()
    is_sound(page)
    # As a library's old system writes it: GBK, and the lines of Windows.
    upload = {"name": "读者.csv", "mimeType": "text/csv", "buffer": (HEADING + ROWS).encode("gbk")}
    page.set_input_files("[name=file]", upload)
    page.get_by_role("button", name="试导入", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("读者.csv")
    is_sound(page)
    assert worker.carry_next(on_behalf_of)
    # The open page asks by itself and shows the outcome.
    load = page.get_by_role("button", name="导入 2 行")
    expect(load).to_be_visible(timeout=PATIENCE_MS)
    assert not Card.objects.filter(number__startswith="T").exists()
    is_sound(page)
    load.click()
    expect(page.get_by_role("heading", name="正在导入")).to_be_visible(timeout=PATIENCE_MS)
    assert worker.carry_next(on_behalf_of)
    expect(page.locator("main")).to_contain_text(
        "读入 3 行 = 新增 2 + 修改 0 + 未变 0 + 退回 1", timeout=PATIENCE_MS
    )
    assert set(Card.objects.filter(number__startswith="T").values_list("number", flat=True)) == {"T1", "T3"}
    is_sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    heading, line = download.value.path().read_text("utf-8-sig").splitlines()
    assert heading == "原文件行号,读者证号,姓名,读者类型,所属馆代码,出生日期,退回原因"
    assert line.startswith("2,T2,何秋雨,adult,C,1980-13-40,")
    assert ImportRun.objects.filter(state="done").count() == 2
    page.goto(page.url.partition("/desk/")[0] + reverse("desk:imports"))
    is_sound(page)
