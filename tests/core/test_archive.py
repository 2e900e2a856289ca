"""Backup and restore, on whichever database the tests run."""

import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction

from world import make_world
from yanshu.config.archive import MANIFEST, ArchiveDamaged, PlaceTaken, read_archive, write_archive
from yanshu.core import doctor, event, feed, file, journal, secret
from yanshu.core.actor import Actor, Door
from yanshu.core.event import Event, publish
from yanshu.core.file import StoredFile
from yanshu.core.journal import JournalLine
from yanshu.core.operation import Frame
from yanshu.institution.places.models import Library
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)
CLERK = Actor(label="馆员", door=Door.DESK, account_id=7)
ID_NUMBER = "430402199001011234"


@dataclass(frozen=True, slots=True)
class BoxFilled:
    number: int


@pytest.fixture
def data(settings, tmp_path):
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("no pg_dump: install postgresql-client")
    settings.DATA = tmp_path / "data"
    settings.KEYS_FOLDER = settings.DATA / "keys"
    settings.DATA.mkdir(mode=0o700)
    return settings.DATA


@pytest.fixture
def world(data):
    """A library with a reader whose number is encrypted, and a stored file."""
    made = make_world()
    made.patron(id_number=ID_NUMBER)
    with transaction.atomic():
        file.accept(
            ContentFile("到馆人次\n".encode(), "visits.csv"),
            kinds={file.FileKind.TEXT},
            max_bytes=1000,
            actor=CLERK,
            now=NOW,
        )
    return made


@pytest.fixture
def backup(world, tmp_path):
    target = tmp_path / "library.backup"
    write_archive(target)
    return target


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_backup_and_what_comes_out_of_it_are_the_owners_alone(world, data, backup, settings):
    assert mode(backup) == 0o600
    data.chmod(0o755)
    assert [finding.says.split()[0] for finding in doctor.examine(["core.folders"])] == [str(data)]
    data.chmod(0o700)
    assert list(doctor.examine(["core.folders"])) == []
    assert {mode(path) for path in (data / "keys").iterdir()} == {0o600}


def empty(data, *, keys=True):
    """Take away what a new machine would not have."""
    call_command("flush", interactive=False, verbosity=0, database="default")
    shutil.rmtree(data / "files", ignore_errors=True)
    if not keys:
        shutil.rmtree(data / "keys")


def test_what_was_backed_up_comes_back_whole(data, backup):
    assert backup.stat().st_size > 0
    empty(data)
    put_back = read_archive(backup)
    assert (put_back.files, put_back.keys_missing) == (2, False)
    assert Library.objects.get().code == "CN-TEST"
    assert Patron.objects.get().id_number == ID_NUMBER
    assert StoredFile.objects.get().full_path.read_text("utf-8") == "到馆人次\n"
    assert [finding for finding in doctor.examine() if finding.check.startswith("core.")] == []


def test_keys_are_never_in_it(backup):
    with tarfile.open(backup) as archive:
        names = archive.getnames()
    assert not [name for name in names if "key" in name]
    assert len(names) == 3


def test_missing_keys_are_said(data, backup, tmp_path):
    secret.keys_export(tmp_path / "exported")
    empty(data, keys=False)
    assert read_archive(backup).keys_missing is True
    assert not (data / "keys" / "field-keys").exists()
    secret.keys_import(tmp_path / "exported")
    assert Patron.objects.get().id_number == ID_NUMBER


def test_other_keys_are_as_good_as_none(data, backup):
    empty(data, keys=False)
    secret.make_keys(secret.PERSONAL)
    assert read_archive(backup).keys_missing is True


@pytest.mark.parametrize("taken", ["database", "files"])
def test_what_is_not_empty_is_not_written_over(data, backup, taken):
    if taken == "files":
        call_command("flush", interactive=False, verbosity=0, database="default")
    else:
        shutil.rmtree(data / "files")
    with pytest.raises(PlaceTaken):
        read_archive(backup)
    assert Library.objects.exists() is (taken == "database")


def repacked(backup, tmp_path, change):
    """Return the archive with its unpacked parts changed."""
    folder, target = tmp_path / "unpacked", tmp_path / "changed.backup"
    with tarfile.open(backup) as archive:
        archive.extractall(folder, filter="data")
    change(folder)
    with tarfile.open(target, "w:gz") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(folder).as_posix())
    return target


def database_in(folder):
    return next(folder.glob("database.*"))


def say(folder, **changes):
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def flip(folder):
    path = database_in(folder)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.sqlite  # unpacking is the same everywhere, and dumping takes PostgreSQL its time
