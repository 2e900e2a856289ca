"""Key files: written whole or not at all, readable by their owner only. Needs no settings."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write(path: Path, content: str) -> None:
    """Write a file, in the place of the one that is there."""
    _put(path, content, os.replace)


def write_once(path: Path, content: str) -> bool:
    """Write a file unless it is there; say whether it was written. Of two processes one wins."""
    try:
        _put(path, content, os.link)
    except FileExistsError:
        return False
    return True


def _put(path: Path, content: str, place: Callable[[Path, Path], None]) -> None:
    """Write beside the file and then put it there at once: nobody ever reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(content + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        place(beside, path)
    finally:
        beside.unlink(missing_ok=True)
