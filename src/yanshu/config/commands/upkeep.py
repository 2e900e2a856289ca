"""Bringing the database up to date, looking after it, copying it and putting it back."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yanshu.config.commands.console import actor, print_json, print_line, stop, stop_refused, words
from yanshu.core import clock, doctor
from yanshu.core.refusal import Refused


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    app.command()(migrate)
    app.command()(setup)
    app.command(name="doctor")(doctor_command)
    app.command()(backup)
    app.command()(restore)
    keys = typer.Typer(help="The keys that encrypt personal data; never part of a backup.")
    keys.command(name="export")(keys_export)
    keys.command(name="import")(keys_import)
    keys.command(name="rotate")(keys_rotate)
    app.add_typer(keys, name="keys")


def bring_up_to_date() -> None:
    """Migrate every database, make the cache's table, and gather static files where they have changed."""
    from yanshu.core.db.statistics import gather_statistics

    is_behind = _is_behind()
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
        call_command("createcachetable", database=alias, verbosity=0)
    if is_behind:
        gather_statistics()  # without them the new indexes would hardly be used before the night
    call_command("collectstatic", interactive=False, verbosity=0)


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Bring the database up to date."""
    bring_up_to_date()
    words.print("The database is up to date.")


def setup(
    library: Annotated[str, typer.Option(prompt="Name of the library")],
    code: Annotated[str, typer.Option(prompt="Owner code (ISIL-like, e.g. CN-430400-LIB)")],
    branch: Annotated[str, typer.Option(prompt="Name of the first branch")],
    director: Annotated[str, typer.Option(prompt="User name of the director")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make the first library, its first branch and the director's account, without demonstration data."""
    from yanshu.institution.staff import operations as staff

    bring_up_to_date()
    try:
        staff.found_library(
            library_name=library,
            owner_code=code,
            branch_name=branch,
            username=director,
            display_name=director,
            password=password,
            actor=actor(),
            now=clock.now(),
        )
    except Refused as refused:
        stop_refused(refused)
    words.print(f"{library} is set up. Log in as {director}.")


def doctor_command(
    form: Annotated[str, typer.Option("--format", help="text or json")] = "text",
    show_settings: Annotated[bool, typer.Option("--settings", help="List every setting and end.")] = False,
) -> None:
    """Examine the data: ledgers balance, roll-ups agree, seals hold. Exit 1 on a finding."""
    if show_settings:
        from yanshu.config.commands.settings_listing import print_settings

        print_settings()
        return
    findings = list(doctor.examine())
    if form == "json":
        rows = [{"check": finding.check, "says": finding.says} for finding in findings]
        print_json({"checks": sorted(doctor.registry), "findings": rows})
    else:
        for finding in findings:
            print_line(f"{finding.check}: {finding.says}")
        words.print(f"{len(doctor.registry)} checks, {len(findings)} findings.")
    if findings:
        raise SystemExit(1)


def backup(file: Annotated[Path, typer.Argument(help="The archive to write.")]) -> None:
    """Write a checked copy of the database and the files, never with the keys."""
    from yanshu.config.archive import write_archive

    written = write_archive(file)
    words.print(f"{file}: {written.bytes:,} bytes, {written.files} files, checked. Keys are not in it.")


def restore(file: Annotated[Path, typer.Argument(help="An archive written by backup.")]) -> None:
    """Put a backup back into an empty data folder or database; a damaged one is refused."""
    from yanshu.config.archive import ArchiveDamaged, PlaceTaken, read_archive

    try:
        put_back = read_archive(file)
    except (ArchiveDamaged, PlaceTaken) as wrong:
        stop(str(wrong))
    words.print(f"{put_back.files} files put back.")
    if put_back.keys_missing:
        words.print(
            "The keys that read encrypted data are not here: yanshu keys import FILE.", style="bold red"
        )


def keys_export(file: Path) -> None:
    """Write the keys into a file of their own; keep it apart from the backups."""
    from yanshu.core.secret import keys_export as export

    try:
        export(file)
    except Refused as refused:
        stop_refused(refused)
    words.print(f"{file}: keep it apart from the data.")


def keys_import(file: Path) -> None:
    """Put exported keys into the data folder."""
    from yanshu.core.secret import keys_import as take

    if not file.is_file():
        stop(f"{file}: there is no such file.")
    try:
        take(file)
    except Refused as refused:
        stop_refused(refused)
    words.print("The keys are in place.")


def keys_rotate(
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Drop the older keys afterwards.")] = False,
) -> None:
    """Encrypt personal data anew with a new key; older keys go on reading unless they are dropped."""
    from yanshu.core.secret import PERSONAL, renew_tokens, retire_keys, rotate_keys

    rotate_keys(PERSONAL)
    if drop_old:
        words.print(f"{retire_keys(PERSONAL)} older keys dropped; older backups need an older export.")
    else:
        words.print(f"{renew_tokens(PERSONAL):,} values encrypted anew.")
    words.print("Export the keys again (yanshu keys export), and keep the export apart from the data.")
