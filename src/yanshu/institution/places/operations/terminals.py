"""Terminals: their log-in, key, permissions and protocol settings."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid, Reason
from yanshu.institution.places import rules
from yanshu.institution.places.errors import demand_filled, demand_free
from yanshu.institution.places.models import ServicePoint, Terminal
from yanshu.institution.places.queries.keys import hash_of_key
from yanshu.institution.places.terms import TerminalData, TerminalKind

_LOGIN = re.compile(r"[A-Za-z0-9_-]{2,50}")
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A terminal and its key, which is shown once and never kept."""

    terminal: Terminal
    key: str

    @property
    def token(self) -> str:
        """What an HTTP terminal sends: ``Authorization: Bearer <token>``."""
        return f"{self.terminal.login}.{self.key}"


@operation("places.make_terminal")
def make_terminal(data: TerminalData, *, actor: Actor, now: datetime) -> NewKey:
    """Enter a terminal; return it with its key. The key is drawn at random and only its hash is kept.

    Raises:
        Invalid: for a log-in in use, settings that cannot work, or permissions that cannot be handed on.
    """
    return _with_new_key(_filled(Terminal(), data, actor))


@operation("places.change_terminal")
def change_terminal(terminal: Terminal, data: TerminalData, *, actor: Actor, now: datetime) -> Terminal:
    """Change a terminal; its key stays.

    Raises:
        Invalid: for a log-in in use, settings that cannot work, or permissions that cannot be handed on.
    """
    actor.demand_branch(terminal.branch_id)
    changed = _filled(terminal, data, actor)
    changed.save()
    return changed


@operation("places.renew_terminal_key")
def renew_terminal_key(terminal: Terminal, *, actor: Actor, now: datetime) -> NewKey:
    """Give a terminal a new key; the old one is void at once.

    Whoever holds the key acts as the terminal, so it goes only to somebody who could hand on all that it may.

    Raises:
        Invalid: when the terminal has permissions that the actor could not hand on.
    """
    actor.demand_branch(terminal.branch_id)
    asked = terminal.permissions or ()
    if reasons := list(_beyond(asked, kind=TerminalKind(terminal.kind), actor=actor)):
        raise Invalid(reasons)
    return _with_new_key(terminal)


def note_terminal_seen(terminal: Terminal, *, now: datetime) -> None:
    """Keep when a terminal was last heard of, to the minute; a door calls this, nobody is asked."""
    if terminal.last_seen_at is None or terminal.last_seen_at < now - _SEEN_EVERY:
        Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=now)


# --- how ---------------------------------------------------------------------------------------------------


def _with_new_key(terminal: Terminal) -> NewKey:
    key = secrets.token_urlsafe(32)
    terminal.key_hash = hash_of_key(key)
    terminal.save()
    about(terminal)
    return NewKey(terminal, key)


def _filled(terminal: Terminal, data: TerminalData, actor: Actor) -> Terminal:
    actor.demand_branch(data.branch_id)
    demand_filled(name=data.name, login=data.login)
    taken = Terminal.objects.filter(login=data.login).exclude(pk=terminal.pk).exists()
    demand_free(taken=taken, field="login", value=data.login)
    if reasons := list(_reasons(terminal, data, actor)):
        raise Invalid(reasons)
    terminal.branch_id, terminal.service_point_id = data.branch_id, data.service_point_id
    terminal.kind, terminal.name, terminal.login = data.kind, data.name.strip(), data.login
    terminal.permissions = rules.permissions_kept(TerminalKind(data.kind), data.permissions)
    terminal.options = dict(data.options)
    terminal.active = data.active
    return terminal


def _reasons(terminal: Terminal, data: TerminalData, actor: Actor) -> Iterable[Reason]:
    if not _LOGIN.fullmatch(data.login):
        label = _("Letters, digits, hyphen and underscore only, at least two.")
        yield Reason(code="wrong-shape", label=label, field="login")
    for name in rules.option_flaws(data.options):
        yield Reason(code="option-unfit", label=_("This setting cannot work."), field=name)
    point = data.service_point_id
    if point and not ServicePoint.objects.filter(pk=point, branch_id=data.branch_id).exists():
        label = _("The service point belongs to another branch.")
        yield Reason(code="other-branch", label=label, field="service_point")
    new = set(data.permissions) - set(terminal.permissions or ())
    yield from _beyond(new, kind=TerminalKind(data.kind), actor=actor)


def _beyond(asked: Iterable[str], *, kind: TerminalKind, actor: Actor) -> Iterable[Reason]:
    if beyond := rules.permissions_beyond(set(asked), kind=kind, held=actor.permissions):
        alien = _("You cannot hand on permissions you do not hold: %(codes)s.")
        named = alien % {"codes": ", ".join(beyond)}
        yield Reason(code="permission-beyond", label=named, field="permissions")
