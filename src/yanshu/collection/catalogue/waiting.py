"""What waits for somebody in the catalogue."""

from datetime import datetime

from django.utils.translation import ngettext

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core.actor import Actor
from yanshu.core.waiting import waiting


def _drafts(count: int) -> str:
    return ngettext(
        "%(count)s record waits for proofreading", "%(count)s records wait for proofreading", count
    )


def _proofread(count: int) -> str:
    return ngettext(
        "%(count)s proofread record waits for release", "%(count)s proofread records wait for release", count
    )


@waiting(
    "catalogue.to-proofread",
    page="catalogue-records",
    query=f"state={RecordState.DRAFT}",
    permission="catalogue.proofread",
    says=_drafts,
    icon="pencil-square",
)
def to_proofread(actor: Actor, now: datetime) -> int:
    """Count the records nobody has proofread; records belong to the whole library."""
    del actor, now
    return queries.records().filter(state=RecordState.DRAFT).count()


@waiting(
    "catalogue.to-release",
    page="catalogue-records",
    query=f"state={RecordState.PROOFREAD}",
    permission="catalogue.release",
    says=_proofread,
    icon="pencil-square",
)
def to_release(actor: Actor, now: datetime) -> int:
    """Count the records that are proofread and not yet released."""
    del actor, now
    return queries.records().filter(state=RecordState.PROOFREAD).count()
