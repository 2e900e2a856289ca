"""Copies: added to a title, changed, put on the shelf."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.collection.catalogue.operations.numbering import take_accession_numbers
from yanshu.collection.catalogue.operations.placing import note_event
from yanshu.collection.catalogue.queries.copies import book_number_sequence, highest_book_number
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState, RecordState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.core.sequence import next_number, peek, start_at
from yanshu.institution.places.models import Branch, ShelvingLocation

CHANGEABLE = (
    "call_number", "volume", "price_fen", "origin", "category_id", "location_id", "for_reference",
    "accessories", "note",
)  # fmt: skip


@operation("catalogue.add_items")
def add_items(
    *,
    record_id: int,
    barcodes: Sequence[str],
    values: Mapping[str, Any],
    numbered: bool = False,
    actor: Actor,
    now: datetime,
) -> list[Item]:
    """Add copies to a title, one a barcode, each with the next accession number.

    Args:
        numbered: give the title's call number, or the next one of its class, whatever ``values`` says.
        values: ``branch_id``, ``location_id``, ``category_id``, and as far as known ``call_number``,
            ``price_fen``, ``origin``, ``volume``, ``for_reference``, ``note``.

    Raises:
        Invalid: when the shelf is at another branch, or barcodes are taken or entered twice: a reason
            for each of them, with its place among those entered, counted from 1.
    """
    actor.demand_branch(values["branch_id"])
    record = BibRecord.objects.get(pk=record_id)
    branch = Branch.objects.select_related("library").get(pk=values["branch_id"])
    wanted = [barcode.strip() for barcode in barcodes if barcode.strip()]
    _demand_free(branch.library_id, wanted)
    _demand_shelf(values["location_id"], branch.pk)
    today = clock.business_date(now)
    is_released = record.state == RecordState.RELEASED
    known = {name: values[name] for name in CHANGEABLE if name in values}
    if numbered:
        known["call_number"] = _take_call_number(record, branch.library_id)
    numbers = take_accession_numbers(branch.library_id, len(wanted))
    items = []
    for barcode, number in zip(wanted, numbers, strict=True):
        item = Item(
            record=record,
            library_id=branch.library_id,
            barcode=barcode,
            home_branch=branch,
            branch=branch,
            accession_number=number,
            accessioned_on=today,
            released_on=today if is_released else None,
            state=ItemState.AVAILABLE if is_released else ItemState.PROCESSING,
            **known,
        )
        item.save()
        note_event(item, ItemEventKind.ACCESSIONED, former="", note="", actor=actor, now=now)
        items.append(item)
    about(record)
    return items


@operation("catalogue.change_item")
def change_item(
    *, item_id: int, version: int, values: Mapping[str, Any], actor: Actor, now: datetime
) -> Item:
    """Change what is kept of a copy.

    Raises:
        Conflict: when somebody else has changed it since it was read.
        Invalid: when the shelf is at another branch.
    """
    item = Item.objects.select_for_update().get(pk=item_id)
    actor.demand_branch(item.home_branch_id)
    if item.version != version:
        raise Conflict.because(
            "changed-meanwhile", _("Somebody else has changed this copy. Look at it again first.")
        )
    if "location_id" in values:
        _demand_shelf(values["location_id"], item.branch_id)
    for name in CHANGEABLE:
        if name in values:
            setattr(item, name, values[name])
    item.version += 1
    item.save()
    note_event(item, ItemEventKind.EDITED, former=item.state, note="", actor=actor, now=now)
    return item


@operation("catalogue.shelve_item")
def shelve_item(*, item_id: int, actor: Actor, now: datetime) -> Item:
    """Put a copy that has been processed on its shelf; the day of its first release is kept."""
    item = Item.objects.select_for_update().get(pk=item_id)
    actor.demand_branch(item.home_branch_id)
    former, item.state = item.state, rules.state_on_release(item.state)
    item.released_on = item.released_on or clock.business_date(now)
    item.version += 1
    item.save(update_fields=["state", "released_on", "version"])
    note_event(item, ItemEventKind.RELEASED, former=former, note="", actor=actor, now=now)
    return item


@operation("catalogue.set_category")
def set_category(
    *, category_id: int | None = None, values: Mapping[str, Any], actor: Actor, now: datetime
) -> ItemCategory:
    """Make an item category, or change one.

    Raises:
        Invalid: when the code is taken.
        PermissionMissing: when the actor's role holds for single branches only.
    """
    actor.demand_whole_library()
    category = ItemCategory.objects.select_for_update().get(pk=category_id) if category_id else ItemCategory()
    for name, value in values.items():
        setattr(category, name, value)
    if ItemCategory.objects.filter(code=category.code).exclude(pk=category.pk).exists():
        raise Invalid.because("code", "code-taken", _("Another item category has this code."))
    category.save()
    return category


def _take_call_number(record: BibRecord, library_id: int) -> str:
    """Return the call number of the title, or take the next book number of its class, without gaps."""
    own = Item.objects.filter(record=record, library_id=library_id).exclude(call_number="").order_by("id")
    if (known := own.values_list("call_number", flat=True).first()) is not None:
        return known
    if not record.class_number:
        return ""
    name = book_number_sequence(library_id, record.class_number)
    highest = highest_book_number(library_id, record.class_number)
    if highest > peek(name):
        start_at(name, highest)
    return f"{record.class_number}{rules.CALL_NUMBER_MARK}{next_number(name)}"


def _demand_free(library_id: int, barcodes: Sequence[str]) -> None:
    if not barcodes:
        raise Invalid.because("barcodes", "barcode-missing", _("Scan or write at least one barcode."))
    known = set(
        Item.objects.filter(library_id=library_id, barcode__in=barcodes).values_list("barcode", flat=True)
    )
    lines: dict[str, int] = {}
    reasons = []
    for line, barcode in enumerate(barcodes, 1):
        first = lines.setdefault(barcode, line)
        facts = {"line": line, "first": first, "barcode": barcode}
        if first != line:
            label = _("Line %(line)s repeats line %(first)s: %(barcode)s.") % facts
            reasons.append(Reason(code="barcode-repeated", label=label, field="barcodes", facts=facts))
        elif barcode in known:
            label = _("Line %(line)s: barcode %(barcode)s stands on another copy already.") % facts
            reasons.append(Reason(code="barcode-taken", label=label, field="barcodes", facts=facts))
    if reasons:
        raise Invalid(reasons)


def _demand_shelf(location_id: int, branch_id: int) -> None:
    if not ShelvingLocation.objects.filter(pk=location_id, branch_id=branch_id).exists():
        raise Invalid.because(
            "location", "shelf-elsewhere", _("This shelf is at another branch. Choose one of this branch.")
        )
