"""Loading a file: batch by batch, each in one transaction, so that a broken-off run goes on where it stopped.

The sums always balance: rows read = created + updated + unchanged + rejected. Desk and command line come
through here alike; the command line carries its file itself, the desk's files are carried by ``worker``.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.importing import lease
from yanshu.core.importing.declaration import Fate, Importer, Outcome, Row, answer_of, frame_of, importer
from yanshu.core.importing.record import Damage, Record, Unreadable
from yanshu.core.importing.report import Report, SumsDisagree, report_of
from yanshu.core.importing.run import OPEN, REASON_LENGTH, ImportRemark, ImportRun, RunState, fresh
from yanshu.core.operation import about
from yanshu.core.refusal import Conflict, Reason, Refused

WHOLE_ROWS = 5_000
"""Up to here the worker tries a file out in one transaction where its kind asks for it; on SQLite nobody else
can write meanwhile."""
_PROLONG_AFTER = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; ``fraction`` is ``None`` where the file does not tell."""

    read: int
    rejected: int
    fraction: float | None


Tick = Callable[[], datetime]
"""The clock of the door, read once a batch."""


class Interrupted(Exception):
    """The process was asked to end; the run waits for the next one, at the row it has reached."""


def load(
    kind: str,
    path: Path,
    *,
    actor: Actor,
    tick: Tick,
    dry_run: bool = False,
    chosen: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Load a file, or go on with it where an earlier run of the same file stopped, and report every row.

    Args:
        tick: the door's clock (``clock.now``).
        dry_run: do everything, checks of the database included, and undo it; no run is kept.
        chosen: the answer to what the kind asks, where it asks something.

    Raises:
        NotFound: when no app declares the kind.
        PermissionMissing: when the actor may not load it.
        Unreadable: when the file as a whole is not what the kind takes.
        Invalid: when the kind knows no such answer.
        Conflict: when another process is loading the same file now, somebody stopped the run, or it was begun
            with another answer.
        SumsDisagree: when the importer loses or invents rows.
    """
    declared = importer(kind)
    actor.demand(declared.permission)
    narrowed = actor.narrowed(declared.permission)
    answer = answer_of(declared, chosen, unsaid=declared.choice.unsaid if declared.choice else "")
    run = _fresh(kind, path, actor=narrowed, now=tick(), chosen=answer, is_trial=dry_run)
    if not dry_run:
        run = _open(run)
    loading = _Loading(declared(), path, run, actor=narrowed, tick=tick, progress=progress)
    with nullcontext() if dry_run else _ending(run):
        loading.pass_through()
    return report_of(run, loading.remarks if dry_run else None)


def carry_on(run: ImportRun, *, actor: Actor, tick: Tick, ended: Callable[[], bool] = lambda: False) -> None:
    """Carry a run whose lease was taken to its end; what it comes to stands on its row.

    Args:
        ended: asked between batches; true puts the run back to wait, at the row it has reached.

    Raises:
        Interrupted: when ``ended`` said so.
        Conflict: when somebody stopped the run, or has taken it over.
        Refused: when the file is not what the kind takes, or the actor may not load it any more.
    """
    with _ending(run):
        declared = importer(run.kind)
        actor.demand(declared.permission)
        narrowed = actor.narrowed(declared.permission)
        path = run.file.full_path if run.file else None
        if path is None or not path.is_file():
            label = gettext_lazy("The file is not there any more.")
            raise Unreadable.because("file", "file-gone", label)
        _Loading(declared(), path, run, actor=narrowed, tick=tick, ended=ended).pass_through()


@contextmanager
def _ending(run: ImportRun) -> Iterator[None]:
    """Write down how a run ended that did not come to its end; a run taken over is left alone."""
    try:
        yield
    except Conflict:
        raise
    except Interrupted:
        _put_down(run, RunState.WAITING)
        raise
    except Refused as refused:
        words = " ".join(str(reason.label) for reason in refused.reasons)
        _put_down(run, RunState.FAILED, ",".join(refused.codes), words, finished_at=clock.now())
        raise
    except BaseException as fault:
        _put_down(run, RunState.STOPPED, type(fault).__name__)
        raise


def _put_down(run: ImportRun, state: RunState, fault: str = "", words: str = "", **more: Any) -> None:
    ImportRun.objects.filter(pk=run.pk, leased_by=run.leased_by, state=RunState.RUNNING).update(
        state=state,
        fault=fault[:100],
        fault_text=words[:500],
        leased_by="",
        leased_until=None,
        moved_at=clock.now(),
        **more,
    )


class _Loading:
    """One pass over one file."""

    def __init__(
        self,
        declared: Importer,
        path: Path,
        run: ImportRun,
        *,
        actor: Actor,
        tick: Tick,
        progress: Callable[[Progress], None] | None = None,
        ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._importer = declared
        declared.chosen = run.chosen or declared.chosen
        self._path = path
        self._run = run
        self._actor = actor
        self._tick = tick
        self._progress = progress
        self._ended = ended
        self._size = path.stat().st_size
        self._seen: dict[bytes, int] = {}
        self._frame = frame_of(declared.kind)
        self._is_whole = run.is_trial and declared.tried_whole and (run.total or 0) <= WHOLE_ROWS
        self.remarks: list[ImportRemark] = []
        """What is told of a trial that keeps no rows on the way."""

    def pass_through(self) -> None:
        """Take the file's rows from where the run stands to the end."""
        if self._run.is_trial and self._importer.tried_whole and not self._is_whole:
            label = _("The file is large: rows that build on earlier rows of it may be told as not taken.")
            self._importer.warnings.append(str(label))
        items = self._importer.read(self._path)
        self._pass_over(islice(items, self._run.position))
        with self._undone_if(self._is_whole):
            for batch in _batches(items, self._importer.batch_size):
                self._demand_going_on()
                self._batch(batch)
            with self._undone_if(self._run.is_trial and not self._is_whole):
                self._finish()
        if self._run.is_trial and self._run.pk:
            with transaction.atomic():
                self._keep(self.remarks, self._run.read_count - self._run.position)
                self._end(self._tick())

    @staticmethod
    def _undone_if(is_undone: bool) -> AbstractContextManager[None]:
        return _undone() if is_undone else nullcontext()

    # --- batches ---

    def _batch(self, batch: Sequence[Record | Damage]) -> None:
        # Cells are read before the transaction, which on SQLite keeps all other writers waiting.
        judged = [(item, self._judge(item)) for item in batch]
        now = self._tick()
        with self._undone_if(self._run.is_trial and not self._is_whole):
            remarks = self._frame(partial(self._take, judged, now=now), actor=self._actor, now=now)
        if self._run.is_trial and self._run.pk and not self._is_whole:
            with transaction.atomic():
                self._keep(remarks, len(judged))
        elif self._run.is_trial:
            self.remarks += remarks
        if self._progress is not None:
            read, rejected = self._run.read_count, self._run.rejected_count
            self._progress(Progress(read, rejected, self._fraction(batch[-1])))

    def _fraction(self, last: Record | Damage) -> float | None:
        return last.offset / self._size if last.offset is not None and self._size else None

    def _judge(self, item: Record | Damage) -> Row | tuple[Reason, ...]:
        if isinstance(item, Damage):
            return item.reasons
        try:
            row = self._importer.parse(item)
        except Refused as refused:
            return refused.reasons
        key = self._importer.key_of(row)
        if key is None:
            return row
        digest = hashlib.blake2b(repr(key).encode(), digest_size=16).digest()
        first = self._seen.setdefault(digest, row.number)
        if first == row.number:
            return row
        label = gettext_lazy("The file says the same thing before, at %(row)s, which counts.") % {
            "row": first
        }
        return (Reason(code="key-repeated", label=label, facts={"row": first}),)

    def _pass_over(self, items: Iterator[Record | Damage]) -> None:
        """Go past what an earlier pass has loaded; its keys are taken all the same."""
        for count, item in enumerate(items, 1):
            if self._importer.keyed:
                self._judge(item)
            if count % _PROLONG_AFTER == 0:
                self._demand_going_on()
                if not lease.prolong(self._run):
                    raise _taken_away(self._run)

    def _demand_going_on(self) -> None:
        if self._ended():
            raise Interrupted

    def _take(self, judged: Sequence[tuple[Record | Damage, Any]], *, now: datetime) -> list[ImportRemark]:
        rows = [row for _item, row in judged if isinstance(row, Row)]
        outcomes = iter(self._write(rows, now=now))
        remarks: list[ImportRemark] = []
        for item, row in judged:
            outcome = next(outcomes) if isinstance(row, Row) else Outcome(Fate.REJECTED, row)
            remarks += self._count(item, outcome)
        remarks += [self._remark(None, warning) for warning in self._importer.warnings]
        self._importer.warnings.clear()
        if not self._run.is_trial:
            about(self._run)
            self._keep(remarks, len(judged))
        return remarks

    def _write(self, rows: Sequence[Row], *, now: datetime) -> Sequence[Outcome]:
        if not rows:
            return ()
        self._importer.prepare(rows)
        outcomes = self._importer.write(rows, actor=self._actor, now=now)
        if len(outcomes) != len(rows):
            raise SumsDisagree(f"{self._importer.kind}: {len(rows)} rows, {len(outcomes)} outcomes")
        return outcomes

    def _count(self, item: Record | Damage, outcome: Outcome) -> list[ImportRemark]:
        counted = f"{outcome.fate.value}_count"
        setattr(self._run, counted, getattr(self._run, counted) + 1)
        self._run.read_count += 1
        remarks = [self._remark(item, warning) for warning in outcome.warnings]
        if outcome.fate is Fate.REJECTED:
            remarks.append(self._remark(item, self._words(outcome.reasons), outcome.reasons))
        return remarks

    def _remark(
        self, item: Record | Damage | None, text: str, reasons: tuple[Reason, ...] | None = None
    ) -> ImportRemark:
        return ImportRemark(
            run=self._run if self._run.pk else None,
            rejected=reasons is not None,
            row=item.number if item else None,
            offset=item.offset if item else None,
            code=",".join(reason.code for reason in reasons or ())[:60],
            text=text[:REASON_LENGTH],
        )

    def _words(self, reasons: tuple[Reason, ...]) -> str:
        """Return every reason in words, each under the heading of its column."""
        headings = {column.name: column.heading for column in self._importer.columns}
        words = []
        for reason in reasons:
            said = f"{reason.label} {reason.detail}".strip()
            heading = headings.get(reason.field or "")
            words.append(
                _("%(column)s: %(reason)s") % {"column": heading, "reason": said} if heading else said
            )
        return " ".join(words) or _("No reason was given.")

    # --- the run's own row ---

    def _keep(self, remarks: Sequence[ImportRemark], items: int) -> None:
        """Write what was told and how far the run has come, if it is still ours to carry."""
        run = self._run
        ImportRemark.objects.bulk_create(remarks)
        moved = ImportRun.objects.filter(
            pk=run.pk, position=run.position, state=RunState.RUNNING, leased_by=run.leased_by
        ).update(
            position=run.position + items,
            read_count=run.read_count,
            created_count=run.created_count,
            updated_count=run.updated_count,
            unchanged_count=run.unchanged_count,
            rejected_count=run.rejected_count,
            moved_at=self._tick(),
            leased_until=clock.real_now() + lease.LEASE,
        )
        if not moved:
            raise _taken_away(run)
        run.position += items

    def _finish(self) -> None:
        now = self._tick()
        self._frame(partial(self._close, now=now), actor=self._actor, now=now)

    def _close(self, *, now: datetime) -> None:
        warnings = [*self._importer.warnings, *self._importer.finish(actor=self._actor, now=now)]
        remarks = [self._remark(None, warning) for warning in warnings]
        if self._run.is_trial:
            self.remarks += remarks
            return
        about(self._run)
        ImportRemark.objects.bulk_create(remarks)
        self._end(now)

    def _end(self, now: datetime) -> None:
        run = self._run
        held = ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING, leased_by=run.leased_by)
        ended = held.update(
            state=RunState.DONE, finished_at=now, moved_at=now, leased_by="", leased_until=None
        )
        if not ended:
            raise _taken_away(run)
        run.state, run.finished_at = RunState.DONE, now


