"""The words of visit counting."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Quality(models.TextChoices):
    """How a reading came about."""

    MEASURED = "measured", _("Measured")
    ESTIMATED = "estimated", _("Estimated")
    OUTAGE = "outage", _("Counter out of order")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"measured": "yes", "estimated": "wait", "outage": "no"}[self.value]

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        icons = {
            "measured": "check-circle-fill",
            "estimated": "question-diamond-fill",
            "outage": "x-octagon-fill",
        }
        return icons[self.value]


class Source(models.TextChoices):
    """The way a reading came in."""

    HTTP = "http", _("Sent by the gate")
    FILE = "file", _("From a file")
    HAND = "hand", _("Entered by hand")


class Fate(models.TextChoices):
    """What became of a reading that was handed in."""

    RECORDED = "recorded", _("Recorded")
    UNCHANGED = "unchanged", _("Recorded before")
    DIFFERS = "differs", _("Another count is recorded")
    REFUSED = "refused", _("Refused")


class ReadingFlaw(models.TextChoices):
    """Why a reading is not taken."""

    UNKNOWN_GATE = "unknown-gate", _("There is no gate with this code.")
    OTHER_BRANCH = "other-branch", _("The gate belongs to another branch.")
    OTHER_TERMINAL = "other-terminal", _("The gate reports through another terminal.")
    NO_INTERVAL = "no-interval", _("The interval must begin before it ends and last a day at most.")
    NEGATIVE = "negative", _("A count cannot be below 0.")
    TOO_MANY = "too-many", _("So many people cannot have passed one gate in one interval (100,000 at most).")
    COUNT_IN_OUTAGE = (
        "count-in-outage",
        _("A counter out of order counts nothing; enter an estimate instead."),
    )
    NOT_OVER = "not-over", _("The interval is not over yet.")
    GATE_ABSENT = "gate-absent", _("The gate was not installed at that time.")
    NOT_IN_SERVICE = "not-in-service", _("The branch or service point was not in service at that time.")
    OVERLAP = "overlap", _("Another reading of the gate covers part of the interval.")
    TWICE = "twice", _("The same interval stands twice in what was handed in.")


@dataclass(frozen=True, slots=True)
class GateData:
    """What is entered of a gate; ``removed_on`` is the first day without it."""

    branch_id: int
    code: str
    name: str
    installed_on: date
    removed_on: date | None = None
    service_point_id: int | None = None
    terminal_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReadingData:
    """One reading as it is handed in; the instants are aware.

    ``count_in`` is what the counter showed, or the estimate where ``quality`` says so.
    """

    gate_code: str
    start: datetime
    end: datetime
    count_in: int
    count_out: int = 0
    quality: Quality = Quality.MEASURED
    note: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """What is kept of an interval: the raw counts and the visits they stand for.

    Units: ``raw_in`` and ``raw_out`` passages through the gate, ``corrected`` visits (人次).
    """

    raw_in: int
    raw_out: int
    corrected: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one reading: its fate, why it was refused, and what is recorded where it differs."""

    data: ReadingData
    fate: Fate
    flaws: tuple[ReadingFlaw, ...] = ()
    kept: Count | None = None
    sent: Count | None = None

    @property
    def difference(self) -> int:
        """The visits by which what was handed in goes beyond what is recorded."""
        return self.sent.corrected - self.kept.corrected if self.sent and self.kept else 0
