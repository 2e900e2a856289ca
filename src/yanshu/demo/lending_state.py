"""What stands where while the year is played: shelves, open loans, plans to return."""

from collections import defaultdict
from datetime import timedelta
from enum import IntEnum
from itertools import chain
from random import Random

from yanshu.demo.lending_terms import LendingWorld
from yanshu.demo.popularity import Draw, Taste, activity

__all__ = ["Calendar", "Loan", "Readership", "Shelves"]

_TRIES = 6
_NEVER = -100_000


class Loan:
    """An open loan and when its reader means to bring it back."""

    __slots__ = (
        "branch",
        "due",
        "is_open",
        "is_overdue",
        "item",
        "number",
        "opened",
        "reader",
        "renewed",
        "renewed_on",
    )

    def __init__(self, number: int, reader: int, item: int, branch: int, opened: int, due: int) -> None:
        self.number = number
        self.reader = reader
        self.item = item
        self.branch = branch
        self.opened = opened
        self.due = due
        self.renewed = 0
        self.renewed_on = opened
        self.is_open = True
        self.is_overdue = False


class Calendar:
    """Open days and due days, by number of the day."""

    def __init__(self, world: LendingWorld) -> None:
        self._world = world
        self._due: dict[tuple[int, int, int, int], int] = {}
        self._next_open = [_next_open_days([bool(p) for p in b.periods]) for b in world.branches]
        clock = [number for number, branch in enumerate(world.branches) if branch.round_the_clock]
        self._round_the_clock = clock

    def is_open(self, branch: int, day: int) -> bool:
        """Return whether a branch opens on a day; after the year it is taken to be open."""
        return self.next_open(branch, day) == day

    def next_open(self, branch: int, day: int) -> int:
        """Return the first open day from ``day`` on."""
        days = self._next_open[branch]
        return days[day] if day < len(days) else day

    def box_open(self, day: int) -> int | None:
        """Return a branch that takes returns round the clock on ``day``."""
        return next((branch for branch in self._round_the_clock if self.is_open(branch, day)), None)

    def after_open_days(self, branch: int, day: int, count: int) -> int:
        """Return the ``count``-th open day after ``day``."""
        for _ in range(count):
            day = self.next_open(branch, day + 1)
        return day

    def due(self, branch: int, category: int, start: int, known: int) -> int:
        """Return the due day of a loan whose period runs from ``start``, as reckoned on day ``known``."""
        key = (branch, category, start, known)
        found = self._due.get(key)
        if found is None:
            first = self._world.first
            days = (first + timedelta(days=start), first + timedelta(days=known))
            found = (self._world.due_on(branch, category, *days) - first).days
            self._due[key] = found
        return found


def _next_open_days(is_open: list[bool]) -> list[int]:
    """Return for each day the first open day from it on; the day after the last counts as open."""
    following = len(is_open)
    days = [0] * len(is_open)
    for day in range(len(is_open) - 1, -1, -1):
        following = day if is_open[day] else following
        days[day] = following
    return days


class _Place(IntEnum):
    """Where an item is."""

    AWAY = 0
    SHELF = 1
    LENT = 2
    HOLD_SHELF = 3
    RETURNED = 4


class Shelves:
    """The items: which stand on a shelf, drawn by their weight."""

    def __init__(self, world: LendingWorld, chance: Random) -> None:
        self._items = world.items
        self._chance = chance
        self._place = bytearray(len(world.items))
        self._free: dict[int, int] = defaultdict(int)
        self._coming: dict[int, list[int]] = defaultdict(list)
        shelves: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, item in enumerate(world.items):
            if item.ready is not None:
                self._coming[max(item.ready, 0)].append(number)
                shelves[item.branch, item.taste].append(number)
        self._shelves = {
            key: Draw(numbers, [world.items[n].weight for n in numbers], chance)
            for key, numbers in shelves.items()
        }

    def begin_day(self, day: int) -> None:
        """Put on the shelf what becomes ready today: new books and what came back yesterday."""
        for item in self._coming.pop(day, ()):
            if self._place[item] == _Place.AWAY:
                self._free[self._items[item].title] += 1
            self._place[item] = _Place.SHELF

    def take(self, branch: int, taste: int) -> int | None:
        """Take an item off the shelf by its weight; ``None`` if the branch has none left."""
        for wanted in (taste, *(other for other in Taste if other != taste)):
            item = self._find(self._shelves.get((branch, wanted)))
            if item is not None:
                self._place[item] = _Place.LENT
                self._free[self._items[item].title] -= 1
                return item
        return None

    def _find(self, shelf: Draw | None) -> int | None:
        if shelf is None:
            return None
        place = self._place
        for _ in range(_TRIES):
            item = shelf.pick()
            if item is not None and place[item] == _Place.SHELF:
                return item
        start = self._chance.randrange(len(shelf))
        members = shelf.members
        round_trip = chain(range(start, len(members)), range(start))
        return next((members[at] for at in round_trip if place[members[at]] == _Place.SHELF), None)

    def put_back(self, item: int, day: int) -> None:
        """Take back an item on ``day``; it stands on its shelf the next day."""
        self._place[item] = _Place.RETURNED
        self._free[self._items[item].title] += 1
        self._coming[day + 1].append(item)

    def put_on_hold_shelf(self, item: int) -> None:
        """Keep a returned item for the reader who asked for it."""
        self._place[item] = _Place.HOLD_SHELF

    def lend_from_hold_shelf(self, item: int) -> None:
        """Hand out a kept item."""
        self._place[item] = _Place.LENT

    def none_free(self, item: int) -> bool:
        """Return whether no copy of the item's title stands on a shelf or is on its way back to one."""
        return self._free[self._items[item].title] == 0


