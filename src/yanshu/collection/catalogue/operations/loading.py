"""Loading records in bulk: matched, compared, written with few statements a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yanshu.collection.catalogue.engine.holdings import Holding
from yanshu.collection.catalogue.models import (
    BibRecord,
    Item,
    ItemCategory,
    RecordChange,
    RecordIsbn,
    RecordVersion,
)
from yanshu.collection.catalogue.operations.columns import FILLED, Parsed, fill
from yanshu.collection.catalogue.terms import ItemState, Origin, RecordState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.institution.places.models import Branch, ShelvingLocation

Key = tuple[str, str]


class LoadFate(StrEnum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class LoadRemark(StrEnum):
    """What is worth a second look."""

    LIKE_ANOTHER = "like-another"
    BARCODE_TAKEN = "barcode-taken"
    NO_SHELF = "no-shelf"


@dataclass(slots=True)
class Loaded:
    """A record's fate, and remarks with the words they need."""

    fate: LoadFate
    remarks: list[tuple[LoadRemark, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record to load: read, with the copies it names, under the key it is known by."""

    key: Key
    parsed: Parsed
    duplicate_key: str
    holdings: tuple[Holding, ...]


@operation("catalogue.load_records", permission="catalogue.import")
def load_records(*, incoming: Sequence[Incoming], actor: Actor, now: datetime) -> list[Loaded]:
    """Write a batch of records and the copies they name; return each one's fate in order.

    A record is known by its dialect and control number, or by ISBN, title and volume where it has no number.
    What is loaded counts as released before the system: it has no release date and is no cataloguing output.
    """
    known = _known(incoming)
    alike = _alike(incoming)
    fates: list[Loaded] = []
    new: list[BibRecord] = []
    changed: list[BibRecord] = []
    rows: list[BibRecord] = []
    for one in incoming:
        row = known.get(one.key)
        if row is None:
            row = fill(BibRecord(created_at=now, state=RecordState.RELEASED), one.parsed, now=now)
            new.append(row)
            fates.append(Loaded(LoadFate.CREATED))
            if twin := alike.get(one.duplicate_key):
                fates[-1].remarks.append((LoadRemark.LIKE_ANOTHER, str(twin)))
        elif bytes(row.marc) == one.parsed.raw:
            fates.append(Loaded(LoadFate.UNCHANGED))
        else:
            changed.append(_next_version(row, one.parsed, actor=actor, now=now))
            fates.append(Loaded(LoadFate.UPDATED))
        rows.append(row)
    BibRecord.objects.bulk_create(new)
    BibRecord.objects.bulk_update(changed, FILLED, batch_size=100)
    _keep_isbns(incoming, rows, fates)
    _Shelves(actor, now).take_in(incoming, rows, fates)
    RecordChange.objects.bulk_create(
        RecordChange(record_id=row.pk, at=now)
        for row, fate in zip(rows, fates, strict=True)
        if fate.fate != LoadFate.UNCHANGED
    )
    return fates


def _known(incoming: Sequence[Incoming]) -> dict[Key, BibRecord]:
    numbers = [one.key[1] for one in incoming if one.key[0] != "alike"]
    keys = [one.key[1] for one in incoming if one.key[0] == "alike"]
    known: dict[Key, BibRecord] = {}
    for row in BibRecord.objects.filter(control_number__in=numbers).order_by("-id"):
        known[row.dialect, row.control_number] = row
    for row in BibRecord.objects.filter(duplicate_key__in=keys, control_number="").order_by("-id"):
        known["alike", row.duplicate_key] = row
    return known


def _alike(incoming: Sequence[Incoming]) -> Mapping[str, int]:
    keys = [one.duplicate_key for one in incoming]
    rows = BibRecord.objects.filter(duplicate_key__in=keys).order_by("-id")
    return dict(rows.values_list("duplicate_key", "id"))


def _next_version(row: BibRecord, parsed: Parsed, *, actor: Actor, now: datetime) -> BibRecord:
    RecordVersion.objects.create(
        record=row, version=row.version, marc=bytes(row.marc), replaced_at=now, replaced_by=actor.label
    )
    row.version += 1
    return fill(row, parsed, now=now)


def _keep_isbns(incoming: Sequence[Incoming], rows: Sequence[BibRecord], fates: Sequence[Loaded]) -> None:
    written = [
        (row, one)
        for row, one, fate in zip(rows, incoming, fates, strict=True)
        if fate.fate != LoadFate.UNCHANGED
    ]
    updated = [row.pk for row, fate in zip(rows, fates, strict=True) if fate.fate == LoadFate.UPDATED]
    if updated:
        RecordIsbn.objects.filter(record_id__in=updated).delete()
    RecordIsbn.objects.bulk_create(
        RecordIsbn(record=row, isbn=isbn) for row, one in written for isbn in one.parsed.columns.isbns
    )


class _Shelves:
    """Where copies named in records go: by branch and location code, else to the first shelf."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._now = now
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
        chosen = [branch for branch in self._branches.values() if branch.pk == actor.branch_id]
        self._default = next(iter(chosen or self._branches.values()), None)
        self._category = ItemCategory.objects.filter(lendable=True).first()

    def take_in(
        self, incoming: Sequence[Incoming], rows: Sequence[BibRecord], fates: Sequence[Loaded]
    ) -> None:
        """Write the copies that are not there yet; what cannot be taken in is remarked."""
        barcodes = [holding.barcode for one in incoming for holding in one.holdings]
        taken = set(Item.objects.filter(barcode__in=barcodes).values_list("library_id", "barcode"))
        new: list[Item] = []
        for one, row, fate in zip(incoming, rows, fates, strict=True):
            for holding in one.holdings:
                item = self._item(row, holding)
                if item is None:
                    fate.remarks.append((LoadRemark.NO_SHELF, holding.barcode))
                elif (item.library_id, item.barcode) in taken:
                    if fate.fate != LoadFate.UNCHANGED:
                        fate.remarks.append((LoadRemark.BARCODE_TAKEN, holding.barcode))
                else:
                    taken.add((item.library_id, item.barcode))
                    new.append(item)
        Item.objects.bulk_create(new)

    def _item(self, row: BibRecord, holding: Holding) -> Item | None:
        branch = self._branches.get(holding.branch_code) or self._default
        shelf = self._shelf(branch, holding.location)
        if branch is None or shelf is None or self._category is None or not holding.barcode:
            return None
        day = _day(holding.acquired_on) or clock.business_date(self._now)
        return Item(
            record=row,
            library_id=branch.library_id,
            barcode=holding.barcode[:40],
            home_branch=branch,
            branch=branch,
            location=shelf,
            category=self._category,
            call_number=holding.call_number[:60],
            volume=holding.volume[:60],
            price_fen=holding.price_fen,
            origin=Origin.PURCHASE,
            accessioned_on=day,
            released_on=day,
            state=ItemState.AVAILABLE,
            note=holding.note[:200],
        )

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
