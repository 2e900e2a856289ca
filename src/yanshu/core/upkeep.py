"""The kernel's own scheduled work and checks; imported once by ``core.discovery``."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext_lazy as _

from yanshu.core import feed, file, journal, ledger
from yanshu.core.db import statistics
from yanshu.core.doctor import check
from yanshu.core.importing import retention
from yanshu.core.job import JobRun, job, registry

_OTHERS = 0o007


@job("core.seal-journal-blocks", every=timedelta(minutes=10))
def seal_full_blocks(now: datetime) -> None:
    """Seal the journal's full blocks."""
    journal.seal_blocks(now=now, least=journal.BLOCK)


@job("core.seal-journal", daily_at=time(3, 30))
def seal_the_day(now: datetime) -> None:
    """Seal what the day has left open."""
    journal.seal_blocks(now=now)


@job("core.delete-import-files", daily_at=time(4, 20))
def delete_import_files(now: datetime) -> None:
    """Delete the files of imports that are over, after the time set."""
    retention.delete_old_files(now)


@job("core.clear-sessions", daily_at=time(3, 10))
def clear_sessions(_now: datetime) -> None:
    """Remove the sessions that are over: a desk's session names its last reader and what was lent to him."""
    SessionStore.clear_expired()


@job("core.gather-statistics", daily_at=time(4, 40))
def gather_statistics(now: datetime) -> None:
    """Let the database look at what the day has brought, so that pages are read by the right indexes."""
    del now
    statistics.gather_statistics()


@check("core.journal-seals", _("The journal's seals hold"))
def journal_seals() -> Iterator[str]:
    """Recompute every block."""
    for broken in journal.broken_seals():
        yield f"block {broken.number}: sealed {broken.sealed[:12]}, found {broken.found[:12]}"


@check("core.ledger-guards", _("The database guards the lines of every ledger"))
def ledger_guards() -> Iterator[str]:
    """Find ledgers whose guard is gone, as after a migration that made the table anew."""
    for table in sorted(set(ledger.ledger_tables()) - ledger.guarded_tables()):
        yield f"{table} has no guard: its lines could be changed or removed"


@check("core.jobs", _("No scheduled job has failed"))
def failed_jobs() -> Iterator[str]:
    """Name the jobs whose last run went wrong."""
    for run in JobRun.objects.filter(name__in=registry).exclude(failure=""):
        yield f"{run.name}: {run.failure}"


@check("core.reactions", _("No subscriber has failed"))
def failed_subscribers() -> Iterator[str]:
    """Name the subscribers whose last batch went wrong."""
    for place in feed.Cursor.objects.filter(name__in=feed.registry).exclude(failure=""):
        yield f"{place.name}: {place.failure}"


@check("core.subscribers", _("Every subscriber's cursor lies inside its feed"))
def cursors() -> Iterator[str]:
    """Find cursors that have run ahead of their feed, as after a feed was put back from an older copy."""
    for name, reader in sorted(feed.registry.items()):
        place = feed.Cursor.objects.filter(name=name).first()
        last = reader.rows().order_by("tx", "id").last()
        if place and place.row_id and (last is None or (place.tx, place.row_id) > (last.tx, last.pk)):
            yield f"{name}: cursor at {place.row_id}, feed ends at {last.pk if last else 0}"


@check("core.files", _("Every stored file is there, and none lies about unknown"))
def files() -> Iterator[str]:
    """Compare the rows of stored files with the folder."""
    for stored in file.missing():
        yield f"file {stored.pk} is missing"
    for path in file.strays():
        yield f"{path.name} belongs to no row"


@check("core.folders", _("Data and keys are shut to other users of the machine"))
def folders() -> Iterator[str]:
    """Look at the rights of the folders, which guard whatever lies in them."""
    for folder in (Path(settings.DATA), Path(settings.KEYS_FOLDER)):
        mode = folder.stat().st_mode & 0o777 if folder.is_dir() else 0
        if mode & _OTHERS:
            yield f"{folder} is open to other users of the machine (mode {mode:04o}): chmod 700 {folder}"
