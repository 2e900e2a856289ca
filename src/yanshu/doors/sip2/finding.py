"""Who speaks and what is named: the terminal's actor and library, cards and copies by their numbers."""

from typing import Any

from django.utils.translation import gettext

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import Item
from yanshu.core.actor import Actor
from yanshu.core.refusal import Refused
from yanshu.core.remembered import remembered
from yanshu.doors.sip2 import port
from yanshu.institution.places.models import Library
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons import queries as patrons


def actor_of(terminal: port.Terminal) -> Actor:
    """Return the actor the terminal logged in as."""
    assert isinstance(terminal.handle, Actor)
    return terminal.handle


def find_card(terminal: port.Terminal, number: str) -> Any:
    """Return the card with this number, of the terminal's own library first."""
    return patrons.card_by_number(number, library_id=library_of(terminal)) if number else None


def library_of(terminal: port.Terminal) -> int | None:
    """Return the key of the library whose cards count first at a terminal."""
    return _library_ids().get(terminal.institution)


@remembered(seconds=60)
def _library_ids() -> dict[str, int]:
    return dict(Library.objects.values_list("code", "id"))


def find_item(terminal: port.Terminal, barcode: str, owner: str) -> Item | None:
    """Return the item with this barcode of the owner named, or of the terminal's library."""
    return catalogue.item_by_barcode(barcode, owner_code=owner or terminal.institution) if barcode else None


def unknown(*, card: bool, item: bool) -> tuple[str, ...]:
    """Word what nobody knows."""
    known = ((card, Block.PATRON_UNKNOWN), (item, Block.ITEM_UNKNOWN))
    return tuple(str(block.label) for missing, block in known if missing)


def words(refused: Refused) -> tuple[str, ...]:
    """Word every reason of a refusal in the terminal's language."""
    return tuple(str(reason.label) for reason in refused.reasons)


def desk_only() -> str:
    """Return the words for what a machine may not do."""
    return gettext("This is done at the desk.")
