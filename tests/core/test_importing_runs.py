"""Imports as the desk orders them: a stored file, a run that waits, a worker that carries it."""

import csv
import io
import threading
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connections

from yanshu.core import clock, file, importing
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.file import StoredFile
from yanshu.core.importing import lease, loading, retention, worker
from yanshu.core.importing.run import ImportRemark, ImportRun, RunState
from yanshu.core.job import JobRun
from yanshu.core.journal import JournalLine
from yanshu.core.refusal import Conflict, Invalid, NotFound
from yanshu.core.sequence import Sequence

pytestmark = pytest.mark.django_db
HEADING = "名称,数值,备考\n"
CLERK = Actor(
    label="何*", door=Door.DESK, permissions=frozenset({"test.order"}), account_id=7, branch_id=3, scope=None
)


class Crash(Exception):
    pass


@importing.declare
class Ordered(importing.Importer):
    kind = "test-ordered"
    title = "Numbers"
    permission = "test.order"
    key = ("name",)
    batch_size = 3
    tried_whole = False
    columns = (
        importing.Column("name", "名称", "Name", required=True),
        importing.Column("value", "数值", "Value", parser=importing.integer(minimum=1), required=True),
    )
    hooks = SimpleNamespace(before_write=lambda _row: None)

    def prepare(self, rows):
        self.known = set(
            Sequence.objects.filter(name__in=[row["name"] for row in rows]).values_list("name", flat=True)
        )

    def write_row(self, row, *, actor, now):  # noqa: ARG002
        self.hooks.before_write(row)
        if row["name"] in self.known:
            return importing.UNCHANGED
        Sequence.objects.create(name=row["name"], next_value=row["value"])
        return importing.CREATED


@importing.declare
class OrderedWhole(Ordered):
    kind = "test-ordered-whole"
    tried_whole = True


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    yield
    Ordered.hooks.before_write = lambda _row: None


def table(*rows: str, encoding="utf-8"):
    return ContentFile((HEADING + "".join(row + "\n" for row in rows)).encode(encoding), name="数.csv")


def rows(count: int):
    return [f"n{number},{number}" for number in range(1, count + 1)]


def order(now, *lines, kind="test-ordered", actor=CLERK, **options):
    return importing.order(kind, table(*lines), actor=actor, now=now, **options)


def carry(actor=CLERK, ended=lambda: False):
    return worker.carry_next(lambda _run: actor, ended)


def fresh(run):
    return ImportRun.objects.get(pk=run.pk)


def sums(run):
    run = fresh(run)
    return run.read_count, run.created_count, run.updated_count, run.unchanged_count, run.rejected_count


def kept():
    return Sequence.objects.filter(name__startswith="n").count()


# --- handing in ------------------------------------------------------------------------------------------


