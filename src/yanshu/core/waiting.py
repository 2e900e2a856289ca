"""Work that waits for somebody: apps say how much lies on which page of the desk.

The panel of a wing shows the count beside the page's name; the overview gathers what needs a decision in one
list. Counts are read when a page is shown and are never kept: each must be answered from an index.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from yanshu.core.actor import Actor
from yanshu.core.ui.numbers import thousands

Counting = Callable[[Actor, datetime], int]


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work that may wait.

    Attributes:
        page: the name of the desk's page it lies on, without the namespace.
        query: what the page is asked for, so that it shows just this work.
        says: the words for a count, in which ``%(count)s`` stands for the number.
        permission: who does the work, and is therefore told of it.
    """

    code: str
    page: str
    query: str
    permission: str
    tone: str
    icon: str
    says: Callable[[int], str]
    count: Counting


@dataclass(frozen=True, slots=True)
class Waiting:
    """So much of a work, now."""

    work: Work
    count: int

    @property
    def words(self) -> str:
        """What waits, with its count."""
        return self.work.says(self.count) % {"count": thousands(self.count)}


registry: dict[str, Work] = {}


def waiting(
    code: str,
    *,
    page: str,
    permission: str,
    says: Callable[[int], str],
    query: str = "",
    tone: str = "wait",
    icon: str = "hourglass-split",
) -> Callable[[Counting], Counting]:
    """Declare a kind of work; call only from an app's room ``waiting``.

    The decorated function takes the actor, narrowed to the permission, and the instant, and counts the work
    in the actor's branches.
    """

    def keep(count: Counting) -> Counting:
        if code in registry:
            raise ValueError(f"work {code} is declared twice")
        registry[code] = Work(code, page, query, permission, tone, icon, says, count)
        return count

    return keep


def waiting_for(actor: Actor, now: datetime, *, pages: Collection[str] | None = None) -> Iterator[Waiting]:
    """Yield the work that waits for the actor, on all pages of the desk or on some; none where none waits."""
    for work in registry.values():
        if (pages is None or work.page in pages) and actor.may(work.permission):
            count = work.count(actor.narrowed(work.permission), now)
            if count:
                yield Waiting(work, count)
