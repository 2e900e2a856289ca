"""A cursor that lets a single statement write only in its turn."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

if TYPE_CHECKING:
    from yanshu.core.db.sqlite.base import DatabaseWrapper

_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|REINDEX|ANALYZE|VACUUM|WITH\b.*\b(?:INSERT|UPDATE|DELETE))\b",
    re.IGNORECASE | re.DOTALL,
)
_ANSWERS = re.compile(r"\bRETURNING\b", re.IGNORECASE)


class GatedCursor(SQLiteCursorWrapper):
    """Django's cursor for SQLite; a write outside a transaction takes the gate round itself.

    A write that answers with rows (``RETURNING``) is over only when they are read, so it keeps the gate until
    the cursor is closed.
    """

    def __init__(self, connection: Any, *, wrapper: "DatabaseWrapper") -> None:
        super().__init__(connection)
        self._wrapper = wrapper
        self._holds = False

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement, in its turn if it writes."""
        with self._in_turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run a statement for each set of values, in their turn if it writes."""
        with self._in_turn(query):
            return super().executemany(query, param_list)

    def close(self) -> None:
        """Close, and let the next writer in."""
        try:
            super().close()
        finally:
            self._leave()

    @contextmanager
    def _in_turn(self, query: str) -> Iterator[None]:
        if self._wrapper.transaction_is_open() or not _WRITES.match(query):
            yield
            return
        self._wrapper.enter_gate()
        self._holds = True
        try:
            yield
        except BaseException:
            self._leave()
            raise
        if not _ANSWERS.search(query):
            self._leave()

    def _leave(self) -> None:
        if self._holds:
            self._holds = False
            self._wrapper.leave_gate()
