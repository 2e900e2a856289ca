"""Loading a file: batch by batch, each in one transaction, so that a broken-off run goes on where it stopped.

The sums always balance: rows read = created + updated + unchanged + rejected.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanshu.core.actor import Actor
from yanshu.core.importing.declaration import Fate, Importer, Outcome, Row, frame_of, importer
from yanshu.core.importing.table import Damage, Record
from yanshu.core.operation import about
from yanshu.core.refusal import Conflict, Reason, Refused

_REASON_LENGTH = 2000


class SumsDisagree(Exception):
    """The rows read are not the rows accounted for: a fault of the importer, never of the file."""


class RunState(models.TextChoices):
    """How far a file has been loaded."""

    RUNNING = "running", gettext_lazy("Running")
    STOPPED = "stopped", gettext_lazy("Stopped; start it again and it goes on")
    DONE = "done", gettext_lazy("Done")
    TRIED = "tried", gettext_lazy("Tried only")


class ImportRun(models.Model):
    """One file of one kind, loaded once; the same file started again before the end goes on."""

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    position = models.PositiveBigIntegerField(default=0)
    read_count = models.PositiveBigIntegerField(default=0)
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    rejected_count = models.PositiveBigIntegerField(default=0)
    fault = models.CharField(max_length=100, blank=True)
    actor_label = models.CharField(max_length=100)
    account_id = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "core"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"],
                condition=models.Q(state__in=["running", "stopped"]),
                name="core_importrun_one_open_run_a_file",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    read_count=models.F("created_count")
                    + models.F("updated_count")
                    + models.F("unchanged_count")
                    + models.F("rejected_count")
                ),
                name="core_importrun_sums_balance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class ImportRemark(models.Model):
    """A rejected row, or a warning, of one run; ``row`` counts from 1 under the heading, ``offset`` bytes."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="remarks")
    rejected = models.BooleanField()
    row = models.PositiveBigIntegerField(null=True, blank=True)
    offset = models.PositiveBigIntegerField(null=True, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=_REASON_LENGTH)

    class Meta:
        app_label = "core"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.row}: {self.text}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken, and every reason why."""

    row: int | None
    offset: int | None
    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    kind: str
    dry_run: bool
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    warnings: tuple[str, ...]
    run_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the stable JSON of the command line."""
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [{"row": r.row, "offset": r.offset, "reason": r.reason} for r in self.rejected],
            "warnings": list(self.warnings),
        }

    def exit_status(self, *, allow_rejects: bool = False) -> int:
        """Return 1 where rows were rejected (unless that is allowed), 0 otherwise."""
        return int(bool(self.rejected) and not allow_rejects)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; ``fraction`` is ``None`` where the file does not tell."""

    read: int
    rejected: int
    fraction: float | None


Tick = Callable[[], datetime]
"""The clock of the door, read once a batch."""


def load(
    kind: str,
    path: Path,
    *,
    actor: Actor,
    tick: Tick,
    dry_run: bool = False,
    file_name: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Load a file, or go on with it where an earlier run of the same file stopped, and report every row.

    Args:
        tick: the door's clock (``clock.now``).
        dry_run: do everything, checks of the database included, and undo it.
        file_name: the name shown, where ``path`` is a stored copy.

    Raises:
        NotFound: when no app declares the kind.
        PermissionMissing: when the actor may not load it.
        Unreadable: when the file as a whole is not what the kind takes.
        Conflict: when another process is loading the same file now.
        SumsDisagree: when the importer loses or invents rows.
    """
    declared = importer(kind)
    actor.demand(declared.permission)
    loading = _Loading(declared(), path, actor=actor, tick=tick, progress=progress)
    name = file_name or path.name
    return loading.try_out(name) if dry_run else loading.carry_out(name)


