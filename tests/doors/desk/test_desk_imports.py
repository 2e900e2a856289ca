"""The pages of imports: hand in, try out, load, follow, take the rejected rows out; who may do which."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from world import NOON, make_world
from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.composing import TitlePage, compose
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.terms import RecordState
from yanshu.config.commands.processes import on_behalf_of
from yanshu.core import file, importing, permission
from yanshu.core.actor import Door
from yanshu.core.importing import ImportRun, worker
from yanshu.core.models import StoredFile
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import staff_actor
from yanshu.readers.patrons.models import Card

pytestmark = pytest.mark.django_db
HEADING = "读者证号,姓名,读者类型,所属馆代码,出生日期\n"
GOOD = ["T1,何秋月,adult,C,1980-05-05", "T2,何秋雨,adult,C,1981-05-05"]
BAD = ["T3,何秋风,adult,C,1980-13-40", "T4,何秋雪,nobody,C,"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def staff(world):
    def enter(role, *, branch=None, name=""):
        account = world.account(name or role, home_branch=branch or world.central)
        RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=NOON)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        client.account = account
        return client

    return enter


def readers(*rows, name="readers.csv"):
    return SimpleUploadedFile(name, (HEADING + "\n".join(rows) + "\n").encode())


def hand_in(client, *rows, act="try"):
    address = reverse("desk:imports-upload", args=["patrons"])
    return client.post(address, {"file": readers(*rows), "act": act})


def carry():
    return worker.carry_next(on_behalf_of)


def page(client, name, *args, **query):
    return client.get(reverse(f"desk:{name}", args=args), query)


def act(client, run, what):
    return client.post(reverse("desk:imports-act", args=[run.pk]), {"act": what})


def test_from_the_file_over_the_trial_to_the_rows(staff):
    client = staff("director")
    answer = hand_in(client, *GOOD, *BAD)
    trial = ImportRun.objects.get()
    assert answer.headers["Location"] == reverse("desk:imports-run", args=[trial.pk])
    assert (trial.is_trial, trial.account_id, trial.language) == (True, client.account.pk, "zh-hans")
    assert carry()
    assert not Card.objects.filter(number__startswith="T").exists()
    shown = page(client, "imports-run", trial.pk)
    assert shown.context["it"].may_load
    assert [remark.row for remark in shown.context["rejected"]] == [3, 4]
    assert "导入 2 行" in shown.content.decode()

    answer = act(client, trial, "load")
    run = ImportRun.objects.get(is_trial=False)
    assert answer.headers["Location"] == reverse("desk:imports-run", args=[run.pk])
    assert act(client, trial, "load").headers["Location"] == answer.headers["Location"]
    assert carry()
    assert set(Card.objects.filter(number__startswith="T").values_list("number", flat=True)) == {"T1", "T2"}
    assert StoredFile.objects.count() == 1
    shown = page(client, "imports-run", run.pk)
    assert (shown.status_code, shown.context["it"].may_load) == (200, False)
    listed = page(client, "imports")
    assert [row for row, _title, _look in listed.context["runs"]] == [run]  # the trial stands behind it
    rejected = page(client, "imports-rejected", run.pk, "csv")
    lines = b"".join(rejected.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["3", "T3", "何秋风"], ["4", "T4", "何秋雪"]]


def test_without_a_trial_the_file_is_loaded_at_once(staff):
    client = staff("director")
    hand_in(client, *GOOD, act="load")
    assert not ImportRun.objects.get().is_trial
    carry()
    assert Card.objects.filter(number__in=["T1", "T2"]).count() == 2


def test_what_cannot_be_read_is_said_at_the_field_and_not_kept(staff):
    client = staff("director")
    upload = SimpleUploadedFile("readers.csv", b"%PDF-1.7\n")
    answer = client.post(reverse("desk:imports-upload", args=["patrons"]), {"file": upload})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert ImportRun.objects.count() == 0
    assert list(file.strays()) == []
    assert client.post(reverse("desk:imports-upload", args=["patrons"])).status_code == 422


def test_the_same_file_twice_leads_to_the_run_there_is(staff):
    client = staff("director")
    hand_in(client, *GOOD, act="load")
    run = ImportRun.objects.get()
    assert hand_in(client, *GOOD, act="load").headers["Location"] == reverse(
        "desk:imports-run", args=[run.pk]
    )
    assert ImportRun.objects.count() == 1


def test_progress_is_a_part_until_the_state_shown_has_changed(staff):
    client = staff("director")
    hand_in(client, *GOOD)
    run = ImportRun.objects.get()
    part = page(client, "imports-progress", run.pk, shown="waiting")
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert part.context["it"].is_stuck  # no worker has been seen
    carry()
    for shown in ("waiting", "done"):
        answer = page(client, "imports-progress", run.pk, shown=shown)
        assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_stop_go_on_and_give_up(staff):
    client = staff("director")
    hand_in(client, *GOOD, act="load")
    run = ImportRun.objects.get()
    act(client, run, "stop")
    assert not carry()
    assert page(client, "imports-run", run.pk).status_code == 200
    act(client, run, "resume")
    act(client, run, "stop")
    act(client, run, "discard")
    run.refresh_from_db()
    assert (run.state, run.file_id) == ("discarded", None)
    assert act(client, run, "resume").status_code == 409
    assert act(client, run, "nonsense").status_code == 404


@pytest.fixture
def ordered(world, staff):
    """A run of the whole library and one of the eastern branch, both over."""
    whole, east = staff("director", name="head"), staff("branch_manager", branch=world.branch, name="east")
    runs = []
    for client, rows in ((whole, [*GOOD, *BAD]), (east, ["T9,何冬,adult,E,1980-05-05", *BAD])):
        hand_in(client, *rows, act="load")
        runs.append(ImportRun.objects.order_by("-pk").first())
        carry()
    return runs


@pytest.mark.parametrize(
    ("role", "seen", "carried"),
    [
        ("director", ["whole", "east"], ["whole", "east"]),
        ("auditor", ["whole", "east"], []),
        ("operator", ["whole", "east"], []),
        ("branch_manager", ["east"], ["east"]),
        ("clerk", [], []),
        ("cataloguer", [], []),
    ],
)
def test_who_sees_a_run_and_who_may_take_its_rows_out(world, staff, ordered, role, seen, carried):
    client = staff(role, branch=world.branch if role == "branch_manager" else None, name="somebody")
    named = dict(zip(("whole", "east"), ordered, strict=True))
    listed = [row for row, _title, _look in page(client, "imports").context["runs"]]
    assert set(listed) == {named[name] for name in seen}
    for name, run in named.items():
        assert page(client, "imports-run", run.pk).status_code == (200 if name in seen else 404)
        assert page(client, "imports-progress", run.pk).status_code == (204 if name in seen else 404)
        rejected = page(client, "imports-rejected", run.pk, "xlsx")
        assert rejected.status_code == (200 if name in carried else 404)
        assert act(client, run, "stop").status_code == (409 if name in carried else 404)


def test_a_run_is_carried_with_what_its_owner_may_do_now(world, staff):
    client = staff("branch_manager", branch=world.branch)
    hand_in(client, "T9,何冬,adult,E,1980-05-05", "T8,何夏,adult,C,1980-05-05", act="load")
    actor = on_behalf_of(ImportRun.objects.get())
    assert actor == staff_actor(client.account, door=Door.DESK, branch_id=world.branch.pk)
    carry()
    assert list(Card.objects.filter(number__startswith="T").values_list("number", flat=True)) == ["T9"]
    hand_in(client, "T7,何春,adult,E,1980-05-05", act="load")
    RoleGrant.objects.all().delete()
    carry()
    last = ImportRun.objects.order_by("-pk").first()
    assert (last.state, last.fault) == ("failed", "permission-missing")


def test_records_go_the_same_way_with_their_place_in_bytes(staff):
    client = staff("cataloguer")
    good = b"00066nam0 2200037   450 200001000000200000100010\x1e  \x1faTitle  \x1e\x1d"
    upload = SimpleUploadedFile("books.iso", good + b"00099nam0 2200037   450 broken\x1e\x1d" + good)
    client.post(reverse("desk:imports-upload", args=["bib"]), {"file": upload, "act": "try"})
    run = ImportRun.objects.get()
    assert run.total == 3
    carry()
    run.refresh_from_db()
    assert run.state == "done"
    assert run.read_count == run.created_count + run.unchanged_count + run.rejected_count
    assert run.rejected_count
    shown = page(client, "imports-run", run.pk)
    assert shown.status_code == 200
    rejected = b"".join(page(client, "imports-rejected", run.pk, "csv").streaming_content)
    assert str(shown.context["rejected"][0].offset) in rejected.decode("utf-8-sig")


def test_records_come_as_drafts_unless_the_desk_chooses_otherwise(staff):
    client = staff("cataloguer")
    shown = page(client, "imports-upload", "bib").content.decode()
    assert re.search(r'value="draft"[^>]*checked', shown)
    ways = [(None, "draft"), ("proofread", "proofread"), ("released", "released")]
    for number, (chosen, state) in enumerate(ways):
        upload = SimpleUploadedFile("books.iso", sound(f"雁阵{number}"))
        said = {"chosen": chosen} if chosen else {}
        client.post(reverse("desk:imports-upload", args=["bib"]), {"file": upload, "act": "try", **said})
        carry()
        trial = ImportRun.objects.latest("pk")
        assert (trial.chosen, BibRecord.objects.filter(title=f"雁阵{number}").exists()) == (state, False)
        assert str(RecordState(state).label) in page(client, "imports-run", trial.pk).content.decode()
        act(client, trial, "load")
        carry()
        assert BibRecord.objects.get(title=f"雁阵{number}").state == state
    upload = SimpleUploadedFile("books.iso", sound("雁行"))
    answer = client.post(reverse("desk:imports-upload", args=["bib"]), {"file": upload, "chosen": "lost"})
    assert (answer.status_code, ImportRun.objects.count()) == (422, 6)


def test_what_is_worth_a_second_look_stands_in_a_table_by_record(staff):
    client = staff("cataloguer")
    damaged = sound("湘江两岸").replace("湘江".encode(), b"\xff" * 6, 1)
    upload = SimpleUploadedFile("books.iso", sound("雁阵") + b"<br>" + damaged)
    client.post(reverse("desk:imports-upload", args=["bib"]), {"file": upload, "act": "load"})
    carry()
    run = ImportRun.objects.get()
    shown = page(client, "imports-run", run.pk)
    told = [(remark.row, remark.text) for remark in shown.context["warnings"]]
    assert ([row for row, _text in told], len({text for _row, text in told})) == ([2, 2, 2], 3)
    assert "读入 2 条" in shown.content.decode()
    assert f'href="{reverse("desk:catalogue-records")}">到列表' in shown.content.decode()
    assert all(f">{text}</td>" in shown.content.decode() for _row, text in told)


def sound(title):
    return iso2709.write(compose(TitlePage(title=title), Dialect.CNMARC, on=NOON.date(), agency="HY"))


@pytest.mark.parametrize(
    "junk", [b"HTTP/1.1 200 OK\r\n\r\n", b"\x00\x01\x02\xff", b"\r\n", "书目\n".encode()]
)
def test_bytes_before_the_first_record_are_told_with_their_place_and_cost_no_record(staff, junk):
    client = staff("cataloguer")
    upload = SimpleUploadedFile("books.iso", junk + sound("湘江两岸") + sound("雁阵"))
    answer = client.post(reverse("desk:imports-upload", args=["bib"]), {"file": upload, "act": "try"})
    assert answer.status_code == 302
    carry()
    run = ImportRun.objects.get()
    assert (run.state, run.read_count, run.created_count, run.rejected_count) == ("done", 2, 2, 0)
    told = list(run.remarks.values_list("row", "offset"))
    assert told == ([] if junk.isspace() else [(1, len(junk))])


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_kind_with_columns_has_a_file_to_fill_in(staff, file_format):
    client = staff("director")
    # Kinds that other tests declare have a permission nobody holds.
    for declared in [one for one in importing.importers() if one.permission in permission.registry]:
        shown = page(client, "imports-upload", declared.kind)
        assert shown.status_code == 200
        answer = page(client, "imports-template", declared.kind, file_format)
        assert answer.status_code == (200 if declared.columns else 404)
    assert page(client, "imports-template", "patrons", "pdf").status_code == 404


def test_the_runs_can_be_narrowed(staff, ordered):
    client = staff("director", name="somebody")
    for query, count in (({"kind": "patrons"}, 2), ({"kind": "bib"}, 0), ({"state": "stopped"}, 0)):
        assert len(page(client, "imports", **query).context["runs"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_however_many_runs_and_rows_there_are(staff, count):
    client = staff("director")
    for number in range(count):
        hand_in(client, *[f"X{number}{row},何,nobody,C," for row in range(count)])
        carry()
    run = ImportRun.objects.first()
    asked = {}
    for name, arguments in (("imports", ()), ("imports-run", (run.pk,)), ("imports-upload", ("patrons",))):
        page(client, name, *arguments)
        with CaptureQueriesContext(connections["default"]) as queries:
            assert page(client, name, *arguments).status_code == 200
        asked[name] = len(queries)
    assert asked == {"imports": 4, "imports-run": 7, "imports-upload": 2}
