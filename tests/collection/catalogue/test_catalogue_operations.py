"""What the catalogue's operations and its loading do."""

from datetime import date
from pathlib import Path

import pytest

from world import NOON, World, make_world
from yanshu.collection.catalogue import operations
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.iso2709 import write
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.models import BibRecord, Item, ItemEvent, RecordChange, RecordVersion
from yanshu.collection.catalogue.terms import ItemState, Origin, RecordState
from yanshu.core import importing, indicator
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.span import Span

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def cnmarc(title: str = "湘江两岸", *, number: str = "", barcode: str = "") -> MarcRecord:
    fields = [Field("001", number)] if number else []
    fields += [
        Field.of("010", "  ", [("a", "9787020002207"), ("d", "CNY58.00")]),
        Field.of("101", "0 ", [("a", "chi")]),
        Field.of("200", "1 ", [("a", title), ("f", "周望舒著")]),
        Field.of("210", "  ", [("a", "长沙"), ("c", "示例出版社"), ("d", "2018")]),
        Field.of("690", "  ", [("a", "I247.57"), ("v", "5")]),
    ]
    if barcode:
        fields.append(Field.of("905", "  ", [("a", "C"), ("b", barcode), ("d", "I247.57"), ("e", "12")]))
    return MarcRecord("00000nam0 2200000   450 ", fields)


def saved(world, **more):
    return operations.save_record(
        marc=cnmarc(), dialect=Dialect.CNMARC, actor=world.actor(), now=NOON, **more
    )


def test_a_record_keeps_marc_and_columns_and_tells_the_index(world):
    row = saved(world)
    assert (row.title, row.author, row.publisher, row.year, row.isbn, row.price_fen) == (
        "湘江两岸", "周望舒", "示例出版社", 2018, "9787020002207", 5800,
    )  # fmt: skip
    assert (row.class_number, row.class_main, row.state, row.released_on) == ("I247.57", "I", "draft", None)
    assert row.isbns.get().isbn == "9787020002207"
    assert RecordChange.objects.get().record_id == row.pk


def test_a_record_without_title_and_a_stale_version_are_refused(world):
    with pytest.raises(Invalid) as refused:
        operations.save_record(
            marc=MarcRecord("00000nam0 2200000   450 ", []), dialect=Dialect.CNMARC,
            actor=world.actor(), now=NOON,
        )  # fmt: skip
    assert refused.value.codes == ("title-missing",)
    row = saved(world)
    saved(world, record_id=row.pk, version=1)
    with pytest.raises(Conflict) as conflict:
        saved(world, record_id=row.pk, version=1)
    assert conflict.value.codes == ("changed-meanwhile",)
    assert RecordVersion.objects.get().version == 1


