"""Check-out: the operation's rate against the bare statements on the same database."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from bench.lending_rows import make_rows, pairs
from bench.measure import Line, Options, alternately
from world import NOON
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.operations import statements

HALF = 0.5
ROUNDS = 40


def measure(options: Options) -> list[Line]:
    """Lend one copy after another, turn by turn through the operation and through the driver alone."""
    world = make_rows()
    actor, queue = world.actor(), iter(pairs())

    def lend() -> None:
        patron_id, item_id, *_labels = next(queue)
        operations.checkout(patron_id=patron_id, item_id=item_id, actor=actor, now=NOON)

    seen = statements_of(lend)
    bare, close = driver(seen, queue)
    rates = alternately(options.seconds, rounds=ROUNDS, ours=lend, bare=bare)
    close()
    line = Line(
        bench=f"check-out, {connection.vendor}",
        what="one desk, one after another",
        value=rates["ours"],
        unit="loans/s",
        limit=rates["bare"],
        limit_is="the same statements, driver alone",
        goal="half",
        reached=rates["ours"] >= HALF * rates["bare"],
    )
    count = Line(
        bench=line.bench,
        what="statements between BEGIN and COMMIT",
        value=len(seen),
        unit="",
        goal="at most 5",
        reached=len(seen) <= 5,
    )
    return [line, count]


def statements_of(act: Callable[[], None]) -> list[tuple[str, list[Any]]]:
    """Return the statements of the second of two acts, transaction apart: the first one warms up."""
    seen: list[tuple[str, list[Any]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT")):
            seen.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    act()
    with connection.execute_wrapper(note):
        act()
    return seen


def driver(
    seen: list[tuple[str, list[Any]]], queue: Iterator[tuple[int, int, str, str]]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the act of running the noted statements for the next copy on a bare connection, and its end."""
    execute, begin, close = sqlite() if connection.vendor == "sqlite" else postgresql()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    texts = [sql.replace("%s", mark) for sql, _values in seen]
    reader, copy, loan = ids_in(seen)

    def act() -> None:
        patron_id, item_id, *_labels = next(queue)
        swap = {reader: patron_id, copy: item_id}
        loan_id = loan
        execute(begin)
        for text, (_sql, values) in zip(texts, seen, strict=True):
            given = [swapped(value, {**swap, loan: loan_id}) for value in values]
            result = execute(text, given)
            row = result.fetchone() if needs_row(text) else None
            if "INTO circulation_loan\n" in text:
                loan_id = row[0]
        execute("COMMIT")

    return act, close


def ids_in(seen: list[tuple[str, list[Any]]]) -> tuple[str, str, str]:
    """Mark where reader, copy and loan stand among the values: each becomes a name of its own."""
    columns = statements._LINE_COLUMNS  # noqa: SLF001  the order of what was noted
    for sql, values in seen:
        if "FROM patrons_patron p" in sql:
            values[-2:] = ["reader", "copy"]
        elif "INTO circulation_loanevent" in sql:
            values[columns.index("loan_id")] = "loan"
            values[columns.index("item_id")] = "copy"
        elif "INTO circulation_loan" in sql:
            values[:2] = ["copy", "reader"]
        elif sql.startswith("UPDATE patrons_patron"):
            values[-1] = "reader"
    return "reader", "copy", "loan"


def swapped(value: Any, names: dict[str, Any]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def needs_row(text: str) -> bool:
    return "SELECT" in text or "RETURNING" in text


def sqlite() -> tuple[Callable[..., Any], str, Callable[[], None]]:
    """Open the same file with the same pragmas, without Django and without the gate."""
    bare = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=20)
    for pragma in connection.settings_dict["OPTIONS"]["init_command"].split(";"):
        bare.execute(pragma)
    return bare.execute, "BEGIN IMMEDIATE", bare.close


def postgresql() -> tuple[Callable[..., Any], str, Callable[[], None]]:
    """Open the same database with prepared statements, without Django."""
    import psycopg

    said = connection.settings_dict
    bare = psycopg.connect(
        dbname=said["NAME"],
        user=said["USER"] or None,
        password=said["PASSWORD"] or None,
        host=said["HOST"] or None,
        port=said["PORT"] or None,
        autocommit=True,
        prepare_threshold=0,
    )
    return bare.execute, "BEGIN", bare.close
