"""Many records at once: proofread, released, sent back. Each goes only where its turn allows."""

from collections.abc import Sequence
from datetime import datetime

from yanshu.collection.catalogue.operations.records import proofread, release, send_back
from yanshu.collection.catalogue.queries.batches import preview_records
from yanshu.collection.catalogue.terms import BatchAct
from yanshu.core.actor import Actor
from yanshu.core.operation import operation


@operation("catalogue.proofread_records", permission="catalogue.proofread")
def proofread_records(*, record_ids: Sequence[int], actor: Actor, now: datetime) -> tuple[int, ...]:
    """Mark drafts as proofread; return the records whose turn it was."""
    changing = preview_records(record_ids, BatchAct.PROOFREAD).changing
    for record_id in changing:
        proofread(record_id=record_id, actor=actor, now=now)
    return changing


@operation("catalogue.release_records", permission="catalogue.release")
def release_records(*, record_ids: Sequence[int], actor: Actor, now: datetime) -> tuple[int, ...]:
    """Release proofread records with their copies; return the records whose turn it was."""
    changing = preview_records(record_ids, BatchAct.RELEASE).changing
    for record_id in changing:
        release(record_id=record_id, actor=actor, now=now)
    return changing


@operation("catalogue.send_back_records", permission="catalogue.send_back")
def send_back_records(*, record_ids: Sequence[int], actor: Actor, now: datetime) -> tuple[int, ...]:
    """Send records back to be worked on; return those that were not drafts already."""
    changing = preview_records(record_ids, BatchAct.SEND_BACK).changing
    for record_id in changing:
        send_back(record_id=record_id, actor=actor, now=now)
    return changing