def test_draft_proofread_released_in_turn_and_copies_go_to_the_shelf(world):
    row = saved(world)
    item = operations.add_items(
        record_id=row.pk, barcodes=["HY1"],
        values={"branch_id": world.central.pk, "location_id": world.shelf.pk, "category_id": world.books.pk},
        actor=world.actor(), now=NOON,
    )[0]  # fmt: skip
    assert (item.state, item.accession_number, item.released_on) == ("processing", "00000001", None)
    with pytest.raises(Conflict):
        operations.release(record_id=row.pk, actor=world.actor(), now=NOON)
    operations.proofread(record_id=row.pk, actor=world.actor(), now=NOON)
    operations.release(record_id=row.pk, actor=world.actor(), now=NOON)
    item.refresh_from_db()
    row.refresh_from_db()
    assert (item.state, item.released_on) == (ItemState.AVAILABLE, date(2019, 11, 16))
    assert (row.state, row.released_on) == (RecordState.RELEASED, date(2019, 11, 16))
    kinds = list(ItemEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["accessioned", "released"]


def test_barcodes_are_unique_per_owner_and_shelves_belong_to_branches(world):
    row = saved(world)
    values = {"branch_id": world.central.pk, "location_id": world.shelf.pk, "category_id": world.books.pk}
    add = {"record_id": row.pk, "actor": world.actor(), "now": NOON}
    operations.add_items(barcodes=["HY1", "HY2"], values=values, **add)
    for barcodes, told in (
        (["HY3", "HY2"], [("barcode-taken", 2, 2, "HY2")]),
        (["HY3", "HY4", "HY3"], [("barcode-repeated", 3, 1, "HY3")]),
        (["HY1", "HY1"], [("barcode-taken", 1, 1, "HY1"), ("barcode-repeated", 2, 1, "HY1")]),
        ([""], [("barcode-missing",)]),
    ):
        with pytest.raises(Invalid) as refused:
            operations.add_items(barcodes=barcodes, values=values, **add)
        assert [(one.code, *one.facts.values()) for one in refused.value.reasons] == told
    with pytest.raises(Invalid) as refused:
        operations.add_items(barcodes=["HY9"], values={**values, "location_id": world.branch_shelf.pk}, **add)
    assert refused.value.codes == ("shelf-elsewhere",)
    numbers = list(Item.objects.order_by("id").values_list("accession_number", flat=True))
    assert numbers == ["00000001", "00000002"]


def test_a_former_version_comes_back_as_a_new_one(world):
    row = saved(world)
    operations.save_record(
        record_id=row.pk,
        version=1,
        marc=cnmarc("改名"),
        dialect=Dialect.CNMARC,
        actor=world.actor(),
        now=NOON,
    )
    back = operations.restore_version(record_id=row.pk, version=1, actor=world.actor(), now=NOON)
    assert (back.title, back.version) == ("湘江两岸", 3)


def load(world, tmp_path: Path, *records: MarcRecord) -> dict:
    path = tmp_path / "records.mrc"
    path.write_bytes(b"".join(write(record) for record in records))
    return importing.load("bib", path, actor=world.actor(), tick=lambda: NOON).as_dict()


def test_loading_creates_once_and_updates_what_changed(world, tmp_path):
    first = load(world, tmp_path, cnmarc(number="A1", barcode="HY001"), cnmarc("另一本", number="A2"))
    assert (first["read"], first["created"], first["rejected"]) == (2, 2, [])
    item = Item.objects.get()
    assert (item.barcode, item.call_number, item.state) == ("HY001", "I247.57/12", "available")
    again = load(world, tmp_path, cnmarc(number="A1", barcode="HY001"), cnmarc("改了", number="A2"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)
    assert sorted(BibRecord.objects.values_list("title", flat=True)) == ["改了", "湘江两岸"]


def test_copies_named_in_records_are_held_and_were_not_bought(world, tmp_path):
    base = cnmarc(number="A1")
    named = Field.of("905", "  ", [("a", "C"), ("b", "HY1"), ("y", "2019-03-12")])
    dated = MarcRecord(base.leader, [*base.fields, named])
    report = load(world, tmp_path, dated, cnmarc("另一本", number="A2", barcode="HY2"))
    assert len(report["warnings"]) == 2
    known = Item.objects.order_by("barcode").values_list("origin", "accessioned_on", "released_on")
    assert list(known) == [
        (Origin.UNKNOWN, date(2019, 3, 12), date(2019, 3, 12)),
        (Origin.UNKNOWN, None, NOON.date()),
    ]
    found = {}
    for code in ("acquisitions.copies", "acquisitions.titles", "cataloguing.copies", "collection.holdings"):
        declared = indicator.at(code, NOON.date())
        found[code] = declared.rows(Span.year(2019)).aggregate(value=declared.measure)["value"]
    assert found == {
        "acquisitions.copies": 0, "acquisitions.titles": 0, "cataloguing.copies": 0, "collection.holdings": 2,
    }  # fmt: skip
    assert load(world, tmp_path, dated)["warnings"] == []


@pytest.mark.parametrize("state", ["draft", "proofread"])
def test_records_and_their_copies_wait_for_release_where_that_is_chosen(world, tmp_path, state):
    path = tmp_path / "records.mrc"
    path.write_bytes(write(held("A1", "HY01")))
    said = {"actor": world.actor(), "tick": lambda: NOON}
    assert importing.load("bib", path, chosen=state, **said).created == 1
    record = BibRecord.objects.get()
    assert (record.state, record.released_on) == (state, None)
    assert list(Item.objects.values_list("state", "released_on")) == [("processing", None)]
    assert list(ItemEvent.objects.values_list("kind", "to_state")) == [("accessioned", "processing")]
    if state == "draft":
        operations.proofread(record_id=record.pk, actor=world.actor(), now=NOON)
    operations.release(record_id=record.pk, actor=world.actor(), now=NOON)
    assert list(Item.objects.values_list("state", "released_on")) == [("available", NOON.date())]
    path.write_bytes(write(held("A1", "HY01-2")))
    assert importing.load("bib", path, chosen="draft", **said).updated == 1
    assert BibRecord.objects.get().state == "released"
    assert set(Item.objects.values_list("barcode", "state")) == {("HY01", "available"), ("HY02", "available")}


def held(number: str, barcode: str, branch: str = "C") -> MarcRecord:
    base = cnmarc(f"题{number}", number=number)
    named = Field.of("905", "  ", [("a", branch), ("b", barcode)])
    return MarcRecord(base.leader, [*base.fields, named])


def test_copies_of_records_are_numbered_and_begin_their_history(world, tmp_path):
    world.item(accession_number="00000002")
    assert load(world, tmp_path, held("A1", "HY01-3"), held("A2", "HY9", "E"))["created"] == 2
    loaded = Item.objects.filter(record__control_number__in=["A1", "A2"]).order_by("id")
    assert list(loaded.values_list("barcode", "accession_number", "home_branch__code")) == [
        ("HY01", "00000005", "C"),
        ("HY02", "00000006", "C"),
        ("HY03", "00000007", "C"),
        ("HY9", "00000008", "E"),
    ]
    lines = ItemEvent.objects.order_by("id").values_list(
        "item__barcode", "kind", "from_state", "to_state", "actor_label", "door", "branch_id", "happened_at"
    )
    assert list(lines) == [
        (code, "accessioned", "", "available", "clerk", "desk", world.central.pk, NOON)
        for code in ("HY01", "HY02", "HY03", "HY9")
    ]
    assert load(world, tmp_path, held("A1", "HY01-3"))["unchanged"] == 1
    assert ItemEvent.objects.count() == 4


def test_records_bring_copies_into_branches_of_ones_charge_alone(world, tmp_path):
    path = tmp_path / "records.mrc"
    nowhere = held("A3", "HY3", "别处")
    path.write_bytes(b"".join(map(write, (held("A1", "HY1", "C"), held("A2", "HY2", "E"), nowhere))))
    clerk = world.actor(branch=None, branch_id=None, scope=frozenset({world.branch.pk}))
    report = importing.load("bib", path, actor=clerk, tick=lambda: NOON).as_dict()
    assert (report["created"], sum("HY1" in warning for warning in report["warnings"])) == (3, 1)
    stood = Item.objects.order_by("barcode").values_list("barcode", "home_branch__code")
    assert list(stood) == [("HY2", "E"), ("HY3", "E")]


def test_numbers_go_on_behind_those_of_an_older_system(world):
    row = saved(world)
    world.item(accession_number="00000001")
    world.item(accession_number="00000512")
    world.item(accession_number="旧-9")
    values = {"branch_id": world.central.pk, "location_id": world.shelf.pk, "category_id": world.books.pk}
    added = operations.add_items(
        record_id=row.pk, barcodes=["HY1", "HY2"], values=values, actor=world.actor(), now=NOON
    )
    assert [item.accession_number for item in added] == ["00000513", "00000514"]


def test_what_cannot_be_loaded_is_rejected_with_its_place(world, tmp_path):
    path = tmp_path / "broken.mrc"
    path.write_bytes(write(cnmarc(number="B1")) + b"00026     2200025   450 " + b"\x1e\x1d")
    report = importing.load("bib", path, actor=world.actor(), tick=lambda: NOON).as_dict()
    assert report["read"] == 2
    assert report["created"] == 1
    (rejected,) = report["rejected"]
    assert rejected["offset"] == len(write(cnmarc(number="B1")))
    assert rejected["reason"]


def loaded(world, path: Path, data: bytes) -> dict:
    path.write_bytes(data)
    return importing.load("bib", path, actor=world.actor(), tick=lambda: NOON).as_dict()


def test_a_record_cut_short_is_not_taken_and_changes_nothing(world, tmp_path):
    whole = write(cnmarc(number="A1", barcode="HY1"))
    other = write(cnmarc("另一本", number="A2"))
    assert loaded(world, tmp_path / "whole.mrc", whole)["created"] == 1
    for name, data, taken, offset in (
        ("end", other + whole[:-60], 1, len(other)),
        ("before", whole[:-60] + other, 1, 0),
        ("mark", whole[:-1] + other, 1, 0),
        ("inside", whole[:-60] + b"\x1d" + other, 1, 0),
    ):
        report = loaded(world, tmp_path / f"{name}.mrc", data)
        assert report["created"] + report["updated"] + report["unchanged"] == taken, name
        assert [row["offset"] for row in report["rejected"]] == [offset], name
        assert all(row["reason"] for row in report["rejected"]), name
    stored = BibRecord.objects.get(control_number="A1")
    assert (bytes(stored.marc), stored.version, RecordVersion.objects.count()) == (whole, 1, 0)


def test_a_damaged_record_can_be_new_and_never_changes_one_that_is_there(world, tmp_path):
    damaged = write(cnmarc(number="A1", barcode="HY1")).replace("长沙".encode(), b"\xff" * 6)
    first = loaded(world, tmp_path / "new.mrc", damaged)
    assert (first["created"], first["rejected"], len(first["warnings"])) == (1, [], 4)
    assert loaded(world, tmp_path / "again.mrc", damaged + b"\n")["unchanged"] == 1
    sound = write(cnmarc(number="A1", barcode="HY1"))
    assert loaded(world, tmp_path / "sound.mrc", sound)["updated"] == 1
    worse = write(cnmarc(number="A1", barcode="HY2")).replace("长沙".encode(), b"\xff" * 6)
    last = loaded(world, tmp_path / "worse.mrc", worse)
    assert (last["updated"], [row["row"] for row in last["rejected"]]) == (0, [1])
    stored = BibRecord.objects.get()
    assert (bytes(stored.marc), stored.isbns.get().isbn) == (sound, "9787020002207")
    assert list(Item.objects.values_list("barcode", flat=True)) == ["HY1"]
    assert list(RecordChange.objects.values_list("record_id", flat=True)) == [stored.pk] * 2


def test_a_repair_around_the_fields_does_not_keep_a_record_from_being_changed(world, tmp_path):
    assert loaded(world, tmp_path / "a.mrc", write(cnmarc(number="A1")))["created"] == 1
    changed = write(cnmarc("改名", number="A1"))
    report = loaded(world, tmp_path / "b.mrc", b"00099" + changed[5:])
    assert (report["updated"], report["rejected"], len(report["warnings"])) == (1, [], 1)


@pytest.mark.shared
@pytest.mark.parametrize(
    "folder", ["marc-testfiles", "cnmarc-bnu-sru", "cnmarc-publisher", "cnmarc-holdings-jpn"]
)
def test_no_file_found_in_the_wild_crashes_the_loading(world, shared, folder):
    files = [
        path
        for path in sorted((shared / "data" / folder).rglob("*"))
        if path.suffix in {".mrc", ".dat", ".marc", ".iso", ".xml"} and "mods" not in path.name
        and "_dc" not in path.name and "isohold" not in path.name
    ]  # fmt: skip
    assert files
    for path in files:
        report = importing.load("bib", path, actor=world.actor(), tick=lambda: NOON).as_dict()
        sums = report["created"] + report["updated"] + report["unchanged"] + len(report["rejected"])
        assert report["read"] == sums > 0, path.name
        assert all(row["reason"] and row["offset"] is not None for row in report["rejected"]), path.name


@pytest.mark.shared
def test_gbk_records_come_out_in_chinese(world, shared):
    path = shared / "data" / "cnmarc-publisher" / "publisher_gbk.iso"
    importing.load("bib", path, actor=world.actor(), tick=lambda: NOON)
    assert "大学英语教程" in " ".join(BibRecord.objects.values_list("title", flat=True))
