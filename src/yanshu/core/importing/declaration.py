"""How an app declares what can be loaded from a file: its columns, its key, its way to write."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.file import TABLES, FileKind
from yanshu.core.importing import table
from yanshu.core.importing.parser import Misread, Parser, text
from yanshu.core.importing.record import Damage, Record
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid, NotFound, Reason, Refused

T = TypeVar("T")


class Fate(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, with the reasons of a rejection and what is worth a second look."""

    fate: Fate
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()


CREATED = Outcome(Fate.CREATED)
UPDATED = Outcome(Fate.UPDATED)
UNCHANGED = Outcome(Fate.UNCHANGED)


def rejected(code: str, label: Any, *, field: str | None = None, **facts: Any) -> Outcome:
    """Return the outcome of a row that cannot be taken; ``field`` is the column at fault, where one is."""
    return Outcome(Fate.REJECTED, (Reason(code=code, label=label, field=field, facts=facts),))


def lacking(field: str, label: Any) -> Outcome:
    """Return the outcome of a row that leaves a cell empty which rows of its sort must fill."""
    return Outcome(Fate.REJECTED, (Reason(code="missing", label=label, field=field),))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that can be loaded.

    Args:
        name: the key of the value in ``Row.values``.
        zh: the heading of the Chinese template.
        en: the heading of the English template.
        aliases: further headings recognised; spelling, blanks, case, width and ``*`` do not matter.
        parser: reads one cell that is not empty.
        required: an empty cell rejects the row, a missing column the file.
        default: the value of an empty cell or a missing column.
        help: what to write, one sentence, shown beside the template.
        example: a cell of the template's example row.
    """

    name: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    parser: Parser = field(default_factory=text)
    required: bool = False
    default: Any = None
    help: Any = ""
    example: str = ""

    @property
    def heading(self) -> str:
        """The heading in the language now spoken."""
        return self.zh if (get_language() or "").startswith("zh") else self.en

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading recognised, the column's name among them."""
        return (self.zh, self.en, self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of whoever loads a file of a kind, once for the whole file.

    Args:
        title: the question, in a word or two.
        among: the answers.
        default: what the desk proposes.
        unsaid: what a command takes that says nothing.
        help: what follows from it, one sentence.
    """

    title: Any
    among: type[models.TextChoices]
    default: str
    unsaid: str
    help: Any = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be read: its number under the heading, its place in the file, its values."""

    number: int
    offset: int | None
    values: Mapping[str, Any]
    payload: Any = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def heading_key(heading: str) -> str:
    """Return what two spellings of one heading have in common."""
    plain = unicodedata.normalize("NFKC", heading).casefold().replace("(必填)", "").replace("(required)", "")
    return "".join(character for character in plain if character.isalnum())


REJECTED_ROW = ("原文件行号", "Row in the former file")
REJECTED_REASON = ("退回原因", "Why it was not taken")
"""What the file of rejected rows adds to its columns; loaded again, these two are passed over."""
_OURS = {heading_key(text) for text in (*REJECTED_ROW, *REJECTED_REASON)}


class Importer:
    """Base of what an app's ``imports`` room declares; one object lives for one file.

    Table kinds give ``columns``; kinds with a format of their own override ``read`` (and ``parse`` where the
    payload has to be taken apart). Writing is ``write_row``, or ``write`` where a batch is written at once.
    """

    kind: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]] = ()
    key: ClassVar[tuple[str, ...]] = ()
    page: ClassVar[str] = ""
    """The address name of the list where what was loaded is found, the newest first."""
    choice: ClassVar[Choice | None] = None
    """What is asked before a file of this kind is loaded."""
    files: ClassVar[frozenset[FileKind]] = TABLES
    """What the desk takes in for this kind, by the bytes of the file."""
    batch_size: ClassVar[int] = 500
    tried_whole: ClassVar[bool] = True
    """Whether a dry run holds one transaction from the first row to the last, so that later rows see earlier
    ones. False for files of many thousands of rows, whose trial would keep others from writing: each batch
    is then tried and undone by itself."""

    def __init__(self) -> None:
        self.chosen = self.choice.unsaid if self.choice else ""
        """The answer to ``choice``; empty where nothing is asked."""
        self.warnings: list[str] = []
        """What is worth a second look in the file as a whole; ``read`` and ``prepare`` may add to it."""

    def read(self, path: Path) -> Iterator[Record | Damage]:
        """Yield the file's records and damaged places in order; for tables this is done already.

        Raises:
            Unreadable: when the file as a whole is not what this kind takes.
        """
        return table.read(path, self._locate, self._note)

    def parse(self, record: Record) -> Row:
        """Return the row of a record.

        Raises:
            Refused: with every reason why the record cannot be taken.
        """
        if not self.columns:
            return Row(record.number, record.offset, {}, record.payload)
        values: dict[str, Any] = {}
        reasons: list[Reason] = []
        for column in self.columns:
            cell = str(record.payload.get(column.name, "")).strip()
            try:
                values[column.name] = column.parser(cell) if cell else self._without(column)
            except Misread as misread:
                reasons.append(misread.reason(column.name))
        if reasons:
            raise Refused(reasons)
        return Row(record.number, record.offset, values)

    def prepare(self, rows: Sequence[Row]) -> None:
        """Look up, in few queries, what the rows of a batch need; called inside the batch's transaction."""

    def write(self, rows: Sequence[Row], *, actor: Actor, now: datetime) -> Sequence[Outcome]:
        """Write a batch by the app's operations and return one outcome a row, in order."""
        return [self._write_alone(row, actor=actor, now=now) for row in rows]

    def write_row(self, row: Row, *, actor: Actor, now: datetime) -> Outcome:
        """Write one row by the app's operation; a refusal rejects the row and undoes what it had written."""
        raise NotImplementedError(f"{type(self).__name__} declares neither write nor write_row")

    def finish(self, *, actor: Actor, now: datetime) -> Sequence[str]:  # noqa: ARG002  a hook
        """Do what remains after the last batch, in a transaction of its own; return warnings."""
        return ()

    def opened(self, path: Path) -> table.Table:
        """Open a file of a table kind with its lines as they stand in it.

        Raises:
            Unreadable: when the file as a whole is not what this kind takes.
        """
        return table.opened(path, self._locate)

    def key_of(self, row: Row) -> tuple[Any, ...] | None:
        """Return what makes the row one of its kind within the file; ``None`` where nothing does."""
        return tuple(row.values[name] for name in self.key) if self.key else None

    @property
    def keyed(self) -> bool:
        """Whether rows of one file are told apart by a key."""
        return bool(self.key) or type(self).key_of is not Importer.key_of

    def _write_alone(self, row: Row, *, actor: Actor, now: datetime) -> Outcome:
        try:
            with transaction.atomic():
                return self.write_row(row, actor=actor, now=now)
        except Refused as refused:
            return Outcome(Fate.REJECTED, refused.reasons)
        except (IntegrityError, DataError) as contradiction:
            label = _("The row contradicts what is already kept.")
            return rejected("contradiction", label, constraint=str(contradiction).partition("\n")[0])

    @staticmethod
    def _without(column: Column) -> Any:
        if column.required:
            raise Misread("missing", _("Nothing is entered."))
        return column.default

    def _note(self, heading: table.Heading) -> None:
        for stranger in heading.strangers:
            label = _("The column “%(column)s” is not known and was left out.") % {"column": stranger}
            self.warnings.append(str(label))

    def _locate(self, headings: Sequence[str]) -> table.Heading:
        """Say which of the columns each of a line's cells heads."""
        known = {heading_key(text): column.name for column in self.columns for text in column.headings}
        names = tuple(known.get(heading_key(text)) for text in headings)
        found = [name for name in names if name is not None]
        strangers = tuple(
            text.strip()
            for text, name in zip(headings, names, strict=True)
            if name is None and text.strip() and heading_key(text) not in _OURS
        )
        return table.Heading(
            names=names,
            missing=tuple(c.heading for c in self.columns if c.required and c.name not in found),
            repeated=tuple(c.heading for c in self.columns if found.count(c.name) > 1),
            strangers=strangers,
        )


