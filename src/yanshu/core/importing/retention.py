"""How long the files of imports are kept: they may hold personal data (docs/rules/privacy.md)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from yanshu.core.importing.ordering import delete_file
from yanshu.core.importing.run import OPEN, UNDER_WAY, ImportRun, RunState


def delete_old_files(now: datetime) -> int:
    """Delete the files of imports that have not moved for the time set, and return how many runs that were.

    A run that was stopped and forgotten is given up with its file; one that waits or runs is left alone.
    """
    since = now - timedelta(days=settings.IMPORT_KEPT_DAYS)
    old = ImportRun.objects.filter(moved_at__lt=since, file_deleted_at=None).exclude(state__in=UNDER_WAY)
    moving = Q(state__in=UNDER_WAY) | Q(moved_at__gte=since)
    in_use = ImportRun.objects.filter(moving, file__isnull=False).values("file")
    deleted = 0
    for run in list(old.exclude(file__in=in_use).select_related("file")):
        with transaction.atomic():
            run.refresh_from_db()
            if run.file_deleted_at is None:
                delete_file(run, now=now)
                deleted += 1
            if run.state in OPEN:
                ImportRun.objects.filter(pk=run.pk, state=RunState.STOPPED).update(
                    state=RunState.DISCARDED, finished_at=now
                )
    return deleted
