"""What the door itself says on a screen; everything else is worded by the library behind it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

LOGIN_FIRST = _("This terminal has not logged in.")
NOT_HERE = _("This terminal is not set up for this service.")
NOT_SUPPORTED = _("This service is not available at terminals yet. Please ask at the desk.")
FAULT = _("This could not be done just now. Please try again or ask at the desk.")
CARD_MISSING = _("No card was read. Please lay your card on the reader again.")
ITEM_MISSING = _("No item was read. Please lay the item on the reader again.")
UNKNOWN_CARD = _("This card is not known here. Please ask at the desk.")
UNKNOWN_ITEM = _("This item is not known here. Please hand it in at the desk.")
PIN_WRONG = _("The PIN is not right.")
PIN_NEEDED = _("Please enter your PIN.")
PIN_LOCKED = _("Too many wrong PINs. Please ask at the desk.")
AMOUNT_UNREADABLE = _("The amount could not be read.")
CURRENCY_UNKNOWN = _("Only Chinese yuan is taken here.")
RENEWED = _("This item was on loan to you: it has been renewed.")


def masked(name: str) -> str:
    """Show a name so that its owner knows it and a bystander does not: 李**, A***."""
    name = name.strip()
    if len(name) < 2:  # noqa: PLR2004 - nothing to hide behind
        return "*" if name else ""
    hidden = len(name) - 1 if not name.isascii() else 3
    return name[0] + "*" * hidden
