"""A demonstration year for tests: loaded once a worker, into a database of its own.

``demo_year`` stands on the year at scale 0.02; what a test writes there is rolled back. ``stand_on`` is the
same for another scenario or scale. Tests that use them bear ``pytest.mark.xdist_group("demo")``, so that one
worker loads for all.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from yanshu.core import clock, remembered

Names = dict[str, str]
DEFAULT = ("hengyang-2019", 0.02)


@dataclass(frozen=True)
class DemoYear:
    """A loaded year: its scenario as it was shrunk, and what the loader handed back."""

    scenario: Any
    loaded: Any


class LoadedYears:
    """The years loaded by this worker, each in a database beside the tests' own."""

    def __init__(self, folder: Path, unblock: Callable[[], AbstractContextManager[None]]) -> None:
        self._folder = folder
        self._unblock = unblock
        self._years: dict[tuple[str, float, int | None], tuple[Names, DemoYear]] = {}
        self._empty: Names = {}
        self._made_on_server: list[str] = []

    @contextmanager
    def stand_on(self, name: str, scale: float, seed: int | None = None) -> Iterator[DemoYear]:
        """Let the connections stand on a loaded year, inside transactions that are rolled back."""
        from django.db import transaction

        with self._unblock():
            names, year = self._year(name, scale, seed)
            with connected(names), ExitStack() as opened:
                for alias in names:
                    opened.enter_context(transaction.atomic(using=alias))
                    opened.callback(transaction.set_rollback, True, using=alias)
                yield year

    def _year(self, name: str, scale: float, seed: int | None) -> tuple[Names, DemoYear]:
        key = (name, scale, seed)
        if key not in self._years:
            names = self._copy_of_empty()
            with connected(names):
                self._years[key] = (names, load(name, scale, seed))
        return self._years[key]

    def _copy_of_empty(self) -> Names:
        """Return new databases with all tables and no rows; sessions and cache need only one for all."""
        from django.db import connection

        if not self._empty:
            self._empty = self._migrated()
        source = self._empty["default"]
        if connection.vendor == "postgresql":
            return {**self._empty, "default": self._created(f' TEMPLATE "{source}"')}
        path = str(self._folder / f"demo-{len(self._years)}.sqlite3")
        Path(path).unlink(missing_ok=True)
        with connected(self._empty), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [path])
        return {**self._empty, "default": path}

    def _migrated(self) -> Names:
        from django.core.management import call_command
        from django.db import connection, connections

        if connection.vendor == "postgresql":
            names = {"default": self._created()}
        else:
            names = {alias: str(self._folder / f"empty-{alias}.sqlite3") for alias in connections}
        with connected(names):
            for alias in names:
                call_command("migrate", database=alias, verbosity=0)
                call_command("createcachetable", database=alias, verbosity=0)
        return names

    def _created(self, after: str = "") -> str:
        """Create a database on the server."""
        from django.db import connection

        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database = f"yanshu_demo_{os.getpid()}_{worker}_{len(self._made_on_server)}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"{after}')
        self._made_on_server.append(database)
        return database

    def remove(self) -> None:
        """Remove the databases of a server; files go with the folder of the tests."""
        from django.db import connection

        for database in self._made_on_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{database}"')


@contextmanager
def connected(names: Names) -> Iterator[None]:
    """Let connections stand on other databases, and remember nothing of one in the other."""
    from django.db import connections

    own = {alias: connections[alias].settings_dict["NAME"] for alias in names}
    stand(names)
    try:
        yield
    finally:
        stand(own)


def stand(names: Names) -> None:
    from django.db import connections

    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    clock.forget()
    remembered.forget_all()


def load(name: str, scale: float, seed: int | None = None) -> DemoYear:
    """Load a year where the default connection stands."""
    from yanshu.demo import scenario as scenarios
    from yanshu.demo.loader import load_demonstration

    scenario, _ = scenarios.load(name).scaled(scale)
    return DemoYear(scenario, load_demonstration(name, scale=scale, seed=seed))


@pytest.fixture(scope="session")
def loaded_years(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[LoadedYears]:
    years = LoadedYears(tmp_path_factory.mktemp("demo"), django_db_blocker.unblock)
    yield years
    with django_db_blocker.unblock():
        years.remove()


@pytest.fixture
def stand_on(loaded_years: LoadedYears) -> Callable[..., AbstractContextManager[DemoYear]]:
    """Return what opens a loaded year: ``with stand_on("riverside-2024", 0.1) as year:``."""
    return loaded_years.stand_on


@pytest.fixture
def demo_year(loaded_years: LoadedYears) -> Iterator[DemoYear]:
    """Stand on the demonstration year at scale 0.02; what is written is rolled back."""
    with loaded_years.stand_on(*DEFAULT) as year:
        yield year
