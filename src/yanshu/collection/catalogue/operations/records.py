"""Bibliographic records: written, proofread, released, put back to an earlier state."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import rules
from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.models import BibRecord, Item, RecordChange, RecordIsbn, RecordVersion
from yanshu.collection.catalogue.operations.columns import Parsed, fill, parse
from yanshu.collection.catalogue.operations.placing import note_event
from yanshu.collection.catalogue.queries import marc_of
from yanshu.collection.catalogue.terms import ItemEventKind, RecordState
from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Conflict, Invalid


@operation("catalogue.edit_record")
def save_record(
    *,
    record_id: int | None = None,
    version: int = 0,
    marc: MarcRecord,
    dialect: Dialect,
    actor: Actor,
    now: datetime,
) -> BibRecord:
    """Write a new record, or a new version of one; the former version is kept.

    Raises:
        Conflict: when somebody else has changed the record since it was read.
        Invalid: when the record has no title.
    """
    parsed = parse(marc, dialect)
    if record_id is None:
        row = BibRecord(created_at=now, state=RecordState.DRAFT)
    else:
        row = _locked(record_id, version)
        keep_version(row, actor=actor, now=now)
        row.version += 1
    fill(row, parsed, now=now)
    if not row.title:
        raise Invalid.because("title", "title-missing", _("Write a title."))
    row.save()
    keep_isbns(row, parsed)
    RecordChange.objects.create(record_id=row.pk, at=now)
    return row


@operation("catalogue.proofread")
def proofread(*, record_id: int, actor: Actor, now: datetime) -> BibRecord:
    """Say that a record has been checked against the book in hand."""
    return _put(record_id, RecordState.PROOFREAD, now=now)


@operation("catalogue.send_back")
def send_back(*, record_id: int, actor: Actor, now: datetime) -> BibRecord:
    """Send a record back to be worked on; readers no longer find it, its release date stays."""
    return _put(record_id, RecordState.DRAFT, now=now)


@operation("catalogue.release")
def release(*, record_id: int, actor: Actor, now: datetime) -> BibRecord:
    """Release a proofread record to readers, and its copies that wait in processing to the shelf.

    The day of the first release is kept: the report counts titles and copies by it.
    """
    row = _put(record_id, RecordState.RELEASED, now=now)
    today = clock.business_date(now)
    if row.released_on is None:
        row.released_on = today
        row.save(update_fields=["released_on"])
    waiting = Item.objects.select_for_update().filter(record=row, released_on__isnull=True, withdrawn_on=None)
    for item in waiting.order_by("pk"):
        former, item.state = item.state, rules.state_on_release(item.state)
        item.released_on = today
        item.version += 1
        item.save(update_fields=["state", "released_on", "version"])
        note_event(item, ItemEventKind.RELEASED, former=former, note="", actor=actor, now=now)
    return row


@operation("catalogue.restore_version")
def restore_version(*, record_id: int, version: int, actor: Actor, now: datetime) -> BibRecord:
    """Put a record back to a former version, as a new one; nothing is lost.

    Raises:
        Conflict: when that version is not kept.
    """
    kept = RecordVersion.objects.filter(record_id=record_id, version=version).first()
    former = marc_of(bytes(kept.marc)) if kept is not None else None
    if kept is None or former is None:
        raise Conflict.because("version-gone", _("This version is not kept."))
    present = BibRecord.objects.get(pk=record_id)
    return save_record(
        record_id=record_id,
        version=present.version,
        marc=former,
        dialect=Dialect(present.dialect),
        actor=actor,
        now=now,
    )


def keep_version(row: BibRecord, *, actor: Actor, now: datetime) -> None:
    """Keep what a record was before it is changed."""
    RecordVersion.objects.create(
        record=row, version=row.version, marc=bytes(row.marc), replaced_at=now, replaced_by=actor.label
    )


def keep_isbns(row: BibRecord, parsed: Parsed) -> None:
    """Keep every ISBN of a record where it can be found."""
    RecordIsbn.objects.filter(record=row).delete()
    RecordIsbn.objects.bulk_create([RecordIsbn(record=row, isbn=isbn) for isbn in parsed.columns.isbns])


def _locked(record_id: int, version: int) -> BibRecord:
    row = BibRecord.objects.select_for_update().get(pk=record_id)
    if row.version != version:
        raise Conflict.because(
            "changed-meanwhile", _("Somebody else has changed this record. Look at it again first.")
        )
    return row


def _put(record_id: int, state: RecordState, *, now: datetime) -> BibRecord:
    row = BibRecord.objects.select_for_update().get(pk=record_id)
    if not rules.may_follow(row.state, state):
        raise Conflict.because("state-out-of-turn", _("A record is drafted, then proofread, then released."))
    row.state, row.changed_at = state, now
    row.save(update_fields=["state", "changed_at"])
    RecordChange.objects.create(record_id=row.pk, at=now)
    return row
