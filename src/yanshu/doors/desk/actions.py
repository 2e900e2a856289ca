"""What can be done from the palette: acts of the desk with their keys, and the forms that begin something."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.ui.palette import PaletteEntry
from yanshu.doors.desk.navigation import address


@dataclass(frozen=True, slots=True)
class Action:
    """An act: its words, the page it begins on and how, who may do it, its key there."""

    label: Any
    page: str
    permission: str
    icon: str
    key: str = ""
    query: str = ""


ACTIONS: Final = (
    Action(_("Look a reader up"), "circulation-desk", "circulation.desk", "person", "F2", "mode=reader"),
    Action(_("Lend"), "circulation-desk", "circulation.desk", "arrow-up-right-circle", "F3", "mode=lend"),
    Action(_("Return"), "circulation-desk", "circulation.desk", "arrow-return-left", "F4", "mode=return"),
    Action(_("Renew"), "circulation-desk", "circulation.desk", "arrow-repeat", "F6", "mode=renew"),
    Action(_("Reserve"), "circulation-desk", "circulation.desk", "bookmark-plus", "F7", "mode=hold"),
    Action(_("New record as MARC"), "catalogue-record-new-marc", "catalogue.edit_record", "list-ul"),
    Action(_("Order a closure"), "places-closure-new", "places.order_closure", "door-closed"),
    Action(_("Add a branch"), "places-branch-new", "places.make_branch", "building"),
    Action(_("Add a gate"), "visits-gate-new", "visits.make_gate", "door-open"),
    Action(_("Make a selection"), "figures-selection-new", "figures.set_selection", "funnel"),
    Action(_("Enter a printed figure"), "figures-stated-new", "figures.import_stated", "quote"),
    Action(_("New account"), "staff-account-new", "staff.set_account", "person-plus"),
    Action(_("New lending policy"), "circulation-policy-new", "circulation.set_policy", "sliders"),
)


def actions_of(actor: Actor) -> Iterator[PaletteEntry]:
    """Return the acts somebody may do, as the palette lists them."""
    for action in ACTIONS:
        url = address(action.page)
        if url and actor.may(action.permission):
            target = f"{url}?{action.query}" if action.query else url
            yield PaletteEntry(action.label, target, action.icon, kind=_("Do"), key=action.key)
