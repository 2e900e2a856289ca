"""Rows of the actor's branches."""

from typing import Any

from django.db.models import QuerySet

from yanshu.core.actor import Actor


def in_scope(rows: QuerySet[Any], actor: Actor, field: str) -> QuerySet[Any]:
    """Return the rows whose branch lies inside the actor's scope."""
    return rows if actor.scope is None else rows.filter(**{f"{field}__in": actor.scope})
