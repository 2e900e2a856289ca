"""What apps draft for the annual report: sentences and tables of a section; figures are named, never typed.

An app declares its drafts in its room ``report``; the report asks for them by the number its outline gives a
section (``2.5``). A sentence one of whose figures cannot be counted is not printed: its subject is listed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yanshu.core.span import Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence with figures in it.

    Args:
        text: translatable, with a name in braces for each figure: ``{loans} were lent.``
        figures: the code of the figure for each name.
    """

    text: Any
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table, narrowed where ``chosen`` names values of its splits."""

    code: str
    chosen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a section (一览表); a cell is words, a number, or a ``Cell`` to be counted."""

    title: Any
    heads: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]


Passage = Sentence | Table
Drafting = Callable[[Span], Iterable[Passage]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one app has to say in a section."""

    section: str
    order: int
    run: Drafting


registry: list[Draft] = []


def section(number: str, *, order: int = 100) -> Callable[[Drafting], Drafting]:
    """Declare what an app drafts for a section; the function yields sentences and tables for a span.

    Args:
        number: the section's number in the outline, such as ``2.5``.
        order: where it stands among the drafts of the section, small numbers first.
    """

    def keep(run: Drafting) -> Drafting:
        registry.append(Draft(section=number, order=order, run=run))
        return run

    return keep


def passages(number: str, span: Span) -> list[Passage]:
    """Return everything drafted for a section, in order."""
    drafts = sorted((draft for draft in registry if draft.section == number), key=lambda draft: draft.order)
    return [passage for draft in drafts for passage in draft.run(span)]
