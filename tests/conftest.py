"""The world every test stands in: a data folder of its own, both databases, and a known moment.

The environment is set up when this file is imported, before anything reads the settings. No test sees the
developer's ``.env`` or the data folder ``var/``.
"""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("YANSHU_SHARED") or ROOT.parent / "shared")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
ON_POSTGRES = "--postgres" in sys.argv or os.environ.get("YANSHU_TEST_POSTGRES") == "1"
SETTINGS_MODULE = "yanshu.config.settings"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "client", "admin_client"}


def prepare_environment() -> Path:
    """Point every setting at a fresh temporary folder; a parallel worker has its own inside it."""
    from yanshu.config.environment import SETTINGS

    base = os.environ.get("YANSHU_TEST_FOLDER")
    if not base:
        base = tempfile.mkdtemp(prefix="yanshu-tests-")
        os.environ["YANSHU_TEST_FOLDER"] = base
    if ON_POSTGRES:
        os.environ["YANSHU_TEST_POSTGRES"] = "1"  # parallel workers do not see the command line
    for setting in SETTINGS:
        os.environ[setting.variable] = ""  # set but empty: the default holds, and .env cannot fill it
    os.environ["YANSHU_DATA"] = str(Path(base) / (WORKER or "main"))
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "") if ON_POSTGRES else ""
    return Path(base)


def prepare_settings() -> None:
    """Load the settings, changed in what tests need only: cheap passwords, files served as they lie."""
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError(
            "Unset DJANGO_SETTINGS_MODULE: tests/conftest.py sets it after the data folder."
        )
    if ON_POSTGRES and not os.environ["DATABASE_URL"]:
        raise pytest.UsageError("--postgres needs TEST_DATABASE_URL, a role that may create databases.")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    settings.DEBUG  # noqa: B018  reads the settings
    # A parallel worker that inherited the name would read the settings before this file.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    if ON_POSTGRES:  # sessions beside the data, as in the other run, so that pages ask the same of it
        from yanshu.config.environment import sqlite

        settings.DATABASES["side"] = sqlite(settings.DATA / "side.sqlite3")
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


if (
    any(part.startswith("yanshu-tests-") for part in Path(os.environ.get("YANSHU_DATA", "")).parts)
    and not WORKER
):
    os.environ.pop("YANSHU_TEST_FOLDER", None)
FOLDER = prepare_environment()
prepare_settings()
pytest_plugins = ["demo_year", "running_library"]
hypothesis.settings.register_profile("house", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on the PostgreSQL at TEST_DATABASE_URL")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: is about SQLite itself; left out on PostgreSQL")


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if ON_POSTGRES else 'SQLite'}; shared test data: {shared_state()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open both databases to every test that opens one, and leave out what this database cannot show."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker is not None:
            wider = pytest.mark.django_db(*marker.args, **{"databases": "__all__", **marker.kwargs})
            item.add_marker(wider, append=False)
        elif fixtures & DATABASE_FIXTURES:
            transaction = "transactional_db" in fixtures
            item.add_marker(pytest.mark.django_db(databases="__all__", transaction=transaction))
        if item.get_closest_marker("postgres") and not ON_POSTGRES:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: make test-postgres"))
        if item.get_closest_marker("sqlite") and ON_POSTGRES:
            item.add_marker(pytest.mark.skip(reason="is about SQLite"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was left out, and why."""
    left_out = Counter(skip_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    unasked = len(terminalreporter.stats.get("deselected", ()))
    if not left_out and not unasked:
        return
    terminalreporter.section("LEFT OUT", yellow=True, bold=True)
    for reason, count in left_out.most_common():
        terminalreporter.line(f"{count:5} tests: {reason}", yellow=True)
    if unasked:
        terminalreporter.line(f"{unasked:5} tests not asked for by -m or -k", yellow=True)


def pytest_unconfigure() -> None:
    """Take the folder away, once, when all workers are done."""
    if not WORKER:
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.environ.pop("YANSHU_TEST_FOLDER", None)


def skip_reason(report: Any) -> str:
    longrepr = report.longrepr
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return reason.removeprefix("Skipped: ")


def shared_state() -> str:
    return str(SHARED) if SHARED.is_dir() else "not there"


@pytest.fixture
def now() -> datetime:
    """Return a Saturday morning in opening hours, on the library's wall clock."""
    return datetime(2019, 11, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of test data the maintainers keep beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no test data: the folder 'shared' is not beside the checkout (or set YANSHU_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium on this machine."""
    named = os.environ.get("YANSHU_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.skip("no browser: install chromium, or set YANSHU_CHROMIUM to its path")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """Return a running headless Chromium; a test opens its own context in it."""
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture(autouse=True)
def _real_clock() -> Iterator[None]:
    """Forget what a process remembers of the database and of the last request: the next test has others.

    Django leaves the language of a request with the thread that answered it; in a library the next request
    brings its own, but the next test may make none.
    """
    yield
    translation.deactivate()
    from yanshu.core import clock, remembered

    clock.forget()
    remembered.forget_all()
