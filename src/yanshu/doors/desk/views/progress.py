"""How a run stands, in the words and counts its page shows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yanshu.core import clock, importing
from yanshu.core.file import FileKind
from yanshu.core.importing import ImportRun, RunState
from yanshu.core.importing.worker import is_at_work
from yanshu.core.ui.dates import moment, table_date
from yanshu.core.ui.pieces import State, Step

_SURE_AFTER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """A run as its page shows it.

    ``is_mine`` says that the actor may carry it on: an auditor sees sums and reasons, and no more.
    """

    run: ImportRun
    title: Any
    page: str
    choice: list[tuple[Any, Any]]
    is_mine: bool
    has_columns: bool
    is_stuck: bool
    remaining: str

    @property
    def look(self) -> Any:
        """The state as badges show it."""
        return look_of(self.run)

    @property
    def is_one_transaction(self) -> bool:
        """Whether nothing is told on the way: a small file tried out whole."""
        return self.run.is_trial and self.run.state == RunState.RUNNING and not self.run.position

    @property
    def may_load(self) -> bool:
        """Whether the trial has shown something to write, and the file is still there."""
        run = self.run
        return self.is_mine and run.is_tried and bool(run.taken_count) and run.file is not None

    @property
    def steps(self) -> list[Step]:
        """The way of a file, and where this one is."""
        if self.run.state == RunState.DONE and not self.run.is_trial:
            return _steps(3)
        return _steps(1 if self.run.is_trial else 2)

    @property
    def has_rejects_file(self) -> bool:
        """Whether the rejected rows can be taken out as they were handed in."""
        return self.is_mine and bool(self.run.rejected_count) and self.run.file is not None

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """Who, when, and what becomes of the file."""
        run = self.run
        if run.file_deleted_at is not None:
            kept = _("deleted on %(day)s") % {"day": table_date(run.file_deleted_at)}
        elif run.file is not None and not run.is_under_way:
            until = (run.moved_at or run.started_at) + timedelta(days=settings.IMPORT_KEPT_DAYS)
            kept = _("kept until %(day)s, then deleted") % {"day": table_date(until)}
        else:
            kept = ""
        return [
            *self.choice,
            (_("By"), run.actor_label),
            (_("Begun"), moment(run.started_at)),
            (_("Ended"), moment(run.finished_at)),
            (_("File"), kept),
        ]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The rows by what became of them, or would."""
        run = self.run
        return [
            (_("New"), run.created_count),
            (_("Changed"), run.updated_count),
            (_("Unchanged"), run.unchanged_count),
            (_("Not taken"), run.rejected_count),
        ]


def look_of(run: ImportRun) -> Any:
    """Return the state of a run as badges show it; a trial that is over has changed nothing yet."""
    tried = run.is_trial and run.state == RunState.DONE
    return State(_("Tried out"), "xiang", "clipboard-check") if tried else RunState(run.state)


def standing_of(run: ImportRun, *, is_mine: bool) -> Standing:
    """Return how a run stands now."""
    known = {declared.kind: declared for declared in importing.importers()}.get(run.kind)
    return Standing(
        run=run,
        title=known.title if known else run.kind,
        page=known.page if known else "",
        choice=[(known.choice.title, known.choice.among(run.chosen).label)]
        if known and known.choice and run.chosen
        else [],
        is_mine=is_mine,
        has_columns=bool(known and known.columns),
        is_stuck=run.state == RunState.WAITING and not is_at_work(),
        remaining=_remaining(run) if run.state == RunState.RUNNING else "",
    )


def first_step() -> list[Step]:
    """Return the way of a file that is still to be handed in."""
    return _steps(0)


def words_of_files(declared: type[importing.Importer]) -> str:
    """Return what files of a kind may be: formats, size and number, said before one is chosen."""
    kinds = _(", ").join(str(kind.label) for kind in FileKind if kind in declared.files)
    facts = {"kinds": kinds, "limit": filesizeformat(settings.IMPORT_MAX_BYTES)}
    return _("%(kinds)s; up to %(limit)s; one file at a time") % facts


def _steps(at: int) -> list[Step]:
    names = (_("Hand in the file"), _("Try it out"), _("Load it"), _("Result"))
    return [Step(name, is_done=place < at, is_current=place == at) for place, name in enumerate(names)]


def _remaining(run: ImportRun) -> str:
    """Say about how long a run will take, once it has gone on long enough to tell."""
    if run.leg_began_at is None:
        return ""
    spent = clock.real_now() - run.leg_began_at
    done, left = run.read_count - run.leg_began_row, run.expected - run.read_count
    if spent < _SURE_AFTER or not done:
        return ""
    seconds = round(spent.total_seconds() * left / done)
    if seconds < 60:  # noqa: PLR2004  a minute
        return _("less than a minute to go")
    minutes = round(seconds / 60)
    return ngettext("about %(count)d minute to go", "about %(count)d minutes to go", minutes) % {
        "count": minutes
    }
