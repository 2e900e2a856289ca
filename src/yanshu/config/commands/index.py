"""The search index of this node: following the records, building it anew, saying how it stands."""

import signal
import threading
from typing import Annotated

import typer

from yanshu.config.commands.console import print_json, print_line, progress, stop, words
from yanshu.core import clock
from yanshu.discovery.search import operations, queries


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    index = typer.Typer(help="The search index of this node.", no_args_is_help=True)
    index.command()(follow)
    index.command()(rebuild)
    index.command()(status)
    app.add_typer(index, name="index")


def follow() -> None:
    """Follow the records and the loans until stopped; wait while another indexer of this node works."""
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: ended.set())
    try:
        operations.follow(ended, tick=clock.now)
    except queries.IndexNotLocal as wrong:
        stop(str(wrong))


def rebuild() -> None:
    """Make the index anew while the old one serves."""
    total = queries.status().released_records
    with progress() as shown:
        task = shown.add_task("index", total=total)
        try:
            health = operations.rebuild(lambda done: shown.update(task, completed=done))
        except queries.IndexNotLocal as wrong:
            stop(str(wrong))
        shown.update(task, completed=total)
    words.print(f"{health.records} records, {health.size_bytes / 1e6:.1f} MB, build {health.build}")


def status(
    form: Annotated[str, typer.Option("--format", help="text or json")] = "text",
) -> None:
    """Say how the index stands against the database."""
    standing = queries.status()
    health = standing.health
    document = {
        "missing": standing.missing or None,
        "records": health.records if health else 0,
        "released_records": standing.released_records,
        "waiting": standing.waiting,
        "waiting_span_seconds": standing.waiting_span.total_seconds(),
        "build": health.build if health else None,
        "fingerprint": health.fingerprint if health else None,
        "segments": health.segments if health else 0,
        "size_bytes": health.size_bytes if health else 0,
        "directory": health.directory if health else None,
    }
    if form == "json":
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name:<22} {'' if value is None else value}")
