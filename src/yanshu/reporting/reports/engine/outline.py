"""Reads the outline of a report: headings, clauses with figures named by code, charts, what is missing.

One line is one clause; a blank line ends a paragraph. A figure is ``{{ figure("code", "subject") | wan }}``:
the subject says what is missing where the figure cannot be counted; the forms are ``wan`` (12.34 万册次, the
default), ``whole`` (with its unit, never in 万) and ``number`` (without its unit).

=============================  ==================================================================
``# 2.5 Title``                a heading; the number names the section, the signs its level
``? clause``                   left out without a word when one of its figures is 0
``! months code "caption"``    the months of a figure as bars
``! parts code by "caption"``  a figure by the values of a split, as a table
``- subject``                  something no record can tell yet
``> words``                    prose the library writes itself, and what it is about
=============================  ==================================================================
"""

import re
from dataclasses import dataclass, field

FORMS = ("wan", "whole", "number")
_HEADING = re.compile(r"(#+) (\d+(?:\.\d+)*) (.+)")
_FIGURE = re.compile(r'\{\{ *figure\("([\w.]+)"(?:, *"([^"]*)")?\) *(?:\| *(\w+) *)?\}\}')
_MONTHS = re.compile(r'! months ([\w.]+) "([^"]+)"')
_PARTS = re.compile(r'! parts ([\w.]+) (\w+) "([^"]+)"')


class OutlineError(ValueError):
    """A line of an outline that says nothing we know."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure in a clause: its code, what to call it where it cannot be counted, and its form."""

    code: str
    subject: str
    form: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Words and figures; ``unless_zero`` leaves it out when one of its figures is 0."""

    pieces: tuple[str | Reference, ...]
    unless_zero: bool = False

    @property
    def references(self) -> tuple[Reference, ...]:
        """The figures of the clause."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Reference))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Clauses that make a paragraph."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a figure as bars."""

    code: str
    caption: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A figure by the values of a split."""

    code: str
    by: str
    caption: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something no record can tell yet."""

    subject: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What the library writes itself."""

    about: str


Block = Paragraph | Months | Parts | Gap | Prose


@dataclass(slots=True)
class Section:
    """A heading and what stands under it."""

    number: str
    title: str
    level: int
    blocks: list[Block] = field(default_factory=list)


def parse(text: str) -> list[Section]:
    """Return the sections of an outline in order.

    Raises:
        OutlineError: naming the line that could not be read.
    """
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        reading.take(line.strip(), number)
    reading.close()
    return reading.sections


class _Reading:
    """An outline as far as it has been read."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._clauses: list[Clause] = []

    def take(self, line: str, number: int) -> None:
        """Take the next line."""
        if heading := _HEADING.fullmatch(line):
            self.close()
            self.sections.append(Section(heading[2], heading[3], len(heading[1])))
        elif not line:
            self.close()
        elif not self.sections:
            raise OutlineError(f"line {number}: words before the first heading")
        elif line[:2] in {"! ", "- ", "> "}:
            self.close()
            self.sections[-1].blocks.append(_block(line, number))
        else:
            self._clauses.append(_clause(line, number))

    def close(self) -> None:
        """End the paragraph."""
        if self._clauses:
            self.sections[-1].blocks.append(Paragraph(tuple(self._clauses)))
            self._clauses.clear()


def _block(line: str, number: int) -> Block:
    if months := _MONTHS.fullmatch(line):
        return Months(months[1], months[2])
    if parts := _PARTS.fullmatch(line):
        return Parts(parts[1], parts[2], parts[3])
    if line.startswith("- "):
        return Gap(line[2:])
    if line.startswith("> "):
        return Prose(line[2:])
    raise OutlineError(f"line {number}: no such directive: {line}")


def _clause(line: str, number: int) -> Clause:
    unless_zero = line.startswith("? ")
    words = line[2:] if unless_zero else line
    pieces: list[str | Reference] = []
    done = 0
    for found in _FIGURE.finditer(words):
        pieces.append(words[done : found.start()])
        pieces.append(_reference(found, number))
        done = found.end()
    pieces.append(words[done:])
    if any("{{" in piece for piece in pieces if isinstance(piece, str)):
        raise OutlineError(f"line {number}: a figure that cannot be read")
    return Clause(tuple(piece for piece in pieces if piece), unless_zero)


def _reference(found: re.Match[str], number: int) -> Reference:
    code, subject, form = found[1], found[2] or found[1], found[3] or FORMS[0]
    if form not in FORMS:
        raise OutlineError(f"line {number}: no such form of a figure: {form}")
    return Reference(code, subject, form)
