import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from reporting.figures.figures_world import NOON, SYSTEM, line, small_year
from world import make_world
from yanshu.core import clock, draft, feed
from yanshu.core.draft import Cell, Sentence, Table
from yanshu.core.span import Span
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role
from yanshu.reporting.figures import operations
from yanshu.reporting.reports import queries
from yanshu.reporting.reports.queries import TableShown, Text, ToldFigure, Untold

LOANS = "circulation.loans"
TODAY = date(2020, 1, 2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    small_year(world)
    return world


@pytest.fixture
def director(client, world):
    account = world.account("director")
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, granted_at=NOON)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content(page):
    return page.content.decode()


def chapter(report, number):
    return next(one for one in report.chapters if one.number == number)


def told(chapter):
    return {
        piece.code: piece.words
        for shown in chapter.shown
        if isinstance(shown, Text)
        for piece in shown.pieces
        if isinstance(piece, ToldFigure)
    }


def test_the_report_counts_what_there_is_and_lists_what_there_is_not(world):
    report = queries.annual_report(2019, today=TODAY)
    free = chapter(report, "2.5")
    assert told(free)[LOANS] == "5 册次"
    assert told(free)["circulation.selfservice_share"] == "40.00%"
    assert "reference.online_answers" in {one.code for one in free.missing}
    assert LOANS not in {one.code for one in free.missing}
    assert [one.subject for one in chapter(report, "3.1").missing] == ["学会会议、征文与活动"]
    assert report.figures[LOANS].value == 5


def test_sections_stand_in_the_order_the_bureau_expects(world):
    titles = [one.title for one in queries.annual_report(2019, today=TODAY).chapters if one.level == 2]
    assert titles[2:12] == [
        "党建工作",
        "新馆建设",
        "消防整改",
        "创文创卫",
        "免费开放",
        "品牌服务",
        "志愿服务",
        "诵读比赛",
        "学术研究",
        "下年思路",
    ]


def test_no_section_is_blank(world):
    report = queries.annual_report(2019, today=TODAY)
    heads = {one.number for one in report.chapters if one.level == 1}
    for one in report.chapters:
        assert one.number in heads or one.shown or one.missing or one.prose, one.number


def test_a_paragraph_ends_and_its_clauses_are_parted(world):
    free = chapter(queries.annual_report(2019, today=TODAY), "2.5")
    paragraph = next(shown for shown in free.shown if isinstance(shown, Text))
    words = "".join(piece if isinstance(piece, str) else piece.words for piece in paragraph.pieces)
    assert words.endswith("。")
    assert "提供纸质文献外借 5 册次（其中借出 4 册次、续借 1 册次）" in words
    assert "，，" not in words
    assert "；。" not in words


def test_apps_draft_sentences_and_tables(world, monkeypatch):
    monkeypatch.setattr(draft, "registry", [])

    @draft.section("2.7", order=1)
    def lending(span: Span):
        yield Sentence("全年外借 {loans}。", {"loans": LOANS})
        yield Sentence("解答 {answers}。", {"answers": "no.such"})
        rows = (("全馆", Cell(LOANS)), ("自助机", Cell(LOANS, {"door": "sip2"})), (f"{span.days} 天", 3))
        yield Table("一览表", ("", "册次"), rows)

    drafted = chapter(queries.annual_report(2019, today=TODAY), "2.7")
    assert told(drafted)[LOANS] == "5 册次"
    assert "no.such" in {one.code for one in drafted.missing}
    table = next(shown for shown in drafted.shown if isinstance(shown, TableShown))
    assert table.rows == (
        ("全馆", ToldFigure("5", LOANS)),
        ("自助机", ToldFigure("1", LOANS, chosen=(("door", "sip2"),))),
        ("365 天", "3"),
    )


def test_each_figure_of_the_page_opens_its_card(director):
    page = director.get(reverse("desk:reports-annual", args=[2019]))
    assert page.status_code == 200
    address = f"{reverse('desk:figures-card', args=[LOANS])}?year=2019"
    assert f'<a class="ys-fig" href="{address}">5 册次</a>' in page.content.decode()
    assert director.get(address).context["figure"].value == 5


def opened(director, page):
    """Open every figure the page links to, and the rows behind it; return what was narrowed to and told."""
    found = set()
    for address, words in re.findall(r'<a class="ys-fig" href="([^"]+)">([\d,.]+)[^<]*</a>', page):
        card = director.get(html.unescape(address))
        assert card.context["value"] == words, address
        rows = director.get(card.context["rows_url"])
        assert rows.context["page"].paginator.count == card.context["figure"].rows, address
        found.add((card.context["figure"].code, card.context["chosen"], words))
    return found


def test_every_branch_of_the_report_opens_its_card_and_its_rows(director, world):
    east = (LOANS, (("branch", str(world.branch.pk)),), "1")
    assert east in opened(director, content(director.get(reverse("desk:reports-annual", args=[2019]))))


def test_every_branch_of_the_overview_opens_its_card_and_its_rows(director, world):
    last_year = date(clock.business_date(clock.now()).year - 1, 6, 1)
    line(world, last_year, branch_id=world.branch.pk)
    line(world, last_year)
    page = director.get(reverse("desk:home"), {"period": "last-year"})
    found = opened(director, content(page))
    assert (LOANS, (("branch", str(world.branch.pk)),), "1") in found
    assert (LOANS, (), "2") in found
    for one in page.context["branches"]["lines"]:
        assert all("branch=" in url for _words, url in (*one.values, ("", one.change_url)))


