"""Classes of the Chinese Library Classification a library loads below the shipped outline."""

from collections.abc import Sequence
from datetime import datetime

from yanshu.collection.catalogue.models import ClcClass
from yanshu.collection.catalogue.operations.loading import LoadFate
from yanshu.collection.catalogue.terms import ClassData
from yanshu.core.actor import Actor
from yanshu.core.operation import operation

_FIELDS = ("name", "name_en", "parent")


@operation("catalogue.load_classes", permission="catalogue.import")
def load_classes(*, classes: Sequence[ClassData], actor: Actor, now: datetime) -> list[LoadFate]:
    """Write a batch of classes, known by their code; return each one's fate in order."""
    known = {row.code: row for row in ClcClass.objects.filter(code__in=[one.code for one in classes])}
    fates: list[LoadFate] = []
    new: list[ClcClass] = []
    changed: list[ClcClass] = []
    for one in classes:
        row = known.get(one.code)
        if row is None:
            new.append(ClcClass(**one._asdict()))
            fates.append(LoadFate.CREATED)
            continue
        if all(getattr(row, name) == getattr(one, name) for name in _FIELDS):
            fates.append(LoadFate.UNCHANGED)
            continue
        for name in _FIELDS:
            setattr(row, name, getattr(one, name))
        changed.append(row)
        fates.append(LoadFate.UPDATED)
    ClcClass.objects.bulk_create(new)
    ClcClass.objects.bulk_update(changed, _FIELDS)
    return fates
