"""What became of a file: the sums, every rejected row, the warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yanshu.core.importing.run import ImportRemark, ImportRun


class SumsDisagree(Exception):
    """The rows read are not the rows accounted for: a fault of the importer, never of the file."""


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


def report_of(run: ImportRun, remarks: Sequence[ImportRemark] | None = None) -> Report:
    """Return the report of a run; ``remarks`` are those of a trial that keeps no rows.

    Raises:
        SumsDisagree: when a row is lost or invented.
    """
    told = list(run.remarks.all()) if remarks is None else remarks
    rejected = tuple(Rejected(r.row, r.offset, r.text, r.code) for r in told if r.rejected)
    accounted = run.created_count + run.updated_count + run.unchanged_count + run.rejected_count
    if run.read_count != accounted or len(rejected) != run.rejected_count:
        raise SumsDisagree(f"{run.kind}: {run.read_count} rows read, {accounted} accounted for")
    return Report(
        kind=run.kind,
        dry_run=run.is_trial,
        read=run.read_count,
        created=run.created_count,
        updated=run.updated_count,
        unchanged=run.unchanged_count,
        rejected=rejected,
        warnings=tuple(warning_words(remark) for remark in told if not remark.rejected),
        run_id=run.pk,
    )


def warning_words(remark: ImportRemark) -> str:
    """Return a warning with the row it is about."""
    if remark.row is None:
        return remark.text
    return _("Row %(row)s: %(text)s") % {"row": remark.row, "text": remark.text}
