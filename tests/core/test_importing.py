"""Loading a file from end to end, over one of the kernel's own tables."""

import re
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, models, transaction

from yanshu.core import importing
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.importing.run import ImportRun, RunState
from yanshu.core.journal import JournalLine
from yanshu.core.refusal import Conflict, Invalid, NotFound
from yanshu.core.sequence import Sequence

ACTOR = Actor(label="何*", door=Door.COMMAND, permissions=frozenset({"test.load"}), account_id=7)
HEADING = "名称,数值\n"


class Crash(Exception):
    pass


@importing.declare
class Numbers(importing.Importer):
    kind = "test-numbers"
    title = "Numbers"
    permission = "test.load"
    key = ("name",)
    batch_size = 3
    columns = (
        importing.Column("name", "名称", "Name", required=True, example="slips"),
        importing.Column("value", "数值", "Value", parser=importing.integer(minimum=1), required=True),
    )
    crash_on = ""

    def prepare(self, rows):
        found = Sequence.objects.filter(name__in=[row["name"] for row in rows])
        self.known = {sequence.name: sequence for sequence in found}

    def write_row(self, row, *, actor, now):  # noqa: ARG002
        if row["name"] == self.crash_on:
            raise Crash
        kept = self.known.get(row["name"])
        if kept is None:
            Sequence.objects.create(name=row["name"], next_value=row["value"])
            if row["value"] == 13:
                raise Invalid.because("value", "unlucky", "Thirteen is not taken.")
            return importing.CREATED
        if kept.next_value == row["value"]:
            return importing.UNCHANGED
        kept.next_value = row["value"]
        kept.save()
        return importing.Outcome(importing.Fate.UPDATED, warnings=("Was another number.",))

    def finish(self, *, actor, now):  # noqa: ARG002
        return ["All is told."]


@importing.declare
class NumbersByBatch(Numbers):
    kind = "test-numbers-by-batch"
    tried_whole = False


class Way(models.TextChoices):
    PLAIN = "plain", "Plain"
    DOUBLE = "double", "Double"


@importing.declare
class NumbersAsChosen(Numbers):
    kind = "test-numbers-as-chosen"
    choice = importing.Choice(title="Way", among=Way, default=Way.DOUBLE, unsaid=Way.PLAIN)

    def parse(self, record):
        row = super().parse(record)
        times = 2 if self.chosen == Way.DOUBLE else 1
        return importing.Row(row.number, row.offset, {**row.values, "value": row["value"] * times})


@pytest.fixture
def tick(now):
    return lambda: now


@pytest.fixture(autouse=True)
def _no_crash():
    yield
    Numbers.crash_on = ""


def file_of(tmp_path: Path, *rows: str, name: str = "numbers.csv") -> Path:
    path = tmp_path / name
    path.write_text(HEADING + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def load(path, tick, **options):
    return importing.load("test-numbers", path, actor=ACTOR, tick=tick, **options)


def kept():
    return dict(Sequence.objects.order_by("name").values_list("name", "next_value"))


ROWS = ("a,1", "b,0", "c,3", ",4", "a,5", "d,13", "e,x", "f,6")


@pytest.mark.django_db
def test_every_row_is_accounted_for(tmp_path, tick, now):
    Sequence.objects.create(name="c", next_value=3)
    Sequence.objects.create(name="f", next_value=1)
    report = load(file_of(tmp_path, *ROWS), tick)
    assert (report.read, report.created, report.updated, report.unchanged) == (8, 1, 1, 1)
    assert [(r.row, r.code) for r in report.rejected] == [
        (2, "too-small"),
        (4, "missing"),
        (5, "key-repeated"),
        (6, "unlucky"),
        (7, "not-a-number"),
    ]
    assert kept() == {"a": 1, "c": 3, "f": 6}
    assert len(report.warnings) == 2
    assert report.exit_status() == 1
    assert report.exit_status(allow_rejects=True) == 0
    run = ImportRun.objects.get()
    assert (run.state, run.file_name, run.actor_label, run.account_id) == ("done", "numbers.csv", "何*", 7)
    assert (run.started_at, run.finished_at) == (now, now)
    assert importing.report_of(run) == report


@pytest.mark.django_db
def test_the_report_is_the_contract_of_the_command_line(tmp_path, tick):
    answer = load(file_of(tmp_path, *ROWS), tick).as_dict()
    assert list(answer) == ["read", "created", "updated", "unchanged", "rejected", "warnings"]
    assert all(list(rejected) == ["row", "offset", "reason"] for rejected in answer["rejected"])
    counted = answer["created"] + answer["updated"] + answer["unchanged"] + len(answer["rejected"])
    assert answer["read"] == counted == len(ROWS)
    lines = (tmp_path / "numbers.csv").read_bytes().splitlines(keepends=True)
    assert answer["rejected"][0]["offset"] == len(b"".join(lines[:2]))
    assert "数值" in answer["rejected"][0]["reason"]


@pytest.mark.django_db
def test_loading_twice_changes_nothing(tmp_path, tick):
    path = file_of(tmp_path, "a,1", "b,2")
    assert load(path, tick).created == 2
    again = load(path, tick)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert ImportRun.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["test-numbers", "test-numbers-by-batch"])
