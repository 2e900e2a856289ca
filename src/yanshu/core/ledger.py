"""Append-only ledgers: a line is written once; a correction is a new line that names the old one."""

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import connection, models

from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.feed import FeedRow


class LedgerIsAppendOnly(TypeError):
    """Somebody tried to change or remove a ledger line."""


class LedgerQuerySet(models.QuerySet[Any]):
    """A queryset that reads and adds, and does nothing else."""

    def update(self, **_values: Any) -> NoReturn:
        """Refuse."""
        raise LedgerIsAppendOnly("a ledger line is never changed; write a correcting line")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise LedgerIsAppendOnly("a ledger line is never removed; write a correcting line")

    def bulk_update(self, *_args: Any, **_values: Any) -> NoReturn:
        """Refuse."""
        raise LedgerIsAppendOnly("a ledger line is never changed; write a correcting line")


class LedgerLine(FeedRow):
    """Base of every ledger line. It is its own journal line: it carries the actor and the door.

    ``business_date`` and ``month`` are the library's own calendar at ``happened_at``, kept as columns so that
    grouping needs no date functions. ``corrects`` names the line this one takes back.
    """

    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    business_date = models.DateField()
    month = models.CharField(max_length=7)
    account_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=100, blank=True)
    door = models.CharField(max_length=10, choices=Door.choices)
    branch_id = models.BigIntegerField(null=True)
    terminal_id = models.BigIntegerField(null=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the line; refuse to write it again."""
        if not self._state.adding:
            raise LedgerIsAppendOnly("a ledger line is never changed; write a correcting line")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise LedgerIsAppendOnly("a ledger line is never removed; write a correcting line")

    def stamp(self, *, actor: Actor, happened_at: datetime, recorded_at: datetime) -> Self:
        """Fill in who, when, where; return the line."""
        day = clock.business_date(happened_at)
        self.happened_at, self.recorded_at = happened_at, recorded_at
        self.business_date, self.month = day, day.strftime("%Y-%m")
        self.account_id, self.actor_label = actor.answerable_id, actor.label[:100]
        self.door, self.terminal_id = actor.door, actor.terminal_id
        if self.branch_id is None:
            self.branch_id = actor.branch_id
        return self


def ledger_tables() -> tuple[str, ...]:
    """Return the tables of every ledger there is; each bears the guard (the migrations ``append_only``)."""
    from django.apps import apps

    return tuple(sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, LedgerLine)))


def guard_sql(table: str, vendor: str) -> list[str]:
    """Return the statements that make the database itself refuse to change or remove lines of ``table``.

    They may be run again, as after a migration that made the table anew.
    """
    if vendor == "postgresql":
        return [
            (
                "CREATE OR REPLACE FUNCTION yanshu_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'ledger % is append-only', TG_TABLE_NAME; END $$"
            ),
            f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION yanshu_append_only()"
            ),
        ]
    statements = []
    for event, name in _sqlite_guards(table).items():
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'ledger {table} is append-only'); END"
            ),
        ]
    return statements


def unguard_sql(table: str, vendor: str) -> list[str]:
    """Return the statements that take the guard off, for a migration undone or a test database emptied."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _sqlite_guards(table).values()]


def guarded_tables() -> frozenset[str]:
    """Return the tables whose lines the database refuses to change and to remove."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_append_only'"
                " AND tgenabled <> 'D' AND tgtype & 24 = 24"  # 8: delete, 16: update
            )
            return frozenset(table for (table,) in cursor.fetchall())
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    return frozenset(table for table in ledger_tables() if there.issuperset(_sqlite_guards(table).values()))


def _sqlite_guards(table: str) -> dict[str, str]:
    return {"UPDATE": f"{table}_append_only", "DELETE": f"{table}_append_only_delete"}


def guard(table: str) -> Any:
    """Return a migration operation that puts the guard on ``table``."""
    from django.db import migrations

    def forwards(_apps: Any, editor: Any) -> None:
        for statement in guard_sql(table, editor.connection.vendor):
            editor.execute(statement, params=None)  # no parameters: the per cent sign is the statement's own

    def backwards(_apps: Any, editor: Any) -> None:
        for statement in unguard_sql(table, editor.connection.vendor):
            editor.execute(statement)

    return migrations.RunPython(forwards, backwards, elidable=False)
