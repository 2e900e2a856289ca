"""The words of places."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BranchKind(models.TextChoices):
    """What kind of place a branch is."""

    CENTRAL = "central", _("Central library")
    BRANCH = "branch", _("Branch library")
    SELF_SERVICE_POINT = "self_service_point", _("24-hour self-service point")
    BOOKHOUSE = "bookhouse", _("City reading room")
    COMMUNITY_LIBRARY = "community_library", _("Residential-community library")
    MOBILE = "mobile", _("Mobile service stop")


SELF_SERVICE_KINDS = (BranchKind.SELF_SERVICE_POINT, BranchKind.BOOKHOUSE)


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


class HolidayPolicy(models.TextChoices):
    """What a public holiday does to a branch's week."""

    AS_USUAL = "as_usual", _("Opens as on any such weekday")
    CLOSED = "closed", _("Closed")
    SUNDAY = "sunday", _("Opens as on a Sunday")


class ExceptionKind(models.TextChoices):
    """Which way a day departs from the week."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ClosureState(models.TextChoices):
    """Where a closure order stands."""

    ORDERED = "ordered", _("Ordered")
    REVOKED = "revoked", _("Revoked")
