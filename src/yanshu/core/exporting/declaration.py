"""How an app declares what can be taken out as a file: its columns, its rows, who may."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export.

    Args:
        name: the key in JSON.
        heading: the heading in CSV and XLSX, translatable.
        value: a path of attributes (``item__barcode``) or a function of the row; the name by default.
        shown: turns the value into what a person reads, for CSV and XLSX; JSON keeps the value.
    """

    name: str
    heading: Any
    value: str | Callable[[Any], Any] = ""
    shown: Callable[[Any], Any] | None = None

    def of(self, row: Any) -> Any:
        """Return the column's value in a row; ``None`` where the path leads nowhere."""
        if callable(self.value):
            return self.value(row)
        found = row
        for name in (self.value or self.name).split("__"):
            if found is None:
                return None
            found = found[name] if isinstance(found, Mapping) else getattr(found, name)
            found = found() if callable(found) else found
        return found


@dataclass(frozen=True, slots=True)
class Format:
    """A format beside CSV, XLSX and JSON that one kind has: MARC, for one."""

    media_type: str
    write: Callable[[Iterator[Any]], Iterator[bytes]]


class Exporter:
    """Base of what an app's ``exports`` room declares."""

    kind: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    formats: ClassVar[Mapping[str, Format]] = {}
    chunk_size: ClassVar[int] = 2000

    def rows(self, *, actor: Actor) -> "QuerySet[Any] | Iterable[Any]":
        """Return all rows ``actor`` may see, in a stable order.

        Lists on the screen hand over the rows they show instead, filtered and sorted as they stand there.
        """
        raise NotImplementedError(f"{type(self).__name__} declares no rows")

    def row_values(self, row: Any) -> dict[str, Any]:
        """Return a row's values by column name."""
        return {column.name: column.of(row) for column in self.columns}


E_ = TypeVar("E_", bound=Exporter)


@dataclass(frozen=True, slots=True)
class _Declared:
    exporter: type[Exporter]
    frame: Callable[..., None]


_registry: dict[str, _Declared] = {}
COMMON_FORMATS = ("csv", "xlsx", "json")


def declare(exporter: type[E_]) -> type[E_]:
    """Make a kind known; every export of it is journalled as the operation ``export.<kind>``.

    Raises:
        ValueError: when the kind is declared twice, or two columns bear one name.
    """
    if exporter.kind in _registry:
        raise ValueError(f"exporter {exporter.kind} is declared twice")
    names = [column.name for column in exporter.columns]
    if len(names) != len(set(names)):
        raise ValueError(f"exporter {exporter.kind}: a column stands twice in {names}")

    def begin(*, actor: Actor, now: datetime) -> None:
        """Leave the line that says who took the rows out, and when."""

    frame = operation(f"export.{exporter.kind}", permission=exporter.permission)(begin)
    _registry[exporter.kind] = _Declared(exporter, frame)
    return exporter


def exporter(kind: str) -> type[Exporter]:
    """Return the exporter of a kind.

    Raises:
        NotFound: when no app declares it.
    """
    if kind not in _registry:
        label = _("Nothing of the kind “%(kind)s” can be exported.") % {"kind": kind}
        raise NotFound.because("unknown-kind", label, kind=kind)
    return _registry[kind].exporter


def exporters(actor: Actor | None = None) -> list[type[Exporter]]:
    """Return all exporters by kind; with ``actor`` those it may use."""
    return sorted(
        (d.exporter for d in _registry.values() if actor is None or actor.may(d.exporter.permission)),
        key=lambda exporter: exporter.kind,
    )


def formats_of(exporter: type[Exporter]) -> tuple[str, ...]:
    """Return the formats a kind can be taken out in."""
    return (*(COMMON_FORMATS if exporter.columns else ()), *exporter.formats)


def begin(exporter: type[Exporter], file_format: str, *, actor: Actor, now: datetime) -> None:
    """Check that the actor may take the rows out in this format, and write it into the journal.

    Raises:
        PermissionMissing: when it may not.
        Invalid: when the kind has no such format.
    """
    if file_format not in formats_of(exporter):
        known = ", ".join(formats_of(exporter))
        label = _("“%(format)s” is not one of the formats: %(known)s.") % {
            "format": file_format,
            "known": known,
        }
        raise Invalid.because("format", "unknown-format", label)
    _registry[exporter.kind].frame(actor=actor, now=now)
