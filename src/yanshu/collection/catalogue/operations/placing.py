"""Where items are and what is the matter with them, apart from loans. Upper apps call these."""

from datetime import date, datetime

from yanshu.collection.catalogue.models import Item, ItemEvent, RecordChange
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState
from yanshu.core.actor import Actor
from yanshu.core.operation import operation


@operation("catalogue.place_item", journalled=False)
def place_item(
    *,
    item_id: int,
    state: ItemState,
    until: date | None = None,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Item:
    """Put an item into a state: to the bindery, on display until a day, on the hold shelf, back."""
    item = Item.objects.select_for_update().get(pk=item_id)
    former, item.state, item.state_until = item.state, state, until
    item.version += 1
    item.save(update_fields=["state", "state_until", "version"])
    note_event(item, ItemEventKind.PLACED, former=former, note=note, actor=actor, now=now)
    return item


@operation("catalogue.move_item", journalled=False)
def move_item(*, item_id: int, branch_id: int, actor: Actor, now: datetime) -> Item:
    """Say that an item now is at another branch; the branch it belongs to stays."""
    item = Item.objects.select_for_update().get(pk=item_id)
    former, item.branch_id = item.branch_id, branch_id
    item.version += 1
    item.save(update_fields=["branch", "version"])
    note_event(
        item, ItemEventKind.MOVED, former=item.state, note=f"{former}→{branch_id}", actor=actor, now=now
    )
    return item


def note_event(
    item: Item, kind: ItemEventKind, *, former: str, note: str, actor: Actor, now: datetime
) -> None:
    """Write the line of an item's history, and tell the search index."""
    line = ItemEvent(
        item=item,
        kind=kind,
        from_state=former,
        to_state=item.state,
        note=note[:200],
        branch_id=actor.branch_id or item.branch_id,
    )
    line.stamp(actor=actor, happened_at=now, recorded_at=now).save()
    RecordChange.objects.create(record_id=item.record_id, at=now)
