"""A small library made of rows, for tests: one owner, two branches, readers, books, one policy."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from uuid import uuid4

from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.core import stamp
from yanshu.core.actor import Actor, Door
from yanshu.core.models import Instance
from yanshu.institution.places.models import Branch, CalendarVersion, Library, ShelvingLocation, WeeklyPeriod
from yanshu.institution.places.queries import forget_calendars
from yanshu.institution.places.terms import BranchKind
from yanshu.institution.staff.models import Account
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.readers.patrons.models import Card, Patron, PatronCategory
from yanshu.readers.patrons.terms import CardKind, CategoryKind

NOON = datetime(2019, 11, 16, 4, 0, tzinfo=UTC)
"""Saturday 16 November 2019, 12:00 at the library."""


@dataclass
class World:
    """The rows of the small library, and makers for more."""

    library: Library
    central: Branch
    branch: Branch
    shelf: ShelvingLocation
    branch_shelf: ShelvingLocation
    adult: PatronCategory
    books: ItemCategory
    policy: LoanPolicy
    _numbers: Any = field(default_factory=lambda: count(1))

    def patron(self, **values: Any) -> Patron:
        """Make a reader with a card."""
        number = next(self._numbers)
        patron = Patron.objects.create(
            **{
                "name": f"读者{number}",
                "category": self.adult,
                "home_branch": self.central,
                "registered_on": date(2018, 1, 1),
                "expires_on": date(2030, 1, 1),
                "birth_date": date(1980, 5, 5),
                **values,
            }
        )
        Card.objects.create(
            patron=patron,
            library=self.library,
            kind=CardKind.LIBRARY_CARD,
            number=f"R{number:06d}",
            issued_on=date(2018, 1, 1),
        )
        return patron

    def record(self, **values: Any) -> BibRecord:
        """Make a released record."""
        number = next(self._numbers)
        return BibRecord.objects.create(
            **{
                "dialect": "cnmarc",
                "marc": b"",
                "title": f"题名{number}",
                "class_main": "I2",
                "state": RecordState.RELEASED,
                "released_on": date(2018, 1, 1),
                "created_at": NOON,
                "changed_at": NOON,
                **values,
            }
        )

    def item(self, record: BibRecord | None = None, **values: Any) -> Item:
        """Make a copy on the shelf of the central library."""
        number = next(self._numbers)
        return Item.objects.create(
            **{
                "record": record or self.record(),
                "library": self.library,
                "barcode": f"B{number:08d}",
                "home_branch": self.central,
                "branch": self.central,
                "location": self.shelf,
                "category": self.books,
                "accessioned_on": date(2018, 1, 1),
                "released_on": date(2018, 1, 1),
                "state": ItemState.AVAILABLE,
                **values,
            }
        )

    def account(self, name: str = "clerk", **values: Any) -> Account:
        """Make a member of staff without roles."""
        return Account.objects.create(username=name, display_name=name, created_at=NOON, **values)

    def actor(self, *permissions: str, branch: Branch | None = None, **values: Any) -> Actor:
        """Return a clerk at a branch who may do everything, or only what is named."""
        return Actor(
            **{
                "label": "clerk",
                "door": Door.DESK,
                "permissions": frozenset(permissions or ("*",)),
                "account_id": 7,
                "branch_id": (branch or self.central).pk,
                "scope": None,
                **values,
            }
        )


def make_world() -> World:
    """Make the rows: both branches open every day from nine to six."""
    library = Library.objects.create(code="CN-TEST", name="测试图书馆")
    Instance.objects.update_or_create(pk=1, defaults={"name": library.name})
    central, branch = (
        Branch.objects.create(
            library=library,
            code=code,
            name=name,
            kind=kind,
            service_from=date(2010, 1, 1),
            position=position,
        )
        for position, (code, name, kind) in enumerate(
            [("C", "总馆", BranchKind.CENTRAL), ("E", "东分馆", BranchKind.BRANCH)]
        )
    )
    for place in (central, branch):
        for weekday in range(7):
            WeeklyPeriod.objects.create(branch=place, weekday=weekday, opens=time(9), closes=time(18))
    CalendarVersion.objects.update_or_create(pk=1, defaults={"stamp": uuid4().hex})
    forget_calendars()
    adult = PatronCategory.objects.create(code="adult", name="成人", kind=CategoryKind.ADULT)
    books = ItemCategory.objects.create(code="book", name="图书")
    policy = LoanPolicy.objects.create(name="外借办法", article="第 12 条", loan_limit=5, renewals=1)
    stamp.renew("circulation.policies")
    return World(
        library=library,
        central=central,
        branch=branch,
        shelf=ShelvingLocation.objects.create(branch=central, code="S", name="社科区"),
        branch_shelf=ShelvingLocation.objects.create(branch=branch, code="S", name="综合区"),
        adult=adult,
        books=books,
        policy=policy,
    )
