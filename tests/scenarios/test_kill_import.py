"""A worker of imports killed in the middle of a file: the next one goes on, and every row is there once."""

import json

import pytest

from scenarios.killed_import import BAD, ROWS
from scenarios.test_kill import Folder, kill

pytestmark = pytest.mark.sqlite
PROGRAM = "scenarios.killed_import"


@pytest.fixture
def library(tmp_path):
    folder = Folder(tmp_path / "data", program=PROGRAM)
    folder.found_before = json.loads(folder.run("prepare"))
    folder.run("order")
    return folder


def test_a_killed_import_goes_on_at_the_last_row_it_committed(library):
    with library.start("carry") as worker:
        reached = [int(worker.stdout.readline()) for _batch in range(3)]
        reached += [int(line) for line in kill(worker)]
    found = library.examined()
    assert found["state"] == "running"
    assert 0 < reached[2] <= reached[-1] <= found["position"] < ROWS
    assert found["cards"] == found["sums"][1]

    library.run("carry")
    found = library.examined()
    bad = [number + 1 for number in BAD]
    assert found["state"] == "done"
    assert found["sums"] == [ROWS, ROWS - len(bad), 0, len(bad)]
    assert found["rejected"] == bad
    assert found["cards"] == ROWS - len(bad)
    assert found["patrons"] == ROWS - len(bad) + 1  # and the reader of the small library
    assert found["findings"] == library.found_before
