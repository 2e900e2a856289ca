"""What can be loaded into places: branches, shelving locations, calendar days."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yanshu.core import importing
from yanshu.core.actor import Actor
from yanshu.institution.places import operations, queries
from yanshu.institution.places.engine import holiday_pack
from yanshu.institution.places.models import Branch, DayException, Library, ShelvingLocation
from yanshu.institution.places.rules import NotAPeriod, read_periods
from yanshu.institution.places.terms import (
    BranchData,
    BranchKind,
    ExceptionKind,
    HolidayPolicy,
    LocationData,
)

CODE = importing.text(max_length=20)
_FATES = {
    "created": importing.CREATED,
    "updated": importing.UPDATED,
    "unchanged": importing.UNCHANGED,
}


class DayKind(models.TextChoices):
    """What a row of the calendar says of its day."""

    OFF = "off", _("Day off")
    WORK = "work", _("Compensating work day")
    CLOSED = "closed", _("Branch closed")
    OPEN = "open", _("Branch open")


def periods(cell: str) -> tuple[Any, ...]:
    """Take opening periods: ``08:30-12:00 14:00-17:30``."""
    try:
        return read_periods(cell)
    except NotAPeriod:
        label = _("“%(text)s” is no opening period like 08:30-17:30.") % {"text": cell}
        raise importing.Misread("not-a-period", label) from None


@importing.declare
class Branches(importing.Importer):
    """Branches of the one library there is, or of the library named by its owner code."""

    kind = "branches"
    title = _("Branches")
    permission = "places.import"
    key = ("code",)
    columns = (
        importing.Column("code", "代码", "Code", required=True, parser=CODE, example="zhuhui"),
        importing.Column(
            "name",
            "名称",
            "Name",
            required=True,
            parser=importing.text(max_length=100),
            example="珠晖分馆",
        ),
        importing.Column(
            "name_en", "英文名称", "English name", parser=importing.text(max_length=100), default=""
        ),
        importing.Column(
            "kind",
            "类型",
            "Kind",
            required=True,
            parser=importing.choice(BranchKind, words={"总馆": "central", "分馆": "branch"}),
            example="分馆",
        ),
        importing.Column("library", "馆代码", "Owner code", parser=CODE, default=""),
        importing.Column("district", "区县", "District", parser=importing.text(max_length=50), default=""),
        importing.Column("address", "地址", "Address", parser=importing.text(max_length=200), default=""),
        importing.Column("telephone", "电话", "Telephone", parser=importing.text(max_length=40), default=""),
        importing.Column(
            "construction_started_on", "开工日期", "Construction started on", parser=importing.day
        ),
        importing.Column(
            "service_from", "开放日期", "In service from", parser=importing.day, example="2016-04-23"
        ),
        importing.Column(
            "service_until",
            "停止服务日期",
            "In service until",
            parser=importing.day,
            help=_("The first day without service."),
        ),
        importing.Column(
            "holiday_policy",
            "节假日",
            "On public holidays",
            parser=importing.choice(HolidayPolicy),
            default=HolidayPolicy.AS_USUAL,
        ),
        importing.Column("position", "排序", "Position", parser=importing.integer(minimum=0), default=0),
    )

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up libraries and the branches there are."""
        self.libraries = {library.code: library.pk for library in Library.objects.all()}
        self.known = {
            branch.code: branch for branch in Branch.objects.filter(code__in=[row["code"] for row in rows])
        }

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Enter or change one branch."""
        values = dict(row.values)
        owner = values.pop("library")
        if not owner and len(self.libraries) > 1:
            return importing.lacking("library", _("There are several libraries; enter the owner code."))
        if owner not in self.libraries and (owner or not self.libraries):
            return importing.rejected("unknown-library", _("There is no library with this owner code."))
        library_id = self.libraries[owner] if owner else next(iter(self.libraries.values()))
        data = BranchData(library_id=library_id, **values)
        branch = self.known.get(data.code)
        if branch is None:
            operations.make_branch(data, actor=actor, now=now)
            return importing.CREATED
        if _same(branch, {**values, "library_id": library_id}):
            return importing.UNCHANGED
        operations.change_branch(branch, data, actor=actor, now=now)
        return importing.UPDATED


@importing.declare
class Locations(importing.Importer):
    """Shelving locations."""

    kind = "locations"
    title = _("Shelving locations")
    permission = "places.import"
    key = ("branch", "code")
    columns = (
        importing.Column(
            "branch",
            "分馆代码",
            "Branch",
            aliases=("分馆",),
            required=True,
            parser=CODE,
            example="central",
        ),
        importing.Column("code", "代码", "Code", required=True, parser=CODE, example="3F-SK"),
        importing.Column(
            "name",
            "名称",
            "Name",
            required=True,
            parser=importing.text(max_length=100),
            example="三楼社科区",
        ),
        importing.Column(
            "for_reference",
            "仅供阅览",
            "Reading on the premises only",
            parser=importing.yes_no,
            default=False,
            example="否",
        ),
        importing.Column(
            "open_shelf", "开架", "Open shelf", parser=importing.yes_no, default=True, example="是"
        ),
    )

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up the branches and locations there are."""
        codes = {row["branch"] for row in rows}
        self.branches = {branch.code: branch for branch in Branch.objects.filter(code__in=codes)}
        standing = ShelvingLocation.objects.filter(branch__code__in=codes).select_related("branch")
        self.known = {(location.branch.code, location.code): location for location in standing}

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Enter or change one location."""
        values = dict(row.values)
        branch = self.branches.get(values.pop("branch"))
        if branch is None:
            return importing.rejected("unknown-branch", _("There is no branch with this code."))
        data = LocationData(branch_id=branch.pk, **values)
        location = self.known.get((branch.code, data.code))
        if location is None:
            operations.make_location(data, actor=actor, now=now)
            return importing.CREATED
        if _same(location, values):
            return importing.UNCHANGED
        operations.change_location(location, data, actor=actor, now=now)
        return importing.UPDATED


@importing.declare
class CalendarDays(importing.Importer):
    """Public holidays and compensating work days of a year (branch left empty), exceptions of branches.

    A ``.json`` file in the form of the packs that come with the program is taken too.
    """

    kind = "calendar"
    title = _("Calendar days")
    permission = "places.import"
    key = ("day", "branch")
    columns = (
        importing.Column(
            "day", "日期", "Day", aliases=("date",), required=True, parser=importing.day, example="2027-10-01"
        ),
        importing.Column(
            "kind",
            "类型",
            "Kind",
            required=True,
            parser=importing.choice(
                DayKind,
                words={
                    "休": "off",
                    "放假": "off",
                    "班": "work",
                    "上班": "work",
                    "闭馆": "closed",
                    "开放": "open",
                },
            ),
            help=_("Day off or work day for everybody; closed or open for one branch."),
            example="休",
        ),
        importing.Column(
            "name",
            "名称",
            "Name or reason",
            aliases=("名称或原因", "原因", "事由"),
            parser=importing.text(max_length=200),
            default="",
            example="国庆节",
        ),
        importing.Column(
            "branch",
            "分馆代码",
            "Branch",
            aliases=("分馆",),
            parser=CODE,
            default="",
            help=_("Empty for public holidays, which hold everywhere."),
        ),
        importing.Column(
            "periods",
            "开放时段",
            "Periods",
            parser=periods,
            default=(),
            help=_("Only for open: 09:00-12:00."),
        ),
        importing.Column(
            "source", "依据", "Source", aliases=("来源",), parser=importing.text(max_length=200), default=""
        ),
    )

    def read(self, path: Path) -> Iterator[importing.Record | importing.Damage]:
        """Yield the rows of a table, or the days of a pack."""
        if path.suffix.lower() != ".json":
            yield from super().read(path)
            return
        try:
            days = list(holiday_pack.read(path.read_text(encoding="utf-8")))
        except (holiday_pack.PackDamaged, UnicodeDecodeError) as damage:
            label = _("This is no pack of public holidays.")
            raise importing.Unreadable.because("file", "damaged-pack", label) from damage
        for number, day in enumerate(days, 1):
            kind = DayKind.OFF if day.is_off else DayKind.WORK
            cells = {"day": day.day.isoformat(), "kind": kind.value, "name": day.name, "source": day.source}
            yield importing.Record(number, None, cells)

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up the branches and the exceptions there are."""
        self.branches = {branch.code: branch for branch in Branch.objects.all()}
        standing = DayException.objects.filter(
            service_point=None, day__in=[row["day"] for row in rows]
        ).select_related("branch")
        self.known = {(exception.branch.code, exception.day): exception for exception in standing}

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Keep one day."""
        if row["kind"] in {DayKind.OFF, DayKind.WORK}:
            return self._holiday(row, actor=actor, now=now)
        return self._exception(row, actor=actor, now=now)

    def _holiday(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        if row["branch"]:
            label = _("Public holidays hold everywhere; leave the branch empty, or write closed or open.")
            return importing.rejected("holiday-of-branch", label)
        fate = operations.set_holiday(
            row["day"],
            name=row["name"],
            is_off=row["kind"] == DayKind.OFF,
            source=row["source"],
            actor=actor,
            now=now,
        )
        return _FATES[fate]

    def _exception(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        if not row["branch"]:
            label = _("An exception belongs to one branch; enter its code.")
            return importing.lacking("branch", label)
        branch = self.branches.get(row["branch"])
        if branch is None:
            return importing.rejected("unknown-branch", _("There is no branch with this code."))
        kept = self.known.get((branch.code, row["day"]))
        kind = ExceptionKind(row["kind"].value)
        if kept is not None and (kept.kind, kept.reason) == (kind, row["name"]):
            fact = queries.calendar_of(branch.pk).exceptions[row["day"]]
            if fact.periods == row["periods"]:
                return importing.UNCHANGED
        operations.set_exception(
            branch,
            row["day"],
            kind=kind,
            periods=row["periods"],
            reason=row["name"],
            actor=actor,
            now=now,
        )
        return importing.UPDATED if kept is not None else importing.CREATED


def _same(row: models.Model, values: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())
