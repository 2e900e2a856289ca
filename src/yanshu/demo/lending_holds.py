"""Holds: who waits for what, what lies ready, what was never fetched."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from yanshu.demo.lending_state import Calendar

__all__ = ["Hold", "HoldBook"]

_FETCHED = 0.94


class Hold:
    """One hold on a title; ``item`` is the copy asked for, then the copy that is kept.

    ``expires`` is the last day on the hold shelf once a copy lies there.
    """

    __slots__ = ("branch", "expires", "item", "number", "reader")

    def __init__(self, number: int, reader: int, item: int, branch: int) -> None:
        self.number = number
        self.reader = reader
        self.item = item
        self.branch = branch
        self.expires = 0


class HoldBook:
    """All holds by what happens to them next; a title is asked for by one reader at a time.

    Args:
        titles: the title of each item: the first copy of it that comes back is kept.
    """

    def __init__(self, calendar: Calendar, hold_days: int, titles: Sequence[int], chance: Random) -> None:
        self._calendar = calendar
        self._hold_days = hold_days
        self._titles = titles
        self._chance = chance
        self._waiting: dict[int, Hold] = {}
        self._to_fetch: dict[int, list[Hold]] = defaultdict(list)
        self._to_expire: dict[int, list[Hold]] = defaultdict(list)
        self._readers: set[int] = set()
        self._asked_for: set[int] = set()
        self.count = 0

    def wants(self, item: int) -> bool:
        """Return whether the item's title is asked for."""
        return self._titles[item] in self._asked_for

    def place(self, reader: int, item: int, branch: int) -> Hold | None:
        """Ask for a title that is out; ``None`` if the reader waits already or somebody else for it."""
        title = self._titles[item]
        if reader in self._readers or title in self._asked_for:
            return None
        hold = Hold(self.count, reader, item, branch)
        self.count += 1
        self._readers.add(reader)
        self._asked_for.add(title)
        self._waiting[title] = hold
        return hold

    def returned(self, item: int, day: int) -> Hold | None:
        """Return the hold that takes a returned item, and plan when it is fetched."""
        hold = self._waiting.pop(self._titles[item], None)
        if hold is None:
            return None
        hold.item = item
        hold.expires = self._calendar.after_open_days(hold.branch, day, self._hold_days)
        if self._chance.random() < _FETCHED:
            self._plan_fetching(hold, day + 1 + self._chance.randrange(hold.expires - day))
        else:
            self._to_expire[hold.expires + 1].append(hold)
        return hold

    def _plan_fetching(self, hold: Hold, day: int) -> None:
        when = self._calendar.next_open(hold.branch, day)
        if when <= hold.expires:
            self._to_fetch[when].append(hold)
        else:
            self._to_expire[hold.expires + 1].append(hold)

    def to_fetch(self, day: int) -> list[Hold]:
        """Return the holds whose readers come for them today."""
        return self._to_fetch.pop(day, [])

    def put_off(self, hold: Hold, day: int) -> None:
        """The reader could not take it today and comes again, if there is time."""
        self._plan_fetching(hold, day + 1)

    def to_expire(self, day: int) -> list[Hold]:
        """Return the holds nobody fetched, and close them."""
        expired = self._to_expire.pop(day, [])
        for hold in expired:
            self.close(hold)
        return expired

    def close(self, hold: Hold) -> None:
        """Close a hold: fetched or expired."""
        self._readers.discard(hold.reader)
        self._asked_for.discard(self._titles[hold.item])
