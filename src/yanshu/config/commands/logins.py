"""The demonstration's log-ins: random, kept in the data folder for its owner alone."""

import json
import os
from pathlib import Path

from django.conf import settings

from yanshu.config.commands.console import words


def logins_file() -> Path:
    """Return where the demonstration's log-ins are kept."""
    path: Path = settings.DATA / "demonstration-logins.json"
    return path


def keep_logins(logins: dict[str, str]) -> None:
    """Write the log-ins down, readable by the owner of the data folder alone."""
    descriptor = os.open(logins_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(logins, handle, ensure_ascii=False, indent=1)


def print_logins() -> None:
    """Print the demonstration's log-ins, if there are any."""
    if logins_file().exists():
        words.print("  演示账号 Demonstration log-ins:")
        for name, password in json.loads(logins_file().read_text(encoding="utf-8")).items():
            words.print(f"    {name:<24} {password}", markup=False)