class Readership:
    """The readers: how eager each is, how much each has borrowed."""

    def __init__(self, world: LendingWorld, chance: Random) -> None:
        self._chance = chance
        self.category = [reader.category for reader in world.readers]
        self.open_loans = [0] * len(world.readers)
        self._limits = [category.loan_limit for category in world.categories]
        self._registered = [reader.registered for reader in world.readers]
        self._known = 0
        self._day = 0
        self._overdue = [0] * len(world.readers)
        self._suspended_until = [_NEVER] * len(world.readers)
        self._falling_due: dict[int, list[Loan]] = defaultdict(list)
        self._suspension = (world.suspension_days_per_day, world.suspension_most_days)
        self._seen: set[int] = set()
        eager = self._eagerness(world)
        self._draws = []
        for number, branch in enumerate(world.branches):
            reach = branch.reach / 1000
            weights = [
                eagerness * (1.0 if reader.branch == number or chance.random() < reach else 0.02)
                for eagerness, reader in zip(eager, world.readers, strict=True)
            ]
            self._draws.append(Draw(range(len(weights)), weights, chance))

    def _eagerness(self, world: LendingWorld) -> list[float]:
        """Draw eagerness and scale it so that each category has its share."""
        raw = [activity(self._chance) for _ in world.readers]
        sums = [0.0] * len(world.categories)
        for reader, weight in zip(world.readers, raw, strict=True):
            sums[reader.category] += weight
        scale = [c.share / total if total else 0.0 for c, total in zip(world.categories, sums, strict=True)]
        return [w * scale[reader.category] for reader, w in zip(world.readers, raw, strict=True)]

    def begin_day(self, day: int) -> None:
        """Begin a day: who registered before it may borrow, nobody has come, some loans are overdue."""
        self._day = day
        self._seen.clear()
        for loan in self._falling_due.pop(day, ()):
            if loan.is_open and loan.due < day and not loan.is_overdue:
                loan.is_overdue = True
                self._overdue[loan.reader] += 1
        while self._known < len(self._registered) and self._registered[self._known] < day:
            self._known += 1

    def visit(self, reader: int) -> bool:
        """Note that a reader comes today; ``False`` if the reader has been here already."""
        if reader in self._seen:
            return False
        self._seen.add(reader)
        return True

    def watch(self, loan: Loan) -> None:
        """Note a due day, new or moved, so that the loan counts as overdue after it."""
        self._falling_due[max(loan.due + 1, 0)].append(loan)

    def borrowed(self, loan: Loan) -> None:
        """Count a loan just made."""
        self.open_loans[loan.reader] += 1
        self.watch(loan)

    def brought_back(self, loan: Loan) -> None:
        """Count a return; days overdue become days without borrowing, after those still to run."""
        self.open_loans[loan.reader] -= 1
        loan.is_open = False
        if loan.is_overdue:
            self._overdue[loan.reader] -= 1
            per_day, most = self._suspension
            begins = max(self._day, self._suspended_until[loan.reader])
            self._suspended_until[loan.reader] = begins + min((self._day - loan.due) * per_day, most)

    def is_blocked(self, reader: int) -> bool:
        """Return whether a reader has overdue loans or is suspended."""
        return self._overdue[reader] > 0 or self._suspended_until[reader] >= self._day

    def room(self, reader: int) -> int:
        """Return how many more loans a reader may have; none while blocked."""
        if self.is_blocked(reader):
            return 0
        return self._limits[self.category[reader]] - self.open_loans[reader]

    def next_visitor(self, branch: int) -> int | None:
        """Draw a reader who comes to borrow, has not come today and may borrow; ``None`` if nobody."""
        draw = self._draws[branch]
        for _ in range(10 * _TRIES):
            reader = draw.pick(self._known)
            if reader is not None and reader not in self._seen and self.room(reader) > 0:
                self._seen.add(reader)
                return reader
        return None

    def anyone(self, branch: int) -> int | None:
        """Draw a reader of a branch, here today or not."""
        return self._draws[branch].pick(self._known)
