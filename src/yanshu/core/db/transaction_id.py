"""The number of the writing transaction, kept on rows that others follow."""

from typing import Any

from django.db import models
from django.db.models.expressions import Func


class TransactionId(Func):
    """A database default: the transaction's number on PostgreSQL, 0 on SQLite (which has one writer)."""

    template = "0"
    output_field = models.BigIntegerField()
    arity = 0

    def as_postgresql(self, *_compiling: Any, **_context: Any) -> tuple[str, list[Any]]:
        """Return the SQL for PostgreSQL, where a lower id may be committed after a higher one."""
        return "(pg_current_xact_id()::text::bigint)", []

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return what a migration writes for this default."""
        return "yanshu.core.db.transaction_id.TransactionId", (), {}
