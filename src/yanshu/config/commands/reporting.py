"""Figures on the command line."""

from datetime import date
from typing import Annotated

import typer

from yanshu.config.commands.console import print_json, print_line, stop, words
from yanshu.core import clock


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

    if not date.min.year < year < date.max.year:
        stop(f"{year} is no year.")
    try:
        document = queries.figures_document(year, codes=code, now=clock.now())
    except queries.UnknownFigure as unknown:
        stop(f"{unknown}: no indicator or selection has this code.")
    if form == "json":
        print_json(document)
        return
    for figure in document["figures"]:
        print_line(f"{figure['code']:<44} {figure['value']!s:>14} {figure['unit']}")
    words.print(f"{len(document['figures'])} figures, {document['span'][0]} to before {document['span'][1]}")
