"""The whole program as `make run` starts it, for tests that stand outside: pages, SIP2, jobs, index.

``library`` is started once a worker on a demonstration year at scale 0.02, on the database the tests run on.
Tests that use it bear ``pytest.mark.xdist_group("library")``, so that one worker starts it for all.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCALE = "0.02"
READY = "Ctrl-C"
COMMAND = (sys.executable, "-m", "yanshu.config.cli")
_numbers = count(1)


@dataclass(frozen=True)
class RunningLibrary:
    """Where the program listens, and the process that keeps it running."""

    data: Path
    web: str
    sip2: tuple[str, int]
    environment: dict[str, str]
    process: "subprocess.Popen[str]"
    said: str
    """What was printed until it was ready."""

    @property
    def logins(self) -> dict[str, str]:
        """Return the passwords and keys of the demonstration by log-in."""
        kept = (self.data / "demonstration-logins.json").read_text(encoding="utf-8")
        logins: dict[str, str] = json.loads(kept)
        return logins

    @property
    def reader(self) -> str:
        """Return the card number of a reader with a log-in."""
        return next(name for name in self.logins if name.startswith("YC"))

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the command ``yanshu`` on the same data."""
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, check=False, capture_output=True, text=True
        )


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def accepts(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def own_environment(data: Path, **settings: str) -> dict[str, str]:
    """Return an environment in which only ``settings`` are set; no ``.env`` can fill the others."""
    from yanshu.config.environment import SETTINGS

    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    unset = {setting.variable: "" for setting in SETTINGS}
    return {**kept, **unset, "YANSHU_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), **settings}


@contextmanager
def started(data: Path, **settings: str) -> Iterator[RunningLibrary]:
    """Run ``yanshu up`` until both ports answer; stop it as Ctrl-C does."""
    web, sip2 = free_port(), free_port()
    environment = own_environment(data, YANSHU_HTTP_PORT=str(web), YANSHU_SIP2_PORT=str(sip2), **settings)
    process = subprocess.Popen(
        [*COMMAND, "up"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    reading = threading.Thread(target=process.stdout.read)
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if READY in line:
                break
        else:
            pytest.fail("yanshu up ended:\n" + "".join(said))
        reading.start()  # what it says later is read away, so that a full pipe never stops it
        pause = threading.Event()
        for _try in range(1200):
            if accepts(web) and accepts(sip2):
                break
            pause.wait(0.05)
        where = f"http://127.0.0.1:{web}", ("127.0.0.1", sip2)
        yield RunningLibrary(data, *where, environment, process, "".join(said))
    finally:
        stop(process)
        if reading.ident:
            reading.join()
        process.stdout.close()


def stop(process: "subprocess.Popen[str]") -> int:
    """Press Ctrl-C and return the exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@contextmanager
def empty_database() -> Iterator[dict[str, str]]:
    """Yield the settings that lead to an empty database of the kind the tests run on, for other processes.

    On SQLite these are none: it is a file in the data folder.
    """
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        yield {}
        return
    import psycopg

    name = f"yanshu_library_{os.getpid()}_{next(_numbers)}"
    with closing(psycopg.connect(server, autocommit=True)) as asked:
        asked.execute(f"CREATE DATABASE {name}")
        try:
            parts = urlsplit(server)
            query = f"?{parts.query}" if parts.query else ""
            yield {"DATABASE_URL": f"{parts.scheme}://{parts.netloc}/{name}{query}"}
        finally:
            asked.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLibrary]:
    """Start everything on a small demonstration year."""
    folder = tmp_path_factory.mktemp("library")
    with empty_database() as settings, started(folder, YANSHU_DEMO_SCALE=SCALE, **settings) as running:
        yield running
