import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from reporting.figures.figures_world import NOON, SYSTEM, line, small_year
from world import make_world
from yanshu.core import clock, feed
from yanshu.core.span import Span
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role
from yanshu.lending.circulation import operations as loans
from yanshu.lending.circulation.models import LoanEvent
from yanshu.reporting.figures import operations, queries
from yanshu.reporting.figures.models import Selection, StatedFigure

LOANS = "circulation.loans"
CARD_QUERIES = 15
ROWS_QUERIES = 8
YEAR = {"year": "2019"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def log_in(client, world):
    def enter(role=Role.DIRECTOR, branch=None):
        account = world.account(role, home_branch=branch)
        RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=NOON)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def content(response):
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def get(client, name, *args, **query):
    return client.get(reverse(f"desk:{name}", args=args), query)


def file_address(page, file_format):
    return next(url for _words, url in page.context["files"] if f"/rows.{file_format}?" in url)


def test_a_card_opens_to_its_rows_and_they_to_a_file(world, log_in):
    small_year(world)
    client = log_in()
    card = get(client, "figures-card", LOANS, **YEAR)
    assert (card.context["value"], card.context["figure"].rows) == ("5", 7)
    rows = client.get(card.context["rows_url"])
    assert len(rows.context["lines"]) == 7
    address = file_address(rows, "csv")
    _heads, *lines = csv.reader(io.StringIO(content(client.get(address)).removeprefix("\ufeff")))
    assert [int(line[0]) for line in lines] == [number for number, _cells in rows.context["lines"]]


def test_in_a_year_that_runs_a_stock_is_told_as_of_today(world, log_in):
    now = clock.now()
    loans.checkout(patron_id=world.patron().pk, item_id=world.item().pk, actor=world.actor(), now=now)
    client, year = log_in(), str(clock.business_date(now).year)
    cards = {
        code: get(client, "figures-card", f"circulation.{code}", year=year)
        for code in ("open_loans", "overdue_loans", "loans")
    }
    assert {code: card.context["value"] for code, card in cards.items()} == {
        "open_loans": "1",
        "overdue_loans": "0",
        "loans": "1",
    }
    assert cards["open_loans"].context["period"].span.last_day == clock.business_date(now)
    assert cards["loans"].context["period"].is_whole_year
    assert client.get(cards["overdue_loans"].context["rows_url"]).context["lines"] == []


def test_rows_are_narrowed_by_a_split_and_the_file_with_them(world, log_in):
    small_year(world)
    client = log_in()
    narrowed = {**YEAR, "branch": str(world.branch.pk)}
    rows = get(client, "figures-rows", LOANS, **narrowed)
    assert len(rows.context["lines"]) == 3
    assert [str(one.label) for one in rows.context["active"]] == ["东分馆"]
    file = client.get(file_address(rows, "json"))
    assert len(json.loads(content(file))) == 3


def test_values_of_a_split_are_offered(world, log_in):
    small_year(world)
    rows = get(log_in(), "figures-rows", LOANS, by="branch", **YEAR)
    assert [(one.label, one.count) for one in rows.context["choices"]] == [("总馆", 4), ("东分馆", 3)]


def test_a_card_says_why_and_what_was_printed(world, log_in):
    small_year(world)
    operations.state_figure(
        code=LOANS,
        span=Span.year(2019),
        value=Decimal(7),
        unit="册次",
        source="年报",
        actor=SYSTEM,
        now=NOON,
    )
    card = get(log_in(), "figures-card", LOANS, by="class", **YEAR)
    assert [one.tone for one in card.context["printed"]] == ["wait"]
    assert card.context["parting"].split.name == "class"
    assert [(one.year, one.value, one.is_printed) for one in card.context["former"]] == [(2018, 1, False)]
    assert card.context["change"] == 400


def test_a_span_before_the_first_record_has_no_figure(world, log_in):
    small_year(world)
    client = log_in()
    for name in ("figures-card", "figures-rows"):
        early = get(client, name, LOANS, year="2017")
        assert not early.context["is_recorded"]
        assert "尚无记录" in early.content.decode()
    assert get(client, "figures-card", LOANS, year="2018").context["is_recorded"]


def test_a_former_year_without_records_is_told_apart_from_none_counted(world, log_in):
    line(world, date(2019, 3, 1))
    operations.state_figure(
        code=LOANS,
        span=Span.year(2016),
        value=Decimal(7),
        unit="册次",
        source="年报",
        actor=SYSTEM,
        now=NOON,
    )
    former = get(log_in(), "figures-card", LOANS, **YEAR).context["former"]
    assert [(one.year, one.value) for one in former] == [(2018, None), (2017, None), (2016, 7)]


