"""Says in words which filters of a list are active, and where each one is taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, ModelMultipleChoiceField, MultipleChoiceField
from django.http import QueryDict
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from yanshu.core.ui.dates import table_date

PAGE_PARAMETER = "page"


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter: its name, its value in words, and the address of the list without it."""

    label: str
    value: str
    url: str


def chips(filterset: Any, query: QueryDict, *, skip: Iterable[str] = ()) -> list[Chip]:
    """Return a chip for every active filter of ``filterset``.

    Args:
        query: the parameters of the page, which keep sort order and page size.
        skip: names of filters that show their value themselves, such as the search field.
    """
    form = filterset.form
    if not form.is_bound or not form.is_valid():
        return []
    shown = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if bound.name in skip or value in (None, "", [], ()) or _is_empty(value):
            continue
        names = [key for key in query if key == bound.html_name or key.startswith(f"{bound.html_name}_")]
        shown.append(Chip(str(bound.label), _in_words(bound, value), without(query, names)))
    return shown


def without(query: QueryDict, names: Iterable[str]) -> str:
    """Return the query string of a list without ``names`` and back on its first page."""
    left = query.copy()
    for name in (*names, PAGE_PARAMETER):
        left.pop(name, None)
    return f"?{left.urlencode()}"


def _is_empty(value: Any) -> bool:
    if isinstance(value, slice):
        return value.start is None and value.stop is None
    return hasattr(value, "exists") and not value.exists()


def _in_words(bound: BoundField, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, slice):
        return f"{_one(value.start)}–{_one(value.stop)}"
    names = _choice_names(bound)
    if isinstance(bound.field, MultipleChoiceField | ModelMultipleChoiceField):
        return _(", ").join(names.get(force_str(getattr(one, "pk", one)), force_str(one)) for one in value)
    return names.get(force_str(getattr(value, "pk", value)), _one(value))


def _choice_names(bound: BoundField) -> dict[str, str]:
    if hasattr(bound.field, "queryset"):
        return {}
    flat = {}
    for key, label in getattr(bound.field, "choices", ()):
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        flat.update({force_str(value): force_str(words) for value, words in pairs})
    return flat


def _one(value: Any) -> str:
    if value is None:
        return ""
    return table_date(value) if hasattr(value, "isoformat") else force_str(value)
