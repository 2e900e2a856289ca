"""What several parts share: the skein of geese, icons of tones, how a reason and a tile are laid out."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanshu.core.actor import Actor
from yanshu.core.refusal import Reason
from yanshu.core.ui.chart import sparkline
from yanshu.core.ui.numbers import percent, thousands
from yanshu.core.ui.pieces import Tile

NOTE_ICONS = {
    "xiang": "info-circle-fill",
    "goose": "megaphone",
    "yes": "check-circle-fill",
    "wait": "exclamation-triangle-fill",
    "no": "exclamation-circle-fill",
    "kept": "bell-fill",
    "stone": "info-circle",
}
SIGN_ICONS = {"no": "x-lg", "yes": "check-lg", "wait": "box-seam"}

# The skein, foremost goose first; the same birds fly on home, banner, empty pages and long waits.
FLOCK = (
    "M-10.3 -2.3q5.8 -6.3 10.3 2.3q5.8 -9.2 12.6 -5.2",
    "M-33.2 -17.6q5.1 -5.6 9.2 2.1q5.1 -8.2 11.3 -4.6",
    "M-43.4 12.9q5.2 -5.7 9.4 2.1q5.2 -8.4 11.5 -4.7",
    "M-56.7 -28.9q4.9 -5.3 8.7 1.9q4.9 -7.8 10.7 -4.4",
    "M-72.9 24.0q5.0 -5.4 8.9 2.0q5.0 -7.9 10.9 -4.5",
    "M-80.2 -44.3q4.6 -5.0 8.2 1.8q4.6 -7.3 10.1 -4.1",
    "M-102.4 39.1q4.7 -5.1 8.4 1.9q4.7 -7.5 10.3 -4.2",
    "M-103.7 -55.7q4.3 -4.7 7.7 1.7q4.3 -6.9 9.5 -3.9",
    "M-131.9 50.2q4.4 -4.8 7.9 1.8q4.4 -7.0 9.7 -4.0",
    "M-161.4 65.3q4.1 -4.5 7.4 1.7q4.1 -6.6 9.1 -3.7",
)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason of a refusal as the panel shows it."""

    reason: Reason
    is_liftable: bool
    who_lifts: str


def actor_of(request: HttpRequest | None) -> Actor | None:
    """Return who acts in ``request``; ``None`` where the page is shown outside the doors."""
    found = getattr(request, "actor", None)
    return found if isinstance(found, Actor) else None


def reason_line(reason: Reason, actor: Actor | None) -> ReasonLine:
    """Return how ``reason`` is shown to ``actor``, with the button only where the actor may lift it."""
    if reason.lifted_by is None:
        return ReasonLine(reason, is_liftable=False, who_lifts=_("Nobody may lift this"))
    return ReasonLine(
        reason,
        is_liftable=actor is not None and actor.may(reason.lifted_by),
        who_lifts=_("A colleague who has the permission may lift this"),
    )


@dataclass(frozen=True, slots=True)
class TileLine:
    """A tile as it is shown: value written, change in words, tone and arrow, small line drawn."""

    tile: Tile
    value: str
    tone: str
    arrow: str
    change: str
    spark: SafeString


def tile_line(tile: Tile) -> TileLine:
    """Return the tile with its figure written, its change in words and its line drawn."""
    value = thousands(tile.value) if isinstance(tile.value, int) else str(tile.value)
    tone = {True: "yes", False: "no", None: "stone"}[tile.is_good]
    arrow, change = "", ""
    if tile.change is not None:
        arrow = "arrow-right"
        change = _("Level with last year")
        if tile.change > 0:
            arrow, change = "arrow-up-right", _("Up %(share)s on last year") % {"share": percent(tile.change)}
        elif tile.change < 0:
            words = _("Down %(share)s on last year")
            arrow, change = "arrow-down-right", words % {"share": percent(max(tile.change, -tile.change))}
    months: Any = tile.months
    line = (
        sparkline(months, _("%(name)s, the last 12 months") % {"name": tile.name})
        if months
        else SafeString("")
    )
    return TileLine(tile, value, tone, arrow, change, line)
