"""What one desk is doing: its mode, its reader, and what it has done in this turn.

A turn begins when a reader comes to the desk and ends when he leaves it. It lives in the session as keys
only: no name, no title, and nothing of it in any address.
"""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEY = "circulation.desk"
MOST_ACTS = 60


class Mode(models.TextChoices):
    """What the next scan is for."""

    READER = "reader", pgettext_lazy("desk mode", "Reader")
    LEND = "lend", pgettext_lazy("desk mode", "Lend")
    RETURN = "return", pgettext_lazy("desk mode", "Return")
    RENEW = "renew", pgettext_lazy("desk mode", "Renew")
    HOLD = "hold", pgettext_lazy("desk mode", "Reserve")


KEYS = {Mode.READER: "F2", Mode.LEND: "F3", Mode.RETURN: "F4", Mode.RENEW: "F6", Mode.HOLD: "F7"}
HINTS = {
    Mode.READER: _("Scan a reader's card, or type a name, telephone or identity number"),
    Mode.LEND: _("Scan a barcode, or type it and press Enter"),
    Mode.RETURN: _("Scan what has come back; no card is needed"),
    Mode.RENEW: _("Scan what is to be renewed; no card is needed"),
    Mode.HOLD: _("Scan a copy of the title the reader wants"),
}


@dataclass
class Turn:
    """The state of one desk.

    Args:
        acts: newest first; each names one row: ``{"line": id}`` of the ledger, ``{"hold": id}``, or, for a
            return nothing was on loan for, ``{"issue": kind, "item": id or None, "code": barcode}`` or, of a
            copy fetched for a hold, ``{"kept": id of the hold, "item": id, "code": barcode}``.
        refused: how many scans were refused in this turn.
        offered: the readers shown as the answer to the last search, from whom one may be chosen.
        card_id: the card the reader came with; ``None`` when he was looked up.
    """

    day: str
    mode: str = Mode.LEND.value
    patron_id: int | None = None
    card_id: int | None = None
    offered: list[int] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0

    @classmethod
    def of(cls, request: HttpRequest, today: date) -> Self:
        """Return the turn of this session; acts of another day are forgotten."""
        kept = request.session.get(KEY)
        if not isinstance(kept, dict) or kept.get("day") != today.isoformat():
            return cls(day=today.isoformat())
        return cls(**kept)

    def keep(self, request: HttpRequest) -> None:
        """Put the turn into the session."""
        request.session[KEY] = asdict(self)

    def begin(self, patron_id: int | None, *, card_id: int | None = None) -> None:
        """Let a reader come to the desk, or the last one leave; what was done before is done."""
        if patron_id != self.patron_id:
            self.acts, self.refused = [], 0
        self.patron_id, self.card_id, self.offered = patron_id, card_id, []
        if self.mode == Mode.READER:
            self.mode = Mode.LEND.value

    def did(self, **act: Any) -> None:
        """Put an act on top of the list."""
        self.acts = [act, *self.acts][:MOST_ACTS]

    def has_noted(self, code: str) -> bool:
        """Say whether a return of this barcode that ended no loan stands in the list already."""
        return any(act.get("code") == code for act in self.acts)

    @property
    def lines(self) -> list[int]:
        """The ledger lines of this turn."""
        return [act["line"] for act in self.acts if "line" in act]
