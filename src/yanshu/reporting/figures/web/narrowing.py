"""What a page of a figure is narrowed to: values of named splits, as its address says them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from yanshu.core.indicator import Indicator
from yanshu.reporting.figures import queries, rules


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a split one may narrow a page to, or has."""

    name: Any
    label: Any
    count: int | None
    url: str


def chosen_of(request: HttpRequest, indicator: Indicator) -> dict[str, Any]:
    """Return the values of splits an address chooses; several of one split mean any of them.

    Raises:
        Invalid: when a split cannot have such a value.
    """
    found = {}
    for split in indicator.splits:
        keys = [key for key in request.GET.getlist(split.name) if key]
        values = [queries.typed(indicator, split, rules.from_key(key)) for key in keys]
        if values:
            found[split.name] = values[0] if len(values) == 1 else values
    return found


def active(indicator: Indicator, chosen: queries.Chosen, query: QueryDict) -> list[Choice]:
    """Return what a page is narrowed to, each with the address without it."""
    return [
        Choice(
            split.label, _words(indicator, split.name, chosen[split.name]), None, without(query, split.name)
        )
        for split in indicator.splits
        if split.name in chosen
    ]


def without(query: QueryDict, name: str) -> str:
    """Return the address of a page without what it is narrowed to by one split."""
    kept = cleaned(query)
    kept.pop(name, None)
    return f"?{kept.urlencode()}"


def cleaned(query: QueryDict) -> QueryDict:
    """Return an address without what is about the page alone."""
    kept = query.copy()
    for name in ("page", "by"):
        kept.pop(name, None)
    return kept


def _words(indicator: Indicator, name: str, value: Any) -> Any:
    split = indicator.split(name)
    if not isinstance(value, list):
        return queries.worded(split, value)
    return "、".join(str(queries.worded(split, one)) for one in value)
