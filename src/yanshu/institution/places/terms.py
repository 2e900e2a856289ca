"""The words of places."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BranchKind(models.TextChoices):
    """What kind of place a branch is."""

    CENTRAL = "central", _("Central library")
    BRANCH = "branch", _("Branch library")
    SELF_SERVICE_POINT = "self_service_point", _("24-hour self-service point")
    BOOKHOUSE = "bookhouse", _("City reading room")
    COMMUNITY_LIBRARY = "community_library", _("Residential-community library")
    MOBILE = "mobile", _("Mobile service stop")


SELF_SERVICE_KINDS = (BranchKind.SELF_SERVICE_POINT, BranchKind.BOOKHOUSE)


class BranchStage(models.TextChoices):
    """Where a branch stands in its life on a given day."""

    CONSTRUCTION = "construction", _("Under construction")
    COMING = "coming", _("Not open yet")
    SERVICE = "service", _("In service")
    ENDED = "ended", _("No longer in service")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"construction": "wait", "coming": "wait", "service": "yes"}.get(self.value, "stone")

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        icons = {"construction": "gear-fill", "coming": "clock", "service": "check-circle-fill"}
        return icons.get(self.value, "dash-lg")


class ServicePointKind(models.TextChoices):
    """What is done at a service point."""

    DESK = "desk", _("Circulation desk")
    SELF_CHECK = "self_check", _("Self-service machine")
    READING_ROOM = "reading_room", _("Reading room")
    DOOR = "door", _("Entrance")
    STAFF = "staff", _("Staff area")


class TerminalKind(models.TextChoices):
    """What machine speaks to us."""

    SIP2 = "sip2", _("SIP2 machine")
    GATE = "gate", _("Gate counter")
    KIOSK = "kiosk", _("Kiosk")
    CLIENT = "client", _("Program of another system")


class Charset(models.TextChoices):
    """The character sets a SIP2 machine may speak."""

    UTF_8 = "utf-8", _("UTF-8")
    GBK = "gbk", _("GBK")
    GB18030 = "gb18030", _("GB 18030")


class ErrorDetection(models.TextChoices):
    """Whether a SIP2 machine sends sequence numbers and check sums."""

    OFF = "off", _("Never")
    OPTIONAL = "optional", _("Where the machine sends them")
    REQUIRED = "required", _("Always")


class HolidayPolicy(models.TextChoices):
    """What a public holiday does to a branch's week.

    Under ``closed`` and ``sunday`` the branch follows the state's compensating work days (调休) too: where
    its week leaves such a day shut, it opens as on its first open weekday from Monday to Friday.
    """

    AS_USUAL = "as_usual", _("Opens as on any such weekday")
    CLOSED = "closed", pgettext_lazy("hours", "Closed")
    SUNDAY = "sunday", _("Opens as on a Sunday")


class ExceptionKind(models.TextChoices):
    """Which way a day departs from the week."""

    OPEN = "open", pgettext_lazy("hours", "Open")
    CLOSED = "closed", pgettext_lazy("hours", "Closed")


class ClosureState(models.TextChoices):
    """Where a closure order stands."""

    ORDERED = "ordered", _("Ordered")
    REVOKED = "revoked", _("Revoked")


class BranchNow(models.TextChoices):
    """Whether one can walk into a branch at this moment."""

    OPEN = "open", pgettext_lazy("hours", "Open")
    SHUT = "shut", _("Not open at this hour")
    CLOSED = "closed", _("Closed by order")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"open": "yes", "closed": "no"}.get(self.value, "stone")

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        return {"open": "check-circle-fill", "closed": "calendar-x"}.get(self.value, "clock")


class ClosureStage(models.TextChoices):
    """What a closure order means on a given day."""

    ANNOUNCED = "announced", _("Announced")
    CLOSED = "closed", _("Closed now")
    OVER = "over", _("Reopened")
    REVOKED = "revoked", _("Revoked")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"announced": "wait", "closed": "no", "over": "yes"}.get(self.value, "stone")

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        icons = {"announced": "bell-fill", "closed": "x-octagon-fill", "over": "check-circle-fill"}
        return icons.get(self.value, "arrow-counterclockwise")


class Because(models.TextChoices):
    """What decides over the hours of a day; the order is the order of precedence."""

    OUT_OF_SERVICE = "out_of_service", _("Not in service")
    CLOSURE = "closure", _("Closure order")
    EXCEPTION = "exception", _("Exception")
    HOLIDAY = "holiday", _("Public holiday")
    WORKDAY = "workday", _("Compensating work day")
    WEEK = "week", _("Opening hours of the week")


class ClosureFlaw(models.TextChoices):
    """Why a closure cannot be ordered so."""

    NO_BRANCH = "closure-no-branch", _("Choose at least one branch.")
    NO_DAYS = "closure-no-days", _("The day of reopening must come after the first closed day.")
    TOO_LONG = "closure-too-long", _("A closure lasts three years at most; order another one when it ends.")
    NO_REASON = "closure-no-reason", _("Write the reason; readers will see it.")
    NO_NOTICE = "closure-no-notice", _("Write the public notice; the law asks for an announcement.")
    LATE_NOTICE = "closure-late-notice", _("The notice must be out by the first closed day.")
    NOT_IN_SERVICE = "closure-not-in-service", _("A branch is not in service in this time.")
    OVERLAP = "closure-overlap", _("Another order closes a branch on some of these days.")


@dataclass(frozen=True, slots=True)
class LibraryData:
    """What is entered of a library."""

    code: str
    name: str
    name_en: str = ""
    address: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class BranchData:
    """What is entered of a branch.

    ``service_from`` empty means: in service as long as records reach back, unless construction has started,
    in which case it is not open yet. ``service_until`` is the first day out of service.
    """

    library_id: int
    code: str
    name: str
    kind: BranchKind
    name_en: str = ""
    district: str = ""
    address: str = ""
    telephone: str = ""
    construction_started_on: date | None = None
    service_from: date | None = None
    service_until: date | None = None
    holiday_policy: HolidayPolicy = HolidayPolicy.AS_USUAL
    position: int = 0


@dataclass(frozen=True, slots=True)
class LocationData:
    """What is entered of a shelving location."""

    branch_id: int
    code: str
    name: str
    for_reference: bool = False
    open_shelf: bool = True


@dataclass(frozen=True, slots=True)
class ServicePointData:
    """What is entered of a service point."""

    branch_id: int
    name: str
    kind: ServicePointKind
    public: bool = True
    service_from: date | None = None
    service_until: date | None = None


@dataclass(frozen=True, slots=True)
class TerminalData:
    """What is entered of a terminal; ``options`` are the settings of its protocol."""

    branch_id: int
    kind: TerminalKind
    name: str
    login: str
    service_point_id: int | None = None
    permissions: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    active: bool = True


@dataclass(frozen=True, slots=True)
class ClosureData:
    """What is entered of a closure order; ``reopens_on`` is the first open day again."""

    branch_ids: tuple[int, ...]
    first_closed_day: date
    reopens_on: date
    reason: str
    notice: str
    notice_on: date


@dataclass(frozen=True, slots=True)
class Effect:
    """One consequence of a closure, in words and as a count, told before it is ordered."""

    label: Any
    count: int
    unit: Any


@dataclass(frozen=True, slots=True)
class Following:
    """How far records have followed an order: what it has moved, and what still falls inside its days."""

    moved: Effect
    unmoved: Effect
