"""What the shells of the doors show around every page: rail, panel, breadcrumbs, station."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.ui.navigation import Crumb, Panel
from yanshu.doors.desk import navigation
from yanshu.institution.places.queries import branch_name, branch_names

COUNTER = ("desk", "scan", "mode", "reader", "renew", "undo")
FOCUSED = frozenset({"home", *(f"circulation-{act}" for act in COUNTER)})
"""Pages that hide the panel: the overview, and the counter whatever is done there."""


def navigation_of(request: HttpRequest) -> dict[str, Any]:
    """Return the desk's rail and panel on pages of the desk; nothing elsewhere."""
    match = getattr(request, "resolver_match", None)
    if match is None or "desk" not in match.namespaces:
        return {}
    actor = Actor.of(request)
    if actor.account_id is None or actor.patron_id is not None:
        return {}
    name = match.url_name or ""
    current = navigation.wing_of(name)
    return {
        "nav_wings": navigation.rail(actor, current),
        "nav_panel": SimpleLazyObject(lambda: _panel(actor, current, name)),
        "wing_crumb": SimpleLazyObject(lambda: Crumb(current.label, _first(actor, current))),
        "crumbs": SimpleLazyObject(lambda: _crumbs(actor, current, name)),
        "station": branch_name(actor.branch_id),
        "who": actor.label,
        "palette_url": navigation.address("palette"),
        "desk_url": navigation.address("home"),
        "is_focused": name in FOCUSED,
        "workplaces": SimpleLazyObject(lambda: _workplaces(actor)),
        "workplace": actor.branch_id,
        "workplace_url": navigation.address("staff-workplace"),
    }


def _workplaces(actor: Actor) -> list[tuple[int, str]]:
    """Return the branches the actor may choose to work at; nothing where there is no choice."""
    reach = sorted(branch_names()) if actor.scope is None else sorted(actor.scope)
    open_to = [(key, branch_name(key)) for key in reach]
    return open_to if len(open_to) > 1 or actor.branch_id is None else []


def _panel(actor: Actor, current: navigation.WingOfDesk, name: str) -> Panel | None:
    """Return the panel; on pages that hide it, where every scan counts, nothing that waits is counted."""
    now = None if name in FOCUSED else clock.now()
    return navigation.panel(actor, current, name, now=now)


def _crumbs(actor: Actor, current: navigation.WingOfDesk, name: str) -> list[Crumb]:
    crumbs = [Crumb(current.label, _first(actor, current))]
    crumbs.extend(
        Crumb(entry.label)
        for section in current.sections
        for entry in section.entries
        if entry.name == name and str(entry.label) != str(current.label)
    )
    return crumbs


def _first(actor: Actor, current: navigation.WingOfDesk) -> str:
    shown = navigation.shown_to(actor, current.sections)
    return shown[0][1][0][1] if shown else ""
