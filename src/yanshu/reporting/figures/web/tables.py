"""The lists of figures."""

from typing import Any

import django_tables2
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.ui.paging import page_size
from yanshu.core.ui.tables import CodeColumn, DateColumn, ListTable, NumberColumn, TitleColumn
from yanshu.reporting.figures import queries, rules
from yanshu.reporting.figures.models import Selection, StatedFigure


def paged(table: ListTable, request: HttpRequest, *, size: int = 20) -> ListTable:
    """Return a table sorted and on the page the address asks for."""
    config = django_tables2.RequestConfig(request, paginate={"per_page": page_size(request.GET, size)})
    config.configure(table)
    return table


ON_ONE_LINE = {"td": {"class": "ys-nowrap"}}


class Dictionary(ListTable):
    """What can be counted."""

    name = TitleColumn(
        verbose_name=_("Figure"),
        linkify=lambda record: reverse("desk:figures-card", args=[record.code]),
        sub=lambda record: record.definition,
    )
    code = CodeColumn(verbose_name=_("Code"))
    unit = django_tables2.Column(
        verbose_name=_("Unit"), accessor="unit__word", orderable=False, attrs=ON_ONE_LINE
    )
    kind = django_tables2.Column(verbose_name=pgettext_lazy("figure", "Kind"), attrs=ON_ONE_LINE)

    region_label = _("Dictionary of figures")
    empty_title = _("No such figure")
    empty_words = _("Search by a word of its name, such as loans, or by the beginning of its code.")

    def render_kind(self, value: str) -> Any:
        """Return the kind in one word."""
        return {"flow": _("Flow"), "stock": _("Stock"), "ratio": _("Ratio")}[value]


class Selections(ListTable):
    """The library's selections."""

    name = TitleColumn(
        verbose_name=_("Selection"),
        linkify=lambda record: reverse("desk:figures-selection", args=[record.pk]),
    )
    code = CodeColumn(
        verbose_name=_("Code"), linkify=lambda record: reverse("desk:figures-card", args=[record.code])
    )
    indicator = CodeColumn(verbose_name=_("General indicator"))
    chosen = django_tables2.Column(verbose_name=_("Chosen values"), orderable=False)

    region_label = _("Selections")
    empty_title = _("No selections yet")
    empty_words = _(
        "A selection is a figure of your own: an indicator narrowed to some of its splits, "
        "such as loans to children."
    )

    class Meta(ListTable.Meta):
        model = Selection
        fields = ("name", "code", "indicator", "chosen")

    def render_chosen(self, value: dict[str, Any]) -> str:
        """Return the chosen values as the import reads them."""
        return rules.chosen_words(value)


class StatedFigures(ListTable):
    """What somebody printed."""

    code = CodeColumn(
        verbose_name=_("Code"),
        linkify=lambda record: reverse("desk:figures-stated-one", args=[record.pk]),
    )
    first_day = DateColumn(verbose_name=_("First day"))
    last_day = DateColumn(verbose_name=_("Last day"), accessor="end_day")
    value = NumberColumn(verbose_name=_("Value"))
    unit = django_tables2.Column(verbose_name=_("Unit"), orderable=False)
    source = TitleColumn(verbose_name=_("Where it is printed"), sub=lambda record: record.quote)

    region_label = _("Printed figures")
    empty_title = _("No printed figures yet")
    empty_words = _(
        "Figures of earlier reports stand here, beside what the rows give: enter one, "
        "or load a table of them."
    )

    class Meta(ListTable.Meta):
        model = StatedFigure
        fields = ("code", "first_day", "last_day", "value", "unit", "source")

    def render_value(self, record: StatedFigure) -> str:
        """Return the value grouped, with decimals where it has some."""
        return queries.number_words(queries.as_number(record.value))

    def render_last_day(self, record: StatedFigure) -> str:
        """Return the last day, included."""
        return queries.last_day(record).isoformat()
