"""A little library to test with: one branch open Tuesday to Sunday, one open round the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from yanshu.core.actor import Actor, Door
from yanshu.institution.places import operations
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.places.queries import Period
from yanshu.institution.places.terms import BranchData, BranchKind, LibraryData

NOW = datetime(2019, 3, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = (Period(510, 1050),)
ALWAYS = (Period(0, 1440),)
CLOSED_MONDAYS = ((), DAY, DAY, DAY, DAY, DAY, DAY)
ROUND_THE_CLOCK = (ALWAYS,) * 7
SYSTEM = Actor.system(Door.COMMAND)


def manager(*branch_ids: int, permissions: tuple[str, ...] = ("*",)) -> Actor:
    return Actor(
        label="馆长",
        door=Door.DESK,
        permissions=frozenset(permissions),
        account_id=1,
        scope=frozenset(branch_ids) if branch_ids else None,
    )


def a_library() -> Library:
    return operations.make_library(LibraryData(code="HY", name="雁城市图书馆"), actor=SYSTEM, now=NOW)


def a_branch(library: Library, code: str = "central", week=CLOSED_MONDAYS, **data) -> Branch:
    kind = data.pop("kind", BranchKind.CENTRAL)
    name = data.pop("name", f"{code}馆")
    entered = BranchData(
        library_id=library.pk,
        code=code,
        name=name,
        kind=kind,
        **{"service_from": date(2005, 9, 28), **data},
    )
    branch = operations.make_branch(entered, actor=SYSTEM, now=NOW)
    if week:
        operations.set_week(branch, week, actor=SYSTEM, now=NOW)
    return branch
