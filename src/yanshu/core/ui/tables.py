"""Tables of the house on django-tables2: row heads, two lines a cell, numbers right, a state word second."""

from collections.abc import Callable
from typing import Any

import django_tables2
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_tables2.data import TableQuerysetData

from yanshu.core.ui import dates, numbers
from yanshu.core.ui.cells import body
from yanshu.core.ui.parts import state

_NUMBER = {"th": {"class": "ys-num"}, "td": {"class": "ys-num"}, "tf": {"class": "ys-num"}}


class KeyedRows(TableQuerysetData):
    """Rows of a queryset of which a page is found by its keys first, and read with all it shows afterwards.

    Read in one go, a database may join every row of the list to what it shows before it sorts them and skips
    to the page.
    """

    def __getitem__(self, key: Any) -> Any:
        query = self.data.query
        if not isinstance(key, slice) or not query.select_related or query.distinct or query.combinator:
            return super().__getitem__(key)
        keys = list(self.data.values_list("pk", flat=True)[key])
        found = {row.pk: row for row in self.data.order_by().filter(pk__in=keys)}
        return [found[one] for one in keys if one in found]


class ListTable(django_tables2.Table):
    """A list as the house shows it.

    Set on the class or the instance: ``row_head`` the column whose cell is the head of its row (the first
    one that is no tick box by default), ``region_label`` the name of the scrollable region,
    ``empty_title`` and ``empty_words`` what stands where there is nothing yet.
    """

    row_head: str = ""
    region_label: Any = ""
    empty_title: Any = ""
    empty_words: Any = ""
    is_compact: bool = False

    class Meta:
        template_name = "ui/table.html"
        attrs = {"class": "ys-table"}
        orderable = True

    def __init__(self, data: Any = None, *args: Any, **options: Any) -> None:
        rows = KeyedRows(data) if isinstance(data, QuerySet) else data
        super().__init__(rows, *args, **options)

    @property
    def head_column(self) -> str:
        """The name of the column that heads its rows."""
        names = [column.name for column in self.columns if not isinstance(column.column, TickColumn)]
        return self.row_head or (names[0] if names else "")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return len(self.rows) == 0

    @property
    def body(self) -> SafeString:
        """The rows of the page shown."""
        return body(self)


class TickColumn(django_tables2.CheckBoxColumn):
    """A box to choose a row with; its name says which row, for those who hear the page.

    Args:
        label_of: returns what the row is called, such as a barcode.
        is_ticked: whether a row comes chosen, as after a preview that was turned down.
    """

    def __init__(
        self,
        *,
        label_of: Callable[[Any], Any] = str,
        is_ticked: Callable[[Any], bool] = lambda _row: False,
        name: str = "selected",
        **options: Any,
    ) -> None:
        self.label_of = label_of
        self.is_ticked = is_ticked
        self.field_name = name
        super().__init__(accessor=options.pop("accessor", "pk"), orderable=False, **options)

    @property
    def header(self) -> SafeString:
        """A box that chooses the whole page; it works where scripts run and is hidden elsewhere."""
        return format_html(
            '<label class="ys-tick"><input class="form-check-input" type="checkbox" data-ys-tick-all hidden '
            'aria-label="{}"></label>',
            _("Select all on this page"),
        )

    def render(self, value: Any, bound_column: Any, record: Any) -> SafeString:
        """Return the box of one row."""
        del bound_column
        return format_html(
            '<label class="ys-tick"><input class="form-check-input" type="checkbox" name="{}" value="{}" '
            'data-ys-tick aria-label="{}"{}></label>',
            self.field_name,
            value,
            _("Select %(name)s") % {"name": self.label_of(record)},
            SafeString(" checked") if self.is_ticked(record) else "",
        )


class TitleColumn(django_tables2.Column):
    """The name of a row in its first line, a second line under it; linked where ``linkify`` is given.

    Args:
        sub: returns the second line of a record, or nothing.
    """

    def __init__(self, *, sub: Callable[[Any], Any] | None = None, **options: Any) -> None:
        self.sub = sub
        options.setdefault("attrs", {}).setdefault("a", {"class": "ys-quiet fw-semibold"})
        super().__init__(**options)

    def second_line(self, record: Any) -> SafeString:
        """Return the second line of the cell."""
        words = self.sub(record) if self.sub else ""
        return format_html('<span class="ys-sub">{}</span>', words) if words else SafeString("")


class NumberColumn(django_tables2.Column):
    """A number at the right, grouped by thousands."""

    attrs = _NUMBER

    def __init__(self, *, places: int = 0, **options: Any) -> None:
        self.places = places
        options.setdefault("attrs", _NUMBER)
        super().__init__(**options)

    def render(self, value: Any) -> str:
        """Return the grouped number."""
        return numbers.thousands(value, self.places)


class MoneyColumn(NumberColumn):
    """An amount kept in fen, shown in yuan without the unit, which stands in the head."""

    def render(self, value: Any) -> str:
        """Return yuan with two decimals."""
        return numbers.yuan(value)


class StateColumn(django_tables2.Column):
    """A state word: an enum member with ``label``, ``tone`` and ``icon``.

    Args:
        enum: turns a stored value into its member, for values that are not members already.
    """

    def __init__(self, *, enum: Callable[[Any], Any] | None = None, **options: Any) -> None:
        self.enum = enum
        super().__init__(**options)

    def render(self, value: Any, record: Any) -> SafeString:
        """Return the badge."""
        kept = self.accessor.resolve(record) if self.accessor else value
        return state(self.enum(kept) if self.enum else kept)


class CodeColumn(django_tables2.Column):
    """A barcode, call number or code in fixed-width type."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", {"td": {"class": "ys-code ys-nowrap"}})
        super().__init__(**options)


class DateColumn(django_tables2.Column):
    """A day as 2019-11-16."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", {"td": {"class": "ys-nowrap"}})
        super().__init__(**options)

    def render(self, value: Any) -> str:
        """Return the date in the library's zone."""
        return dates.table_date(value)


class MomentColumn(DateColumn):
    """An instant as 2019-11-16 14:30."""

    def render(self, value: Any) -> str:
        """Return date and time in the library's zone."""
        return dates.moment(value)