def _open(run: ImportRun) -> ImportRun:
    """Return the open run of a file, taken; the new one where there is none."""
    known = ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state__in=OPEN, is_trial=False).first()
    if known is not None:
        if known.chosen != run.chosen:
            label = gettext_lazy("This file was begun as “%(chosen)s”: go on with it so, or give it up.")
            raise Conflict.because("begun-otherwise", label % {"chosen": known.chosen})
        if not lease.take(known, lease.new_holder()):
            raise _elsewhere()
        return known
    run.leased_by = lease.new_holder()
    run.leg_began_at = clock.real_now()
    run.leased_until = run.leg_began_at + lease.LEASE
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as race:
        raise _elsewhere() from race
    return run


def _fresh(kind: str, path: Path, *, actor: Actor, now: datetime, chosen: str, is_trial: bool) -> ImportRun:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return fresh(
        kind,
        file_name=path.name,
        sha256=digest,
        state=RunState.RUNNING,
        actor=actor,
        now=now,
        chosen=chosen,
        is_trial=is_trial,
    )


def _batches(items: Iterator[Record | Damage], size: int) -> Iterator[list[Record | Damage]]:
    while batch := list(islice(items, size)):
        yield batch


@contextmanager
def _undone() -> Iterator[None]:
    """Roll back at the end what was written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _taken_away(run: ImportRun) -> Conflict:
    state = ImportRun.objects.filter(pk=run.pk).values_list("state", flat=True).first()
    if state in {RunState.STOPPED, RunState.DISCARDED, RunState.WAITING}:
        return Conflict.because("import-stopped", gettext_lazy("Somebody stopped this import."))
    return _elsewhere()


def _elsewhere() -> Conflict:
    label = gettext_lazy("The same file is being loaded by another process.")
    return Conflict.because("loading-elsewhere", label)
