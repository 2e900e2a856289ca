"""Killed at any moment, the library has kept everything it acknowledged, and is in order."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from scenarios.killed_library import KEY, TERMINAL
from yanshu.doors.sip2.client import BlockingTerminal, Requests

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
KILLED_AFTER = (1, 23)
SAY = Requests(clock=lambda: datetime(2019, 11, 16, 4, tzinfo=UTC), institution="CN-TEST", renews=False)


class Machine(BlockingTerminal):
    """A terminal that can leave without its answer."""

    def send(self, message):
        self._socket.sendall(self.speaker.say(message))


class Folder:
    """A library's data folder, and processes that work in it."""

    def __init__(self, data, program="scenarios.killed_library"):
        self.program = program
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YANSHU_")}
        self.environment = {
            **kept,
            "YANSHU_DATA": str(data),
            "YANSHU_ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": "",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def start(self, act):
        return subprocess.Popen(
            [sys.executable, "-m", self.program, act],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, act):
        with self.start(act) as process:
            said, _nothing = process.communicate()
        assert process.returncode == 0
        return said

    def examined(self):
        return json.loads(self.run("examine"))


@pytest.fixture
def library(tmp_path):
    folder = Folder(tmp_path / "data")
    folder.found_before = json.loads(folder.run("prepare"))
    return folder


def kill(process):
    """Kill at once, whatever it is doing; return the lines it had said and nobody had read yet."""
    os.kill(process.pid, signal.SIGKILL)
    left = process.stdout.readlines()
    assert process.wait() == -signal.SIGKILL
    return [line for line in left if line.endswith("\n")]


def test_a_killed_desk_has_kept_every_loan_it_acknowledged(library):
    acknowledged = []
    for lines in KILLED_AFTER:
        with library.start("lend") as process:
            acknowledged += [process.stdout.readline() for _line in range(lines)]
            acknowledged += kill(process)
    found = library.examined()
    for act in ("lent", "returned"):
        told = [int(line.split()[1]) for line in acknowledged if line.startswith(f"{act} ")]
        assert len(set(told)) == len(told)
        assert set(told) <= set(found[act])
        assert len(found[act]) - len(told) <= len(KILLED_AFTER)  # made, and killed before it could be said
    assert found["lines"] == len(found["lent"]) + len(found["returned"])
    assert found["findings"] == library.found_before


def test_a_killed_machine_server_has_kept_every_loan_it_acknowledged(library):
    acknowledged, barcodes = [], (f"B{number:08d}" for number in count(3))
    for loans in KILLED_AFTER:
        process = library.start("serve")
        with process, Machine("127.0.0.1", int(process.stdout.readline())) as machine:
            assert machine.ask(SAY.login(TERMINAL, KEY)).fixed["ok"] == "1"
            for _loan in range(loans):
                barcode = next(barcodes)
                answer = machine.ask(SAY.checkout("R000001", barcode))
                assert answer.fixed["ok"] == "1", answer.get("AF")
                acknowledged.append(barcode)
            machine.send(SAY.checkout("R000001", next(barcodes)))
            kill(process)
    found = library.examined()
    assert set(acknowledged) <= set(found["barcodes"])
    assert len(found["barcodes"]) - len(acknowledged) <= len(KILLED_AFTER)
    assert found["lines"] == len(found["barcodes"])
    assert found["findings"] == library.found_before
