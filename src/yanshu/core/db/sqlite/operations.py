"""What SQLite's backend does differently from Django's beyond the gate."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3 import operations


class DatabaseOperations(operations.DatabaseOperations):
    """SQLite, where emptying a table means deleting its rows."""

    def sql_flush(
        self, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Return the statements that empty the tables, with the triggers of the ledgers put aside.

        PostgreSQL truncates, which the ledgers' guards against removing lines do not hear.
        """
        deleting = super().sql_flush(
            style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
        )
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = [(name, maker) for name, table, maker in cursor.fetchall() if table in tables]
        return [
            *(f"DROP TRIGGER {self.quote_name(name)}" for name, _maker in guards),
            *deleting,
            *(maker for _name, maker in guards),
        ]
