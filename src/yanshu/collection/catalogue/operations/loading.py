"""Loading records in bulk: matched, compared, written with few statements a batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from yanshu.collection.catalogue.engine.holdings import Holding
from yanshu.collection.catalogue.models import (
    BibRecord,
    Item,
    ItemCategory,
    ItemEvent,
    RecordChange,
    RecordIsbn,
    RecordVersion,
)
from yanshu.collection.catalogue.operations.columns import Parsed, filled
from yanshu.collection.catalogue.operations.numbering import take_accession_numbers
from yanshu.collection.catalogue.operations.placing import accessioned_rows
from yanshu.collection.catalogue.operations.statements import insert_rows, update_rows
from yanshu.collection.catalogue.terms import ItemState, Origin, RecordState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.institution.places.models import Branch, ShelvingLocation

Key = tuple[str, str]
_LONGEST_BARCODE = 40


class LoadFate(StrEnum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"

    @property
    def is_written(self) -> bool:
        """Whether the record is not what it was before, or was not there."""
        return self in {LoadFate.CREATED, LoadFate.UPDATED}


class LoadRemark(StrEnum):
    """What is worth a second look."""

    LIKE_ANOTHER = "like-another"
    BARCODE_TAKEN = "barcode-taken"
    NO_SHELF = "no-shelf"
    OTHER_BRANCH = "other-branch"
    NOT_ADDED = "not-added"


@dataclass(slots=True)
class Loaded:
    """A record's fate, how many copies came with it, and remarks with the words they need.

    ``record_id`` is the record written or left as it is, ``state`` the one it is in.
    """

    fate: LoadFate
    state: str
    record_id: int = 0
    added: int = 0
    remarks: list[tuple[LoadRemark, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record to load: read, with the copies it names, under the key it is known by.

    ``is_damaged`` says that fields of it may lack something: it can be new, and changes none that is there.
    """

    key: Key
    parsed: Parsed
    holdings: tuple[Holding, ...]
    is_damaged: bool = False


@operation("catalogue.load_records", permission="catalogue.import")
def load_records(
    *, incoming: Sequence[Incoming], state: RecordState, actor: Actor, now: datetime
) -> list[Loaded]:
    """Write a batch of records and the copies they name; return each one's fate in order.

    A record is known by its dialect and control number, or by ISBN, title and volume where it has no number.
    New records come in ``state``; one that is there keeps its own. What comes released counts as released
    before the system: it has no release date and is no cataloguing output. Copies of a record that is not
    released wait in processing for its release, like those entered by hand.
    A record does not say how its copies came, so they are of unknown origin and among no year's books bought;
    their day of accession is what the record names, and not known where it names none. Each gets the next
    accession number and the line that begins its history. A copy of a branch outside the actor's charge is
    left out and remarked. A damaged record that would change one that is there is refused, with its copies.
    """
    known = _known(incoming)
    alike = _alike(incoming)
    fates: list[Loaded] = []
    new: list[Parsed] = []
    changed: list[tuple[_Kept, Parsed]] = []
    for one in incoming:
        former = known.get(one.key)
        if former is None:
            new.append(one.parsed)
            fates.append(Loaded(LoadFate.CREATED, state))
            if twin := alike.get(one.parsed.duplicate_key):
                fates[-1].remarks.append((LoadRemark.LIKE_ANOTHER, str(twin)))
        elif bytes(former.marc) == one.parsed.raw:
            fates.append(Loaded(LoadFate.UNCHANGED, former.state))
        elif one.is_damaged:
            fates.append(Loaded(LoadFate.REFUSED, former.state))
        else:
            changed.append((former, one.parsed))
            fates.append(Loaded(LoadFate.UPDATED, former.state))
    created = iter(_create(new, state=state, now=now))
    _replace(changed, actor=actor, now=now)
    for one, fate in zip(incoming, fates, strict=True):
        fate.record_id = known[one.key].id if one.key in known else next(created)
    _keep_isbns(incoming, fates)
    _Shelves(actor, now).take_in(incoming, fates)
    insert_rows(
        RecordChange,
        [{"record_id": fate.record_id, "at": now} for fate in fates if fate.fate.is_written],
    )
    return fates


class _Kept(NamedTuple):
    """What a load needs to know of a record that is there already."""

    id: int
    version: int
    state: str
    marc: bytes


def _known(incoming: Sequence[Incoming]) -> dict[Key, _Kept]:
    numbers = [one.key[1] for one in incoming if one.key[0] != "alike"]
    keys = [one.key[1] for one in incoming if one.key[0] == "alike"]
    known: dict[Key, _Kept] = {}
    rows = BibRecord.objects.order_by("-id")
    for dialect, number, *kept in rows.filter(control_number__in=numbers).values_list(
        "dialect", "control_number", *_Kept._fields
    ):
        known[dialect, number] = _Kept(*kept)
    for key, *kept in rows.filter(duplicate_key__in=keys, control_number="").values_list(
        "duplicate_key", *_Kept._fields
    ):
        known["alike", key] = _Kept(*kept)
    return known


def _alike(incoming: Sequence[Incoming]) -> Mapping[str, int]:
    keys = [one.parsed.duplicate_key for one in incoming]
    rows = BibRecord.objects.filter(duplicate_key__in=keys).order_by("-id")
    return dict(rows.values_list("duplicate_key", "id"))


def _create(new: Sequence[Parsed], *, state: RecordState, now: datetime) -> list[int]:
    """Insert new records and return their keys in order."""
    rows = [{**filled(parsed), "created_at": now, "changed_at": now, "state": state.value} for parsed in new]
    return insert_rows(BibRecord, rows)