def test_a_file_handed_in_is_kept_with_its_run_in_one_journal_line(now):
    run = fresh(order(now, *rows(4)))
    assert (run.state, run.is_trial, run.kind, run.file_name) == ("waiting", True, "test-ordered", "数.csv")
    assert (run.actor_label, run.account_id, run.door, run.workplace_id) == ("何*", 7, "desk", 3)
    assert (run.total, run.read_count, run.branch_id) == (4, 0, None)
    stored = StoredFile.objects.get()
    assert run.file == stored
    assert stored.reference.kind == "core.importrun"
    assert stored.reference.id == run.pk
    assert stored.full_path.is_file()
    lines = JournalLine.objects.values_list("operation", "subject_kind", "subject_id")
    assert list(lines) == [("import.test-ordered", "core.importrun", run.pk)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"%PDF-1.7\n", "file-kind"),
        (b"PK\x03\x04broken", "file-kind"),
        ("名称\n甲\n".encode(), "column-missing"),
        ("名称,数值,名称\n甲,1,乙\n".encode(), "column-repeated"),
        (b"x" * 2000, "file-too-large"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once_and_leaves_nothing(now, settings, content, code):
    settings.IMPORT_MAX_BYTES = 1000
    with pytest.raises(Invalid) as refused:
        importing.order("test-ordered", ContentFile(content, name="x.csv"), actor=CLERK, now=now)
    assert refused.value.codes == (code,)
    assert ImportRun.objects.count() == StoredFile.objects.count() == 0
    assert list(file.strays()) == []


def test_who_may_not_load_hands_nothing_in(now):
    with pytest.raises(PermissionMissing):
        order(now, "n1,1", actor=Actor.nobody(Door.DESK))
    assert list(file.strays()) == []


def test_one_file_is_not_loaded_twice_at_a_time(now):
    first = order(now, *rows(3), is_trial=False)
    with pytest.raises(importing.AlreadyOpen) as refused:
        order(now, *rows(3), is_trial=False)
    assert refused.value.run_id == first.pk
    assert StoredFile.objects.count() == 1
    assert list(file.strays()) == []
    assert order(now, *rows(3)).is_trial


# --- trial, then loading ---------------------------------------------------------------------------------

LINES = ["n1,1", "n2,x", "n3,3", "n1,9", "n5,5", "n6,6", "n7,7"]


@pytest.mark.parametrize("kind", ["test-ordered", "test-ordered-whole"])
def test_the_trial_says_what_the_loading_then_does_from_the_same_file(now, kind):
    Sequence.objects.create(name="n3", next_value=3)
    trial = order(now, *LINES, kind=kind)
    assert carry()
    assert fresh(trial).state == RunState.DONE
    assert sums(trial) == (7, 4, 0, 1, 2)
    assert kept() == 1
    run = importing.load_after_trial(trial.pk, actor=CLERK, now=now)
    assert (run.state, run.total, run.file_id) == ("waiting", 7, fresh(trial).file_id)
    assert importing.load_after_trial(trial.pk, actor=CLERK, now=now) == run
    assert carry()
    assert fresh(run).state == RunState.DONE
    assert sums(run) == sums(trial)
    assert kept() == 5
    told = [list(each.remarks.values_list("rejected", "row", "code", "text")) for each in (trial, run)]
    assert told[0] == told[1]
    assert [(row, code) for is_rejected, row, code, _text in told[0] if is_rejected] == [
        (2, "not-a-number"),
        (4, "key-repeated"),
    ]
    assert not carry()


def test_a_large_file_is_not_tried_in_one_transaction_and_says_so(now, monkeypatch):
    monkeypatch.setattr(loading, "WHOLE_ROWS", 5)
    trial = order(now, *rows(7), kind="test-ordered-whole")
    seen = []
    carry(ended=lambda: seen.append(fresh(trial).read_count))
    assert seen == [0, 3, 6]
    assert sums(trial) == (7, 7, 0, 0, 0)
    assert list(ImportRemark.objects.values_list("rejected", "row")) == [(False, None)] * 2  # 备考, large


def test_nothing_is_loaded_of_a_trial_that_has_not_ended(now):
    trial = order(now, *rows(3))
    with pytest.raises(Conflict) as refused:
        importing.load_after_trial(trial.pk, actor=CLERK, now=now)
    assert refused.value.codes == ("not-in-this-state",)


def test_the_command_line_and_the_desk_come_to_the_same_sums(now, tmp_path):
    run = order(now, *LINES, is_trial=False)
    carry()
    desk = importing.report_of(fresh(run)).as_dict()
    Sequence.objects.all().delete()
    path = tmp_path / "数.csv"
    path.write_text(HEADING + "\n".join(LINES) + "\n", "utf-8")
    told = importing.load("test-ordered", path, actor=CLERK, tick=lambda: now).as_dict()
    assert told == desk


# --- breaking off and going on ---------------------------------------------------------------------------


def test_a_stop_undoes_the_batch_being_written_and_keeps_what_is_before(now):
    run = order(now, *rows(7), is_trial=False)

    begun = []

    def stop_before_the_second_batch():
        if fresh(run).read_count == 3:
            importing.stop(run.pk, actor=CLERK, now=now)
        return False

    Ordered.hooks.before_write = lambda row: begun.append(row["name"])
    carry(ended=stop_before_the_second_batch)
    assert "n4" in begun
    assert (fresh(run).state, sums(run)) == ("stopped", (3, 3, 0, 0, 0))
    assert kept() == 3
    assert not carry()
    importing.resume(run.pk, actor=CLERK, now=now)
    assert carry()
    assert (fresh(run).state, sums(run)) == ("done", (7, 7, 0, 0, 0))
    assert kept() == 7


def test_a_worker_asked_to_end_puts_the_run_back_at_its_row(now):
    run = order(now, *rows(7), is_trial=False)
    assert carry(ended=lambda: fresh(run).read_count == 3)
    waiting = fresh(run)
    assert (waiting.state, waiting.position, waiting.leased_by) == ("waiting", 3, "")
    carry()
    assert sums(run) == (7, 7, 0, 0, 0)


@pytest.mark.parametrize("is_trial", [True, False])
def test_a_fault_stops_the_run_with_its_name_and_it_can_go_on(now, is_trial):
    run = order(now, *rows(5), is_trial=is_trial)

    def crash(row):
        if row["name"] == "n4":
            raise Crash

    Ordered.hooks.before_write = crash
    assert carry()
    assert (fresh(run).state, fresh(run).fault, sums(run)) == ("stopped", "Crash", (3, 3, 0, 0, 0))
    Ordered.hooks.before_write = lambda _row: None
    importing.resume(run.pk, actor=CLERK, now=now)
    carry()
    assert (fresh(run).state, sums(run)) == ("done", (5, 5, 0, 0, 0))


def test_a_run_whose_worker_died_is_taken_up_as_soon_as_its_lease_is_void(now):
    run = order(now, *rows(5), is_trial=False)
    held = {"state": "running", "leased_until": clock.real_now() + timedelta(minutes=1)}
    ImportRun.objects.update(**held, leased_by="another-machine:1:x")
    assert not carry()
    ImportRun.objects.update(leased_until=clock.real_now() - timedelta(seconds=1))
    assert carry()
    assert sums(run) == (5, 5, 0, 0, 0)


def test_the_lease_of_a_process_that_died_on_this_machine_is_void_at_once(now):
    run = order(now, *rows(5), is_trial=False)
    host = lease.new_holder().split(":")[0]
    beyond = 2**22 + 1  # no process has a number above the kernel's limit
    until = clock.real_now() + timedelta(minutes=1)
    ImportRun.objects.update(state="running", leased_by=f"{host}:{beyond}:x", leased_until=until)
    assert carry()
    assert fresh(run).state == RunState.DONE


def test_who_lost_the_permission_meanwhile_loads_nothing(now):
    run = order(now, *rows(3), is_trial=False)
    carry(actor=Actor.nobody(Door.DESK))
    assert (fresh(run).state, fresh(run).fault, kept()) == ("failed", "permission-missing", 0)


def test_a_file_that_is_gone_is_said_so(now):
    run = order(now, *rows(3), is_trial=False)
    run.file.full_path.unlink()
    carry()
    assert (fresh(run).state, fresh(run).fault) == ("failed", "file-gone")


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_carries_the_run(now):
    run = order(now, *rows(30), is_trial=False)
    meet = threading.Barrier(2)
    carried = []

    def work():
        try:
            meet.wait()
            carried.append(carry())
        finally:
            connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(carried) == [False, True]
    assert (fresh(run).state, sums(run)) == ("done", (30, 30, 0, 0, 0))


def test_two_who_read_the_same_row_cannot_both_take_it(now):
    order(now, *rows(3), is_trial=False)
    first, second = ImportRun.objects.get(), ImportRun.objects.get()
    assert lease.take(first, lease.new_holder())
    assert not lease.take(second, lease.new_holder())


def test_a_waiting_run_without_a_worker_is_known(now):
    order(now, *rows(3))
    assert not worker.is_at_work()
    carry()
    assert worker.is_at_work()
    JobRun.objects.update(begun_at=clock.real_now() - timedelta(minutes=2))
    assert not worker.is_at_work()


# --- giving up, and keeping no longer than needed --------------------------------------------------------


def test_giving_up_deletes_the_file_and_the_words_that_quote_it(now, django_capture_on_commit_callbacks):
    trial = order(now, *LINES)
    carry()
    path = fresh(trial).file.full_path
    with django_capture_on_commit_callbacks(execute=True):
        importing.discard(trial.pk, actor=CLERK, now=now)
    run = fresh(trial)
    assert (run.state, run.file, run.file_deleted_at) == ("discarded", None, now)
    assert not path.exists()
    assert StoredFile.objects.count() == 0
    assert list(run.remarks.filter(rejected=True).values_list("code", "text")) == [
        ("not-a-number", ""),
        ("key-repeated", ""),
    ]
    assert sums(trial) == (7, 5, 0, 0, 2)


def test_what_is_loaded_cannot_be_given_up(now):
    run = order(now, *rows(3), is_trial=False)
    carry()
    with pytest.raises(Conflict):
        importing.discard(run.pk, actor=CLERK, now=now)


def test_files_are_deleted_after_the_time_set(now, settings):
    settings.IMPORT_KEPT_DAYS = 30
    trial, forgotten = order(now, *LINES), order(now, *rows(2))
    importing.stop(forgotten.pk, actor=CLERK, now=now)
    carry()
    run = importing.load_after_trial(trial.pk, actor=CLERK, now=now)
    carry()
    waiting = order(now, *rows(9))
    ImportRun.objects.update(moved_at=now)
    assert retention.delete_old_files(now + timedelta(days=30)) == 0
    ImportRun.objects.filter(pk=run.pk).update(moved_at=now + timedelta(days=1))
    assert retention.delete_old_files(now + timedelta(days=30, seconds=1)) == 1
    assert fresh(trial).file is not None  # its loading is younger, and uses the same file
    assert fresh(forgotten).state == RunState.DISCARDED
    assert retention.delete_old_files(now + timedelta(days=32)) == 1
    assert [fresh(each).file for each in (trial, run, forgotten)] == [None] * 3
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [fresh(waiting).file_id]
    assert set(ImportRemark.objects.values_list("text", flat=True)) == {""}
    assert retention.delete_old_files(now + timedelta(days=33)) == 0


# --- who sees it -----------------------------------------------------------------------------------------


def reaching(*branches, account_id=8, permission="test.order"):
    reach = {permission: frozenset(branches)}
    return Actor(
        label="分馆",
        door=Door.DESK,
        permissions=frozenset({permission}),
        account_id=account_id,
        scope=frozenset(branches),
        reach=reach,
    )


def test_a_run_is_carried_on_within_its_branch_by_those_who_may_load_its_kind(now):
    whole = order(now, *rows(2))
    east = order(now, *rows(3), actor=reaching(5))
    assert (whole.branch_id, east.branch_id) == (None, 5)
    assert set(importing.runs_of(CLERK)) == {whole, east}
    assert set(importing.runs_of(reaching(5, account_id=9))) == {east}
    assert set(importing.runs_of(reaching(6, account_id=8))) == {east}  # his own, wherever he works now
    assert set(importing.runs_of(reaching(6, account_id=9))) == set()
    assert set(importing.runs_of(Actor.nobody(Door.DESK))) == set()
    with pytest.raises(NotFound):
        importing.stop(whole.pk, actor=reaching(5), now=now)


def test_who_oversees_sees_but_does_not_carry_on(now):
    whole, east = order(now, *rows(2)), order(now, *rows(3), actor=reaching(5))
    auditor = Actor(label="", door=Door.DESK, permissions=frozenset({"audit"}), account_id=20, scope=None)
    assert set(importing.runs_seen_by(auditor, overseer="audit")) == {whole, east}
    assert set(importing.runs_seen_by(reaching(5, account_id=9, permission="audit"), overseer="audit")) == {
        east
    }
    assert set(importing.runs_of(auditor)) == set()


# --- the rows that were not taken ------------------------------------------------------------------------


def body(response):
    return b"".join(response.streaming_content)


def test_rejected_rows_come_back_as_they_were_handed_in_and_load_when_corrected(now):
    run = order(now, "n1,1,甲", "n2,x,=乙", "n3,,丙", "n4,4", is_trial=False)
    carry()
    response = importing.respond_rejected(fresh(run), "csv", actor=CLERK, now=now)
    lines = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))
    assert [line[:-1] for line in lines] == [
        ["原文件行号", "名称", "数值", "备考"],
        ["2", "n2", "x", "'=乙"],
        ["3", "n3", "", "丙"],
    ]
    assert [bool(line[-1]) for line in lines] == [True] * 3
    assert JournalLine.objects.order_by("-id").first().operation == "import-rejected.test-ordered"
    lines[1][2], lines[2][2] = "2", "3"
    corrected = io.StringIO()
    csv.writer(corrected).writerows(lines)
    again = importing.order(
        "test-ordered",
        ContentFile(corrected.getvalue().encode(), name="x.csv"),
        actor=CLERK,
        now=now,
        is_trial=False,
    )
    carry()
    assert sums(again) == (2, 2, 0, 0, 0)
    warnings = [remark.text for remark in again.remarks.all()]
    assert len(warnings) == 1  # the column 备考, as before; not the two columns that were added
    assert "备考" in warnings[0]


