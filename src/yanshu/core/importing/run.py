"""A run: one file of one kind, tried out or loaded; its row says how far it has come, and to what end."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Actor, Door
from yanshu.core.importing.declaration import importers
from yanshu.core.refusal import NotFound

REASON_LENGTH = 2000


class RunState(models.TextChoices):
    """How far a file has been loaded."""

    WAITING = "waiting", pgettext_lazy("import", "Waiting")
    RUNNING = "running", pgettext_lazy("import", "Running")
    STOPPED = "stopped", pgettext_lazy("import", "Stopped")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    DISCARDED = "discarded", pgettext_lazy("import", "Given up")

    @property
    def tone(self) -> str:
        """The tone the state is shown in."""
        return _LOOKS[self.value][0]

    @property
    def icon(self) -> str:
        """The icon the state is shown with."""
        return _LOOKS[self.value][1]


_LOOKS = {
    "waiting": ("wait", "hourglass-split"),
    "running": ("xiang", "arrow-repeat"),
    "stopped": ("wait", "pause-fill"),
    "done": ("yes", "check-circle-fill"),
    "failed": ("no", "x-octagon-fill"),
    "discarded": ("stone", "archive"),
}
OPEN = (RunState.WAITING, RunState.RUNNING, RunState.STOPPED)
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


class ImportRun(models.Model):
    """One file of one kind, tried out or loaded; the same file started again before the end goes on.

    ``branch_id`` is the branch whose data the run reaches, where it reaches one only; ``workplace_id`` where
    the person who started it works. ``trial`` is the trial whose file this run loads. ``chosen`` answers what
    the kind asks before a file is loaded.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(
        "core.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="import_runs"
    )
    file_deleted_at = models.DateTimeField(null=True, blank=True)
    is_trial = models.BooleanField(default=False)
    trial = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="loading"
    )
    chosen = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    position = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    read_count = models.PositiveBigIntegerField(default=0)
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    rejected_count = models.PositiveBigIntegerField(default=0)
    fault = models.CharField(max_length=100, blank=True)
    fault_text = models.CharField(max_length=500, blank=True)
    actor_label = models.CharField(max_length=100)
    account_id = models.BigIntegerField(null=True, blank=True)
    door = models.CharField(max_length=10, choices=Door.choices, default=Door.COMMAND)
    workplace_id = models.BigIntegerField(null=True, blank=True)
    branch_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    leg_began_at = models.DateTimeField(null=True, blank=True)
    leg_began_row = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "core"
        verbose_name = _("Import")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "moved_at"], name="core_importrun_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"],
                condition=Q(state__in=["waiting", "running", "stopped"], is_trial=False),
                name="core_importrun_one_open_run_a_file",
            ),
            models.CheckConstraint(
                condition=Q(
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

    @property
    def taken_count(self) -> int:
        """The rows a run writes: those created and those updated."""
        return self.created_count + self.updated_count

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or runs; it can be stopped then."""
        return self.state in UNDER_WAY

    @property
    def is_tried(self) -> bool:
        """Whether it is a trial that came to its end and whose file was not loaded yet."""
        return self.is_trial and self.state == RunState.DONE and not hasattr(self, "loading")

    @property
    def is_resumable(self) -> bool:
        """Whether it can go on at the row it has reached."""
        return self.state == RunState.STOPPED and self.file_id is not None

    @property
    def is_discardable(self) -> bool:
        """Whether it can be given up with its file: nothing of it is being written."""
        return self.state in {RunState.STOPPED, RunState.FAILED} or self.is_tried

    @property
    def expected(self) -> int:
        """About how many rows there are in all: known of a run that is over, else counted or estimated."""
        return self.read_count if self.state == RunState.DONE else max(self.total or 0, self.read_count)


class ImportRemark(models.Model):
    """A rejected row, or a warning, of one run; ``row`` counts from 1 under the heading, ``offset`` bytes."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="remarks")
    rejected = models.BooleanField()
    row = models.PositiveBigIntegerField(null=True, blank=True)
    offset = models.PositiveBigIntegerField(null=True, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        app_label = "core"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.row}: {self.text}"


def fresh(
    kind: str, *, file_name: str, sha256: str, state: RunState, actor: Actor, now: datetime, **more: Any
) -> ImportRun:
    """Return a run of an actor that is not saved yet; ``actor`` is narrowed to the kind's permission."""
    only = actor.scope if actor.scope is not None and len(actor.scope) == 1 else ()
    return ImportRun(
        kind=kind,
        file_name=file_name[-255:],
        sha256=sha256,
        state=state,
        actor_label=actor.label[:100],
        account_id=actor.answerable_id,
        door=actor.door,
        workplace_id=actor.branch_id,
        branch_id=next(iter(only), None),
        started_at=now,
        moved_at=now,
        **more,
    )


def runs_of(actor: Actor) -> "models.QuerySet[ImportRun]":
    """Return the runs an actor may carry on: of kinds it may load, its own or inside its branches."""
    mine = Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=())
    allowed = Q(pk__in=())
    for known in importers(actor):
        allowed |= Q(kind=known.kind) & (mine | _within(actor.narrowed(known.permission)))
    return ImportRun.objects.filter(allowed)


def runs_seen_by(actor: Actor, *, overseer: str) -> "models.QuerySet[ImportRun]":
    """Return the runs an actor may carry on, and with the permission ``overseer`` those within its reach."""
    seen = runs_of(actor)
    if actor.may(overseer):
        seen = ImportRun.objects.filter(Q(pk__in=seen.values("pk")) | _within(actor.narrowed(overseer)))
    return seen


def run_of(actor: Actor, run_id: int) -> ImportRun:
    """Return a run the actor may carry on.

    Raises:
        NotFound: when there is none such, or it is not for this actor.
    """
    run = runs_of(actor).filter(pk=run_id).select_related("file").first()
    if run is None:
        raise NotFound.because("unknown-run", _("There is no such import, or it is not yours to carry on."))
    return run


def _within(actor: Actor) -> Q:
    # An empty Q is nothing beside "or", so everything is said in words.
    return Q(pk__gt=0) if actor.scope is None else Q(branch_id__in=actor.scope)
