"""A library that is made for one bench and thrown away: its data folder, and its database on PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def scratch(server: str = "") -> Iterator[dict[str, str]]:
    """Yield the environment of a fresh library; take everything away afterwards.

    Args:
        server: URL of a PostgreSQL where databases may be made; empty: SQLite.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YANSHU_")}
    path = os.pathsep.join(map(str, (ROOT, ROOT / "src", ROOT / "tests")))
    with tempfile.TemporaryDirectory(prefix="yanshu-bench-") as folder, _database(server) as url:
        yield {**kept, "YANSHU_DATA": folder, "DATABASE_URL": url, "PYTHONPATH": path}


@contextmanager
def _database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    import psycopg

    name = f"yanshu_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def set_up(*, makes_tables: bool = True) -> None:
    """Start the program on the library the environment names, and make its tables unless they are there."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yanshu.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    for alias in settings.DATABASES if makes_tables else ():
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def start(module: str) -> "subprocess.Popen[str]":
    """Start another process on the same library; what it prints can be read line by line."""
    return subprocess.Popen([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True, cwd=ROOT)
