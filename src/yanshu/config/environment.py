"""What the environment and an optional ``.env`` say; ``yanshu doctor --settings`` lists every setting."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yanshu.core.key_file import write_once

PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, what it is for and what holds without it."""

    variable: str
    meaning: str
    default: str
    secret: bool = False


SETTINGS = (
    Setting("YANSHU_DATA", "data folder: database, index, files, keys", "var/ of the project"),
    Setting("DATABASE_URL", "postgresql://user@host/name; without it SQLite in the data folder", ""),
    Setting("YANSHU_HTTP_HOST", "address the web server listens on", "127.0.0.1"),
    Setting("YANSHU_HTTP_PORT", "port of the web server", "8000"),
    Setting("YANSHU_SIP2_HOST", "address the SIP2 server listens on", "127.0.0.1"),
    Setting("YANSHU_SIP2_PORT", "port of the SIP2 server", "6001"),
    Setting(
        "YANSHU_SECRET_KEY", "signing key; made and kept in the data folder when absent", "", secret=True
    ),
    Setting("YANSHU_ALLOWED_HOSTS", "host names served, separated by commas", "localhost,127.0.0.1,[::1]"),
    Setting("YANSHU_HTTPS", "1 behind a proxy that speaks HTTPS: secure cookies, forwarded scheme", "0"),
    Setting("YANSHU_DEMO", "0: make run starts an empty library instead of the demonstration year", "1"),
    Setting("YANSHU_DEMO_SCALE", "size of the demonstration year, 0 to 1", "1.0"),
    Setting("YANSHU_IMPORT_MEGABYTES", "largest file the desk takes in for an import, in MB", "300"),
    Setting("YANSHU_IMPORT_KEPT_DAYS", "days after which the files of imports are deleted", "30"),
    Setting("YANSHU_TIME_ZONE", "the library's time zone", "Asia/Shanghai"),
    Setting("YANSHU_DEBUG", "1: developers' error pages; never in production", "0"),
)
_DEFAULTS = {setting.variable: setting.default for setting in SETTINGS}


def load_dotenv(path: Path = PROJECT / ".env") -> None:
    """Take ``NAME=value`` lines of an optional ``.env`` file; the environment wins over it."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def value(variable: str) -> str:
    """Return what the environment says of ``variable``, or its default."""
    return os.environ.get(variable) or _DEFAULTS[variable]


def switched_on(variable: str) -> bool:
    """Say whether a yes/no setting is on."""
    return value(variable).lower() in {"1", "true", "yes", "on"}


def data_folder() -> Path:
    """Return the data folder, made if it is not there."""
    given = os.environ.get("YANSHU_DATA")
    folder = Path(given).expanduser().resolve() if given else PROJECT / "var"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(folder: Path) -> str:
    """Return the signing key, made and kept in the data folder on first use.

    Of processes that start together one makes it and all read the same.

    Raises:
        ValueError: when the file is there and holds nothing.
    """
    if given := os.environ.get("YANSHU_SECRET_KEY"):
        return given
    path = folder / "keys" / "secret-key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(48))
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise ValueError(f"{path} is empty; put the key back from where keys are kept, or remove the file")
    return key


def databases(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the databases: the library's own, and beside SQLite a second file for sessions and cache."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {"default": sqlite(folder / "yanshu.sqlite3"), "side": sqlite(folder / "side.sqlite3")}
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(parts.path))
        return {"default": sqlite(path), "side": sqlite(path.with_name("side-" + path.name))}
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: {parts.scheme or 'nothing'} is neither postgresql nor sqlite")
    return {"default": _postgresql(parts)}


def sqlite(path: Path) -> dict[str, Any]:
    """Return Django's settings of a SQLite file, as they were measured (docs/adr/0002)."""
    return {
        "ENGINE": "yanshu.core.db.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(path.with_name("test-" + path.name))},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
            ),
        },
    }


def _postgresql(parts: Any) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": 2, **dict(parse_qsl(parts.query))},
    }