def test_a_trial_says_the_same_and_leaves_nothing(tmp_path, tick, kind):
    Sequence.objects.create(name="c", next_value=3)
    path = file_of(tmp_path, *ROWS)
    tried = importing.load(kind, path, actor=ACTOR, tick=tick, dry_run=True)
    assert kept() == {"c": 3}
    assert ImportRun.objects.count() == 0
    assert JournalLine.objects.count() == 0
    done = importing.load(kind, path, actor=ACTOR, tick=tick)
    assert tried.dry_run
    assert not done.dry_run
    assert tried.as_dict() == done.as_dict()


@pytest.mark.django_db
def test_a_batch_is_one_journal_line_about_the_run(tmp_path, tick):
    load(file_of(tmp_path, "a,1", "b,2", "c,3", "d,4"), tick)
    run = ImportRun.objects.get()
    lines = JournalLine.objects.values_list("operation", "subject_kind", "subject_id", "actor_label")
    # Two batches of three and one row, and the end of the run.
    assert list(lines) == [("import.test-numbers", "core.importrun", run.pk, "何*")] * 3


@pytest.mark.django_db(transaction=True)
def test_a_run_that_broke_off_goes_on_where_it_stopped(tmp_path, tick):
    path = file_of(tmp_path, *[f"n{number},{number}" for number in range(1, 8)], "n1,9")
    Numbers.crash_on = "n5"
    with pytest.raises(Crash):
        load(path, tick)
    assert sorted(kept()) == ["n1", "n2", "n3"]
    run = ImportRun.objects.get()
    assert (run.state, run.position, run.read_count, run.fault) == ("stopped", 3, 3, "Crash")

    Numbers.crash_on = ""
    report = load(path, tick)
    assert (report.run_id, report.read, report.created, report.unchanged) == (run.pk, 8, 7, 0)
    assert [(r.row, r.code) for r in report.rejected] == [(8, "key-repeated")]
    assert ImportRun.objects.get().state == RunState.DONE


@pytest.mark.django_db
def test_a_run_whose_process_was_killed_goes_on_too(tmp_path, tick):
    path = file_of(tmp_path, "a,1", "b,2", "c,3", "d,4")
    Numbers.crash_on = "d"
    with pytest.raises(Crash):
        load(path, tick)
    ImportRun.objects.update(state=RunState.RUNNING, fault="")  # a killed process says nothing
    Numbers.crash_on = ""
    report = load(path, tick)
    assert (report.read, report.created, report.unchanged) == (4, 4, 0)


@pytest.mark.django_db
def test_another_file_begins_its_own_run(tmp_path, tick):
    Numbers.crash_on = "b"
    with pytest.raises(Crash):
        load(file_of(tmp_path, "b,1"), tick)
    assert load(file_of(tmp_path, "a,1", name="other.csv"), tick).created == 1
    assert ImportRun.objects.count() == 2


@pytest.mark.django_db
def test_a_run_overtaken_by_another_process_stops_itself(tmp_path, tick):
    def overtake(_progress):
        ImportRun.objects.update(position=6)

    with pytest.raises(Conflict) as refused:
        load(file_of(tmp_path, *[f"n{number},1" for number in range(1, 7)]), tick, progress=overtake)
    assert refused.value.codes == ("loading-elsewhere",)
    assert ImportRun.objects.get().state == RunState.RUNNING


@pytest.mark.django_db
def test_progress_is_told_after_each_batch(tmp_path, tick):
    told = []
    load(file_of(tmp_path, *[f"n{number},{number}" for number in range(7)]), tick, progress=told.append)
    assert [(progress.read, progress.rejected) for progress in told] == [(3, 1), (6, 1), (7, 1)]
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] < 1


@pytest.mark.django_db
def test_who_may_not_load_is_refused_before_anything_is_read(tmp_path, tick):
    nobody = Actor(label="", door=Door.OPAC)
    with pytest.raises(PermissionMissing):
        importing.load("test-numbers", tmp_path / "not there", actor=nobody, tick=tick)
    assert importing.importers(nobody) == []
    assert Numbers in importing.importers(ACTOR)


def test_an_unknown_kind_is_not_found(tmp_path, tick):
    with pytest.raises(NotFound) as refused:
        importing.load("nonsense", tmp_path, actor=ACTOR, tick=tick)
    assert refused.value.codes == ("unknown-kind",)


@pytest.mark.django_db
def test_an_unreadable_file_takes_nothing(tmp_path, tick):
    path = tmp_path / "x.csv"
    path.write_text("hello\n", encoding="utf-8")
    with pytest.raises(importing.Unreadable):
        load(path, tick)
    with pytest.raises(importing.Unreadable):
        load(path, tick, dry_run=True)
    assert kept() == {}


