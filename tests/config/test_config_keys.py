"""The commands for keys: a key somebody may have seen is replaced, and nothing kept with it is lost."""

import pytest
import typer
from django.db import connection
from typer.testing import CliRunner

from world import make_world
from yanshu.config.commands import upkeep
from yanshu.core import secret
from yanshu.readers.patrons.models import Patron

ID_NUMBER = "430404199003076016"


@pytest.fixture(autouse=True)
def _keys(tmp_path, settings):
    settings.KEYS_FOLDER = tmp_path / "keys"
    secret.make_keys(secret.PERSONAL)


def rotate(*words):
    app = typer.Typer()
    upkeep.add_to(app)
    answer = CliRunner().invoke(app, ["keys", "rotate", *words])
    assert answer.exit_code == 0, answer.output


def token():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM patrons_patron")
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "left"), [((), 2), (("--drop-old",), 1)])
def test_a_rotation_encrypts_anew_and_reads_all(tmp_path, words, left):
    make_world().patron(id_number=ID_NUMBER)
    ring, before = tmp_path / "keys" / "field-keys", token()
    old = ring.read_text().split()
    rotate(*words)
    kept = ring.read_text().split()
    assert len(kept) == left
    assert kept[0] not in old
    assert token() != before
    ring.write_text(kept[0])
    assert Patron.objects.get().id_number == ID_NUMBER