class _Loading:
    """One pass over one file."""

    def __init__(
        self,
        declared: Importer,
        path: Path,
        *,
        actor: Actor,
        tick: Tick,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._importer = declared
        self._path = path
        self._actor = actor
        self._tick = tick
        self._progress = progress
        self._size = path.stat().st_size
        self._seen: dict[bytes, int] = {}
        self._frame = frame_of(declared.kind)
        self._run = ImportRun()
        self._remarks: list[ImportRemark] = []

    # --- the two ways ---

    def carry_out(self, file_name: str) -> Report:
        """Write the file's rows."""
        self._run = self._open(file_name)
        items = self._importer.read(self._path)
        try:
            self._pass_over(islice(items, self._run.position))
            for batch in _batches(items, self._importer.batch_size):
                self._batch(batch)
            self._finish()
        except Conflict:
            raise
        except BaseException as fault:
            ImportRun.objects.filter(pk=self._run.pk).update(
                state=RunState.STOPPED, fault=type(fault).__name__[:100]
            )
            raise
        self._run.refresh_from_db()
        return _report(self._run, list(self._run.remarks.all()))

    def try_out(self, file_name: str) -> Report:
        """Write the file's rows and undo it."""
        self._run = self._fresh(file_name, RunState.TRIED)
        whole = self._importer.tried_whole
        with _undone() if whole else nullcontext():
            for batch in _batches(self._importer.read(self._path), self._importer.batch_size):
                with nullcontext() if whole else _undone():
                    self._batch(batch)
            with nullcontext() if whole else _undone():
                self._finish()
        return _report(self._run, self._remarks)

    # --- batches ---

    def _batch(self, batch: Sequence[Record | Damage]) -> None:
        # Cells are read before the transaction, which on SQLite keeps all other writers waiting.
        judged = [(item, self._judge(item)) for item in batch]
        now = self._tick()
        self._frame(partial(self._take, judged, now=now), actor=self._actor, now=now)
        if self._progress is not None:
            self._progress(
                Progress(self._run.read_count, self._run.rejected_count, self._fraction(batch[-1]))
            )

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
        label = gettext_lazy("Row %(row)s has the same key.") % {"row": first}
        return (Reason(code="key-repeated", label=label, facts={"row": first}),)

    def _pass_over(self, items: Iterator[Record | Damage]) -> None:
        """Go past what an earlier run has loaded; its keys are taken all the same."""
        for item in items:
            if self._importer.keyed:
                self._judge(item)

    def _take(self, judged: Sequence[tuple[Record | Damage, Any]], *, now: datetime) -> None:
        kept = self._run.state != RunState.TRIED
        if kept:
            about(self._run)
        rows = [row for _item, row in judged if isinstance(row, Row)]
        outcomes = iter(self._write(rows, now=now))
        remarks: list[ImportRemark] = []
        for item, row in judged:
            outcome = next(outcomes) if isinstance(row, Row) else Outcome(Fate.REJECTED, row)
            remarks += self._count(item, outcome)
        remarks += [self._remark(None, warning) for warning in self._importer.warnings]
        self._importer.warnings.clear()
        if kept:
            ImportRemark.objects.bulk_create(remarks)
            self._advance(len(judged))
        else:
            self._remarks += remarks

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
            text=text[:_REASON_LENGTH],
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

    def _fresh(self, file_name: str, state: RunState) -> ImportRun:
        return ImportRun(
            kind=self._importer.kind,
            file_name=file_name[-255:],
            sha256=_digest(self._path),
            state=state,
            actor_label=self._actor.label[:100],
            account_id=self._actor.account_id,
            started_at=self._tick(),
        )

    def _open(self, file_name: str) -> ImportRun:
        fresh = self._fresh(file_name, RunState.RUNNING)
        open_runs = ImportRun.objects.filter(
            kind=fresh.kind, sha256=fresh.sha256, state__in=[RunState.RUNNING, RunState.STOPPED]
        )
        try:
            with transaction.atomic():
                run = open_runs.select_for_update().first()
                if run is None:
                    fresh.save()
                    return fresh
                open_runs.filter(pk=run.pk).update(state=RunState.RUNNING, fault="")
        except IntegrityError as race:
            raise _elsewhere() from race
        run.state = RunState.RUNNING
        return run

    def _advance(self, items: int) -> None:
        run = self._run
        moved = ImportRun.objects.filter(pk=run.pk, position=run.position, state=RunState.RUNNING).update(
            position=run.position + items,
            read_count=run.read_count,
            created_count=run.created_count,
            updated_count=run.updated_count,
            unchanged_count=run.unchanged_count,
            rejected_count=run.rejected_count,
        )
        if not moved:
            raise _elsewhere()
        run.position += items

    def _finish(self) -> None:
        now = self._tick()
        self._frame(partial(self._close, now=now), actor=self._actor, now=now)

    def _close(self, *, now: datetime) -> None:
        warnings = [*self._importer.warnings, *self._importer.finish(actor=self._actor, now=now)]
        remarks = [self._remark(None, warning) for warning in warnings]
        self._run.finished_at = now
        if self._run.state == RunState.TRIED:
            self._remarks += remarks
            return
        about(self._run)
        ImportRemark.objects.bulk_create(remarks)
        ImportRun.objects.filter(pk=self._run.pk).update(state=RunState.DONE, finished_at=now)


def _batches(items: Iterator[Record | Damage], size: int) -> Iterator[list[Record | Damage]]:
    while batch := list(islice(items, size)):
        yield batch


@contextmanager
def _undone() -> Iterator[None]:
    """Roll back at the end what was written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _elsewhere() -> Conflict:
    label = gettext_lazy("The same file is being loaded by another process.")
    return Conflict.because("loading-elsewhere", label)


def _report(run: ImportRun, remarks: Sequence[ImportRemark]) -> Report:
    rejected = tuple(Rejected(r.row, r.offset, r.text, r.code) for r in remarks if r.rejected)
    accounted = run.created_count + run.updated_count + run.unchanged_count + run.rejected_count
    if run.read_count != accounted or len(rejected) != run.rejected_count:
        raise SumsDisagree(f"{run.kind}: {run.read_count} rows read, {accounted} accounted for")
    return Report(
        kind=run.kind,
        dry_run=run.state == RunState.TRIED,
        read=run.read_count,
        created=run.created_count,
        updated=run.updated_count,
        unchanged=run.unchanged_count,
        rejected=rejected,
        warnings=tuple(_warning(remark) for remark in remarks if not remark.rejected),
        run_id=run.pk,
    )


def _warning(remark: ImportRemark) -> str:
    if remark.row is None:
        return remark.text
    return _("Row %(row)s: %(text)s") % {"row": remark.row, "text": remark.text}


def report_of(run: ImportRun) -> Report:
    """Return the report of an earlier run, as its page shows it."""
    return _report(run, list(run.remarks.all()))
