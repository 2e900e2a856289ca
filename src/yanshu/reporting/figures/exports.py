"""What can be taken out of figures: the rows behind each indicator, printed figures, selections."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core import exporting
from yanshu.core import indicator as declared
from yanshu.core.actor import Actor
from yanshu.core.indicator import Column, Indicator, Kind
from yanshu.core.ui.masking import mask_name
from yanshu.reporting.figures import queries, rules
from yanshu.reporting.figures.terms import KIND_LABELS


def rows_kind(code: str) -> str:
    """Return the kind under which the rows of an indicator are exported."""
    return f"figure.{code}"


def rows_exporter(indicator: Indicator) -> type[exporting.Exporter]:
    """Return the exporter of an indicator's rows: the columns of its trace, persons masked."""

    class Rows(exporting.Exporter):
        kind = rows_kind(indicator.code)
        title = indicator.name
        permission = "figures.export"
        columns = (
            exporting.Column("id", _("Row"), "pk"),
            *(_column(column) for column in indicator.columns),
        )

        def rows(self, *, actor: Actor) -> Any:
            """Return all rows there have ever been."""
            within = queries.within_scope(actor.scope, indicator.code, queries.EVER)
            return queries.rows(indicator.code, queries.EVER, within)

    return Rows


def _column(column: Column) -> exporting.Column:
    if column.personal:
        return exporting.Column(
            column.field, column.label, lambda row: mask_name(str(queries.value_in(row, column.field) or ""))
        )
    return exporting.Column(
        column.field, column.label, lambda row: queries.value_in(row, column.field), shown=column.shown_by
    )


for _versions in declared.registry.values():
    if _versions[-1].rows is not None:
        exporting.declare(rows_exporter(_versions[-1]))


@exporting.declare
class Dictionary(exporting.Exporter):
    kind = "indicators"
    title = _("Dictionary of figures")
    permission = "figures.see"
    columns = (
        exporting.Column("code", _("Code")),
        exporting.Column("name", _("Name"), shown=str),
        exporting.Column("unit", _("Unit"), shown=str),
        exporting.Column("kind", pgettext_lazy("figure", "Kind"), shown=lambda kind: KIND_LABELS[Kind(kind)]),
        exporting.Column("definition", _("Definition"), shown=str),
        exporting.Column("source", pgettext_lazy("figure", "Source"), shown=queries.source_words),
        exporting.Column("version", _("Version")),
        exporting.Column("splits", _("Splits"), lambda word: ", ".join(word.splits)),
    )

    def rows(self, *, actor: Actor) -> Any:  # noqa: ARG002  the dictionary is for all who see figures
        """Return every figure that was ever declared and is still in force, and all selections."""
        return queries.dictionary(queries.EVER)


@exporting.declare
class Stated(exporting.Exporter):
    kind = "stated"
    title = _("Printed figures")
    permission = "figures.see"
    columns = (
        exporting.Column("code", _("Code")),
        exporting.Column("first_day", _("First day")),
        exporting.Column("last_day", _("Last day"), queries.last_day),
        exporting.Column("value", _("Value"), lambda row: queries.as_number(row.value)),
        exporting.Column("unit", _("Unit")),
        exporting.Column("source", pgettext_lazy("figure", "Source")),
        exporting.Column("quote", _("Quotation")),
    )

    def rows(self, *, actor: Actor) -> Any:  # noqa: ARG002  printed figures are for all who see figures
        """Return all printed figures."""
        return queries.stated_figures()


@exporting.declare
class Selections(exporting.Exporter):
    kind = "selections"
    title = _("Selections")
    permission = "figures.see"
    columns = (
        exporting.Column("code", _("Code")),
        exporting.Column("name", _("Name")),
        exporting.Column("indicator", _("Indicator")),
        exporting.Column("chosen", _("Chosen values"), lambda row: rules.chosen_words(row.chosen)),
    )

    def rows(self, *, actor: Actor) -> Any:  # noqa: ARG002  selections are for all who see figures
        """Return all selections."""
        return queries.selections()
