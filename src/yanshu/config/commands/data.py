"""Loading and taking out."""

from pathlib import Path
from typing import Annotated

import typer

from yanshu.config.commands.console import (
    UNUSABLE,
    actor,
    print_json,
    print_line,
    progress,
    stop,
    stop_refused,
    words,
)
from yanshu.core import clock, exporting, importing
from yanshu.core.refusal import Refused


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    app.command(name="import")(import_command)
    app.command(name="export")(export_command)


def import_command(
    kind: Annotated[str, typer.Argument(help="What the file holds; --list names the kinds.")] = "",
    file: Annotated[Path | None, typer.Argument(help="CSV, XLSX; MRC or XML for records.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try it out and change nothing.")] = False,
    chosen: Annotated[
        str, typer.Option("--as", help="For records: draft, proofread, or released as without it.")
    ] = "",
    allow_rejects: Annotated[bool, typer.Option(help="Exit 0 even if rows were rejected.")] = False,
    form: Annotated[str, typer.Option("--format", help="text or json")] = "text",
    listed: Annotated[bool, typer.Option("--list", help="Name the kinds that can be loaded.")] = False,
) -> None:
    """Load a file; every rejected row is reported with its reason."""
    if listed or not kind or file is None:
        for known in importing.importers():
            print_line(f"{known.kind:<16} {known.title}")
        raise SystemExit(0 if listed else UNUSABLE)
    if not file.is_file():
        stop(f"{file}: there is no such file.")
    with progress() as shown:
        task = shown.add_task(kind, total=None)
        try:
            report = importing.load(
                kind,
                file,
                actor=actor(),
                tick=clock.now,
                dry_run=dry_run,
                chosen=chosen,
                progress=lambda state: shown.update(
                    task, completed=state.read, total=_whole(state.read, state.fraction)
                ),
            )
        except importing.Unreadable as unreadable:
            stop(f"{file}: {unreadable}")
        except Refused as refused:
            stop_refused(refused, code=UNUSABLE)
    if form == "json":
        print_json(report.as_dict())
    else:
        _tell(report)
    raise SystemExit(report.exit_status(allow_rejects=allow_rejects))


def _whole(read: int, fraction: float | None) -> float | None:
    return read / fraction if fraction else None


def _tell(report: importing.Report) -> None:
    said = report.as_dict()
    for row in said["rejected"]:
        print_line(f"row {row['row']}, offset {row['offset']}: {row['reason']}")
    for warning in said["warnings"]:
        words.print(str(warning), markup=False)
    words.print(
        f"read {said['read']}, created {said['created']}, updated {said['updated']}, "
        f"unchanged {said['unchanged']}, rejected {len(said['rejected'])}"
    )


def export_command(
    kind: Annotated[str, typer.Argument(help="What to take out; without it the kinds are named.")] = "",
    form: Annotated[str, typer.Option("--format", help="csv, xlsx, json; mrc for records")] = "csv",
    file: Annotated[Path | None, typer.Option("-o", help="Where to; standard output without it.")] = None,
) -> None:
    """Take rows out into a file."""
    if not kind:
        for known in exporting.exporters():
            print_line(f"{known.kind:<16} {known.title}")
        raise SystemExit(UNUSABLE)
    try:
        written = exporting.write(kind, form, actor=actor(), now=clock.now(), path=file)
    except Refused as refused:
        stop_refused(refused, code=UNUSABLE)
    words.print(f"{written} rows")
