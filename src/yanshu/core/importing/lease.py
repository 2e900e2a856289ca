"""Who is carrying a run: a lease on its row, so that no two processes load one file at the same time.

A lease is told in real time, never on the library's clock, which demonstration data moves. It runs out by
itself; that of a process which died on this machine is void at once.
"""

import os
import secrets
import socket
from datetime import datetime, timedelta

from yanshu.core import clock
from yanshu.core.importing.run import ImportRun, RunState

LEASE = timedelta(minutes=1)
LONG_LEASE = timedelta(minutes=10)
"""For a trial in one transaction, which cannot say on the way that it lives."""


def new_holder() -> str:
    """Return the name under which this pass holds a run: machine, process, and what tells passes apart."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(6)}"


def is_held(run: ImportRun, now: datetime) -> bool:
    """Say whether somebody who may still be alive carries the run."""
    if not run.leased_by or run.leased_until is None or run.leased_until <= now:
        return False
    host, pid, _rest = run.leased_by.split(":")
    return host != socket.gethostname()[:80] or _lives(int(pid))


def take(run: ImportRun, holder: str) -> bool:
    """Take a run that nobody carries; of two that try, one succeeds."""
    now = clock.real_now()
    if is_held(run, now):
        return False
    as_read = ImportRun.objects.filter(
        pk=run.pk,
        state=run.state,
        position=run.position,
        leased_by=run.leased_by,
        leased_until=run.leased_until,
    )
    length = LONG_LEASE if run.is_trial else LEASE
    taken = as_read.update(
        state=RunState.RUNNING,
        fault="",
        fault_text="",
        leased_by=holder,
        leased_until=now + length,
        leg_began_at=now,
        leg_began_row=run.read_count,
    )
    if taken:
        run.refresh_from_db()
    return bool(taken)


def prolong(run: ImportRun) -> bool:
    """Hold a run on; false where it was stopped, or somebody else has it."""
    until = clock.real_now() + LEASE
    held = ImportRun.objects.filter(pk=run.pk, leased_by=run.leased_by, state=RunState.RUNNING)
    return bool(held.update(leased_until=until))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