def test_a_drafted_cell_opens_narrowed_as_it_is_counted(director, monkeypatch):
    monkeypatch.setattr(draft, "registry", [])

    @draft.section("2.7")
    def lending(span: Span):
        either = Cell(LOANS, {"patron_category": ["child", "adult"], "door": "sip2"})
        yield Table("一览表", ("", "册次"), (("自助机", either),))

    found = opened(director, content(director.get(reverse("desk:reports-annual", args=[2019]))))
    chosen = (("door", "sip2"), ("patron_category", "child"), ("patron_category", "adult"))
    assert [words for code, pairs, words in found if set(pairs) == set(chosen)] == ["1"]


def test_the_report_speaks_english_too(director):
    director.cookies["yanshu_language"] = "en"
    page = director.get(reverse("desk:reports-annual", args=[2019]))
    assert page.context["chapters"][0].title == "The library in brief"


@pytest.mark.parametrize("period", ["", "today", "month", "last-month", "year", "last-year", "nonsense"])
def test_the_overview_opens_for_every_span(director, period):
    page = director.get(reverse("desk:home"), {"period": period})
    assert page.status_code == 200
    assert [tile.name for tile in page.context["tiles"]]


def test_the_overview_stands_against_the_year_before(world):
    feed.advance_all(now=NOON)
    shown = queries.overview(Span.year(2019), today=TODAY)
    loans = next(one for one in shown.standings if one.figure.code == LOANS)
    assert (loans.figure.value, loans.before, loans.change) == (5, 1, 400)
    assert loans.months[-2:] == (0, 1)
    at = [column.code for column in shown.columns].index(LOANS)
    assert [(str(line.label), line.values[at]) for line in shown.branches] == [("总馆", 4), ("东分馆", 1)]
    assert shown.total_change == 400


def test_the_overview_of_a_branch(world):
    shown = queries.overview(Span.year(2019), today=TODAY, scope=frozenset({world.branch.pk}))
    loans = next(one for one in shown.standings if one.figure.code == LOANS)
    assert loans.figure.value == 1


def test_the_latest_report_is_that_of_the_year_that_is_over(director):
    assert director.get(reverse("desk:reports-latest")).status_code == 302


def test_a_year_that_cannot_be_is_not_found(director):
    assert director.get(reverse("desk:reports-annual", args=[1])).status_code == 404


def test_a_year_before_the_first_record_tells_no_zeros(world):
    report = queries.annual_report(2017, today=TODAY)
    free = chapter(report, "2.5")
    assert LOANS not in told(free)
    assert next(one for one in free.missing if one.code == LOANS).why is Untold.UNRECORDED
    share = next(one for one in free.missing if one.code == "circulation.selfservice_share")
    assert share.why is Untold.UNRECORDED
    assert not told(free)


def test_a_year_recorded_only_in_part_is_told_in_no_sentence(world):
    report = queries.annual_report(2018, today=TODAY)
    free = chapter(report, "2.5")
    partly = {one.code: one.words for one in free.missing if one.why is Untold.PARTLY}
    assert partly[LOANS] == "1 册次"
    assert not {LOANS, "circulation.checkouts"} & set(told(free))
    assert not any(isinstance(shown, TableShown) for shown in free.shown)
    assert LOANS in report.untold


@pytest.mark.parametrize(("first", "is_told"), [(8, True), (9, False)])
def test_records_that_begin_in_the_first_week_are_those_of_the_year(first, is_told):
    world = make_world()
    line(world, date(2019, 1, first))
    free = chapter(queries.annual_report(2019, today=TODAY), "2.5")
    assert (LOANS in told(free)) is is_told


def test_what_was_taken_over_from_before_the_first_record_makes_no_whole_year(world):
    line(world, date(2017, 1, 1), recorded_at=NOON)
    free = chapter(queries.annual_report(2017, today=TODAY), "2.5")
    assert next(one for one in free.missing if one.code == LOANS).why is Untold.PARTLY


def test_no_sentence_praises_none(world, monkeypatch):
    monkeypatch.setattr(draft, "registry", [])

    @draft.section("2.5")
    def lending(span: Span):
        yield Sentence("建成 {rooms}。", {"rooms": "facilities.bookhouses"})
        yield Sentence("借 {loans}，建成 {rooms}。", {"loans": LOANS, "rooms": "facilities.bookhouses"})

    free = chapter(queries.annual_report(2019, today=TODAY), "2.5")
    none = [one.code for one in free.missing if one.why is Untold.NONE]
    assert none.count("facilities.bookhouses") == 2  # the outline's own clause calls it otherwise
    assert "facilities.closure_days" not in none  # ? leaves it out without a word
    words = ["".join(map(str, shown.pieces)) for shown in free.shown if isinstance(shown, Text)]
    assert not any("建设市民书屋" in one for one in words)
    assert [len(shown.pieces) for shown in free.shown if isinstance(shown, Text)][-1] == 5


def test_the_page_offers_the_years_that_have_records(director):
    feed.advance_all(now=NOON)
    page = director.get(reverse("desk:reports-annual", args=[2017]))
    assert page.context["years"][-1] == 2018
    assert "尚无记录" in page.content.decode()


@pytest.mark.parametrize(("printed", "is_drifted"), [(5, False), (7, True)])
def test_a_figure_printed_otherwise_is_marked_with_its_source(director, printed, is_drifted):
    operations.state_figure(
        code=LOANS,
        span=Span.year(2019),
        value=Decimal(printed),
        unit="册次",
        source="2019 年报",
        actor=SYSTEM,
        now=NOON,
    )
    page = director.get(reverse("desk:reports-annual", args=[2019])).content.decode()
    assert ("ys-fig ys-fig--drift" in page) is is_drifted
    assert ("按记录为 5 册次，公布数为 7 册次（2019 年报）" in page) is is_drifted
