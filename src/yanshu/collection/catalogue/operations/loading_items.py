"""Loading copies in bulk: found by barcode, compared, written with few statements a batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yanshu.collection.catalogue.models import Item, ItemEvent, RecordChange
from yanshu.collection.catalogue.operations.loading import LoadFate
from yanshu.collection.catalogue.operations.placing import accessioned_rows, event_of
from yanshu.collection.catalogue.operations.statements import insert_rows
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation

COMPARED = (
    "home_branch_id", "location_id", "category_id", "call_number", "volume", "price_fen", "origin",
    "accession_number", "accessioned_on", "for_reference", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncomingItem:
    """A copy to load: whose it is, its barcode, its title, and what the file says of it.

    ``values`` has the fields the file names, of ``COMPARED``; for a new copy at least branch, shelf and
    category.
    """

    library_id: int
    barcode: str
    record_id: int
    values: dict[str, Any] = field(default_factory=dict)


@operation("catalogue.load_items", permission="catalogue.import")
def load_items(*, incoming: Sequence[IncomingItem], actor: Actor, now: datetime) -> list[LoadFate]:
    """Write a batch of copies; return each one's fate in order.

    What is loaded stood on the shelf before the system: a new copy counts as released on the day it was
    accessioned, and its history begins now. Accession number, origin and that day are what the file says;
    where it says none they stay unknown, and the copy counts among no year's books bought. A copy known
    already is changed where the file differs, by an actor in whose charge both the branch it belongs to and
    the branch it is to belong to lie.

    Raises:
        PermissionMissing: when one of those branches is another's.
    """
    known = _known(incoming)
    today = clock.business_date(now)
    fates: list[LoadFate] = []
    new: list[Item] = []
    changed: list[Item] = []
    for one in incoming:
        actor.demand_branch(one.values.get("home_branch_id"))
        item = known.get((one.library_id, one.barcode))
        if item is None:
            new.append(_new(one, today))
            fates.append(LoadFate.CREATED)
            continue
        actor.demand_branch(item.home_branch_id)
        if _differs(item, one):
            changed.append(item)
            fates.append(LoadFate.UPDATED)
        else:
            fates.append(LoadFate.UNCHANGED)
    Item.objects.bulk_create(new)
    Item.objects.bulk_update(changed, [*COMPARED, "record_id", "branch_id", "version"], batch_size=100)
    entered = [(item.pk, item.branch_id, item.state) for item in new]
    insert_rows(ItemEvent, accessioned_rows(entered, actor=actor, now=now))
    ItemEvent.objects.bulk_create(
        event_of(item, ItemEventKind.EDITED, former=item.state, note="", actor=actor, now=now)
        for item in changed
    )
    RecordChange.objects.bulk_create(
        RecordChange(record_id=pk, at=now) for pk in sorted({item.record_id for item in (*new, *changed)})
    )
    return fates


def _known(incoming: Sequence[IncomingItem]) -> dict[tuple[int, str], Item]:
    rows = Item.objects.select_for_update().filter(barcode__in=[one.barcode for one in incoming])
    return {(item.library_id, item.barcode): item for item in rows}


def _new(one: IncomingItem, today: date) -> Item:
    values = one.values
    return Item(
        library_id=one.library_id,
        barcode=one.barcode,
        record_id=one.record_id,
        branch_id=values["home_branch_id"],
        released_on=values.get("accessioned_on", today),
        state=ItemState.AVAILABLE,
        **values,
    )


def _differs(item: Item, one: IncomingItem) -> bool:
    """Take over what the file says otherwise; a copy that stood at its branch moves with it."""
    wanted = {**one.values, "record_id": one.record_id}
    if all(getattr(item, name) == value for name, value in wanted.items()):
        return False
    was_at_home = item.branch_id == item.home_branch_id
    for name, value in wanted.items():
        setattr(item, name, value)
    if was_at_home:
        item.branch_id = item.home_branch_id
    item.version += 1
    return True
