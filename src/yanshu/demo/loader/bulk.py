"""Writing rows by the hundred thousand: past the ORM, with its columns and defaults.

A year of a city library is more than two million rows. Each is put together by the loader as the
operations would have written it; here it only goes into its table: by one prepared statement on SQLite, by
COPY on PostgreSQL.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

__all__ = ["Days", "Row", "continue_keys", "instant_text", "write"]

Row = tuple[Any, ...]
BATCH = 5000
_DAY_SECONDS = 86_400
_EPOCH = date(1970, 1, 1)
_HALF_TIMES = [f" {second // 3600:02d}:{second // 60 % 60:02d}:" for second in range(0, _DAY_SECONDS, 60)]
_SECONDS = [f"{second:02d}" for second in range(60)]


class Days(dict[int, str]):
    """Dates as text by their number after a first day; made when they are asked for."""

    def __init__(self, first: date) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, number: int) -> str:
        text = self[number] = (self._first + timedelta(days=number)).isoformat()
        return text


_utc_days = Days(_EPOCH)


def instant_text(at: int) -> str:
    """Return an instant, in seconds since 1970-01-01 UTC, as both databases read it."""
    day, second = divmod(at, _DAY_SECONDS)
    minute, rest = divmod(second, 60)
    return _utc_days[day] + _HALF_TIMES[minute] + _SECONDS[rest]


def write(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    tell: Callable[[int], None] | None = None,
) -> int:
    """Write rows into the table of ``model`` and return how many.

    Args:
        names: the columns the rows hold (``item_id``, not ``item``); the others get their defaults.
            Dates and instants are given as text, instants in UTC.
        tell: is told after each batch how many rows are written.
    """
    columns, constants = _shape(model, names)
    put = _copy if connection.vendor == "postgresql" else _insert
    written = 0
    for batch in _batches(rows):
        put(model._meta.db_table, columns, [row + constants for row in batch])
        written += len(batch)
        if tell is not None:
            tell(written)
    return written


def continue_keys(*written: type[models.Model]) -> None:
    """Let the keys of tables written with keys of their own go on behind the last one."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)


def _shape(model: type[models.Model], names: Sequence[str]) -> tuple[list[str], Row]:
    """Return the columns to be written, and the constants behind each row."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [str(fields[name].column) for name in names]
    constants: list[Any] = []
    for name, field in fields.items():
        left_to_database = field.primary_key or field.has_db_default()
        if name not in names and not left_to_database:
            columns.append(str(field.column))
            constants.append(field.get_db_prep_save(field.get_default(), connection))
    return columns, tuple(constants)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)  # noqa: S608


def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as stream,
    ):
        for row in rows:
            stream.write_row(row)
