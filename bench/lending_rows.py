"""A library with many readers and copies, for lending."""

from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from world import World, make_world
from yanshu.collection.catalogue.models import Item
from yanshu.core import stamp
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.queries import hash_of_key
from yanshu.institution.places.terms import TerminalKind
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.terms import CardKind

ITEMS, READERS = 40_000, 8_000
LOANS_AT_MOST = 1_000
TERMINAL, KEY = "bench", "a key for the bench"


def make_rows() -> World:
    """Make the rows: each copy can be lent once, and the reader of copy n is n modulo the readers."""
    with transaction.atomic():
        world = make_world()
        world.policy.loan_limit = LOANS_AT_MOST
        world.policy.save()
        stamp.renew("circulation.policies")
        pattern, record = world.patron(), world.record()
        copy = world.item(record)
        Patron.objects.bulk_create(clones(pattern, READERS - 1, name="读者"), batch_size=500)
        Card.objects.bulk_create(
            [card(world, patron_id, number) for number, patron_id in enumerate(patron_ids())][1:],
            batch_size=500,
        )
        Item.objects.bulk_create(
            [clone(copy, barcode=f"C{number:08d}") for number in range(ITEMS - 1)], batch_size=500
        )
        Terminal.objects.create(
            branch=world.central,
            kind=TerminalKind.SIP2,
            name="自助借还机",
            login=TERMINAL,
            key_hash=hash_of_key(KEY),
            permissions=["circulation.checkout", "circulation.return"],
            options={"pin_required": False},
        )
    return world


def patron_ids() -> list[int]:
    """Return the readers in order."""
    return list(Patron.objects.order_by("id").values_list("id", flat=True))


def pairs() -> "list[tuple[int, int, str, str]]":
    """Return who is to borrow what: reader, copy, number of the card, barcode."""
    cards = list(Card.objects.order_by("patron_id").values_list("patron_id", "number"))
    items = Item.objects.order_by("id").values_list("id", "barcode")
    return [
        (*cards[n % len(cards)][:1], item, cards[n % len(cards)][1], code)
        for n, (item, code) in enumerate(items)
    ]


def card(world: World, patron_id: int, number: int) -> Card:
    """Return a reader's card, not yet written."""
    return Card(
        patron_id=patron_id,
        library=world.library,
        kind=CardKind.LIBRARY_CARD,
        number=f"N{number:06d}",
        issued_on=date(2018, 1, 1),
    )


def clone(row: Any, **changes: Any) -> Any:
    """Return another row like ``row``, not yet written."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.local_fields}
    return type(row)(**{**values, "id": None, **changes})


def clones(row: Any, count: int, **changes: Any) -> list[Any]:
    """Return many rows like ``row``, not yet written."""
    return [clone(row, **changes) for _number in islice(range(count), count)]
