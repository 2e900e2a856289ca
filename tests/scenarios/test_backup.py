"""A backup of the running library comes back whole in another place, and says what is not in it."""

import json
import shutil
import subprocess

import pytest
from django.db import connection

from running_library import COMMAND, empty_database, own_environment

pytestmark = pytest.mark.xdist_group("library")
#: One reader with an identity number, which is encrypted: the demonstration has none.
READERS = "读者证号,姓名,读者类型,所属馆代码,身份证号\nTB000001,何秋月,adult,central,11010519491231002X\n"


class Place:
    """A machine with nothing on it, on which commands are run."""

    def __init__(self, data, settings):
        self.environment = own_environment(data, **settings)

    def command(self, *arguments):
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, check=False, capture_output=True, text=True
        )


@pytest.fixture
def elsewhere(tmp_path):
    """Return another machine; its database is empty."""
    with empty_database() as settings:
        yield Place(tmp_path / "elsewhere", settings)


@pytest.fixture
def third(tmp_path):
    with empty_database() as settings:
        yield Place(tmp_path / "third", settings)


def counted(told):
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)["figures"]


def findings(told):
    return json.loads(told.stdout)["findings"]


def test_a_working_librarys_backup_comes_back_whole(library, elsewhere, third, tmp_path):
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("no pg_dump: install postgresql-client")
    archive, keys = tmp_path / "library.backup", tmp_path / "keys"
    readers = tmp_path / "readers.csv"
    readers.write_text(READERS, encoding="utf-8")
    registered = library.command("import", "patrons", str(readers))
    assert registered.returncode == 0, registered.stdout + registered.stderr
    written = library.command("backup", str(archive))
    assert written.returncode == 0, written.stderr
    assert library.command("keys", "export", str(keys)).returncode == 0

    back = elsewhere.command("restore", str(archive))
    assert back.returncode == 0, back.stderr
    assert "yanshu keys import" in " ".join(back.stderr.split())
    assert elsewhere.command("keys", "import", str(keys)).returncode == 0
    assert elsewhere.command("migrate").returncode == 0
    assert elsewhere.command("index", "rebuild").returncode == 0

    year = ("figures", "--year", "2019", "--format", "json")
    figures = counted(library.command(*year))
    assert sum(figure["value"] or 0 for figure in figures if figure["code"] == "circulation.loans") > 0
    assert counted(elsewhere.command(*year)) == figures
    examined = elsewhere.command("doctor", "--format", "json")
    assert findings(examined) == []
    assert examined.returncode == 0

    twice = elsewhere.command("restore", str(archive))
    assert twice.returncode != 0
    assert counted(elsewhere.command(*year)) == figures

    archive.write_bytes(archive.read_bytes()[:-1000])
    damaged = third.command("restore", str(archive))
    assert damaged.returncode != 0
    asked = third.command("figures", "--year", "2019")
    assert asked.returncode != 0, "the place has tables, though nothing was to be put there"
