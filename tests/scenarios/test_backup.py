"""A backup of the running library comes back whole in another place, and says what is not in it."""

import json
import sqlite3
import subprocess
from contextlib import closing

import pytest

from running_library import COMMAND, own_environment

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("library")]
#: One reader with an identity number, which is encrypted: the demonstration has none.
READERS = "读者证号,姓名,读者类型,所属馆代码,身份证号\nTB000001,何秋月,adult,central,11010519491231002X\n"


def yanshu(data, *arguments):
    return subprocess.run(
        [*COMMAND, *arguments], env=own_environment(data), check=False, capture_output=True, text=True
    )


def counted(told):
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)["figures"]


def findings(told):
    return json.loads(told.stdout)["findings"]


def test_a_working_librarys_backup_comes_back_whole(library, tmp_path):
    archive, keys, elsewhere = tmp_path / "library.backup", tmp_path / "keys", tmp_path / "elsewhere"
    readers = tmp_path / "readers.csv"
    readers.write_text(READERS, encoding="utf-8")
    registered = library.command("import", "patrons", str(readers))
    assert registered.returncode == 0, registered.stdout + registered.stderr
    assert library.command("backup", str(archive)).returncode == 0
    assert library.command("keys", "export", str(keys)).returncode == 0

    back = yanshu(elsewhere, "restore", str(archive))
    assert back.returncode == 0, back.stderr
    assert "yanshu keys import" in " ".join(back.stderr.split())
    assert yanshu(elsewhere, "keys", "import", str(keys)).returncode == 0
    assert yanshu(elsewhere, "migrate").returncode == 0
    assert yanshu(elsewhere, "index", "rebuild").returncode == 0

    year = ("figures", "--year", "2019", "--format", "json")
    assert counted(yanshu(elsewhere, *year)) == counted(library.command(*year))
    examined = yanshu(elsewhere, "doctor", "--format", "json")
    assert findings(examined) == []
    assert examined.returncode == 0

    twice = yanshu(elsewhere, "restore", str(archive))
    assert twice.returncode != 0
    assert counted(yanshu(elsewhere, *year)) == counted(library.command(*year))

    archive.write_bytes(archive.read_bytes()[:-1000])
    damaged = yanshu(tmp_path / "third", "restore", str(archive))
    assert damaged.returncode != 0
    with closing(sqlite3.connect(tmp_path / "third" / "yanshu.sqlite3")) as untouched:
        assert untouched.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