class Writer:
    """Importers of a kind of their own, registered under a fresh name each."""

    number = 0


def declared(**members):
    Writer.number += 1
    members = {"kind": f"test-{Writer.number}", "title": "T", "permission": "test.load", **members}
    return importing.declare(type("Declared", (importing.Importer,), members))


@pytest.mark.django_db
def test_lost_rows_are_a_fault_and_nothing_of_the_batch_stays(tmp_path, tick):
    def write(self, rows, *, actor, now):
        Sequence.objects.create(name="half", next_value=1)
        return [importing.CREATED] * (len(rows) - 1)

    importer = declared(columns=Numbers.columns, write=write)
    with pytest.raises(importing.SumsDisagree):
        importing.load(importer.kind, file_of(tmp_path, "a,1", "b,2"), actor=ACTOR, tick=tick)
    assert kept() == {}
    assert ImportRun.objects.get().fault == "SumsDisagree"


@pytest.mark.django_db
def test_the_database_does_not_keep_a_run_whose_sums_disagree(now):
    run = ImportRun(kind="x", file_name="x", sha256="0" * 64, started_at=now, read_count=2, created_count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save()


@pytest.mark.django_db
def test_a_row_the_database_refuses_is_rejected_alone(tmp_path, tick):
    def write_row(self, row, *, actor, now):
        Sequence.objects.create(name=row["name"], next_value=row["value"])
        return importing.CREATED

    importer = declared(columns=Numbers.columns, write_row=write_row)
    report = importing.load(importer.kind, file_of(tmp_path, "a,1", "a,2", "b,3"), actor=ACTOR, tick=tick)
    assert [(r.row, r.code) for r in report.rejected] == [(2, "contradiction")]
    assert kept() == {"a": 1, "b": 3}


@pytest.mark.django_db
def test_a_format_of_its_own_reports_damage_with_its_place(tmp_path, tick):
    def read(self, path):
        self.warnings.append("Detected: old.")
        yield importing.Record(1, 0, b"one")
        yield importing.Damage.at(2, 4, "cut-off", "The record is cut off.")
        yield importing.Record(3, 9, b"three")

    def write(self, rows, *, actor, now):
        assert [row.payload for row in rows] == [b"one", b"three"]
        return [importing.CREATED, importing.UNCHANGED]

    importer = declared(read=read, write=write)
    path = tmp_path / "records"
    path.write_bytes(b"one two three")
    report = importing.load(importer.kind, path, actor=ACTOR, tick=tick)
    assert report.as_dict() == {
        "read": 3,
        "created": 1,
        "updated": 0,
        "unchanged": 1,
        "rejected": [{"row": 2, "offset": 4, "reason": "The record is cut off."}],
        "warnings": ["Detected: old."],
    }


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"kind": "test-numbers"}, "twice"),
        ({"columns": (Numbers.columns[0], Numbers.columns[0])}, "do not fit"),
        ({"columns": Numbers.columns, "key": ("isbn",)}, "do not fit"),
    ],
)
def test_a_wrong_declaration_is_refused(members, complaint):
    with pytest.raises(ValueError, match=complaint):
        declared(**members)


def test_the_guide_names_only_what_there_is():
    guide = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
    named = set(re.findall(r"\bimporting\.([a-zA-Z_]+)", guide)) - {"md"}
    assert named <= set(importing.__all__)


@pytest.mark.parametrize(("chosen", "value"), [("", 2), ("plain", 2), ("double", 4)])
def test_a_file_is_loaded_as_chosen(db, tmp_path, tick, chosen, value):
    path = file_of(tmp_path, "a,2")
    importing.load("test-numbers-as-chosen", path, actor=ACTOR, tick=tick, chosen=chosen)
    assert kept() == {"a": value}


@pytest.mark.parametrize(
    ("kind", "code"),
    [("test-numbers-as-chosen", "unknown-choice"), ("test-numbers", "nothing-to-choose")],
)
def test_an_answer_that_is_none_is_refused(db, tmp_path, tick, kind, code):
    with pytest.raises(Invalid) as refused:
        importing.load(kind, file_of(tmp_path, "a,2"), actor=ACTOR, tick=tick, chosen="threefold")
    assert refused.value.codes == (code,)


def test_a_run_that_broke_off_goes_on_as_it_was_begun(db, tmp_path, tick):
    path = file_of(tmp_path, "a,1", "b,1", "c,1", "d,1")
    load_as = partial(importing.load, "test-numbers-as-chosen", path, actor=ACTOR, tick=tick)
    Numbers.crash_on = "d"
    with pytest.raises(Crash):
        load_as(chosen="double")
    Numbers.crash_on = ""
    with pytest.raises(Conflict) as refused:
        load_as()
    assert refused.value.codes == ("begun-otherwise",)
    load_as(chosen="double")
    assert kept() == {"a": 2, "b": 2, "c": 2, "d": 2}
