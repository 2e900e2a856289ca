"""Files of a SQLite database belong to the user who runs the library, in a folder anybody may read too."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.db import ConnectionHandler

from yanshu.config.environment import sqlite

pytestmark = pytest.mark.sqlite


@contextmanager
def usual_umask():
    former = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(former)


def test_database_and_the_files_beside_it_are_the_owners_alone(tmp_path, django_db_blocker):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    connections = ConnectionHandler({"default": sqlite(folder / "library.sqlite3")})
    with django_db_blocker.unblock(), usual_umask(), connections["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE loans (id INTEGER)")
        cursor.execute("INSERT INTO loans VALUES (1)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    connections["default"].close()
    assert modes == {f"library.sqlite3{part}": 0o600 for part in ("", "-wal", "-shm", ".gate")}


LOCK_FROM_OUTSIDE = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR)
try:
    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
except BlockingIOError:
    print("locked")
"""


def test_a_second_connection_leaves_the_first_its_locks(tmp_path, django_db_blocker):
    """SQLite's shared lock on the file tells other processes that somebody still reads the log beside it."""
    name = tmp_path / "library.sqlite3"
    first, second = (ConnectionHandler({"default": sqlite(name)})["default"] for _each in range(2))
    with django_db_blocker.unblock():
        with first.cursor() as cursor:
            cursor.execute("CREATE TABLE loans (id INTEGER)")
        second.ensure_connection()
        said = subprocess.run(
            [sys.executable, "-c", LOCK_FROM_OUTSIDE, str(name)], capture_output=True, text=True, check=True
        )
        second.close()
        first.close()
    assert said.stdout.strip() == "locked", said.stderr
