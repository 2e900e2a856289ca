"""What can be loaded into figures: printed figures and selections."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanshu.core import importing
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures import operations, queries, rules
from yanshu.reporting.figures.models import Selection, StatedFigure


def _chosen(cell: str) -> dict[str, Any]:
    try:
        return rules.chosen_of(cell)
    except ValueError:
        raise importing.Misread("no-choice", _("Write split=value.")) from None


@importing.declare
class Stated(importing.Importer):
    kind = "stated"
    title = _("Printed figures")
    permission = "figures.import_stated"
    key = ("code", "year", "first_day", "last_day", "source")
    columns = (
        importing.Column(
            "code",
            "指标代码",
            "Code",
            aliases=("代码",),
            required=True,
            parser=importing.text(max_length=100),
            example="circulation.loans",
        ),
        importing.Column(
            "year",
            "年度",
            "Year",
            aliases=("年份",),
            parser=importing.integer(minimum=1900, maximum=2200),
            help=_("The calendar year, or else both days below."),
            example="2018",
        ),
        importing.Column("first_day", "起始日期", "From", parser=importing.day),
        importing.Column(
            "last_day", "截止日期", "To", parser=importing.day, help=_("The last day, included.")
        ),
        importing.Column(
            "value", "数值", "Value", required=True, parser=importing.decimal(), example="48.30"
        ),
        importing.Column(
            "unit",
            "单位",
            "Unit",
            required=True,
            parser=importing.text(max_length=10),
            help=_("As printed: 人次, 万人次, 万元."),
            example="万册次",
        ),
        importing.Column(
            "source",
            "出处",
            "Source",
            required=True,
            parser=importing.text(max_length=200),
            example="2018 年度报告",
        ),
        importing.Column("quote", "原文", "Quotation", parser=importing.text(max_length=300), default=""),
    )

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up which figures there are, to warn of codes that nothing bears."""
        del rows
        self.known = frozenset(queries.all_sources(queries.EVER))

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Keep one printed figure, and say so where nothing bears its code yet."""
        outcome = self._keep(row, actor=actor, now=now)
        if row["code"] in self.known:
            return outcome
        return replace(outcome, warnings=(_unborne(row["code"], rules.nearest(row["code"], self.known)),))

    def _keep(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        span = _span(row["year"], row["first_day"], row["last_day"])
        value, unit = operations.in_plain_unit(row["value"], row["unit"])
        held = StatedFigure.objects.filter(
            code=row["code"], first_day=span.first_day, end_day=span.end_day, source=row["source"]
        ).first()
        if held is not None and (held.value, held.unit, held.quote) == (value, unit, row["quote"]):
            return importing.UNCHANGED
        operations.state_figure(
            code=row["code"],
            span=span,
            value=row["value"],
            unit=row["unit"],
            source=row["source"],
            quote=row["quote"],
            actor=actor,
            now=now,
        )
        return importing.CREATED if held is None else importing.UPDATED


@importing.declare
class Selections(importing.Importer):
    kind = "selections"
    title = _("Selections")
    permission = "figures.set_selection"
    key = ("code",)
    columns = (
        importing.Column(
            "code",
            "代码",
            "Code",
            required=True,
            parser=importing.text(max_length=100),
            example="loans.children",
        ),
        importing.Column(
            "name", "名称", "Name", required=True, parser=importing.text(max_length=100), example="少儿外借"
        ),
        importing.Column(
            "indicator",
            "指标",
            "Indicator",
            aliases=("通用指标",),
            required=True,
            parser=importing.text(max_length=100),
            example="circulation.loans",
        ),
        importing.Column(
            "chosen",
            "条件",
            "Chosen values",
            required=True,
            parser=_chosen,
            help=_("split=value; several values with |, several splits with ;"),
            example="patron_category=child",
        ),
    )

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Make or change one selection."""
        held = Selection.objects.filter(code=row["code"]).first()
        asked = (row["name"], row["indicator"], row["chosen"])
        if held is not None and (held.name, held.indicator, held.chosen) == asked:
            return importing.UNCHANGED
        operations.set_selection(**row.values, actor=actor, now=now)
        return importing.CREATED if held is None else importing.UPDATED


def _unborne(code: str, near: str | None) -> str:
    """Return the warning of a code that nothing bears, with the one it may be meant for."""
    if near is None:
        words = gettext(
            "No figure bears the code “%(code)s” yet; the printed value is kept and stands nowhere."
        )
        return words % {"code": code}
    words = gettext("No figure bears the code “%(code)s”. Is “%(near)s” meant?")
    return words % {"code": code, "near": near}


def _span(year: int | None, first: date | None, last: date | None) -> Span:
    if year is not None:
        return Span.year(year)
    if first is None or last is None or last < first:
        raise Invalid.because("year", "span-missing", _("Give the year, or the first and the last day."))
    return Span(first, Span.day(last).end_day)
