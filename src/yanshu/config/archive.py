"""Backup and restore: a checked copy of the database and the stored files, never with the keys.

On SQLite the archive holds a consistent copy of the database file itself (made while the library works); on
PostgreSQL the output of ``pg_dump``, which must be installed. A manifest with the hash of every part stands
in the archive; a restore refuses what does not agree with it, and a place that is not empty.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import F, Max, Q

from yanshu.core import feed
from yanshu.core.feed import Cursor, FeedRow
from yanshu.core.journal import JournalLine, JournalSeal
from yanshu.core.secret import unread_columns

MANIFEST = "manifest.json"
FORMAT = "yanshu-backup-1"
CHUNK = 1 << 20
#: Left empty: who holds a backup must not hold the log-ins of those at work. On SQLite they lie apart.
PASSING = ("django_session", "django_cache")


class ArchiveDamaged(Exception):
    """The archive is not whole, or is none of ours."""


class PlaceTaken(Exception):
    """There is data already where the backup would go."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was put into an archive."""

    bytes: int
    files: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was taken out of an archive, and whether keys are needed that are not here."""

    files: int
    keys_missing: bool


def write_archive(target: Path) -> Written:
    """Write a checked copy; it appears under its name only when it is whole and has been read back."""
    beside = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA) as scratch:
            parts = dict(_parts(Path(scratch)))
            manifest = {
                "format": FORMAT,
                "vendor": connection.vendor,
                "files": {name: _digest(path) for name, path in parts.items()},
            }
            with (
                open(beside, "wb", opener=_for_the_owner) as handle,
                tarfile.open(fileobj=handle, mode="w:gz", compresslevel=3) as archive,
            ):
                listing = Path(scratch) / MANIFEST
                listing.write_text(json.dumps(manifest), encoding="utf-8")
                archive.add(listing, MANIFEST)
                for name, path in parts.items():
                    archive.add(path, name)
        with tempfile.TemporaryDirectory(dir=settings.DATA) as scratch:
            _unpack(beside, Path(scratch))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return Written(bytes=target.stat().st_size, files=len(parts))


def read_archive(source: Path) -> PutBack:
    """Put a backup back.

    Raises:
        ArchiveDamaged: when a part is missing, changed, or of another kind of database.
        PlaceTaken: when the database or the files folder is not empty.
    """
    _demand_empty()
    with tempfile.TemporaryDirectory(dir=settings.DATA) as scratch:
        folder = Path(scratch)
        manifest = _unpack(source, folder)
        if manifest["vendor"] != connection.vendor:
            raise ArchiveDamaged(f"The archive is of {manifest['vendor']}, here runs {connection.vendor}.")
        _put_database_back(folder)
        files = folder / "files"
        if files.exists():
            shutil.copytree(files, settings.DATA / "files", dirs_exist_ok=True)
    shutil.rmtree(settings.INDEX_FOLDER, ignore_errors=True)  # it belongs to what was here before
    call_command("migrate", interactive=False, verbosity=0)
    _start_transactions_anew()
    return PutBack(files=len(manifest["files"]), keys_missing=any(unread_columns()))


def _parts(scratch: Path) -> Iterator[tuple[str, Path]]:
    if connection.vendor == "sqlite":
        copy = scratch / "database.sqlite3"
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as live,
            closing(sqlite3.connect(copy)) as kept,
        ):
            live.backup(kept, pages=-1)
            (verdict,) = kept.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise ArchiveDamaged(f"The database itself is damaged: {verdict}")
        yield "database.sqlite3", copy
    else:
        copy = scratch / "database.dump"
        passing = [f"--exclude-table-data={table}" for table in PASSING]
        _postgresql("pg_dump", "--format=custom", f"--file={copy}", *passing)
        yield "database.dump", copy
    files = settings.DATA / "files"
    for path in sorted(files.rglob("*")) if files.exists() else ():
        if path.is_file():
            yield f"files/{path.relative_to(files).as_posix()}", path


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError) as wrong:
        raise ArchiveDamaged(f"{source}: this is no whole backup ({wrong}).") from wrong
    if manifest.get("format") != FORMAT:
        raise ArchiveDamaged(f"{source}: made by another version.")
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise ArchiveDamaged(f"{source}: {name} is missing or changed.")
    return manifest


def _demand_empty() -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "places_library" in tables:
            cursor.execute("SELECT count(*) FROM places_library")
            if cursor.fetchone()[0]:
                raise PlaceTaken("There is a library in this database; restore into an empty one.")
    files = settings.DATA / "files"
    if files.exists() and any(path.is_file() for path in files.rglob("*")):
        raise PlaceTaken(f"{files} is not empty.")


def _put_database_back(folder: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        for old in (name, name.with_name(name.name + "-wal"), name.with_name(name.name + "-shm")):
            old.unlink(missing_ok=True)
        name.touch(0o600)
        shutil.copyfile(folder / "database.sqlite3", name)
        return
    _postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", str(folder / "database.dump")
    )


def _postgresql(program: str, *arguments: str) -> None:
    from psycopg.conninfo import make_conninfo  # installed where PostgreSQL is used

    where = _libpq_parameters()
    password = {"PGPASSWORD": str(where.pop("password"))} if "password" in where else {}
    try:
        subprocess.run(  # noqa: S603  PostgreSQL's own programs
            [program, f"--dbname={make_conninfo(**where)}", *arguments],
            check=True,
            env={**password, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
    except FileNotFoundError as missing:
        raise ArchiveDamaged(f"{program} is not installed.") from missing
    except subprocess.CalledProcessError as failed:
        raise ArchiveDamaged(f"{program} failed ({failed.returncode}).") from failed


def _libpq_parameters() -> dict[str, Any]:
    """Return what leads to the database, options of its address included: a socket's folder, ``sslmode``."""
    from psycopg.pq import Conninfo

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def _start_transactions_anew() -> None:
    """Let feeds go on here: another cluster counts its transactions from elsewhere.

    Feed rows and cursors are given transaction 0, so that the order of ids alone holds; a cursor goes back as
    far as needed to leave nothing out, and its subscriber sees some rows again. The journal is moved as a
    whole, before all transactions here: its order is sealed.
    """
    if connection.vendor != "postgresql":
        return
    with transaction.atomic():
        for cursor in Cursor.objects.filter(name__in=feed.registry):
            cursor.tx, cursor.row_id = 0, _last_before_unread(cursor)
            cursor.save()
        for model in apps.get_models():
            if issubclass(model, FeedRow) and model is not JournalLine:
                _set_transaction_0(model._meta.db_table)
        last = JournalLine.objects.aggregate(last=Max("tx"))["last"] or 0
        JournalLine.objects.update(tx=F("tx") - last - 1)
        JournalSeal.objects.update(last_tx=F("last_tx") - last - 1)


def _last_before_unread(cursor: Cursor) -> int:
    rows = feed.registry[cursor.name].rows().order_by("id")
    unread = rows.filter(Q(tx__gt=cursor.tx) | Q(tx=cursor.tx, id__gt=cursor.row_id)).first()
    if unread is not None:
        return int(unread.pk) - 1
    last = rows.last()
    return int(last.pk) if last is not None else 0


def _set_transaction_0(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # the ledgers' guards
        cursor.execute(f"UPDATE {table} SET tx = 0 WHERE tx <> 0")  # noqa: S608  our own tables
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