@dataclass(frozen=True, slots=True)
class _Declared:
    importer: type[Importer]
    frame: Callable[..., Any]
    taking_out: Callable[..., Any]


_registry: dict[str, _Declared] = {}
I_ = TypeVar("I_", bound=Importer)


def declare(importer: type[I_]) -> type[I_]:
    """Make a kind known; each of its batches runs as the operation ``import.<kind>``.

    Raises:
        ValueError: when the kind is declared twice, or its key names no column.
    """
    if importer.kind in _registry:
        raise ValueError(f"importer {importer.kind} is declared twice")
    names = [column.name for column in importer.columns]
    if len(names) != len(set(names)) or (names and not set(importer.key) <= set(names)):
        raise ValueError(f"importer {importer.kind}: columns {names} and key {importer.key} do not fit")

    def batch(work: Callable[[], T], *, actor: Actor, now: datetime) -> T:  # noqa: ARG001  the frame reads them
        """Run ``work`` as one operation, which the operations called in it join."""
        return work()

    def take_out(run: models.Model, *, actor: Actor, now: datetime) -> None:  # noqa: ARG001  as above
        """Leave the line that says who took the rejected rows of a run out, and when."""
        about(run)

    frame = operation(f"import.{importer.kind}", permission=importer.permission)(batch)
    taking_out = operation(f"import-rejected.{importer.kind}", permission=importer.permission)(take_out)
    _registry[importer.kind] = _Declared(importer, frame, taking_out)
    return importer


def importer(kind: str) -> type[Importer]:
    """Return the importer of a kind.

    Raises:
        NotFound: when no app declares it.
    """
    if kind not in _registry:
        label = _("Nothing of the kind “%(kind)s” can be imported.") % {"kind": kind}
        raise NotFound.because("unknown-kind", label, kind=kind)
    return _registry[kind].importer


def answer_of(declared: type[Importer], chosen: str, *, unsaid: str) -> str:
    """Return what was chosen for a file, or what holds where nothing was said.

    Raises:
        Invalid: when the kind asks nothing, or knows no such answer.
    """
    asked = declared.choice
    if asked is None and chosen:
        raise Invalid.because("chosen", "nothing-to-choose", _("Nothing is to be chosen for this kind."))
    if asked is None or not chosen:
        return unsaid
    if chosen not in asked.among.values:
        label = _("“%(chosen)s” cannot be chosen; choose one of: %(among)s.")
        facts = {"chosen": chosen, "among": ", ".join(asked.among.values)}
        raise Invalid.because("chosen", "unknown-choice", label % facts)
    return chosen


def frame_of(kind: str) -> Callable[..., Any]:
    """Return the operation in which a batch of the kind is written."""
    return _registry[kind].frame


def taking_out_of(kind: str) -> Callable[..., Any]:
    """Return the operation that says in the journal that rejected rows were taken out."""
    return _registry[kind].taking_out


def importers(actor: Actor | None = None) -> list[type[Importer]]:
    """Return all importers by kind; with ``actor`` those it may use."""
    found: Iterable[_Declared] = _registry.values()
    return sorted(
        (d.importer for d in found if actor is None or actor.may(d.importer.permission)),
        key=lambda importer: importer.kind,
    )
