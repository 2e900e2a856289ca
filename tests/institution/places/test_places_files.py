"""Loading and taking out: what comes in is what went out, and a second time changes nothing."""

import json
from datetime import date

import pytest
from django.utils import translation

from institution.places.places_world import DAY, NOW, SYSTEM, a_branch, a_library
from yanshu.core import exporting, importing
from yanshu.core.importing import ImportRemark
from yanshu.institution.places import operations, queries
from yanshu.institution.places.engine import holiday_pack
from yanshu.institution.places.models import Branch, DayException, Library, PublicHoliday, ShelvingLocation
from yanshu.institution.places.terms import ExceptionKind, LocationData

pytestmark = pytest.mark.django_db
ACT = {"actor": SYSTEM, "now": NOW}


@pytest.fixture
def load(tmp_path):
    def run(kind, text, name="file.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        report = importing.load(kind, path, actor=SYSTEM, tick=lambda: NOW, **options)
        return report.as_dict()

    return run


def counts(report) -> tuple[int, ...]:
    return (
        *tuple(report[key] for key in ("read", "created", "updated", "unchanged")),
        len(report["rejected"]),
    )


def test_branches_are_loaded_once(load):
    a_library()
    text = "代码,名称,类型,开放日期\nzhuhui,珠晖分馆,分馆,2016-04-23\nx,某馆,没有这种,\n"
    assert counts(load("branches", text)) == (2, 1, 0, 0, 1)
    assert counts(load("branches", text.replace("珠晖分馆", "珠晖馆") + " ")) == (2, 0, 1, 0, 1)
    assert Branch.objects.get().service_from == date(2016, 4, 23)


def test_locations_need_their_branch(load):
    a_branch(a_library())
    text = "分馆代码,代码,名称,仅供阅览\ncentral,3F,三楼社科区,是\nnowhere,1F,一楼,否\n"
    assert counts(load("locations", text)) == (2, 1, 0, 0, 1)
    assert ShelvingLocation.objects.get().for_reference


def test_a_calendar_is_loaded_once(load):
    branch = a_branch(a_library())
    text = (
        "日期,类型,名称,分馆代码,开放时段\n"
        "2027-10-01,休,国庆节,,\n"
        "2027-10-09,班,国庆节,,\n"
        "2027-10-11,开放,重阳节,central,09:00-12:00 14:00-17:00\n"
        "2027-10-12,闭馆,停电,central,\n"
        "2027-10-13,闭馆,,central,\n"
        "2027-10-14,休,国庆节,central,\n"
    )
    assert counts(load("calendar", text)) == (6, 4, 0, 0, 2)
    assert counts(load("calendar", text + "\n")) == (6, 0, 0, 4, 2)
    calendar = queries.calendar_of(branch.pk)
    assert [str(period) for period in calendar.periods_on(date(2027, 10, 11))] == [
        "09:00–12:00",
        "14:00–17:00",
    ]
    assert not calendar.is_open_on(date(2027, 10, 12))


def test_what_must_name_a_branch_or_library_says_so(load):
    a_branch(a_library())
    load("calendar", "日期,类型,名称,分馆代码\n2027-10-11,闭馆,维修,\n")
    Library.objects.create(code="CN-2", name="另一馆")
    load("branches", "代码,名称,类型\nother,分馆,分馆\n", name="other.csv")
    assert list(ImportRemark.objects.order_by("pk").values_list("code", flat=True)) == ["missing", "missing"]


def test_a_pack_of_a_newer_year_is_loaded(load):
    pack = {"papers": ["x"], "days": [{"name": "元旦", "date": "2028-01-01", "isOffDay": True}]}
    assert counts(load("calendar", json.dumps(pack), name="2028.json")) == (1, 1, 0, 0, 0)
    assert PublicHoliday.objects.get().is_off
    with pytest.raises(importing.Unreadable):
        load("calendar", "{}", name="2029.json")


@pytest.mark.parametrize("year", holiday_pack.years())
def test_the_packs_that_come_along_are_whole(year):
    days = holiday_pack.days_of(year)
    assert {day.day.year for day in days} == {year}
    assert len({day.day for day in days}) == len(days)
    assert sum(day.is_off for day in days) >= 11 * 2
    assert {"元旦", "春节", "国庆节"} <= {name for day in days for name in day.name.split("、")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_goes_out_comes_in_again(tmp_path, language):
    branch = a_branch(a_library())
    operations.make_location(LocationData(branch.pk, "3F", "三楼"), **ACT)
    operations.set_holiday(date(2019, 10, 1), name="国庆节", is_off=True, **ACT)
    operations.set_exception(
        branch, date(2019, 4, 1), kind=ExceptionKind.OPEN, periods=DAY, reason="读书节", **ACT
    )
    for kind, rows in (("branches", 1), ("locations", 1), ("calendar", 2)):
        path = tmp_path / f"{kind}.csv"
        with translation.override(language):
            exporting.write(kind, "csv", path=path, **ACT)
        report = importing.load(kind, path, actor=SYSTEM, tick=lambda: NOW).as_dict()
        assert counts(report) == (rows, 0, 0, rows, 0), (kind, report)
    assert DayException.objects.count() == 1
