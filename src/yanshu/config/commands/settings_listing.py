"""``yanshu doctor --settings``: what can be set, what is set, and what holds."""

import os
import sys

from yanshu.config.environment import SETTINGS, load_dotenv, value


def print_settings() -> None:
    """Print every setting with its meaning; secrets are named, never shown."""
    load_dotenv()
    for setting in SETTINGS:
        given = bool(os.environ.get(setting.variable))
        shown = ("set" if given else "made and kept") if setting.secret else value(setting.variable)
        if setting.variable == "DATABASE_URL":
            shown = "set" if given else "SQLite in the data folder"
        mark = "*" if given else " "
        sys.stdout.write(f"{mark} {setting.variable:<22} {shown or '-':<30} {setting.meaning}\n")
