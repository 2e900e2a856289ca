"""What a person does with a file: hands it in, loads it after the trial, stops, goes on, gives up.

Nothing is loaded here. A run is written in the transaction that keeps its file, and waits until a worker
(``worker``) takes it up.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yanshu.core import file
from yanshu.core.actor import Actor
from yanshu.core.importing.declaration import Importer, answer_of, frame_of, importer
from yanshu.core.importing.extent import rows_expected
from yanshu.core.importing.run import OPEN, UNDER_WAY, ImportRun, RunState, fresh, run_of
from yanshu.core.operation import about
from yanshu.core.reference import Reference
from yanshu.core.refusal import Conflict


class AlreadyOpen(Conflict):
    """The same file is being loaded already; ``run_id`` names that run."""

    def __init__(self, run_id: int | None) -> None:
        super().__init__(
            Conflict.because("already-open", _("The same file is being loaded already.")).reasons
        )
        self.run_id = run_id


def order(
    kind: str,
    upload: "File[Any]",
    *,
    actor: Actor,
    now: datetime,
    is_trial: bool = True,
    chosen: str = "",
) -> ImportRun:
    """Keep a file that was handed in and let it be tried out, or loaded at once.

    Args:
        chosen: the answer to what the kind asks, where it asks something; else what the desk proposes.

    Raises:
        NotFound: when no app declares the kind.
        PermissionMissing: when the actor may not load it.
        Invalid: when the file is empty, too large, of another kind, damaged, or lacks a column, or when the
            kind knows no such answer.
        AlreadyOpen: when the same file is to be loaded already.
    """
    declared = importer(kind)
    actor.demand(declared.permission)
    answer = answer_of(declared, chosen, unsaid=declared.choice.default if declared.choice else "")
    with file.received(upload, kinds=declared.files, max_bytes=settings.IMPORT_MAX_BYTES, now=now) as arrived:
        _look_into(declared, arrived)
        run = fresh(
            kind,
            file_name=arrived.name,
            sha256=arrived.sha256,
            state=RunState.WAITING,
            actor=actor.narrowed(declared.permission),
            now=now,
            is_trial=is_trial,
            chosen=answer,
            total=rows_expected(arrived.path, arrived.kind),
            language=get_language() or "",
        )
        return _written(run, partial(_enter, run, arrived, actor=actor, now=now), actor=actor, now=now)


def load_after_trial(run_id: int, *, actor: Actor, now: datetime) -> ImportRun:
    """Let the file of a trial be loaded; asked twice, return the run there is.

    Raises:
        NotFound: when the actor may not carry on the trial.
        Conflict: when it is no trial that came to its end, or its file is gone.
        AlreadyOpen: when the same file is to be loaded already.
    """
    trial = run_of(actor, run_id)
    if trial.state == RunState.DONE and hasattr(trial, "loading"):
        return trial.loading
    if not trial.is_tried or trial.file is None:
        raise _not_now()
    run = fresh(
        trial.kind,
        file_name=trial.file_name,
        sha256=trial.sha256,
        state=RunState.WAITING,
        actor=actor.narrowed(importer(trial.kind).permission),
        now=now,
        file=trial.file,
        trial=trial,
        chosen=trial.chosen,
        total=trial.read_count,
        language=get_language() or "",
    )
    return _written(run, partial(_save, run), actor=actor, now=now)


def stop(run_id: int, *, actor: Actor, now: datetime) -> ImportRun:
    """Stop a run; the batch now being written is undone, everything before it stays.

    Raises:
        NotFound: when the actor may not carry on the run.
        Conflict: when it is over, or stopped already.
    """
    return _move(run_id, UNDER_WAY, actor=actor, now=now, state=RunState.STOPPED)


def resume(run_id: int, *, actor: Actor, now: datetime) -> ImportRun:
    """Let a stopped run go on at the row it has reached, on behalf of whoever says so.

    Raises:
        NotFound: when the actor may not carry on the run.
        Conflict: when it is not stopped, or its file is gone.
    """
    if not run_of(actor, run_id).is_resumable:
        raise _not_now()
    mine = {
        "actor_label": actor.label[:100],
        "account_id": actor.answerable_id,
        "door": actor.door,
        "workplace_id": actor.branch_id,
    }
    return _move(run_id, (RunState.STOPPED,), actor=actor, now=now, state=RunState.WAITING, **mine)


def discard(run_id: int, *, actor: Actor, now: datetime) -> ImportRun:
    """Give up a run and delete its file; what was loaded before stays.

    Raises:
        NotFound: when the actor may not carry on the run.
        Conflict: when it is loaded, or being loaded.
    """
    run = run_of(actor, run_id)
    if not run.is_discardable:
        raise _not_now()
    return _move(run_id, (run.state,), actor=actor, now=now, state=RunState.DISCARDED, finished_at=now)


def delete_file(run: ImportRun, *, now: datetime) -> None:
    """Delete the file of a run and the words of its rejected rows, which quote it; call it in a transaction.

    The sums stay, and the number and code of every rejected row.
    """
    stored = run.file
    sharing = ImportRun.objects.filter(file=stored) if stored else ImportRun.objects.filter(pk=run.pk)
    keys = list(sharing.values_list("pk", flat=True))
    for kept in ImportRun.objects.filter(pk__in=keys):
        kept.remarks.update(text="")
    ImportRun.objects.filter(pk__in=keys).update(file=None, file_deleted_at=now, fault_text="")
    if stored is not None:
        file.remove(stored)


def _look_into(declared: type[Importer], arrived: file.Arrived) -> None:
    """Refuse at once what cannot be read as a whole: the person still has the file at hand."""
    next(iter(declared().read(arrived.path)), None)


def _written(run: ImportRun, work: Any, *, actor: Actor, now: datetime) -> ImportRun:
    try:
        frame_of(run.kind)(work, actor=actor, now=now)
    except IntegrityError:
        known = ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state__in=OPEN, is_trial=False)
        raise AlreadyOpen(known.values_list("pk", flat=True).first()) from None
    return run


def _enter(run: ImportRun, arrived: file.Arrived, *, actor: Actor, now: datetime) -> None:
    run.save()
    subject = Reference.to(run, arrived.name)
    run.file = file.keep(arrived, actor=actor, now=now, subject=subject)
    run.save(update_fields=["file"])
    about(run)


def _save(run: ImportRun) -> None:
    run.save()
    about(run)


def _move(
    run_id: int, states: tuple[str, ...], *, actor: Actor, now: datetime, state: RunState, **more: Any
) -> ImportRun:
    run = run_of(actor, run_id)
    frame_of(run.kind)(partial(_change, run, states, state, now=now, **more), actor=actor, now=now)
    run.refresh_from_db()
    return run


def _change(run: ImportRun, states: tuple[str, ...], state: RunState, *, now: datetime, **more: Any) -> None:
    changed = ImportRun.objects.filter(pk=run.pk, state__in=states).update(
        state=state, moved_at=now, leased_by="", leased_until=None, fault="", fault_text="", **more
    )
    if not changed:
        raise _not_now()
    if state == RunState.DISCARDED:
        delete_file(run, now=now)
    about(run)


def _not_now() -> Conflict:
    return Conflict.because("not-in-this-state", _("The import is not in a state for this any more."))
