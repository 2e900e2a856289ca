"""Records as a list of results shows them: columns, copies and their state as they are now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import Shown
from yanshu.discovery.search import rules
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries as circulation


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy and what a reader is told of it; ``due_on`` where it is on loan."""

    item: Item
    shown: Shown
    due_on: date | None = None

    @property
    def branch(self) -> str:
        """The branch where it is, in the language of the page."""
        return places.branch_name(self.item.branch_id)


@dataclass(frozen=True)
class Found:
    """A record with its copies, the nearest to the reader's hand first; ``queue`` readers wait for it."""

    record: BibRecord
    copies: tuple[Copy, ...]
    queue: int = 0

    @classmethod
    def of(cls, record: BibRecord, copies: Sequence[Copy], queue: int) -> Self:
        """Return a record as somebody who does not wait finds it.

        Where no more copies stand on the shelves than readers wait, each of them is reserved, and said to be.
        """
        left = circulation.copies_left(on_shelf=_on_shelf(copies), waiting=queue)
        shown = copies if left else [_reserved(copy) for copy in copies]
        return cls(record, tuple(shown), queue)

    @cached_property
    def best(self) -> Copy | None:
        """The copy that tells most: one on the shelf, else one to read here, else the one due back first."""
        return min(
            self.copies, key=lambda copy: (rules.rank(copy.shown), copy.due_on or date.max), default=None
        )

    @cached_property
    def available(self) -> int:
        """How many copies stand on the shelf and can be borrowed: those left when all who wait have one."""
        return circulation.copies_left(on_shelf=_on_shelf(self.copies), waiting=self.queue)

    @cached_property
    def lendable(self) -> int:
        """How many copies are lent at all."""
        return sum(1 for copy in self.copies if copy.shown is not Shown.REFERENCE)

    @property
    def can_be_held(self) -> bool:
        """Whether a hold would make sense: copies are lent, and none is on the shelf."""
        return self.lendable > 0 and not self.available


def found(record_ids: Sequence[int]) -> list[Found]:
    """Return records in the order given with their copies, in five queries; those gone stay away."""
    records = BibRecord.objects.defer("marc").in_bulk(record_ids)
    copies = copies_of(record_ids)
    queues = circulation.waiting_by_record(record_ids)
    return [Found.of(records[key], copies[key], queues.get(key, 0)) for key in record_ids if key in records]


def copies_of(record_ids: Sequence[int]) -> "defaultdict[int, list[Copy]]":
    """Return the copies of some records that have not been withdrawn, in three queries."""
    rows = (
        Item.objects.filter(record_id__in=record_ids, withdrawn_on__isnull=True)
        .select_related("location", "category")
        .order_by("record_id", "branch__position", "branch_id", "call_number", "volume", "id")
    )
    items = list(rows)
    keys = [item.pk for item in items]
    due, held = circulation.loan_states(keys), circulation.held_items(keys)
    copies: defaultdict[int, list[Copy]] = defaultdict(list)
    for item in items:
        shown = catalogue.shown_state(item, due.get(item.pk), is_held=item.pk in held)
        copies[item.record_id].append(Copy(item, shown, due.get(item.pk)))
    return copies


def _on_shelf(copies: Sequence[Copy]) -> int:
    return sum(1 for copy in copies if copy.shown is Shown.AVAILABLE)


def _reserved(copy: Copy) -> Copy:
    return replace(copy, shown=Shown.ON_HOLD) if copy.shown is Shown.AVAILABLE else copy
