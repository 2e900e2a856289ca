"""Copies and classes loaded from tables, records and copies taken out, checks, the programming interface."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from world import NOON, World, make_world
from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.engine.composing import TitlePage, compose
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.models import BibRecord, ClcClass, Item
from yanshu.collection.catalogue.operations.loading_items import IncomingItem
from yanshu.collection.catalogue.terms import ItemState, RecordState, Shown
from yanshu.core import exporting, importing, indicator
from yanshu.core.actor import PermissionMissing
from yanshu.core.doctor import examine
from yanshu.core.importing import ImportRemark
from yanshu.core.span import Span
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = pytest.mark.django_db
HEAD = "条码,控制号,ISBN,馆代码,馆藏地,册类型,索书号,定价,来源,入藏日期,登录号\n"
CHECKS = [
    f"catalogue.{name}"
    for name in ("barcodes", "columns", "released_copies", "shelves", "titles", "withdrawn_copies")
]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def record(world) -> BibRecord:
    page = TitlePage(
        title="湘江两岸", responsibility="周望舒著", isbn="9787020002207", class_number="I247.57"
    )
    marc = compose(page, Dialect.CNMARC, on=NOON.date(), agency="HY")
    return operations.save_record(marc=marc, dialect=Dialect.CNMARC, actor=world.actor(), now=NOON)


def load(world: World, kind: str, path: Path, text: str) -> dict:
    path.write_text(text, encoding="utf-8")
    return importing.load(kind, path, actor=world.actor(), tick=lambda: NOON).as_dict()


def test_copies_find_their_title_and_stay_unchanged_the_second_time(world, record, tmp_path):
    world.record(title="雁阵", control_number="A1")
    text = HEAD + (
        "HY1,,9787020002207,C,S,book,I247.57/12,58.00,购入,2019-03-12,0001\n"
        "HY2,A1,,总馆,社科区,图书,I247.57/13,￥36,赠送,2019-01-24,0002\n"
        "HY3,,,C,S,book,,,,,\n"
        "HY4,A1,,C,Z,book,,,,,\n"
        "HY5,A1,,X,S,book,,,,,\n"
        "HY6,A1,,C,S,film,,,,,\n"
        "HY7,A1,,C,S,book,,,,,0001\n"
    )
    first = load(world, "items", tmp_path / "a.csv", text)
    assert (first["read"], first["created"]) == (7, 2)
    assert [row["row"] for row in first["rejected"]] == [3, 4, 5, 6, 7]
    copies = Item.objects.order_by("barcode").values_list(
        "record__title", "call_number", "price_fen", "origin", "state", "accession_number"
    )
    assert list(copies) == [
        ("湘江两岸", "I247.57/12", 5800, "purchase", "available", "0001"),
        ("雁阵", "I247.57/13", 3600, "gift", "available", "0002"),
    ]
    again = load(world, "items", tmp_path / "b.csv", text.replace("58.00", "60.00"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)
    assert Item.objects.get(barcode="HY1").price_fen == 6000


def test_only_what_a_file_calls_bought_and_dates_counts_as_bought(world, record, tmp_path):
    text = HEAD + (
        "HY1,,9787020002207,C,S,book,,,购入,2019-01-01,\n"
        "HY2,,9787020002207,C,S,book,,,购入,2018-12-31,\n"
        "HY3,,9787020002207,C,S,book,,,购入,,\n"
        "HY4,,9787020002207,C,S,book,,,,2019-03-12,\n"
        "HY5,,9787020002207,C,S,book,,,不详,2019-03-12,\n"
    )
    first = load(world, "items", tmp_path / "a.csv", text)
    assert (first["created"], len(first["warnings"])) == (5, 3)
    assert (counted("acquisitions.copies"), counted("collection.holdings")) == (1, 5)
    assert list(examine(CHECKS)) == []
    again = load(world, "items", tmp_path / "b.csv", text)
    assert (again["unchanged"], again["warnings"]) == (5, [])
    told = load(world, "items", tmp_path / "c.csv", text.replace("购入,,", "购入,2019-12-31,"))
    assert (told["updated"], counted("acquisitions.copies")) == (1, 2)


def counted(code: str) -> int:
    declared = indicator.at(code, NOON.date())
    return declared.rows(Span.year(2019)).aggregate(value=declared.measure)["value"]


def test_a_copy_without_any_name_of_its_title_is_told_to_name_one(world, record, tmp_path):
    done = load(world, "items", tmp_path / "a.csv", HEAD + "HY1,,,C,S,book,,,,,\n")
    assert [row["row"] for row in done["rejected"]] == [1]
    lacking = ImportRemark.objects.get(rejected=True)
    assert lacking.code == "missing"


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        ("HY1,,9787020002207,X9,S,book,,,,,\n", "unknown-branch", "馆代码", "X9"),
        ("HY1,,9787020002207,C,Z9,book,,,,,\n", "unknown-location", "馆藏地", "Z9"),
        ("HY1,,9787020002207,C,S,film,,,,,\n", "unknown-category", "文献类型", "film"),
    ],
)
def test_a_cell_that_names_nothing_is_told_with_its_column_and_value(
    world, record, tmp_path, row, code, column, value
):
    with translation.override("zh-hans"):
        load(world, "items", tmp_path / "a.csv", HEAD + row)
    told = ImportRemark.objects.get(rejected=True)
    assert (told.code, column in told.text, f"“{value}”" in told.text) == (code, True, True)


def test_a_copy_of_another_branch_is_not_taken_over_by_a_file(world, record, tmp_path):
    theirs = world.item(record, barcode="HY1", price_fen=100)
    own = world.item(
        record, barcode="HY2", home_branch=world.branch, branch=world.branch, location=world.branch_shelf
    )
    path = tmp_path / "taken.csv"
    path.write_text(
        HEAD + "".join(f"{code},,9787020002207,E,S,book,I2/1,58,,,\n" for code in ("HY1", "HY2", "HY3")),
        encoding="utf-8",
    )
    clerk = world.actor(branch=world.branch, scope=frozenset({world.branch.pk}))
    report = importing.load("items", path, actor=clerk, tick=lambda: NOON).as_dict()
    assert (report["created"], report["updated"]) == (1, 1)
    assert [row["row"] for row in report["rejected"]] == [1]
    theirs.refresh_from_db()
    own.refresh_from_db()
    assert (theirs.home_branch, theirs.price_fen, own.price_fen) == (world.central, 100, 5800)


def test_loading_a_copy_of_another_branch_is_refused(world, record):
    world.item(record, barcode="HY1")
    values = {
        "home_branch_id": world.branch.pk,
        "location_id": world.branch_shelf.pk,
        "category_id": world.books.pk,
    }
    taken = IncomingItem(world.library.pk, "HY1", record.pk, values)
    clerk = world.actor(branch=world.branch, scope=frozenset({world.branch.pk}))
    with pytest.raises(PermissionMissing):
        operations.load_items(incoming=[taken], actor=clerk, now=NOON)


def test_loading_copies_takes_few_statements(world, record, tmp_path, django_assert_max_num_queries):
    rows = "".join(f"N{n},,9787020002207,C,S,book,I247.57/12,58,,,\n" for n in range(400))
    with django_assert_max_num_queries(60):
        assert load(world, "items", tmp_path / "many.csv", HEAD + rows)["created"] == 400


def test_what_is_taken_out_can_be_loaded_again(world, record, tmp_path):
    world.item(record, call_number="I247.57/12", accession_number="00000009")
    path = tmp_path / "items.csv"
    assert exporting.write("items", "csv", actor=world.actor(), now=NOON, path=path) == 1
    report = importing.load("items", path, actor=world.actor(), tick=lambda: NOON).as_dict()
    assert (report["unchanged"], report["rejected"]) == (1, [])


@pytest.mark.parametrize("file_format", ["mrc", "xml"])
def test_records_taken_out_as_marc_are_the_same_when_loaded(world, record, tmp_path, file_format):
    path = tmp_path / f"records.{file_format}"
    exporting.write("bib", file_format, actor=world.actor(), now=NOON, path=path)
    report = importing.load("bib", path, actor=world.actor(), tick=lambda: NOON).as_dict()
    assert (report["read"], report["unchanged"] + report["created"]) == (1, 1)
    marcs = {bytes(row.marc) for row in BibRecord.objects.all()}
    assert len(marcs) == 1


def test_classes_stand_under_the_longest_known_beginning(world, tmp_path):
    text = "分类号,类名\nI24,小说\nI247,当代作品\nI247.57,新体长篇、中篇小说\n"
    assert load(world, "classes", tmp_path / "c.csv", text)["created"] == 3
    assert list(ClcClass.objects.values_list("code", "parent")) == [
        ("I24", "I2"),
        ("I247", "I24"),
        ("I247.57", "I247"),
    ]
    assert queries.class_name("I247.57/12") == "新体长篇、中篇小说"
    assert [node.code for node in queries.class_trail("I247.5")] == ["I", "I2", "I24", "I247"]
    assert load(world, "classes", tmp_path / "d.csv", text)["unchanged"] == 3


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("TP312C", "自动化技术、计算机技术"),
        ("K296.4", "中国史"),
        ("B-49", "哲学教育与普及"),
        ("W1", ""),
        ("", ""),
    ],
)
def test_a_class_is_named_by_the_shipped_outline(number, name):
    assert queries.class_name(number) == name


@pytest.mark.parametrize(
    ("state", "reference", "on_loan", "held", "shown"),
    [
        (ItemState.AVAILABLE, False, False, False, Shown.AVAILABLE),
        (ItemState.AVAILABLE, True, False, False, Shown.REFERENCE),
        (ItemState.AVAILABLE, True, True, False, Shown.ON_LOAN),
        (ItemState.LOST, False, True, False, Shown.LOST),
        (ItemState.AVAILABLE, False, False, True, Shown.ON_HOLD),
        (ItemState.HOLD_SHELF, False, False, False, Shown.READY),
        (ItemState.TRANSIT, False, False, False, Shown.TRANSIT),
        (ItemState.DISPLAY, False, True, False, Shown.ON_LOAN),
    ],
)
def test_a_copy_is_shown_with_one_word(world, state, reference, on_loan, held, shown):
    item = world.item(state=state, for_reference=reference)
    assert queries.shown_state(item, NOON.date() if on_loan else None, is_held=held) is shown


def test_checks_are_silent_on_sound_rows_and_name_damaged_ones(world, record):
    world.item(record)
    assert list(examine(CHECKS)) == []
    BibRecord.objects.filter(pk=record.pk).update(title="别的")
    Item.objects.update(released_on=None)
    world.record(title="")
    found = {finding.check for finding in examine(CHECKS)}
    assert found == {"catalogue.columns", "catalogue.released_copies", "catalogue.titles"}


@pytest.fixture
def program(world) -> Client:
    account = world.account("program", password="!")
    RoleGrant.objects.create(account=account, role=Role.CATALOGUER, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_interface_finds_enters_and_releases(world, record, program):
    world.item(record, barcode="HY9")
    base = "/api/v1/catalogue"
    found = program.get(f"{base}/records", {"isbn": "7-02-000220-X"}).json()
    assert [row["title"] for row in found] == ["湘江两岸"]
    assert program.get(f"{base}/records").status_code == 422
    assert program.get(f"{base}/records/{record.pk}").json()["class_number"] == "I247.57"
    xml = program.get(f"{base}/records/{record.pk}/marcxml")
    assert "湘江两岸" in xml.content.decode()
    assert xml["Content-Type"].startswith("application/marcxml+xml")
    assert program.get(f"{base}/items/HY9").json()["branch"] == "C"
    assert program.get(f"{base}/items/HY0").status_code == 404
    marc = {"marc": "200 1# ‡a新书\n", "dialect": "cnmarc"}
    made = program.post(f"{base}/records", json.dumps(marc), content_type="application/json")
    assert made.status_code == 201
    key = made.json()["id"]
    assert program.post(f"{base}/records/{key}/release").status_code == 409
    assert program.post(f"{base}/records/{key}/proofread").json()["state"] == "proofread"
    assert program.post(f"{base}/records/{key}/release").json()["state"] == RecordState.RELEASED
    bad = program.post(
        f"{base}/records", json.dumps({"marc": "2 x\n330 y"}), content_type="application/json"
    ).json()
    assert [block["field"] for block in bad["blocks"]] == ["marc:1", "marc:2"]


def test_the_interface_is_shut_to_visitors(record):
    assert Client().get(f"/api/v1/catalogue/records/{record.pk}").status_code == 401
    assert reverse("desk:catalogue-records") == "/desk/catalogue/records/"
