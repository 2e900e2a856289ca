"""Who speaks to the programming interface: a machine or program with its key, or somebody logged in."""

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.institution.places.operations import note_terminal_seen
from yanshu.institution.places.queries import actor_of_terminal, terminal_by_key


class KeyAuth(HttpBearer):
    """``Authorization: Bearer <log-in>.<key>`` of a terminal or client registered under Settings."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the machine's actor, and let the request act as it."""
        terminal = terminal_by_key(token)
        if terminal is None:
            return None
        note_terminal_seen(terminal, now=clock.now())
        actor = actor_of_terminal(terminal, door=Door.API)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class LoggedIn(SessionAuth):
    """The session of the pages, guarded against forged requests."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return the actor of the session, if somebody is logged in."""
        del key
        actor = Actor.of(request)
        return actor if actor.account_id is not None else None
