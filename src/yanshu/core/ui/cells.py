"""The cells of a list, written once for each column instead of being worked out anew for each cell.

django-tables2 asks of every cell which arguments its ``render`` wants, whether its field has choices, and
which attributes its column has. None of that changes from row to row, and together it is most of the time a
list takes. Here a column is looked at once a table; what a cell shows stays as that library has it.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django_tables2.columns.base import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, AttributeDict


def body(table: Any) -> SafeString:
    """Return the rows of the page shown, as they stand between ``<tbody>`` and ``</tbody>``."""
    columns = [ShownColumn(bound, is_head=bound.name == table.head_column) for bound in table.columns]
    return format_html_join(
        "", "<tr{}>{}</tr>", ((_anchor(row.record), _cells(columns, row)) for row in _rows(table))
    )


def _rows(table: Any) -> Iterator[BoundRow]:
    yield from table.paginated_rows


def _anchor(record: Any) -> SafeString:
    key = getattr(record, "pk", None)
    return format_html(' id="row-{}"', key) if key else SafeString("")


def _cells(columns: list["ShownColumn"], row: BoundRow) -> SafeString:
    return SafeString("".join(column.cell(row) for column in columns))


class ShownColumn:
    """A column of one table, with all that its cells have in common."""

    def __init__(self, bound: BoundColumn, *, is_head: bool) -> None:
        self.bound = bound
        self.column = bound.column
        self.accessor = Accessor(bound.accessor)
        self.path = self.accessor.bits
        self.render = bound.render
        self.wanted = _arguments_of(getattr(bound.render, "__func__", bound.render))
        self.second_line = getattr(bound.column, "second_line", None)
        self.is_head = is_head
        if is_head:
            self.opening, self.closing = SafeString('<th scope="row">'), SafeString("</th>")
        else:
            classes = bound.attrs.get("td", {}).get("class", "")
            named = format_html(' class="{}"', classes) if classes else ""
            self.opening, self.closing = format_html("<td{}>", named), SafeString("</td>")
        self._words: dict[type, dict[Any, Any]] = {}

    def cell(self, row: BoundRow) -> str:
        """Return the cell of a row with its tags."""
        more = self.second_line(row.record) if self.second_line is not None else ""
        return f"{self.opening}{_escaped(self._content(row))}{more}{self.closing}"

    def _content(self, row: BoundRow) -> Any:
        value = self._value(row.record)
        if value in self.column.empty_values:
            return self.bound.default
        known = {
            "value": value,
            "record": row.record,
            "column": self.column,
            "bound_column": self.bound,
            "bound_row": row,
            "table": row.table,
        }
        content = self.render(**_chosen(self.wanted, known))
        return content if self.bound.link is None else _linked(self.bound.link, content, known)

    def _value(self, record: Any) -> Any:
        value = _at(record, self.path)
        kind = type(record)
        if kind not in self._words:
            self._words[kind] = _words_of_choices(self.accessor, record)
        return self._words[kind].get(value, value) if self._words[kind] else value


def _words_of_choices(accessor: Accessor, record: Any) -> dict[Any, Any]:
    """Return how the field at the accessor's end words its values; nothing where it has no choices."""
    if not isinstance(record, Model):
        return {}
    try:
        field = accessor.get_field(record)
    except FieldDoesNotExist:
        return {}
    return dict(field.flatchoices) if getattr(field, "choices", None) else {}


def _at(record: Any, path: Sequence[str]) -> Any:
    """Return what stands under a path; ``None`` where it leads nowhere, as for columns without a value."""
    found = record
    for name in path:
        if found is None:
            return None
        found = found.get(name) if isinstance(found, Mapping) else getattr(found, name, None)
        if callable(found) and not getattr(found, "do_not_call_in_templates", False):
            found = found()
    return found


@cache
def _arguments_of(function: Callable[..., Any]) -> frozenset[str] | None:
    """Return which arguments a function takes by name; ``None`` for all there are."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return frozenset(parameter.name for parameter in parameters)


def _chosen(wanted: frozenset[str] | None, known: dict[str, Any]) -> dict[str, Any]:
    return known if wanted is None else {name: value for name, value in known.items() if name in wanted}


def _linked(link: Any, content: Any, known: dict[str, Any]) -> Any:
    if not callable(link.url):
        return link(content, **known)
    address = link.url(**_chosen(_arguments_of(link.url), known))
    if address is None:
        return content
    attributes = AttributeDict({**(link.attrs or {}), "href": address})
    return format_html("<a {}>{}</a>", attributes.as_html(), content)


def _escaped(content: Any) -> str:
    return content if isinstance(content, SafeString) else conditional_escape(localize(content))