@pytest.mark.parametrize(
    ("query", "first", "end"),
    [
        ({"year": "2019"}, date(2019, 1, 1), date(2020, 1, 1)),
        ({"month": "2019-05"}, date(2019, 5, 1), date(2019, 6, 1)),
        ({"year": "2019", "month": "2019-12"}, date(2019, 12, 1), date(2020, 1, 1)),
        ({"from": "2019-05-31", "to": "2019-06-01"}, date(2019, 5, 31), date(2019, 6, 2)),
        ({"from": "2019-05-31", "to": "nonsense", "year": "2019"}, date(2019, 1, 1), date(2020, 1, 1)),
    ],
)
def test_spans_by_their_addresses(world, log_in, query, first, end):
    card = get(log_in(), "figures-card", LOANS, **query)
    assert (card.context["period"].span.first_day, card.context["period"].span.end_day) == (first, end)


def test_every_figure_has_a_card_and_rows(world, log_in):
    small_year(world)
    client = log_in()
    for code in queries.all_sources(Span.year(2019)):
        assert get(client, "figures-card", code, **YEAR).status_code == 200, code
        assert get(client, "figures-rows", code, **YEAR).status_code == 200, code


def test_correcting_lines_are_named_where_rows_outnumber_the_count(world, log_in):
    small_year(world)
    client = log_in()
    rows = get(client, "figures-rows", LOANS, **YEAR)
    assert rows.context["holds_corrections"]
    assert get(client, "figures-card", LOANS, **YEAR).context["holds_corrections"]
    assert "−1" in [str(cell) for _number, cells in rows.context["lines"] for cell in cells]
    assert not get(client, "figures-card", "circulation.renewals", **YEAR).context["holds_corrections"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("GB/T 36719-2018; docs/indicators/patrons.md#x_y", "GB/T 36719-2018《图书馆视障人士服务规范》"),
        ("ISO 2789, visits (docs/indicators/sources.md#visits)", "ISO 2789《信息与文献 国际图书馆统计》"),
        ("docs/indicators/sources.md#closure-days", "本系统自定"),
        ("Report of the bureau", "Report of the bureau"),
    ],
)
def test_a_source_is_named_without_its_page(source, words):
    with translation.override("zh-hans"):
        assert queries.source_words(source) == words


@pytest.mark.parametrize("name", ["figures-card", "figures-rows"])
def test_an_unknown_figure_is_not_found(log_in, name):
    assert get(log_in(), name, "no.such").status_code == 404


def test_a_value_a_split_cannot_have_is_refused(log_in):
    assert get(log_in(), "figures-rows", LOANS, branch="east").status_code == 422


def test_a_branch_manager_sees_the_figures_of_the_branch(world, log_in):
    small_year(world)
    client = log_in(Role.BRANCH_MANAGER, world.branch)
    assert get(client, "figures-card", LOANS, **YEAR).context["figure"].value == 1
    assert len(get(client, "figures-rows", LOANS, **YEAR).context["lines"]) == 3
    assert get(client, "figures-rows", LOANS, branch=str(world.central.pk), **YEAR).context["lines"] == []


def test_a_clerk_may_not(log_in):
    assert get(log_in(Role.CLERK), "figures-card", LOANS).status_code == 403


@pytest.mark.sqlite  # on PostgreSQL each look at a feed first asks for the oldest transaction
@pytest.mark.parametrize("name", ["figures-card", "figures-rows"])
def test_pages_ask_the_same_number_of_questions(world, log_in, name, django_assert_num_queries):
    client = log_in()
    line(world, date(2019, 3, 1))
    feed.advance_all(now=NOON)
    get(client, name, LOANS, **YEAR)
    expected = {"figures-card": CARD_QUERIES, "figures-rows": ROWS_QUERIES}[name]
    with django_assert_num_queries(expected):
        get(client, name, LOANS, **YEAR)
    for day in (date(2019, 4, 1), date(2019, 5, 1)):
        line(world, day, branch_id=world.branch.pk)
    feed.advance_all(now=NOON)
    with django_assert_num_queries(expected):
        get(client, name, LOANS, **YEAR)


def test_the_dictionary_is_searched_and_taken_out(world, log_in):
    client = log_in()
    listed = get(client, "figures-list", q="selfservice moon")
    assert listed.context["total"] == 0
    listed = get(client, "figures-list", q="circulation.selfservice")
    codes = [row.record.code for row in listed.context["table"].rows]
    assert codes == ["circulation.selfservice_loans", "circulation.selfservice_share"]
    file = content(get(client, "figures-list", q="circulation.selfservice", export="csv"))
    assert len(file.strip().splitlines()) == 3