def test_rejected_rows_of_a_workbook_keep_leading_zeros(now):
    book = openpyxl.Workbook()
    book.active.append(["名称", "数值"])
    book.active.append(["n1", "1"])
    book.active.append(["007", "x"])
    raw = io.BytesIO()
    book.save(raw)
    upload = ContentFile(raw.getvalue(), name="x.xlsx")
    run = importing.order("test-ordered", upload, actor=CLERK, now=now, is_trial=False)
    carry()
    response = importing.respond_rejected(fresh(run), "xlsx", actor=CLERK, now=now)
    sheet = openpyxl.load_workbook(io.BytesIO(body(response))).active
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[:3] for row in found] == [["原文件行号", "名称", "数值"], [2, "007", "x"]]


def test_without_the_file_there_is_nothing_to_take_out(now):
    run = order(now, *rows(2), is_trial=False)
    carry()
    with pytest.raises(Conflict) as refused:
        importing.respond_rejected(fresh(run), "csv", actor=CLERK, now=now)
    assert refused.value.codes == ("no-rejected-rows",)


def test_a_gbk_file_is_loaded_with_its_characters(now):
    upload = table("衡阳,1", "雁城,2", encoding="gbk")
    importing.order("test-ordered", upload, actor=CLERK, now=now, is_trial=False)
    carry()
    assert set(Sequence.objects.values_list("name", flat=True)) >= {"衡阳", "雁城"}
