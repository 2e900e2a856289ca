"""The catalogue's desk pages: who may open them, what they say, what they keep when something is wrong."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, World, make_world
from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.sheet_rows import rows_of
from yanshu.collection.catalogue.engine.worksheet import to_text
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.institution.places.models import ShelvingLocation
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = pytest.mark.django_db


def cnmarc(title: str = "湘江两岸", *, isbn: str = "9787020002207") -> MarcRecord:
    return MarcRecord(
        "00000nam0 2200000   450 ",
        [
            Field.of("010", "  ", [("a", isbn), ("d", "CNY58.00")]),
            Field.of("100", "  ", [("a", "20191116d2018    em y0chiy50      ea")]),
            Field.of("101", "0 ", [("a", "chi")]),
            Field.of("200", "1 ", [("a", title), ("f", "周望舒著")]),
            Field.of("210", "  ", [("a", "长沙"), ("c", "示例出版社"), ("d", "2018")]),
            Field.of("690", "  ", [("a", "I247.57"), ("v", "5")]),
            Field.of("801", " 0", [("a", "CN"), ("b", "HY"), ("c", "20191116")]),
        ],
    )


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def record(world) -> BibRecord:
    return operations.save_record(marc=cnmarc(), dialect=Dialect.CNMARC, actor=world.actor(), now=NOON)


@pytest.fixture
def item(world, record) -> Item:
    return world.item(record, call_number="I247.57/12", price_fen=5800)


def log_in(world: World, role: Role, *, branch=None, name: str = "") -> Client:
    account = world.account(name or role.value, password="!")
    RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def cataloguer(world) -> Client:
    return log_in(world, Role.CATALOGUER)


PAGES = [
    # name, arguments, who may only look
    ("records", (), 200),
    ("record-new", (), 403),
    ("record-new-marc", (), 403),
    ("record", ("record",), 200),
    ("record-edit", ("record",), 403),
    ("record-history", ("record",), 200),
    ("records-undo", (), 403),
    ("items", (), 200),
    ("items-undo", (), 200),
    ("labels", (), 200),
    ("item", ("item",), 200),
    ("item-edit", ("item",), 403),
    ("categories", (), 200),
    ("category-new", (), 403),
    ("category", ("category",), 403),
    ("classes", (), 200),
]


@pytest.mark.parametrize(("name", "arguments", "for_clerk"), PAGES)
def test_pages_open_for_their_roles_only(world, cataloguer, record, item, name, arguments, for_clerk):
    keys = {"record": record.pk, "item": item.pk, "category": world.books.pk}
    address = reverse(f"desk:catalogue-{name}", args=[keys[argument] for argument in arguments])
    assert cataloguer.get(address).status_code == 200
    assert log_in(world, Role.CLERK).get(address).status_code == for_clerk
    visitor = Client().get(address)
    assert visitor.status_code == 302
    assert "next=" in visitor.url


POSTS = [
    ("record-act", ("record",), {"act": "proofread"}),
    ("record-copies", ("record",), {}),
    ("record-restore", ("record",), {"version": 1}),
    ("records-batch", (), {"act": "proofread", "selected": []}),
    ("items-batch", (), {"act": "place", "state": "bindery"}),
    ("item-shelve", ("item",), {}),
]


@pytest.mark.parametrize(("name", "arguments", "data"), POSTS)
def test_acts_are_refused_to_who_may_only_look(world, record, item, name, arguments, data):
    keys = {"record": record.pk, "item": item.pk}
    address = reverse(f"desk:catalogue-{name}", args=[keys[argument] for argument in arguments])
    assert log_in(world, Role.CLERK).post(address, data).status_code == 403
    assert Client().post(address, data).status_code == 302
    record.refresh_from_db()
    assert record.state == RecordState.DRAFT


@pytest.mark.parametrize(("name", "queries_used"), [("records", 6), ("items", 12), ("categories", 6)])
def test_lists_cost_the_same_for_one_row_and_three(
    world, cataloguer, record, item, django_assert_num_queries, name, queries_used
):
    address = reverse(f"desk:catalogue-{name}")
    cataloguer.get(address)
    with django_assert_num_queries(queries_used):
        cataloguer.get(address)
    for number in range(2):
        world.item(world.record(title=f"另一种{number}"))
        ItemCategory.objects.create(code=f"c{number}", name=f"类{number}")
    with django_assert_num_queries(queries_used):
        cataloguer.get(address)


def test_the_record_page_costs_the_same_for_one_copy_and_three(
    world, cataloguer, record, item, django_assert_num_queries
):
    address = reverse("desk:catalogue-record", args=[record.pk])
    cataloguer.get(address)
    with django_assert_num_queries(14):
        cataloguer.get(address)
    world.item(record)
    world.item(record)
    with django_assert_num_queries(14):
        cataloguer.get(address)


def test_records_are_found_by_beginning_and_by_isbn(cataloguer, record, world):
    world.record(title="雁阵")
    address = reverse("desk:catalogue-records")
    for text, found in [("湘江", 1), ("周望舒", 1), ("7-02-000220-X", 1), ("9787020002207", 1), ("两岸", 0)]:
        page = cataloguer.get(address, {"q": text})
        assert page.context["table"].page.paginator.count == found, text


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"state": "draft"}, 1),
        ({"state": "released"}, 0),
        ({"class_number": "I24"}, 1),
        ({"language": "CHI"}, 1),
        ({"form_": "map"}, 0),
        ({"created_from": "2019-11-16", "created_until": "2019-11-16"}, 1),
        ({"created_from": "2019-11-17"}, 0),
        ({"created_until": "2019-11-15"}, 0),
    ],
)
def test_records_are_filtered(cataloguer, record, parameters, found):
    page = cataloguer.get(reverse("desk:catalogue-records"), parameters)
    assert page.context["table"].page.paginator.count == found


@pytest.mark.parametrize(("file_format", "beginning"), [("mrc", b"00"), ("xml", b"<?xml"), ("csv", b"\xef")])
def test_exactly_the_filtered_records_are_taken_out(cataloguer, record, world, file_format, beginning):
    world.record(title="雁阵")
    address = reverse("desk:catalogue-records")
    body = b"".join(cataloguer.get(address, {"q": "湘江", "export": file_format}).streaming_content)
    assert body.startswith(beginning)
    assert "湘江两岸".encode() in body
    assert "雁阵".encode() not in body


def test_a_new_book_is_entered_by_its_title_page(cataloguer, world):
    form = {
        "isbn": "7-02-000220-X", "title": "湘江两岸", "responsibility": "周望舒著；李舟绘",
        "price_fen": "58", "class_number": "K296.4", "publisher": "示例出版社", "place": "长沙",
        "year": "2018", "language": "chi", "dialect": "cnmarc", "subjects": "湘江；城市史",
    }  # fmt: skip
    answer = cataloguer.post(reverse("desk:catalogue-record-new"), form)
    row = BibRecord.objects.get()
    assert answer.url == reverse("desk:catalogue-record", args=[row.pk])
    assert (row.isbn, row.price_fen, row.class_number, row.author, row.state) == (
        "9787020002207", 5800, "K296.4", "周望舒", "draft",
    )  # fmt: skip
    again = cataloguer.post(reverse("desk:catalogue-record-new"), form)
    assert again.status_code == 422
    assert [found.pk for found in again.context["doubts"].alike] == [row.pk]
    assert "示例出版社" in again.content.decode()
    assert cataloguer.post(reverse("desk:catalogue-record-new"), {**form, "sure": "1"}).status_code == 302
    assert BibRecord.objects.count() == 2


def test_a_wrong_isbn_is_told_at_its_field(cataloguer, world):
    form = {"isbn": "9787020002208", "title": "甲", "language": "chi", "dialect": "marc21"}
    answer = cataloguer.post(reverse("desk:catalogue-record-new"), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["isbn"])


def test_lines_that_cannot_be_read_keep_the_text(cataloguer, record):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    text = to_text(cnmarc("改了的题名")) + "2 坏行\n330 无子字段\n"
    answer = cataloguer.post(address, {"text": text, "version": 1})
    assert answer.status_code == 422
    assert [note.line for note in answer.context["doubts"].lines] == [9, 10]
    assert "改了的题名" in answer.content.decode()
    assert "坏行" in answer.context["form"]["text"].value()
    record.refresh_from_db()
    assert record.title == "湘江两岸"


def test_an_error_of_the_check_asks_once_and_a_warning_does_not(cataloguer, record):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    wrong = to_text(cnmarc("改了", isbn="9787020002208"))
    asked = cataloguer.post(address, {"text": wrong, "version": 1})
    assert asked.status_code == 422
    assert asked.context["doubts"].may_be_set_aside
    assert cataloguer.post(address, {"text": wrong, "version": 1, "sure": "1"}).status_code == 302
    sound = to_text(cnmarc("又改"))
    assert cataloguer.post(address, {"text": sound, "version": 2}).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.version) == ("又改", 3)


def test_a_meanwhile_changed_record_keeps_what_was_typed(cataloguer, record, world):
    operations.save_record(
        record_id=record.pk, version=1, marc=cnmarc("别人改的"), dialect=Dialect.CNMARC,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    mine = to_text(cnmarc("我改的"))
    answer = cataloguer.post(address, {"text": mine, "version": 1})
    assert answer.status_code == 409
    assert "我改的" in answer.context["form"]["text"].value()
    assert answer.context["form"]["version"].value() == 2
    assert "别人改的" in answer.content.decode()
    assert cataloguer.post(address, {"text": mine, "version": 2}).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.version) == ("我改的", 3)


PASTED = (
    "LDR\t-----nam0-22-----3--450-\n001\t009876543\n0100 \t|a 978-7-02-000220-7 |d CNY58.00\n"
    "100  \t|a 20191116d2018    em y0chiy50      ea\n1010 \t|a chi\n2001 \t|a 湘江两岸 |f 周望舒著\n"
    "801 0\t|a CN |b HY |c 20191116\nCAT  \t|a LZJ |b 01\n"
)


def test_a_record_copied_from_another_catalogue_is_recognised(cataloguer, world):
    address = reverse("desk:catalogue-record-new-marc")
    answer = cataloguer.post(address, {"text": PASTED, "dialect": "cnmarc", "sure": "1"})
    assert answer.status_code == 302
    row = BibRecord.objects.get()
    assert (row.title, row.control_number, row.isbn) == ("湘江两岸", "009876543", "9787020002207")


def test_steps_copies_and_accession_numbers(cataloguer, record, world):
    page = cataloguer.get(reverse("desk:catalogue-record", args=[record.pk]))
    form = page.context["copies_form"]
    assert form.initial["call_number"] == "I247.57/1"
    data = {
        "copies-barcodes": "HY001\nHY002", "copies-location": world.shelf.pk,
        "copies-category": world.books.pk, "copies-call_number": "I247.57/1",
        "copies-proposed": "I247.57/1", "copies-price_fen": "58.00", "copies-origin": "purchase",
    }  # fmt: skip
    address = reverse("desk:catalogue-record-copies", args=[record.pk])
    assert cataloguer.post(address, data).status_code == 302
    kept = Item.objects.order_by("pk").values_list("barcode", "call_number", "accession_number", "state")
    assert list(kept) == [
        ("HY001", "I247.57/1", "00000001", "processing"),
        ("HY002", "I247.57/1", "00000002", "processing"),
    ]  # fmt: skip
    taken = cataloguer.post(address, {**data, "copies-barcodes": "HY002"})
    assert taken.status_code == 422
    assert "barcodes" in taken.context["copies_form"].errors
    act = reverse("desk:catalogue-record-act", args=[record.pk])
    assert cataloguer.post(act, {"act": "release"}).status_code == 409
    for step in ("proofread", "release"):
        assert cataloguer.post(act, {"act": step}).status_code == 302
    record.refresh_from_db()
    assert record.state == RecordState.RELEASED
    assert set(Item.objects.values_list("state", flat=True)) == {"available"}


def test_book_numbers_of_a_class_run_on_without_gaps(world, record, item):
    other = operations.save_record(
        marc=cnmarc("第二种", isbn="9787532754687"), dialect=Dialect.CNMARC, actor=world.actor(), now=NOON
    )
    assert queries.next_call_number(other, world.library.pk) == "I247.57/13"
    assert queries.next_call_number(record, world.library.pk) == "I247.57/12"
    values = {"branch_id": world.central.pk, "location_id": world.shelf.pk, "category_id": world.books.pk}
    numbers = []
    for title in (other, world.record(class_number="I247.57"), record):
        (added,) = operations.add_items(
            record_id=title.pk, barcodes=[f"N{title.pk}"], values=values, numbered=True,
            actor=world.actor(), now=NOON,
        )  # fmt: skip
        numbers.append(added.call_number)
    assert numbers == ["I247.57/13", "I247.57/14", "I247.57/12"]


def test_the_history_shows_fields_and_puts_a_version_back(cataloguer, record, world):
    operations.save_record(
        record_id=record.pk, version=1, marc=cnmarc("改名"), dialect=Dialect.CNMARC,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    page = cataloguer.get(reverse("desk:catalogue-record-history", args=[record.pk]))
    ((step, ((change, _kind),)),) = page.context["steps"]
    assert (step.version, step.former, change.tag) == (2, 1, "200")
    assert "湘江两岸" in change.before
    assert "改名" in change.after
    restored = cataloguer.post(reverse("desk:catalogue-record-restore", args=[record.pk]), {"version": 1})
    assert restored.status_code == 302
    record.refresh_from_db()
    assert (record.title, record.version) == ("湘江两岸", 3)


def confirm(client: Client, address: str, answer) -> object:
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))
    fields.pop("csrfmiddlewaretoken", None)
    return client.post(address, {**answer.context["preview"].fields, "confirmed": fields["confirmed"]})


def test_many_records_are_released_after_a_preview_and_sent_back(cataloguer, world, record):
    ready = world.record(state=RecordState.PROOFREAD, released_on=None)
    address = reverse("desk:catalogue-records-batch")
    preview = cataloguer.post(address, {"act": "release", "all": "1", "query": ""})
    assert preview.context["preview"].changing == 1
    assert len(preview.context["preview"].staying) == 1
    ready.refresh_from_db()
    assert ready.state == RecordState.PROOFREAD
    assert confirm(cataloguer, address, preview).status_code == 302
    ready.refresh_from_db()
    assert ready.state == RecordState.RELEASED
    undo = cataloguer.get(reverse("desk:catalogue-records-undo"))
    assert undo.context["preview"].changing == 1
    confirm(cataloguer, address, undo)
    ready.refresh_from_db()
    assert ready.state == RecordState.DRAFT


def test_many_copies_change_state_after_a_preview_and_back(cataloguer, world, item):
    busy = world.item(state=ItemState.TRANSIT)
    address = reverse("desk:catalogue-items-batch")
    data = {"act": "place", "state": "bindery", "selected": [item.pk, busy.pk]}
    preview = cataloguer.post(address, data)
    assert (preview.context["preview"].changing, len(preview.context["preview"].staying)) == (1, 1)
    assert confirm(cataloguer, address, preview).status_code == 302
    item.refresh_from_db()
    busy.refresh_from_db()
    assert (item.state, busy.state) == (ItemState.BINDERY, ItemState.TRANSIT)
    undo = reverse("desk:catalogue-items-undo")
    assert cataloguer.get(undo).context["preview"].changing == 1
    assert cataloguer.post(undo).status_code == 302
    item.refresh_from_db()
    assert item.state == ItemState.AVAILABLE
    history = cataloguer.get(reverse("desk:catalogue-item", args=[item.pk])).context["history"]
    assert len(history) == 2


def test_a_manager_changes_only_copies_of_his_branch(world, item):
    here = world.item(branch=world.branch, home_branch=world.branch, location=world.branch_shelf)
    shown = world.actor("catalogue.place_item", scope=frozenset({world.branch.pk}))
    assert list(queries.copies_seen_by(shown)) == [here]
    states = {item.pk: ItemState.BINDERY, here.pk: ItemState.BINDERY}
    assert operations.place_items(states=states, actor=shown, now=NOON) == {here.pk: "available"}
    manager = log_in(world, Role.BRANCH_MANAGER, branch=world.branch)
    assert manager.get(reverse("desk:catalogue-item", args=[item.pk])).status_code == 404
    assert manager.get(reverse("desk:catalogue-item", args=[here.pk])).status_code == 200
    page = manager.get(reverse("desk:catalogue-record", args=[item.record_id])).content.decode()
    assert item.barcode in page
    assert reverse("desk:catalogue-item", args=[item.pk]) not in page


def test_copies_get_another_shelf_of_their_branch_only(world, item):
    from yanshu.institution.places.models import ShelvingLocation

    other = ShelvingLocation.objects.create(branch=world.central, code="T", name="特藏")
    shelves = {item.pk: other.pk}
    assert operations.relocate_items(shelves=shelves, actor=world.actor(), now=NOON) == {
        item.pk: world.shelf.pk
    }
    elsewhere = {item.pk: world.branch_shelf.pk}
    assert operations.relocate_items(shelves=elsewhere, actor=world.actor(), now=NOON) == {}


def test_a_copy_is_changed_and_a_stale_form_refused(cataloguer, item, world):
    address = reverse("desk:catalogue-item-edit", args=[item.pk])
    data = {
        "location": world.shelf.pk, "category": world.books.pk, "call_number": "I247.57/12", "version": 1,
        "price_fen": "60", "origin": "gift", "accessories": "光盘 1 张\n\n地图 2 幅", "note": "",
    }  # fmt: skip
    assert cataloguer.post(address, data).status_code == 302
    item.refresh_from_db()
    assert (item.price_fen, item.origin, item.accessories) == (6000, "gift", ["光盘 1 张", "地图 2 幅"])
    assert cataloguer.post(address, data).status_code == 409


def test_spine_labels_bear_call_number_on_two_lines_and_barcode(cataloguer, item, world):
    world.item(call_number="")
    answer = cataloguer.post(reverse("desk:catalogue-labels"), {"all": "1", "query": ""})
    page = answer.content.decode()
    assert "I247.57<br>12<br>" in page
    assert page.count("ys-label") == 2


def test_categories_are_entered_and_a_taken_code_refused(cataloguer, world):
    form = {"code": "av", "name": "音像", "medium": "audiovisual", "lendable": "on", "position": 2}
    address = reverse("desk:catalogue-category-new")
    assert cataloguer.post(address, form).status_code == 302
    again = cataloguer.post(address, form)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["code"])


def test_the_tree_of_classes_goes_down(cataloguer, world):
    address = reverse("desk:catalogue-classes")
    assert len(cataloguer.get(address).context["children"]) == 22
    history = cataloguer.get(address, {"in": "K"})
    assert [node.code for node in history.context["children"]][:2] == ["K0", "K1"]
    assert cataloguer.get(address, {"in": "W"}).status_code == 404


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"barcode": "HY00"}, ["HY002", "HY001"]),
        ({"barcode": " HY001 "}, ["HY001"]),
        ({"barcode": "Y001"}, []),
        ({"q": "HY002"}, ["HY002"]),
        ({"q": "I247"}, ["HY001"]),
        ({"q": "湘江"}, ["HY002", "HY001"]),
        ({"q": "两岸"}, []),
        ({"q": "HY", "barcode": "HY002"}, ["HY002"]),
    ],
)
def test_copies_are_found_by_how_they_begin(cataloguer, world, record, parameters, found):
    world.item(record, barcode="HY001", call_number="I247.57/12")
    world.item(record, barcode="HY002")
    world.item(barcode="ZH001")
    table = cataloguer.get(reverse("desk:catalogue-items"), parameters).context["table"]
    assert [row.record.barcode for row in table.rows] == found


def test_a_filtered_day_of_accession_holds_both_edges(cataloguer, item):
    Item.objects.filter(pk=item.pk).update(accessioned_on=date(2019, 3, 12))
    address = reverse("desk:catalogue-items")
    for first, last, found in [("2019-03-12", "2019-03-12", 1), ("2019-03-13", "2019-03-20", 0)]:
        page = cataloguer.get(address, {"accessioned_from": first, "accessioned_until": last})
        assert page.context["table"].page.paginator.count == found


def posted_rows(marc: MarcRecord, **more: object) -> dict[str, object]:
    rows = rows_of(marc, Dialect.CNMARC)
    columns = {name: [getattr(row, name) for row in rows] for name in ("tag", "indicators", "content")}
    return {"mode": "rows", "version": 1, **columns, **more}


def shown_tags(answer) -> list[str]:
    return [shown.row.tag for shown in answer.context["rows"]]


def test_a_record_is_changed_field_by_field(cataloguer, record):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    assert shown_tags(cataloguer.get(address)) == ["LDR", "010", "100", "101", "200", "210", "690", "801"]
    assert cataloguer.post(address, posted_rows(cnmarc("逐字段改"))).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.version) == ("逐字段改", 2)


def test_errors_stand_at_their_rows_and_nothing_is_lost(cataloguer, record):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    rows = posted_rows(cnmarc("改了的题名", isbn="9787020002208"))
    answer = cataloguer.post(address, rows)
    wrong = [number for number, shown in enumerate(answer.context["rows"]) if shown.has_error]
    assert (answer.status_code, wrong) == (422, [1])
    rows["content"][5] = "没有子字段"
    answer = cataloguer.post(address, rows)
    shown = answer.context["rows"]
    assert (answer.status_code, [number for number, one in enumerate(shown) if one.has_error]) == (422, [5])
    assert shown[5].row.content == "没有子字段"
    assert answer.content.decode().count('aria-describedby="row-5"') == 2
    record.refresh_from_db()
    assert record.title == "湘江两岸"


@pytest.mark.parametrize(
    ("act", "tags"),
    [
        ("add-2", ["LDR", "010", "100", "", "101", "200", "210", "690", "801"]),
        ("remove-2", ["LDR", "010", "101", "200", "210", "690", "801"]),
        ("up-2", ["LDR", "100", "010", "101", "200", "210", "690", "801"]),
        ("up-1", ["LDR", "010", "100", "101", "200", "210", "690", "801"]),
        ("down-6", ["LDR", "010", "100", "101", "200", "210", "801", "690"]),
        ("down-0", ["LDR", "010", "100", "101", "200", "210", "690", "801"]),
        ("remove-99", ["LDR", "010", "100", "101", "200", "210", "690", "801"]),
    ],
)
def test_rows_are_rearranged_without_a_script_and_nothing_is_saved(cataloguer, record, act, tags):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    answer = cataloguer.post(address, posted_rows(cnmarc("改了的题名"), act=act))
    assert (answer.status_code, shown_tags(answer)) == (200, tags)
    record.refresh_from_db()
    assert record.title == "湘江两岸"


def test_the_two_faces_of_the_worksheet_carry_the_text_over(cataloguer, record):
    address = reverse("desk:catalogue-record-edit", args=[record.pk])
    as_text = cataloguer.post(address, posted_rows(cnmarc("改了的题名"), act="text"))
    text = as_text.context["form"]["text"].value()
    assert as_text.context["mode"] == "text"
    assert "200 1# ‡a改了的题名" in text
    as_rows = cataloguer.post(address, {"mode": "text", "text": text, "version": 1, "act": "rows"})
    assert (as_rows.status_code, as_rows.context["mode"]) == (200, "rows")
    assert "‡a改了的题名‡f周望舒著" in [shown.row.content for shown in as_rows.context["rows"]]
    broken = cataloguer.post(address, {"mode": "text", "text": text + "\n坏行", "version": 1, "act": "rows"})
    assert (broken.status_code, broken.context["mode"]) == (422, "text")
    assert "坏行" in broken.context["form"]["text"].value()


def test_copies_go_to_the_shelf_the_branch_uses_most(cataloguer, world, record):
    record_page = reverse("desk:catalogue-record", args=[record.pk])
    other = ShelvingLocation.objects.create(branch=world.branch, code="ZZ", name="社科借阅室")
    for _copy in range(2):
        copy = world.item(record)
        Item.objects.filter(pk=copy.pk).update(location=other, state=ItemState.AVAILABLE)
    form = cataloguer.get(record_page).context["copies_form"]
    assert form.initial["location"] == other.pk


@pytest.mark.parametrize("typed", ["9787020002207", "978-7-02-000220-7", "7-02-000220-X"])
def test_an_isbn_that_is_there_is_told_as_soon_as_it_is_entered(cataloguer, record, typed):
    form = cataloguer.get(reverse("desk:catalogue-record-new")).content.decode()
    asked = reverse("desk:catalogue-record-new-isbn")
    assert f'hx-get="{asked}"' in form
    assert 'id="same-isbn"' in form
    told = cataloguer.get(asked, {"isbn": typed}, headers={"HX-Request": "true"}).content.decode()
    assert reverse("desk:catalogue-record", args=[record.pk]) in told


@pytest.mark.parametrize("typed", ["", "9787020002208", "9787506365437"])
def test_nothing_is_said_of_an_isbn_that_is_not_there(cataloguer, record, typed):
    asked = reverse("desk:catalogue-record-new-isbn")
    answer = cataloguer.get(asked, {"isbn": typed}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.strip()) == (200, b"")


def test_what_an_isbn_bears_is_a_part_of_the_form_and_for_cataloguers(world, cataloguer, record):
    asked = reverse("desk:catalogue-record-new-isbn")
    assert cataloguer.get(asked, {"isbn": "9787020002207"}).url == reverse("desk:catalogue-record-new")
    assert log_in(world, Role.CLERK).get(asked, headers={"HX-Request": "true"}).status_code == 403