def _replace(changed: Sequence[tuple[_Kept, Parsed]], *, actor: Actor, now: datetime) -> None:
    """Write new versions of records and keep the former ones."""
    insert_rows(
        RecordVersion,
        [
            {
                "record_id": former.id,
                "version": former.version,
                "marc": bytes(former.marc),
                "replaced_at": now,
                "replaced_by": actor.label,
            }
            for former, _parsed in changed
        ],
    )
    update_rows(
        BibRecord,
        {
            former.id: {**filled(parsed), "changed_at": now, "version": former.version + 1}
            for former, parsed in changed
        },
    )


def _keep_isbns(incoming: Sequence[Incoming], fates: Sequence[Loaded]) -> None:
    updated = [fate.record_id for fate in fates if fate.fate == LoadFate.UPDATED]
    if updated:
        RecordIsbn.objects.filter(record_id__in=updated).delete()
    insert_rows(
        RecordIsbn,
        [
            {"record_id": fate.record_id, "isbn": isbn}
            for one, fate in zip(incoming, fates, strict=True)
            if fate.fate.is_written
            for isbn in one.parsed.columns.isbns
        ],
    )


class _Shelves:
    """Where copies named in records go: by branch and location code, else to the first shelf."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._actor, self._now = actor, now
        self._branches: dict[str, Branch] = {}
        for branch in Branch.objects.select_related("library"):
            for name in (branch.code, branch.name):
                self._branches.setdefault(name, branch)
        self._locations: dict[tuple[int, str], ShelvingLocation] = {}
        self._first: dict[int, ShelvingLocation] = {}
        for location in ShelvingLocation.objects.all():
            self._first.setdefault(location.branch_id, location)
            for name in (location.code, location.name):
                self._locations.setdefault((location.branch_id, name), location)
        ours = [branch for branch in self._branches.values() if actor.sees(branch.pk)]
        chosen = [branch for branch in ours if branch.pk == actor.branch_id]
        self._default = next(iter(chosen or ours), None)
        self._category = ItemCategory.objects.filter(lendable=True).first()

    def take_in(self, incoming: Sequence[Incoming], fates: Sequence[Loaded]) -> None:
        """Write the copies that are not there yet; what cannot be taken in is remarked."""
        barcodes = [holding.barcode[:_LONGEST_BARCODE] for one in incoming for holding in one.holdings]
        taken = set(Item.objects.filter(barcode__in=barcodes).values_list("library_id", "barcode"))
        new: list[dict[str, Any]] = []
        for one, fate in zip(incoming, fates, strict=True):
            for holding in one.holdings if fate.fate != LoadFate.REFUSED else ():
                item = self._item(fate, holding)
                if isinstance(item, LoadRemark):
                    fate.remarks.append((item, holding.barcode))
                elif (item["library_id"], item["barcode"]) in taken:
                    if fate.fate != LoadFate.UNCHANGED:
                        fate.remarks.append((LoadRemark.BARCODE_TAKEN, holding.barcode))
                else:
                    taken.add((item["library_id"], item["barcode"]))
                    new.append(item)
                    fate.added += 1
        self._write(new)
        for fate in fates:
            if fate.added:
                fate.remarks.append((LoadRemark.NOT_ADDED, str(fate.added)))

    def _write(self, new: Sequence[dict[str, Any]]) -> None:
        """Write new copies, numbered as their owners count, each with the line that begins its history."""
        counts = Counter(item["library_id"] for item in new)
        numbers = {owner: iter(take_accession_numbers(owner, count)) for owner, count in counts.items()}
        keys = insert_rows(
            Item, [{**item, "accession_number": next(numbers[item["library_id"]])} for item in new]
        )
        copies = [(key, item["branch_id"], item["state"]) for key, item in zip(keys, new, strict=True)]
        insert_rows(ItemEvent, accessioned_rows(copies, actor=self._actor, now=self._now))

    def _item(self, record: Loaded, holding: Holding) -> dict[str, Any] | LoadRemark:
        branch = self._branches.get(holding.branch_code) or self._default
        if branch is not None and not self._actor.sees(branch.pk):
            return LoadRemark.OTHER_BRANCH
        shelf = self._shelf(branch, holding.location)
        if branch is None or shelf is None or self._category is None or not holding.barcode:
            return LoadRemark.NO_SHELF
        day = _day(holding.acquired_on)
        is_released = record.state == RecordState.RELEASED
        return {
            "record_id": record.record_id,
            "library_id": branch.library_id,
            "barcode": holding.barcode[:_LONGEST_BARCODE],
            "home_branch_id": branch.pk,
            "branch_id": branch.pk,
            "location_id": shelf.pk,
            "category_id": self._category.pk,
            "call_number": holding.call_number[:60],
            "volume": holding.volume[:60],
            "price_fen": holding.price_fen,
            "origin": Origin.UNKNOWN.value,
            "accessioned_on": day,
            "released_on": (day or clock.business_date(self._now)) if is_released else None,
            "state": (ItemState.AVAILABLE if is_released else ItemState.PROCESSING).value,
            "note": holding.note[:200],
        }

    def _shelf(self, branch: Branch | None, name: str) -> ShelvingLocation | None:
        if branch is None:
            return None
        return self._locations.get((branch.pk, name)) or self._first.get(branch.pk)


def _day(text: str) -> date | None:
    digits = "".join(character for character in text if character.isdigit())[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
