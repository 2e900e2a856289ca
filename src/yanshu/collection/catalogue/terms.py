"""The words of the catalogue. State words and their looks are law (docs/ui.md)."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dialect(models.TextChoices):
    """Which MARC format a record is written in; both are equals."""

    CNMARC = "cnmarc", "CNMARC"
    MARC21 = "marc21", "MARC21"


class Look(NamedTuple):
    """How a state is shown: word, tone and icon (UI language, table of state words)."""

    value: str
    label: object
    tone: str
    icon: str


class RecordState(models.TextChoices):
    """Where a record stands on its way to readers."""

    DRAFT = "draft", _("Draft")
    PROOFREAD = "proofread", _("Proofread")
    RELEASED = "released", _("Released")

    @property
    def look(self) -> Look:
        """Word, tone and icon of the state."""
        return Look(self.value, self.label, *_RECORD_LOOKS[self.value])


class Form(models.TextChoices):
    """The form of what a record describes."""

    BOOK = "book", _("Book")
    SERIAL = "serial", _("Serial")
    AUDIOVISUAL = "audiovisual", _("Audiovisual")
    MAP = "map", _("Map")
    SCORE = "score", _("Score")
    ELECTRONIC = "electronic", _("Electronic")
    OTHER = "other", _("Other")


class Medium(models.TextChoices):
    """What is lent, as the statistics part it."""

    PRINT = "print", _("Printed")
    AUDIOVISUAL = "audiovisual", _("Audiovisual")
    DEVICE = "device", _("Device")


class Origin(models.TextChoices):
    """How an item came into the library."""

    PURCHASE = "purchase", _("Purchase")
    GIFT = "gift", _("Gift")
    DEPOSIT = "deposit", _("Legal deposit")
    BINDING = "binding", _("Binding")
    EXCHANGE = "exchange", _("Exchange")
    UNKNOWN = "unknown", _("Origin not known")


class ItemState(models.TextChoices):
    """What is the matter with a copy, apart from loans and holds (which lending knows)."""

    AVAILABLE = "available", _("On the shelf")
    PROCESSING = "processing", _("In processing")
    TRANSIT = "transit", _("In transit")
    BINDERY = "bindery", _("At the bindery")
    DISPLAY = "display", _("On display")
    HOLD_SHELF = "hold_shelf", _("Held for collection")
    MISSING = "missing", _("Not found in stocktaking")
    LOST = "lost", _("Lost")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def look(self) -> Look:
        """Word, tone and icon of the state, as lists of staff show it."""
        return Look(self.value, self.label, *_ITEM_LOOKS[self.value])


class Shown(models.TextChoices):
    """The state a reader or clerk is shown for a copy; always one of these."""

    AVAILABLE = "available", _("On the shelf, can be borrowed")
    REFERENCE = "reference", _("For reading here")
    ON_LOAN = "on_loan", _("On loan")
    ON_HOLD = "on_hold", _("Reserved")
    READY = "ready", _("Reserved, waiting for collection")
    PROCESSING = "processing", _("Being processed")
    TRANSIT = "transit", _("Being transferred")
    BINDERY = "bindery", _("Being bound")
    DISPLAY = "display", _("On special display")
    MISSING = "missing", _("Not seen in stocktaking")
    LOST = "lost", _("Lost")

    @property
    def look(self) -> Look:
        """Word, tone and icon of the state."""
        tone, icon = _LOOKS[self.value]
        return Look(self.value, self.label, tone, icon)


_RECORD_LOOKS = {
    "draft": ("wait", "pencil"),
    "proofread": ("xiang", "patch-check"),
    "released": ("yes", "check-circle-fill"),
}
_ITEM_LOOKS = {
    "available": ("yes", "check-circle-fill"),
    "processing": ("wait", "gear-fill"),
    "transit": ("wait", "truck"),
    "bindery": ("wait", "journals"),
    "display": ("xiang", "easel2-fill"),
    "hold_shelf": ("kept", "bell-fill"),
    "missing": ("no", "question-diamond-fill"),
    "lost": ("no", "x-octagon-fill"),
    "withdrawn": ("stone", "archive"),
}
_LOOKS = {
    "available": ("yes", "check-circle-fill"),
    "reference": ("xiang", "book-half"),
    "on_loan": ("stone", "arrow-up-right-circle"),
    "on_hold": ("kept", "bookmark-fill"),
    "ready": ("kept", "bell-fill"),
    "processing": ("wait", "gear-fill"),
    "transit": ("wait", "truck"),
    "bindery": ("wait", "journals"),
    "display": ("xiang", "easel2-fill"),
    "missing": ("no", "question-diamond-fill"),
    "lost": ("no", "x-octagon-fill"),
}


class ItemEventKind(models.TextChoices):
    """What happened to an item, apart from loans."""

    ACCESSIONED = "accessioned", _("Accessioned")
    RELEASED = "released", _("Released to readers")
    PLACED = "placed", _("State changed")
    MOVED = "moved", _("Moved to another shelf")
    EDITED = "edited", _("Data changed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class BatchAct(models.TextChoices):
    """What can be done to many records at once."""

    PROOFREAD = "proofread", _("Mark as proofread")
    RELEASE = "release", _("Release to readers")
    SEND_BACK = "send_back", _("Send back")


class CopyAct(models.TextChoices):
    """What can be done to many copies at once."""

    PLACE = "place", _("Change state")
    RELOCATE = "relocate", _("Change shelf")


class ClassData(NamedTuple):
    """A class of the classification as the import knows it."""

    code: str
    name: str
    name_en: str = ""
    parent: str = ""
