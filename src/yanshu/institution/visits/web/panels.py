"""What other pages show of visits: the gates that are silent."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from yanshu.core.actor import Actor
from yanshu.institution.visits import queries


@dataclass(frozen=True, slots=True)
class SilentGates:
    """How many gates should have reported and have not, and where to look."""

    count: int
    url: str


def silent_gates(actor: Actor, now: datetime) -> SilentGates:
    """Return the silent gates of the actor's branches, for the overview's list of what needs a decision."""
    return SilentGates(len(queries.silent_gates(actor, now)), reverse("desk:visits-overview"))
