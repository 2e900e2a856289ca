"""Figures on the command line."""

from datetime import date
from typing import Annotated

import typer

from yanshu.config.commands.console import (
    UNUSABLE,
    print_json,
    print_line,
    stop,
    stop_refused,
    words,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    app.command()(figures)


def figures(
    year: Annotated[int, typer.Option(help="The calendar year.")],
    code: Annotated[list[str] | None, typer.Option(help="Only this figure; may be repeated.")] = None,
    form: Annotated[str, typer.Option("--format", help="text or json")] = "text",
) -> None:
    """Count the figures of a year from the records."""
    from yanshu.reporting.figures import queries
    from yanshu.reporting.figures.errors import UnknownFigure

    if not date.min.year < year < date.max.year:
        stop(f"{year} is no year.")
    try:
        document = queries.figures_document(year, code)
    except UnknownFigure as unknown:
        stop_refused(unknown, code=UNUSABLE)
    if form == "json":
        print_json(document)
        return
    for figure in document["figures"]:
        value = "—" if figure["value"] is None else str(figure["value"])
        print_line(f"{figure['code']:<44} {value:>14} {figure['unit']}")
    words.print(f"{len(document['figures'])} figures, {document['span'][0]} to before {document['span'][1]}")
