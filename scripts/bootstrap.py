"""Make ``.venv`` from the hashed lock files: with uv where it can be had, with plain pip where not.

Runs on the system's Python with nothing installed. When nothing has changed it does nothing, in well under a
second: a stamp in ``.venv`` remembers the lock it was filled from.

    python3.11 scripts/bootstrap.py run     what is needed to run
    python3.11 scripts/bootstrap.py dev     and the developers' tools
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
VERSION = "{}.{}".format(*sys.version_info[:2])
STAMP = VENV / "installed.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
UV_LOCK = ROOT / "requirements-uv.lock"

# A POSIX launcher that bears a path with spaces, which a plain #! line does not.
LAUNCHER = """#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from yanshu.config.cli import main

sys.exit(main())
"""


def main(profile: str) -> None:
    """Bring ``.venv`` in step with the lock of ``profile``."""
    make_venv()
    before = stamped()
    # Whoever has the developers' tools keeps them: `make run` after `make test` removes nothing.
    profile = "dev" if before.get("profile") == "dev" else profile
    wanted = {"profile": profile, "lock": digest(LOCKS[profile]), "python": VERSION}
    if before != wanted:
        STAMP.unlink(missing_ok=True)
        install(LOCKS[profile])
        STAMP.write_text(json.dumps(wanted), encoding="utf-8")
    link_project()
    run([PYTHON, ROOT / "scripts" / "messages.py", "compile"])


def make_venv() -> None:
    """Make ``.venv`` unless a working one of this Python version is there."""
    if PYTHON.exists():
        asked = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == VERSION:
            return
    if VENV.exists():
        say("The .venv there does not work with this Python; it is made anew.")
        shutil.rmtree(VENV)
    say("Making .venv ...")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("Python could not make .venv. On Debian and Ubuntu: apt install python3-venv")


def stamped() -> dict[str, str]:
    """Return what ``.venv`` was filled from; nothing when it was not, or not to the end."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def install(lock: Path) -> None:
    """Install exactly what ``lock`` names; every archive must have the hash the lock gives."""
    say(f"Installing from {lock.name} ...")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    uv = BIN / "uv"
    if not uv.exists() and not succeeds([*pip, "-r", UV_LOCK]):
        say("uv is not to be had here; going on with pip, which takes longer.")
    if uv.exists():
        sync = [uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock]
        if succeeds(sync, uv_environment()):
            return
        say("uv did not finish; trying once more with pip.")
    if not succeeds([*pip, "-r", lock]):
        sys.exit(
            f"{lock.name} could not be installed. Is there a way to a package index? "
            "A mirror is set with: pip config set global.index-url ADDRESS"
        )


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, with the index pip is configured for: many sites have a mirror."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    if {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"} & os.environ.keys():
        return environment
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    told = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        told[name.rpartition(".")[2]] = " ".join(shlex.split(value))
    for option, variable in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("find-links", "UV_FIND_LINKS"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if told.get(option):
            environment.setdefault(variable, told[option])
    # Several indexes may hold the same file; the hashes of the lock decide what is taken.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def link_project() -> None:
    """Put ``src`` on the path of ``.venv`` and the ``yanshu`` command beside its Python; nothing is built."""
    site = VENV / "lib" / f"python{VERSION}" / "site-packages"
    write(site / "_yanshu.pth", f"{ROOT / 'src'}\n")
    command = BIN / "yanshu"
    write(command, LAUNCHER.format(python=shlex.quote(str(PYTHON))))
    command.chmod(0o755)


def write(path: Path, text: str) -> None:
    """Write ``text`` unless it stands there already."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def succeeds(command: list[str | Path], environment: dict[str, str] | None = None) -> bool:
    """Run a command and say whether it came out well."""
    return subprocess.run(command, env=environment, check=False).returncode == 0


def run(command: list[str | Path]) -> None:
    """Run a command; end with its exit status if that is not zero."""
    if code := subprocess.run(command, check=False).returncode:
        sys.exit(code)


def say(text: str) -> None:
    """Tell the person who waits what happens."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:  # noqa: PLR2004  the command and its one argument
        sys.exit(__doc__)
    main(sys.argv[1])
