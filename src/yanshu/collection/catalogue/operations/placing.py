"""Where items are and what is the matter with them, apart from loans. Upper apps call these."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.models import Item, ItemEvent, RecordChange
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.institution.places.models import ShelvingLocation


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


@operation("catalogue.place_items", permission="catalogue.place_item", journalled=False)
def place_items(
    *, states: Mapping[int, ItemState], note: str = "", actor: Actor, now: datetime
) -> dict[int, str]:
    """Put many copies into states by hand; return what state each one that changed had before.

    A copy in transit, on the hold shelf or withdrawn stays as it is, and so does one at another branch.
    """
    changed: dict[int, str] = {}
    items = [
        item
        for item in _locked_in_order(states)
        if actor.sees(item.branch_id)
        and rules.may_be_placed(item.state)
        and rules.may_be_placed(states[item.pk])
        and item.state != states[item.pk]
    ]
    for item in items:
        changed[item.pk], item.state, item.state_until = item.state, states[item.pk], None
        item.version += 1
    Item.objects.bulk_update(items, ["state", "state_until", "version"], batch_size=200)
    _note_events(items, ItemEventKind.PLACED, changed, note=note, actor=actor, now=now)
    return changed


@operation("catalogue.relocate_items", permission="catalogue.change_item", journalled=False)
def relocate_items(*, shelves: Mapping[int, int], actor: Actor, now: datetime) -> dict[int, int]:
    """Give many copies another shelf of the branch they are at; return which shelf each had before."""
    homes = dict(ShelvingLocation.objects.filter(pk__in=shelves.values()).values_list("pk", "branch_id"))
    items = [
        item
        for item in _locked_in_order(shelves)
        if actor.sees(item.branch_id)
        and rules.may_be_placed(item.state)
        and homes.get(shelves[item.pk]) == item.branch_id
        and item.location_id != shelves[item.pk]
    ]
    changed = {item.pk: item.location_id for item in items}
    for item in items:
        item.location_id = shelves[item.pk]
        item.version += 1
    Item.objects.bulk_update(items, ["location", "version"], batch_size=200)
    former = {item.pk: item.state for item in items}
    _note_events(items, ItemEventKind.MOVED, former, note="", actor=actor, now=now)
    return changed


def _locked_in_order(keys: Collection[int]) -> QuerySet[Item]:
    """Lock copies by ascending key, as everybody does who locks more than one: nobody waits in a circle."""
    return Item.objects.select_for_update().filter(pk__in=keys).order_by("pk")


def note_event(
    item: Item, kind: ItemEventKind, *, former: str, note: str, actor: Actor, now: datetime
) -> None:
    """Write the line of an item's history, and tell the search index."""
    event_of(item, kind, former=former, note=note, actor=actor, now=now).save()
    RecordChange.objects.create(record_id=item.record_id, at=now)


def event_of(
    item: Item, kind: ItemEventKind, *, former: str, note: str, actor: Actor, now: datetime
) -> ItemEvent:
    """Return the line of an item's history, not yet written."""
    line = ItemEvent(
        item=item,
        kind=kind,
        from_state=former,
        to_state=item.state,
        note=note[:200],
        branch_id=actor.branch_id or item.branch_id,
    )
    return line.stamp(actor=actor, happened_at=now, recorded_at=now)


def accessioned_rows(
    copies: Sequence[tuple[int, int, str]], *, actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Return the lines that begin the histories of copies just entered, as rows to insert.

    Args:
        copies: the key of each copy and of the branch it stands at, and its state.
    """
    line = ItemEvent(kind=ItemEventKind.ACCESSIONED.value)
    line.stamp(actor=actor, happened_at=now, recorded_at=now)
    own = {"id", "tx", "item_id", "branch_id", "to_state"}
    names = [field.attname for field in ItemEvent._meta.concrete_fields if field.attname not in own]
    shared = {name: getattr(line, name) for name in names}
    return [
        {**shared, "item_id": item_id, "branch_id": actor.branch_id or branch_id, "to_state": state}
        for item_id, branch_id, state in copies
    ]


def _note_events(
    items: Sequence[Item],
    kind: ItemEventKind,
    former: Mapping[int, str],
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    ItemEvent.objects.bulk_create(
        event_of(item, kind, former=former[item.pk], note=note, actor=actor, now=now) for item in items
    )
    RecordChange.objects.bulk_create(
        RecordChange(record_id=pk, at=now) for pk in sorted({item.record_id for item in items})
    )
