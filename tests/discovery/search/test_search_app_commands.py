"""The commands of the index: building it anew, saying how it stands."""

import json

import typer
from typer.testing import CliRunner

from yanshu.config.commands import index as commands


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    commands.add_to(app)
    answer = CliRunner().invoke(app, ["index", *words])
    return answer.exit_code, answer.stdout


def test_status_and_rebuild(library):
    library.record("红楼梦")
    code, said = run("status", "--format", "json")
    before = json.loads(said)
    assert (code, before["missing"], before["released_records"], before["records"]) == (
        0,
        "none was built",
        1,
        0,
    )
    assert run("rebuild")[0] == 0
    after = json.loads(run("status", "--format", "json")[1])
    assert (after["missing"], after["records"], after["waiting"], after["build"]) == (None, 1, 0, 1)
    assert run("rebuild")[0] == 0
    assert json.loads(run("status", "--format", "json")[1])["build"] == 2


def test_status_in_words(library):
    code, said = run("status")
    assert code == 0
    assert said.splitlines()[0].split() == ["missing", "none", "was", "built"]
