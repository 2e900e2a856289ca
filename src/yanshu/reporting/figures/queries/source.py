"""What a code stands for: an indicator as declared, or a selection of one by its named splits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanshu.core import indicator as declared
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.models import Selection
from yanshu.reporting.figures.rules import as_key

Chosen = Mapping[str, Any]
SCOPE = "@branches"
"""The name under which an actor's branches narrow a figure, whatever its splits are."""


@dataclass(frozen=True, slots=True)
class Source:
    """The indicator behind a code, in the version of the asked day, and what it is narrowed to."""

    code: str
    name: Any
    indicator: Indicator
    chosen: Chosen = field(default_factory=dict)
    is_selection: bool = False

    def rows(self, span: Span, *also: Chosen) -> QuerySet[Any]:
        """Return the rows counted in ``span``.

        Raises:
            Invalid: when a split is not declared or cannot have the chosen value.
        """
        if self.indicator.rows is None:
            raise TypeError(f"{self.code} is a ratio and has no rows of its own")
        rows = self.indicator.rows(span)
        for chosen in (self.chosen, *also):
            rows = narrowed(rows, self.indicator, chosen)
        return rows

    def is_ready(self, span: Span) -> bool:
        """Say whether a source for the span is set up; without one the figure is null, not 0."""
        return self.indicator.ready is None or self.indicator.ready(span)


def source_of(code: str, span: Span) -> Source:
    """Return what ``code`` stands for in ``span``.

    Raises:
        UnknownFigure: when nothing bears the code, or not in that time.
    """
    return sources_of([code], span)[code]


def sources_of(codes: Iterable[str], span: Span) -> dict[str, Source]:
    """Return what several codes stand for.

    Raises:
        UnknownFigure: naming every code that nothing bears.
    """
    wanted = list(dict.fromkeys(codes))
    found = {code: source for code in wanted if (source := _declared(code, span)) is not None}
    rest = [code for code in wanted if code not in found]
    if rest:
        found.update(_selected(Selection.objects.filter(code__in=rest), span))
    if unknown := [code for code in wanted if code not in found]:
        raise UnknownFigure(*unknown)
    return {code: found[code] for code in wanted}


def is_declared(code: str, span: Span) -> bool:
    """Say whether an app declares an indicator of this code in ``span``."""
    return _declared(code, span) is not None


def all_sources(span: Span) -> dict[str, Source]:
    """Return every figure there is in ``span``, indicators and selections, by code."""
    found = {code: source for code in declared.registry if (source := _declared(code, span)) is not None}
    found.update(_selected(Selection.objects.all(), span))
    return dict(sorted(found.items()))


def narrowed(rows: QuerySet[Any], of: Indicator, chosen: Chosen) -> QuerySet[Any]:
    """Return the rows whose named splits have the chosen values; a list means any of them.

    Raises:
        Invalid: when a split is not declared or cannot have the chosen value.
    """
    for name, value in chosen.items():
        try:
            path = branch_path(of) if name == SCOPE else of.split(name).field
            rows = rows.filter(_condition(path or "", value))
        except KeyError:
            raise Invalid.because(name, "unknown-split", _("The figure has no such split.")) from None
        except (ValueError, TypeError, ValidationError):
            raise Invalid.because(name, "unknown-value", _("The split has no such value.")) from None
    return rows


def address_of(chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """Return chosen values of splits as the pairs of an address; a list gives a pair for each."""
    return tuple(
        (name, as_key(one))
        for name, value in sorted(chosen.items())
        if name != SCOPE
        for one in (value if isinstance(value, list | tuple | frozenset) else [value])
    )


def branch_path(indicator: Indicator) -> str | None:
    """Return the path to the number of a row's branch; nothing where the rows belong to the whole library."""
    if indicator.rollup is not None and indicator.rollup.branch is not None:
        return indicator.rollup.branch
    split = next((one for one in indicator.splits if one.name == "branch"), None)
    return split.field if split is not None and split.field.endswith("_id") else None


def _condition(path: str, value: Any) -> Q:
    if value is None:
        return Q(**{f"{path}__isnull": True})
    if not isinstance(value, list | tuple | frozenset):
        return Q(**{path: value})
    stated = [one for one in value if one is not None]
    condition = Q(**{f"{path}__in": stated})
    return condition | Q(**{f"{path}__isnull": True}) if len(stated) < len(value) else condition


def _declared(code: str, span: Span) -> Source | None:
    """Return the version in force on the first day of the span, so that a year keeps one definition.

    For a span that begins before the indicator did, it is the first version there was.
    """
    reached = [
        version
        for version in declared.registry.get(code, [])
        if version.valid_from < max(span.end_day, Span.day(span.first_day).end_day)
        and (version.valid_until is None or span.first_day < version.valid_until)
    ]
    if not reached:
        return None
    found = min(reached, key=lambda version: version.valid_from)
    return Source(code, found.name, found)


def _selected(rows: Iterable[Selection], span: Span) -> dict[str, Source]:
    """Return the selections whose general indicator is declared; the others are found by ``doctor``."""
    found = {}
    for row in rows:
        general = _declared(row.indicator, span)
        if general is not None and general.indicator.kind is not Kind.RATIO:
            found[row.code] = Source(row.code, row.name, general.indicator, row.chosen, is_selection=True)
    return found
