"""The versions of a record, and what changed from one to the next."""

from datetime import datetime
from typing import NamedTuple

from yanshu.collection.catalogue.engine.difference import FieldChange, differences
from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.collection.catalogue.models import BibRecord, RecordVersion
from yanshu.collection.catalogue.queries.records import marc_of

MOST_VERSIONS = 50


class VersionStep(NamedTuple):
    """A change of a record: the version it led to, when, by whom, and which fields it touched.

    ``former`` is the version one goes back to by undoing it.
    """

    version: int
    former: int
    at: datetime
    by: str
    changes: tuple[FieldChange, ...]


def versions_of(record: BibRecord) -> list[VersionStep]:
    """Return the last changes of a record, the newest first."""
    later: MarcRecord | None = marc_of(bytes(record.marc))
    steps = []
    for kept in RecordVersion.objects.filter(record=record)[:MOST_VERSIONS]:
        former = marc_of(bytes(kept.marc))
        if former is not None and later is not None:
            steps.append(
                VersionStep(
                    kept.version + 1,
                    kept.version,
                    kept.replaced_at,
                    kept.replaced_by,
                    differences(former, later),
                )
            )
        later = former
    return steps
