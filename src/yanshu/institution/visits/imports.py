"""What can be loaded into visits: gate readings by hour."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock, importing
from yanshu.core.actor import Actor
from yanshu.core.importing import Fate as RowFate
from yanshu.institution.visits import operations
from yanshu.institution.visits.errors import reasons_of
from yanshu.institution.visits.terms import Fate, Quality, ReadingData, Source, Taken

LAST_HOUR = 23
HOUR = timedelta(hours=1)


def hour(cell: str) -> int:
    """Take an hour of the day: ``9``, ``09:00``, ``9时``."""
    plain = cell.removesuffix("时").removesuffix("点").strip()
    if ":" in plain or "：" in plain:
        moment = importing.hour(plain)
        if moment.minute or moment.second:
            label = _("“%(text)s” is no full hour.") % {"text": cell}
            raise importing.Misread("not-a-full-hour", label)
        return moment.hour
    return int(importing.integer(minimum=0, maximum=LAST_HOUR)(plain))


@importing.declare
class Visits(importing.Importer):
    """One hour of one gate a row; the same file loaded twice changes nothing."""

    kind = "visits"
    title = _("Gate readings")
    permission = "visits.record"
    key = ("gate", "day", "hour")
    batch_size = 2000
    tried_whole = False
    columns = (
        importing.Column(
            "gate",
            "门禁代码",
            "Gate",
            aliases=("闸机", "门禁", "计数器"),
            required=True,
            parser=importing.text(max_length=30),
            example="C1",
        ),
        importing.Column("day", "日期", "Date", required=True, parser=importing.day, example="2019-11-16"),
        importing.Column(
            "hour",
            "小时",
            "Hour",
            aliases=("时段", "时间"),
            required=True,
            parser=hour,
            help=_("The hour that begins: 9 or 09:00 counts from 9 to 10."),
            example="9",
        ),
        importing.Column(
            "count_in",
            "进",
            "In",
            aliases=("进馆", "入馆", "进馆人次", "人次"),
            parser=importing.integer(),
            default=0,
            example="128",
        ),
        importing.Column(
            "count_out",
            "出",
            "Out",
            aliases=("出馆", "离馆"),
            parser=importing.integer(),
            default=0,
            example="121",
        ),
        importing.Column(
            "quality",
            "数据性质",
            "Quality",
            aliases=("状态",),
            parser=importing.choice(
                Quality,
                words={"实测": "measured", "估计": "estimated", "估算": "estimated", "故障": "outage"},
            ),
            default=Quality.MEASURED,
            example="实测",
        ),
        importing.Column("note", "备注", "Note", parser=importing.text(max_length=200), default=""),
    )

    def write(
        self, rows: Sequence[importing.Row], *, actor: Actor, now: datetime
    ) -> Sequence[importing.Outcome]:
        """Record a batch at once."""
        readings = [self._reading(row) for row in rows]
        taken = operations.record_readings(readings, source=Source.FILE, actor=actor, now=now)
        return [_outcome(one) for one in taken]

    @staticmethod
    def _reading(row: importing.Row) -> ReadingData:
        start = datetime.combine(row["day"], time(row["hour"]), tzinfo=clock.zone())
        values: dict[str, Any] = {name: row[name] for name in ("count_in", "count_out", "quality", "note")}
        return ReadingData(gate_code=row["gate"], start=start, end=start + HOUR, **values)


def _outcome(taken: Taken) -> importing.Outcome:
    if taken.fate == Fate.RECORDED:
        return importing.CREATED
    if taken.fate == Fate.UNCHANGED:
        return importing.UNCHANGED
    if taken.fate == Fate.DIFFERS and taken.kept and taken.sent:
        words = gettext("%(kept)s visits are recorded, the file says %(sent)s (difference %(difference)s).")
        facts: dict[str, Any] = {
            "kept": taken.kept.corrected,
            "sent": taken.sent.corrected,
            "difference": f"{taken.difference:+d}",
        }
        return importing.rejected(Fate.DIFFERS.value, words % facts, **facts)
    return importing.Outcome(RowFate.REJECTED, reasons_of(taken))
