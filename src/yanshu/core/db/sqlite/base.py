"""Django's SQLite backend with the fair gate before every write transaction.

The gate is taken before BEGIN IMMEDIATE and released at commit, rollback and close; a statement that writes
by itself, outside a transaction, takes it for as long as it lasts. So nothing that goes through Django can
write round it. Reads open no transaction and never wait.

A new database file is its owner's alone, whoever may read the folder; SQLite gives the files beside it (WAL,
shared memory) the rights of the database.
"""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from yanshu.core.db.gate import Gate
from yanshu.core.db.sqlite.cursor import GatedCursor
from yanshu.core.db.sqlite.operations import DatabaseOperations


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SQLite file that waits its turn to write."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: Gate | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a file that is not there yet is made first, as SQLite itself would go by the umask."""
        name = str(conn_params["database"])
        if not _is_in_memory(name):
            _make(Path(name))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> GatedCursor:  # noqa: ARG002  Django's signature
        """Return a cursor whose writes outside a transaction wait at the gate."""
        cursor: GatedCursor = self.connection.cursor(factory=partial(GatedCursor, wrapper=self))
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.leave_gate()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            if not self.transaction_is_open():
                self.leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            if not self.transaction_is_open():
                self.leave_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._gate is not None:
                self._gate.close()

    def enter_gate(self) -> None:
        """Wait for the turn to write; a database in memory has no others."""
        # The name is read now and not when the connection was made: tests change it in between.
        name = str(self.settings_dict["NAME"])
        if _is_in_memory(name):
            return
        if self._gate is None or self._gate.database != Path(name):
            self._gate = Gate(Path(name))
        self._gate.take()

    def transaction_is_open(self) -> bool:
        """Say whether the gate is a transaction's, to be left at its end."""
        return self.connection is not None and bool(self.connection.in_transaction)

    def leave_gate(self) -> None:
        """Let the next writer in."""
        if self._gate is not None:
            self._gate.release()


def _make(database: Path) -> None:
    """Make an empty file for its owner alone, unless there is one.

    The database's own file is never opened here: closing it would take from this process all locks that
    SQLite holds on it (POSIX), and another process that closes the database would then throw away its log.
    """
    if database.exists():
        return
    handle, beside = tempfile.mkstemp(dir=database.parent, prefix=f".{database.name}.")
    os.close(handle)
    try:
        os.link(beside, database)
    except FileExistsError:
        pass  # somebody else has just made it
    finally:
        Path(beside).unlink()


def _is_in_memory(name: str) -> bool:
    return ":memory:" in name or "mode=memory" in name
