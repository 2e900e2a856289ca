"""The words of readers and their cards."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CategoryKind(models.TextChoices):
    """Which group of the public a patron category is for."""

    ADULT = "adult", _("Adult")
    CHILD = "child", _("Child")
    SENIOR = "senior", _("Senior")
    VISUALLY_IMPAIRED = "visually_impaired", _("Visually impaired")
    STAFF = "staff", pgettext_lazy("patron category", "Staff")
    GROUP = "group", pgettext_lazy("patron category", "Group")


class PatronState(models.TextChoices):
    """Where a reader's membership stands."""

    ACTIVE = "active", pgettext_lazy("membership", "Active")
    CANCELLED = "cancelled", pgettext_lazy("membership", "Cancelled")


class MembershipState(models.TextChoices):
    """How a membership stands on a day, in one word: what a list, the desk and the reader see."""

    VALID = "valid", _("Card valid")
    SUSPENDED = "suspended", _("Borrowing suspended")
    EXPIRED = "expired", _("Card expired")
    CANCELLED = "cancelled", _("Membership cancelled")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"valid": "yes", "suspended": "no", "expired": "wait"}.get(self.value, "stone")

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        icons = {"valid": "check-circle-fill", "suspended": "x-octagon-fill", "expired": "clock"}
        return icons.get(self.value, "x-circle-fill")


class CardKind(models.TextChoices):
    """What carries the reader's number."""

    LIBRARY_CARD = "library_card", _("Library card")
    ID_CARD = "id_card", _("Identity card")
    SOCIAL_SECURITY_CARD = "social_security_card", _("Social security card")
    QR = "qr", _("QR code")


class CardState(models.TextChoices):
    """Whether a carrier may be used."""

    VALID = "valid", pgettext_lazy("card", "Valid")
    LOST = "lost", _("Reported lost")
    REPLACED = "replaced", pgettext_lazy("card", "Replaced")
    CANCELLED = "cancelled", pgettext_lazy("card", "Cancelled")

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return {"valid": "yes", "lost": "no"}.get(self.value, "stone")

    @property
    def icon(self) -> str:
        """The icon of the badge."""
        icons = {"valid": "check-circle-fill", "lost": "x-octagon-fill"}
        return icons.get(self.value, "x-circle-fill")


class AgeBand(models.TextChoices):
    """Age at the moment of an act, in bands; what statistics keep of a birth date."""

    UNDER_7 = "0-6", _("0–6")
    UNDER_15 = "7-14", _("7–14")
    UNDER_19 = "15-18", _("15–18")
    UNDER_36 = "19-35", _("19–35")
    UNDER_60 = "36-59", _("36–59")
    FROM_60 = "60+", _("60 and over")
    UNKNOWN = "unknown", pgettext_lazy("age", "Not known")


class MembershipEventKind(models.TextChoices):
    """What happened to a membership."""

    REGISTERED = "registered", pgettext_lazy("membership", "Registered")
    CATEGORY_CHANGED = "category_changed", _("Category changed")
    RENEWED = "renewed", _("Membership renewed")
    CANCELLED = "cancelled", pgettext_lazy("membership", "Cancelled")


class CodePurpose(models.TextChoices):
    """What a one-time code opens."""

    FIRST_LOGIN = "first_login", _("First log-in")
    RESET = "reset", pgettext_lazy("activation", "New password")


class PinVerdict(models.TextChoices):
    """What the library says of a card and a password shown at a machine or by another system."""

    RIGHT = "right", _("The password is right")
    WRONG = "wrong", _("The password is wrong")
    UNKNOWN = "unknown", _("No such card")
    LOCKED = "locked", _("Too many wrong passwords; try again in a quarter of an hour")


@dataclass(frozen=True, slots=True)
class ReaderData:
    """A reader as a file tells of him; ``None`` says that the file is silent, and what is kept stays."""

    card_number: str
    name: str
    category: str | None = None
    home_branch: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    telephone: str | None = None
    registered_on: date | None = None
    expires_on: date | None = None
    note: str | None = None