CHILDREN = {"name": "少儿外借", "code": "x.children", "indicator": LOANS, "pick.patron_category": "child"}


def test_a_selection_is_made_changed_and_given_up(world, log_in):
    small_year(world)
    client = log_in()
    made = client.post(reverse("desk:figures-selection-new"), CHILDREN)
    assert made.status_code == 302
    kept = Selection.objects.get()
    assert (kept.code, kept.chosen) == ("x.children", {"patron_category": "child"})
    assert get(client, "figures-card", "x.children", **YEAR).context["figure"].value == 1
    page = reverse("desk:figures-selection", args=[kept.pk])
    shown = {one.split.name: one.picked for one in client.get(page).context["splits"]}
    assert [name for name, picked in shown.items() if picked] == ["patron_category"]
    changed = client.post(page, {**CHILDREN, "pick.patron_category": ["adult", "child"]})
    assert changed.status_code == 302
    assert get(client, "figures-card", "x.children", **YEAR).context["figure"].value == 5
    assert len(get(client, "figures-selections").context["table"].rows) == 1
    client.post(reverse("desk:figures-selection-delete", args=[kept.pk]))
    assert not Selection.objects.exists()
    assert LoanEvent.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pick.patron_category": []}, "chosen"),
        ({"pick.moon": "full"}, "chosen"),
        ({"pick.branch": "nowhere"}, "chosen"),
        ({"code": LOANS}, "code"),
        ({"indicator": "no.such"}, "indicator"),
    ],
)
def test_a_selection_that_selects_nothing_is_refused(log_in, wrong, field):
    answer = log_in().post(reverse("desk:figures-selection-new"), {**CHILDREN, **wrong})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert answer.context["form"]["name"].value() == "少儿外借"


def test_the_values_of_a_split_come_from_the_records_of_the_year(world, log_in):
    small_year(world)
    page, client = reverse("desk:figures-selection-new"), log_in()
    asked = {**CHILDREN, **YEAR, "act": "list-patron_category"}
    listed = next(one for one in client.post(page, asked).context["splits"] if one.is_listed)
    assert [(line.key, line.count) for line in listed.picked] == [("child", "1")]
    assert [(line.key, line.count) for line in listed.others] == [("adult", "4")]
    part = client.post(page, asked, headers={"HX-Request": "true"}).content.decode()
    assert part.count('name="pick.patron_category"') == 2
    assert "<form" not in part
    assert not Selection.objects.exists()


def test_a_selection_is_tried_on_a_year_before_it_is_kept(world, log_in):
    small_year(world)
    page, client = reverse("desk:figures-selection-new"), log_in()
    asked = {**CHILDREN, **YEAR, "name": "", "act": "count"}
    tried = client.post(page, asked).context["tried"]
    assert (tried.value, tried.whole, tried.share) == ("1", "5", Decimal("20.00"))
    part = client.post(page, asked, headers={"HX-Request": "true"}).content.decode()
    assert "20.00%" in part
    assert "<form" not in part
    assert client.post(page, {**asked, "pick.moon": "full"}).context["tried"] is None


def test_a_printed_figure_nobody_bears_leads_to_no_count(log_in):
    values = {"span": Span.year(2018), "value": Decimal(1), "unit": "次", "source": "年报"}
    kept, _new = operations.state_figure(code="no.such", **values, actor=SYSTEM, now=NOON)
    page = get(log_in(), "figures-stated-one", kept.pk)
    assert page.context["is_borne"] is False
    assert reverse("desk:figures-card", args=["no.such"]) not in page.content.decode()


def test_a_printed_figure_is_entered_and_taken_back(log_in):
    client = log_in()
    values = {"code": LOANS, "year": 2018, "value": "48.30", "unit": "万册次", "source": "2018 年报"}
    assert client.post(reverse("desk:figures-stated-new"), {**values, "unit": "万枚"}).status_code == 422
    assert client.post(reverse("desk:figures-stated-new"), {**values, "unit": "人次"}).status_code == 422
    assert client.post(reverse("desk:figures-stated-new"), values).status_code == 302
    kept = StatedFigure.objects.get()
    assert (kept.value, kept.unit, kept.first_day) == (Decimal(483000), "册次", date(2018, 1, 1))
    assert len(get(client, "figures-stated", q="circulation", year="2018").context["table"].rows) == 1
    assert len(get(client, "figures-stated", year="2017").context["table"].rows) == 0
    former = get(client, "figures-card", LOANS, **YEAR).context["former"]
    assert [(one.year, one.value, one.is_printed) for one in former] == [(2018, 483000, True)]
    client.post(reverse("desk:figures-stated-one", args=[kept.pk]))
    assert not StatedFigure.objects.exists()
