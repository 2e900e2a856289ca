"""Facts that have happened, kept as rows of a feed and written in the transaction of the act itself."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from yanshu.core.feed import FeedRow


class Event(FeedRow):
    """One fact: its kind and the ids it is about, never names."""

    kind = models.CharField(max_length=80, db_index=True)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    happened_at = models.DateTimeField()

    class Meta(FeedRow.Meta):
        app_label = "core"
        indexes = [models.Index(fields=["tx", "id"], name="core_event_feed")]

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class Noteworthy:
    """Something the library's chronicle may want to keep.

    ``precision`` is ``day`` or ``month``; ``source`` names the row it comes from as ``app.model:id``.
    """

    title: str
    day: date
    precision: str
    source: str
    persons: tuple[str, ...] = ()


def kind_of(event_type: type[Any]) -> str:
    """Return the name under which a type of event is kept."""
    return f"{event_type.__module__.removeprefix('yanshu.')}.{event_type.__name__}"


def publish(*events: Any, now: datetime) -> None:
    """Write ``events`` (frozen dataclasses of ids, dates and codes) into the feed of the open transaction."""
    Event.objects.bulk_create(
        [
            Event(kind=kind_of(type(event)), payload=dataclasses.asdict(event), happened_at=now)
            for event in events
        ]
    )


def rows_of(*event_types: type[Any]) -> "models.QuerySet[Event]":
    """Return the feed of some types of events, for ``core.feed.subscriber``."""
    return Event.objects.filter(kind__in=[kind_of(event_type) for event_type in event_types])


def payloads(rows: Sequence[Event], event_type: type[Any]) -> list[dict[str, Any]]:
    """Return the payloads of the rows of one type."""
    kind = kind_of(event_type)
    return [row.payload for row in rows if row.kind == kind]
