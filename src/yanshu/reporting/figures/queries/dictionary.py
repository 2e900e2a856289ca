"""The dictionary of figures: what can be counted, in words, without counting it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yanshu.core.span import Span
from yanshu.reporting.figures.models import Selection
from yanshu.reporting.figures.queries.source import Source, all_sources


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of the dictionary."""

    code: str
    name: Any
    unit: Any
    kind: str
    definition: Any
    source: str
    version: str
    splits: tuple[str, ...]
    general: str
    subject: str


def dictionary(span: Span, search: str = "") -> list[Word]:
    """Return the figures there are in ``span`` whose code, name or definition holds every word searched."""
    asked = search.casefold().split()
    return [
        word
        for word in map(_word, all_sources(span).values())
        if all(part in f"{word.code} {word.name} {word.definition}".casefold() for part in asked)
    ]


def selections() -> QuerySet[Selection]:
    """Return the library's selections by code."""
    return Selection.objects.order_by("code")


def _word(source: Source) -> Word:
    indicator = source.indicator
    return Word(
        code=source.code,
        name=source.name,
        unit=indicator.unit,
        kind=indicator.kind.value,
        definition=indicator.counted_from,
        source=indicator.source,
        version=indicator.version,
        splits=tuple(split.name for split in indicator.splits),
        general=indicator.code if source.is_selection else "",
        subject=source.code.partition(".")[0],
    )
