"""The staff rail and the panels of its wings: which pages there are, in which order, for whom.

An entry stands here only when its page exists; it is shown to those who may open it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.ui.navigation import Group, Link, Panel, Wing
from yanshu.core.waiting import waiting_for


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the desk: its words, its address, who may open it, its icon and key."""

    label: Any
    name: str
    permission: str
    icon: str = "chevron-right"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of pages under a heading."""

    title: Any
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class WingOfDesk:
    """One of the words of the staff rail."""

    code: str
    label: Any
    icon: str
    sections: tuple[Section, ...]
    is_minor: bool = False


WINGS: tuple[WingOfDesk, ...] = (
    WingOfDesk(
        "overview",
        _("Overview"),
        "grid",
        (Section("", (Entry(_("Overview"), "home", "reports.overview", "grid"),)),),
    ),
    WingOfDesk(
        "lending",
        _("Lending"),
        "arrow-left-right",
        (
            Section(
                _("Counter"),
                (
                    Entry(_("Circulation desk"), "circulation-desk", "circulation.desk", "upc-scan"),
                    Entry(_("Holds"), "circulation-holds", "circulation.see", "bookmark"),
                    Entry(_("Hold shelf"), "circulation-hold-shelf", "circulation.see", "bell"),
                    Entry(_("Open loans"), "circulation-loans", "circulation.see", "book"),
                    Entry(_("Return issues"), "circulation-issues", "circulation.see", "question-circle"),
                    Entry(_("Ledger of the day"), "circulation-ledger", "circulation.see", "list-ul"),
                ),
            ),
            Section(
                _("Readers"),
                (
                    Entry(_("Readers"), "patrons-list", "patrons.see", "people"),
                    Entry(_("Register a reader"), "patrons-register", "patrons.register", "person-plus"),
                ),
            ),
            Section(
                _("Rules"),
                (
                    Entry(_("Lending policies"), "circulation-policies", "circulation.see", "sliders"),
                    Entry(_("Which policy applies"), "circulation-explain", "circulation.explain", "search"),
                    Entry(_("Patron categories"), "patrons-categories", "patrons.set_category", "tags"),
                ),
            ),
        ),
    ),
    WingOfDesk(
        "collection",
        _("Collection"),
        "book",
        (
            Section(
                _("Catalogue"),
                (
                    Entry(_("Records"), "catalogue-records", "catalogue.see", "journal-text"),
                    Entry(_("Copies"), "catalogue-items", "catalogue.see", "book"),
                    Entry(_("New record"), "catalogue-record-new", "catalogue.edit_record", "plus-lg"),
                ),
            ),
            Section(
                _("Set-up"),
                (
                    Entry(_("Item categories"), "catalogue-categories", "catalogue.set_category", "tags"),
                    Entry(_("Classification"), "catalogue-classes", "catalogue.see", "diagram-3"),
                ),
            ),
        ),
    ),
    WingOfDesk(
        "institution",
        _("Institution"),
        "building",
        (
            Section(
                _("Places"),
                (
                    Entry(_("Branches"), "places-branches", "places.see", "building"),
                    Entry(_("Shelving locations"), "places-locations", "places.see", "collection"),
                    Entry(_("Service points"), "places-points", "places.see", "geo-alt"),
                    Entry(_("Opening calendar"), "places-calendar", "places.see", "calendar-event"),
                    Entry(_("Closure orders"), "places-closures", "places.see", "calendar-x"),
                    Entry(_("Public holidays"), "places-holidays", "places.see", "calendar-check"),
                ),
            ),
            Section(
                _("Visits"),
                (
                    Entry(_("Visits"), "visits-overview", "visits.see", "people"),
                    Entry(_("Gate readings"), "visits-readings", "visits.see", "list-ul"),
                    Entry(_("Gates"), "visits-gates", "visits.see", "door-open"),
                ),
            ),
        ),
        is_minor=True,
    ),
    WingOfDesk(
        "report",
        _("Report"),
        "bar-chart-line",
        (
            Section(
                _("Annual report"),
                (
                    Entry(_("Annual report"), "reports-latest", "reports.see", "file-earmark-text"),
                    Entry(_("Dictionary of figures"), "figures-list", "figures.see", "clipboard-data"),
                    Entry(_("Selections"), "figures-selections", "figures.see", "funnel"),
                    Entry(_("Printed figures"), "figures-stated", "figures.see", "quote"),
                ),
            ),
        ),
    ),
    WingOfDesk(
        "settings",
        _("Settings"),
        "sliders",
        (
            Section(
                _("Staff"),
                (
                    Entry(_("Accounts"), "staff-accounts", "staff.see", "people"),
                    Entry(_("Roles and permissions"), "staff-roles", "staff.see", "shield-check"),
                    Entry(_("Audit log"), "staff-audit", "audit.see", "clipboard-check"),
                ),
            ),
            Section(
                _("Data"),
                (
                    Entry(_("Imports"), "imports", "reports.overview", "upload"),
                    Entry(_("Exports"), "exports", "reports.overview", "download"),
                    Entry(_("Machines and programs"), "places-terminals", "places.see_terminals", "hdd"),
                ),
            ),
            Section(
                _("First steps"),
                (Entry(_("First steps"), "first-steps", "places.make_branch", "signpost-2"),),
            ),
        ),
        is_minor=True,
    ),
)


@cache
def address(name: str) -> str:
    """Return the address of a desk page, or nothing in an installation without it; it never changes."""
    try:
        return reverse(f"desk:{name}")
    except NoReverseMatch:
        return ""


def wing_of(url_name: str) -> WingOfDesk:
    """Return the wing a page belongs to: by its own entry, else by the subject its name begins with."""
    for wing in WINGS:
        if any(entry.name == url_name for section in wing.sections for entry in section.entries):
            return wing
    subject = url_name.split("-", 1)[0]
    for wing in WINGS:
        names = [entry.name for section in wing.sections for entry in section.entries]
        if any(name.split("-", 1)[0] == subject for name in names):
            return wing
    return WINGS[0]


def shown_to(actor: Actor, sections: Sequence[Section]) -> list[tuple[Section, list[tuple[Entry, str]]]]:
    """Return the sections and entries the actor may open, with their addresses."""
    shown = []
    for section in sections:
        entries = [
            (entry, address(entry.name))
            for entry in section.entries
            if actor.may(entry.permission) and address(entry.name)
        ]
        if entries:
            shown.append((section, entries))
    return shown


def rail(actor: Actor, current: WingOfDesk) -> list[Wing]:
    """Return the wings the actor may enter, each leading to the first page he may open."""
    wings = []
    for wing in WINGS:
        shown = shown_to(actor, wing.sections)
        if shown:
            wings.append(
                Wing(
                    wing.label,
                    shown[0][1][0][1],
                    wing.icon,
                    is_current=wing is current,
                    is_minor=wing.is_minor,
                )
            )
    return wings


def panel(actor: Actor, current: WingOfDesk, url_name: str, *, now: datetime | None) -> Panel | None:
    """Return the lists of the wing one is in; nothing for a single page.

    Args:
        now: the instant at which the work that waits on each page is counted; without it none is.
    """
    shown = shown_to(actor, current.sections)
    if sum(len(entries) for _section, entries in shown) <= 1:
        return None
    pages = {entry.name for _section, entries in shown for entry, _url in entries}
    waits = Counter[str]()
    for waiting in waiting_for(actor, now, pages=pages) if now is not None else ():
        waits[waiting.work.page] += waiting.count
    groups = [
        Group(
            section.title,
            [
                Link(
                    entry.label,
                    url,
                    entry.icon,
                    count=waits.get(entry.name),
                    is_current=entry.name == url_name,
                )
                for entry, url in entries
            ],
        )
        for section, entries in shown
    ]
    return Panel(current.label, groups)
