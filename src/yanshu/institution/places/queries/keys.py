"""Which terminal speaks, by its log-in and key."""

import hashlib
import hmac
from typing import Any

from yanshu.core.actor import Actor, Door
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.rules import USUAL, permissions_of
from yanshu.institution.places.terms import TerminalKind

_STAMPED = ("login", "key_hash", "kind", "branch_id", "permissions", "options")


def hash_of_key(key: str) -> str:
    """Return what is kept of a terminal's key. Keys are random (256 bits): a plain hash is safe."""
    return hashlib.sha256(key.encode()).hexdigest()


def terminal_by_login(login: str, key: str) -> Terminal | None:
    """Return the active terminal with this log-in, if ``key`` is its key."""
    terminal = Terminal.objects.select_related("branch__library").filter(login=login, active=True).first()
    if terminal is None or not hmac.compare_digest(terminal.key_hash, hash_of_key(key)):
        return None
    return terminal


def terminal_by_key(token: str) -> Terminal | None:
    """Return the active terminal of a bearer token ``<login>.<key>``, if the key is right."""
    login, dot, key = token.rpartition(".")
    return terminal_by_login(login, key) if dot and key else None


def stamp_of(terminal: Terminal) -> tuple[Any, ...]:
    """Return what a log-in of a terminal rests on: where one of these changes, it must log in anew."""
    return tuple(getattr(terminal, name) for name in _STAMPED)


def terminal_stamp(terminal_id: int) -> tuple[Any, ...] | None:
    """Return what a log-in of a terminal would rest on now; ``None`` when it is shut off or gone."""
    rows = Terminal.objects.filter(pk=terminal_id, active=True)
    return rows.order_by().values_list(*_STAMPED).first()


def actor_of_terminal(terminal: Terminal, *, door: Door = Door.API) -> Actor:
    """Return the actor a terminal is: it acts at its branch, with what is chosen or usual for it."""
    return Actor(
        label=terminal.name,
        door=door,
        permissions=permissions_of(TerminalKind(terminal.kind), terminal.permissions),
        terminal_id=terminal.pk,
        branch_id=terminal.branch_id,
        scope=frozenset({terminal.branch_id}),
    )


def usual_permissions(kind: TerminalKind) -> tuple[str, ...]:
    """Return what a terminal of this kind may do unless something else has been chosen for it."""
    return USUAL[kind]