@pytest.mark.parametrize(
    "change",
    [
        flip,
        lambda folder: database_in(folder).unlink(),
        lambda folder: shutil.rmtree(folder / "files"),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: say(folder, format="yanshu-backup-0"),
        lambda folder: say(folder, vendor="another"),
    ],
    ids=["bit", "no database", "no files", "no manifest", "torn manifest", "other format", "other database"],
)
def test_a_damaged_archive_is_refused_and_nothing_is_touched(data, backup, tmp_path, change):
    damaged = repacked(backup, tmp_path, change)
    empty(data)
    with pytest.raises(ArchiveDamaged):
        read_archive(damaged)
    assert not Library.objects.exists()
    assert not (data / "files").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("share", [0, 0.1, 0.9])
def test_an_archive_cut_short_is_refused(data, backup, share):
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    empty(data)
    with pytest.raises(ArchiveDamaged):
        read_archive(backup)


def test_a_backup_that_fails_leaves_none(data, world, tmp_path):
    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "no such folder" / "library.backup")
    assert [path.name for path in data.iterdir() if path.name.startswith("tmp")] == []


@pytest.mark.postgres
def test_feeds_and_seals_go_on_after_a_restore(data, world, tmp_path, monkeypatch):
    """Transactions are out of step with ids; nothing is left out, the seals hold."""
    monkeypatch.setattr(feed, "registry", {})
    given = []

    @feed.subscriber("tests.boxes", rows=lambda: event.rows_of(BoxFilled), batch=2)
    def take(rows, now):
        given.extend(row.payload["number"] for row in rows)

    publish(*(BoxFilled(number) for number in range(4)), now=NOW)
    for number in range(4):
        line = journal.write_line(Frame(code=f"box.{number}"), actor=CLERK, now=NOW)
        JournalLine.objects.filter(pk=line.pk).update(tx=13 - number)
    for number, row in enumerate(Event.objects.order_by("id")):
        Event.objects.filter(pk=row.pk).update(tx=13 - number)
    feed.advance("tests.boxes", now=NOW)
    assert given == [3, 2]
    assert journal.seal_blocks(now=NOW) == 1

    write_archive(tmp_path / "library.backup")
    empty(data)
    read_archive(tmp_path / "library.backup")

    monkeypatch.setattr(
        feed, "settled", lambda rows: rows
    )  # other databases' transactions do not matter here
    assert list(journal.broken_seals()) == []
    feed.advance_all(now=NOW)
    assert set(given) == {0, 1, 2, 3}
    journal.write_line(Frame(code="box.after"), actor=CLERK, now=NOW)
    assert JournalLine.objects.order_by("tx", "id").last().operation == "box.after"
    assert list(journal.broken_seals()) == []
    assert list(doctor.examine(["core.subscribers"])) == []


@pytest.mark.postgres
def test_rows_of_another_cluster_are_older_than_all_transactions_here(data, world, tmp_path):
    world.patron()
    publish(BoxFilled(1), now=NOW)
    write_archive(tmp_path / "library.backup")
    empty(data)
    read_archive(tmp_path / "library.backup")
    assert list(Event.objects.values_list("tx", flat=True)) == [0]
    publish(BoxFilled(2), now=NOW)
    assert Event.objects.order_by("id").last().tx > 0


@pytest.mark.postgres
def test_the_dump_is_taken_where_all_options_of_the_address_lead(world, tmp_path, settings):
    """The connection that is open stays; ``pg_dump`` makes its own by the same address."""
    said = connection.settings_dict
    kept = {name: said[name] for name in ("HOST", "OPTIONS")}
    said.update(HOST="", OPTIONS={**said["OPTIONS"], "host": str(tmp_path / "no-socket-here")})
    try:
        with pytest.raises(ArchiveDamaged, match="pg_dump failed"):
            write_archive(tmp_path / "library.backup")
    finally:
        said.update(kept)
    assert write_archive(tmp_path / "library.backup").files == 2


@pytest.mark.postgres
def test_no_log_in_of_those_at_work_is_in_it(backup, tmp_path):
    """Tests keep sessions beside the data; a library on PostgreSQL has them in the same database."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text)")
        cursor.execute("INSERT INTO django_session VALUES ('abc', 'who-is-at-the-desk')")
    try:
        write_archive(tmp_path / "second.backup")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE django_session")
    with tarfile.open(tmp_path / "second.backup") as archive:
        archive.extract("database.dump", tmp_path, filter="data")
    listed = subprocess.run(
        ["pg_restore", "--file=-", str(tmp_path / "database.dump")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "CREATE TABLE public.django_session" in listed
    assert "who-is-at-the-desk" not in listed
