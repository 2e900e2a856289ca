"""Django's SQLite backend with the fair gate before every write transaction.

The gate is taken before BEGIN IMMEDIATE and released at commit, rollback and close, so that nothing that
goes through Django can write round it. Reads open no transaction and never wait.
"""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from yanshu.core.db.gate import Gate


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SQLite file that waits its turn to write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = str(self.settings_dict["NAME"])
        in_memory = ":memory:" in name or "mode=memory" in name
        self._gate = None if in_memory else Gate(Path(name))

    def _start_transaction_under_autocommit(self) -> None:
        if self._gate is not None:
            self._gate.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            if not self._transaction_is_open():
                self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            if not self._transaction_is_open():
                self._leave_gate()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            if self._gate is not None:
                self._gate.close()

    def _transaction_is_open(self) -> bool:
        return self.connection is not None and bool(self.connection.in_transaction)

    def _leave_gate(self) -> None:
        if self._gate is not None:
            self._gate.release()
