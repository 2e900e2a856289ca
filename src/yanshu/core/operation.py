"""The frame around every write: one transaction, one permission, one journal line, one name."""

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from yanshu.core.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Operation:
    """What the registry keeps of an operation."""

    code: str
    permission: str
    journalled: bool
    run: Callable[..., Any]


@dataclass(slots=True)
class Frame:
    """The outermost operation now running, and what its journal line will say."""

    code: str
    journalled: bool = True
    subject_kind: str = ""
    subject_id: int | None = None
    private: dict[str, Any] = field(default_factory=dict)


registry: dict[str, Operation] = {}
_running: ContextVar[Frame | None] = ContextVar("yanshu_operation", default=None)


def running() -> Frame | None:
    """Return the outermost operation in progress, if there is one."""
    return _running.get()


def about(subject: models.Model) -> None:
    """Name the one object the running operation's journal line is about."""
    frame = _running.get()
    if frame is not None and not frame.subject_kind:
        frame.subject_kind = subject._meta.label_lower
        frame.subject_id = subject.pk


def leave_line(subject: models.Model) -> None:
    """Let the running operation leave a journal line about ``subject`` although it is declared without one.

    For an operation whose ledger line is its journal line, where this time it has written none.
    """
    frame = _running.get()
    if frame is not None:
        frame.journalled = True
        about(subject)


def keep_private(**arguments: Any) -> None:
    """Keep arguments in the erasable side row of the running operation's journal line (JSON values)."""
    frame = _running.get()
    if frame is not None:
        frame.private.update(arguments)


def operation(
    code: str, *, permission: str | None = None, journalled: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name a write operation and frame it.

    The decorated function takes ``actor`` and ``now`` as keywords. Called by a door it runs in one
    transaction, after one permission check, and leaves one journal line; called by another operation it
    joins that one: no savepoint, no second check, no second line.

    Args:
        permission: the permission asked for, where it differs from ``code``.
        journalled: false where the operation writes a ledger line, which *is* its journal line; where it
            has written none it calls ``leave_line``.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        if code in registry:
            raise ValueError(f"operation {code} is declared twice")
        if missing := {"actor", "now"} - set(inspect.signature(function).parameters):
            raise TypeError(f"operation {code} lacks {sorted(missing)}")
        asked = permission or code

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _running.get() is not None:
                return function(*args, **kwargs)
            actor: Actor = kwargs["actor"]  # type: ignore[assignment]
            now: datetime = kwargs["now"]  # type: ignore[assignment]
            actor.demand(asked)
            kwargs["actor"] = actor.narrowed(asked)
            frame = Frame(code=code, journalled=journalled)
            token = _running.set(frame)
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                    if frame.journalled:
                        _write_line(frame, result, actor=actor, now=now)
                    return result
            finally:
                _running.reset(token)

        registry[code] = Operation(code=code, permission=asked, journalled=journalled, run=run)
        return run

    return wrap


def _write_line(frame: Frame, result: object, *, actor: Actor, now: datetime) -> None:
    from yanshu.core.journal import write_line

    if isinstance(result, models.Model):
        about(result)
    write_line(frame, actor=actor, now=now)
