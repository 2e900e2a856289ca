"""The words of loading: what it is about, where things got their keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypedDict

from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.demo.scenario import Scenario
from yanshu.institution.places.models import Branch, Library, ServicePoint, Terminal
from yanshu.institution.visits.models import Gate

__all__ = ["Doer", "Loading", "Premises", "Progress", "Staff"]

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


class By(TypedDict):
    """Who calls an operation, and when."""

    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Loading:
    """What is loaded, for whom, and when.

    Attributes:
        now: the library's instant of loading, on the day the scenario calls today.
    """

    scenario: Scenario
    actor: Actor
    now: datetime
    progress: Progress

    @property
    def by(self) -> By:
        """The actor and the instant every operation is called with."""
        return {"actor": self.actor, "now": self.now}

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return an instant told by the library's clock."""
        return datetime.combine(day, time(hour, minute), tzinfo=clock.zone())

    def midnight(self, number: int) -> int:
        """Return the beginning of the day ``number`` days after the year's first, in seconds since 1970."""
        return int(self.at(self.scenario.first_day + timedelta(days=number), 0).timestamp())

    def stage(self, name: str, total: int) -> Callable[[int], None]:
        """Begin a stage of ``total`` steps; return what tells how many are done."""
        self.progress(name, 0, total)

        def tell(done: int) -> None:
            self.progress(name, min(done, total), total)

        return tell


class Doer(NamedTuple):
    """Who did it, as a ledger line keeps it."""

    account_id: int | None
    label: str
    door: str
    terminal_id: int | None

    @classmethod
    def of_terminal(cls, terminal: Terminal, door: Door) -> "Doer":
        """Return a terminal as a doer."""
        return cls(None, terminal.name, door.value, terminal.pk)


THE_LIBRARY = Doer(None, "yanshu", Door.JOB.value, None)
FORMER_SYSTEM = Doer(None, "yanshu", Door.COMMAND.value, None)
READER_ALONE = Doer(None, "", Door.OPAC.value, None)


@dataclass(slots=True)
class Premises:
    """The library's places and their keys.

    Attributes:
        branches: all, by code; ``in_service`` those of the plan, by the plan's place.
        locations: shelving locations by place of the branch and code.
        logins: log-ins of terminals and their keys.
    """

    library: Library
    branches: dict[str, Branch] = field(default_factory=dict)
    in_service: list[Branch] = field(default_factory=list)
    locations: dict[tuple[int, str], int] = field(default_factory=dict)
    doors: dict[tuple[str, str], ServicePoint] = field(default_factory=dict)
    machines: list[Terminal] = field(default_factory=list)
    counters: dict[str, Terminal] = field(default_factory=dict)
    gates: dict[tuple[str, str], Gate] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """The accounts: clerks by place of their branch, the cataloguer, and the log-ins."""

    clerks: Mapping[int, Sequence[Doer]]
    cataloguer: Doer
    logins: dict[str, str]
