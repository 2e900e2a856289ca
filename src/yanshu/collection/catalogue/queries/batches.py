"""What batch work would change, before it does: how many rows, how many not, and why."""

from collections.abc import Sequence
from typing import NamedTuple

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import BatchAct, ItemState
from yanshu.core.actor import Actor
from yanshu.institution.places.models import ShelvingLocation

RECORDS_AT_ONCE = 500
COPIES_AT_ONCE = 2000
"""How many rows one batch may change; each leaves a line of its history."""


class RecordPreview(NamedTuple):
    """The records an act would change, and the number of those whose state does not allow it."""

    changing: tuple[int, ...]
    not_their_turn: int


class CopyPreview(NamedTuple):
    """The copies an act would change, and the numbers of the others by the reason why not."""

    changing: tuple[int, ...]
    elsewhere: int
    busy: int
    unchanged: int


def preview_records(record_ids: Sequence[int], act: BatchAct) -> RecordPreview:
    """Return what an act would do to these records."""
    wanted = rules.WANTED_STATE[act]
    rows = BibRecord.objects.filter(pk__in=record_ids).order_by("pk").values_list("pk", "state")
    changing = tuple(pk for pk, state in rows if rules.may_follow(state, wanted))
    return RecordPreview(changing, len(rows) - len(changing))


def preview_copies(
    item_ids: Sequence[int],
    *,
    actor: Actor,
    state: ItemState | None = None,
    location: ShelvingLocation | None = None,
) -> CopyPreview:
    """Return what putting these copies into a state, or on another shelf of their branch, would change."""
    rows = Item.objects.filter(pk__in=item_ids).order_by("pk").only("state", "branch_id", "location_id")
    changing: list[int] = []
    elsewhere = busy = unchanged = 0
    for item in rows:
        if not actor.sees(item.branch_id) or (location and item.branch_id != location.branch_id):
            elsewhere += 1
        elif not rules.may_be_placed(item.state):
            busy += 1
        elif item.state == state or (location and item.location_id == location.pk):
            unchanged += 1
        else:
            changing.append(item.pk)
    return CopyPreview(tuple(changing), elsewhere, busy, unchanged)


def may_act(state: str, act: BatchAct) -> bool:
    """Say whether it is the turn of an act on a record in this state."""
    return rules.may_follow(state, rules.WANTED_STATE[act])


def placeable_states() -> list[ItemState]:
    """Return the states staff put copies into by hand, in their order."""
    return [state for state in ItemState if rules.may_be_placed(state)]
