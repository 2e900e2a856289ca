"""How commands speak: data on standard output, words and progress on standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Refused

words = Console(stderr=True, highlight=False)
REFUSED, UNUSABLE = 1, 2


def actor() -> Actor:
    """Return the actor of the command line: whoever may run commands on the machine acts for the library."""
    return Actor.system(Door.COMMAND)


def print_json(document: Any) -> None:
    """Print a document as JSON, alone on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n")


def print_line(text: str) -> None:
    """Print a line of data."""
    sys.stdout.write(text + "\n")


def stop(text: str, code: int = UNUSABLE) -> NoReturn:
    """Say why the command cannot go on, and end."""
    words.print(text, style="bold red", markup=False)
    raise SystemExit(code)


def stop_refused(refused: Refused, code: int = REFUSED) -> NoReturn:
    """Word a refusal, a line a reason, and end."""
    for reason in refused.reasons:
        words.print(f"{reason.label} {reason.detail}".strip(), style="red", markup=False)
    raise SystemExit(code)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress on standard error; silent where that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=words, disable=not words.is_terminal) as shown:
        yield shown
