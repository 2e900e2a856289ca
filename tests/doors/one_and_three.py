"""One of everything a library keeps, and then two more: rows for pages whose queries are counted.

What belongs to another row is hung on the first one, so that its own page has more to show, too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from world import World, make_world
from yanshu.collection.catalogue.models import ClcClass, ItemCategory, ItemEvent, RecordVersion
from yanshu.collection.catalogue.terms import ItemEventKind, Medium, RecordState
from yanshu.core import clock
from yanshu.core.actor import Door
from yanshu.core.importing.run import ImportRun, RunState
from yanshu.core.journal import JournalLine
from yanshu.institution.places.models import (
    Branch,
    ClosedDay,
    ClosureOrder,
    DayException,
    PublicHoliday,
    ServicePoint,
    ShelvingLocation,
    Terminal,
    WeeklyPeriod,
)
from yanshu.institution.places.queries import forget_calendars
from yanshu.institution.places.terms import BranchKind, ExceptionKind, ServicePointKind, TerminalKind
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import AccountKind, Role
from yanshu.institution.visits.models import Calibration, Gate, GateReading
from yanshu.institution.visits.terms import Quality, Source
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy, ReturnIssue
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, ReturnIssueKind
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.terms import CardKind, CardState, CategoryKind, MembershipEventKind
from yanshu.reporting.figures.models import Selection, StatedFigure

ROLES = list(Role)


@dataclass
class Rows:
    """The small library, the first of each kind by the argument addresses call it, and how many there are."""

    world: World
    first: dict[str, Any]
    reader: Account
    number: int = 0

    def more(self) -> None:
        """Make one more of everything."""
        self.number += 1
        for make in (_places, _staff, _visits, _readers, _catalogue, _lending, _figures, _kernel):
            for name, row in make(self, self.number).items():
                self.first.setdefault(name, row)
        forget_calendars()


def one_of_each() -> Rows:
    """Make the library with one of everything."""
    world = make_world()
    LoanPolicy.objects.filter(pk=world.policy.pk).update(loan_limit=50, hold_limit=50)  # none is refused
    account = Account.objects.create(
        username="R", display_name="读者", kind=AccountKind.READER, created_at=clock.now()
    )
    rows = Rows(world, {}, account)
    rows.more()
    return rows


def today() -> date:
    """Return the library's day."""
    return clock.business_date(clock.now())


def noon(day: date) -> datetime:
    """Return noon of a day."""
    return datetime.combine(day, time(4), tzinfo=UTC)


def ledger(day: date, branch_id: int) -> dict[str, Any]:
    """Return what every line of a ledger says."""
    return {
        "happened_at": noon(day),
        "recorded_at": noon(day),
        "business_date": day,
        "month": f"{day:%Y-%m}",
        "door": Door.DESK,
        "branch_id": branch_id,
        "actor_label": "clerk",
    }


def _places(rows: Rows, number: int) -> dict[str, Any]:
    branch = Branch.objects.create(
        library=rows.world.library,
        code=f"P{number}",
        name=f"分馆{number}",
        kind=BranchKind.BRANCH,
        service_from=date(2015, 1, 1),
        position=10 + number,
    )
    WeeklyPeriod.objects.create(branch=branch, weekday=number, opens=time(9), closes=time(17))
    central = rows.world.central
    shelf = ShelvingLocation.objects.create(branch=central, code=f"L{number}", name=f"书架{number}")
    point = ServicePoint.objects.create(
        branch=central, name=f"服务点{number}", kind=ServicePointKind.values[0]
    )
    terminal = Terminal.objects.create(
        branch=central,
        service_point=point,
        kind=TerminalKind.values[0],
        name=f"终端{number}",
        login=f"t{number}",
        key_hash="0" * 64,
    )
    day = today() + timedelta(days=number)
    DayException.objects.create(branch=central, day=day, kind=ExceptionKind.values[0], reason="停电")
    PublicHoliday.objects.create(day=day, name=f"节日{number}", is_off=True)
    order = ClosureOrder.objects.create(
        number=f"闭{number}",
        first_closed_day=day,
        reopens_on=day + timedelta(days=1),
        reason="维修",
        notice="维修",
        notice_on=today(),
        ordered_at=clock.now(),
    )
    for closed in (central, branch, rows.world.branch)[:number]:
        order.branches.add(closed)
        ClosedDay.objects.create(order=order, branch=closed, day=day)
    return {
        "branch_id": central.pk,
        "opac code": central.code,
        "location_id": shelf.pk,
        "point_id": point.pk,
        "terminal_id": terminal.pk,
        "order_id": order.pk,
        "day": today(),
        "year": today().year,
    }


def _staff(rows: Rows, number: int) -> dict[str, Any]:
    account = Account.objects.create(
        username=f"a{number}", display_name=f"馆员{number}", created_at=clock.now()
    )
    first = Account.objects.filter(kind=AccountKind.STAFF).order_by("pk")[0]
    for held in {account, first}:
        RoleGrant.objects.get_or_create(
            account=held, role=ROLES[number], branch=rows.world.central, defaults={"granted_at": clock.now()}
        )
    return {"account_id": account.pk}


def _visits(rows: Rows, number: int) -> dict[str, Any]:
    gate = Gate.objects.create(
        branch=rows.world.central, code=f"G{number}", name=f"门{number}", installed_on=date(2018, 1, 1)
    )
    first = Gate.objects.order_by("pk")[0]
    Calibration.objects.create(gate=first, valid_from=date(2018, 1, number), factor_permille=900 + number)
    start = noon(today()) - timedelta(hours=number)
    GateReading.objects.create(
        gate=first,
        interval_start=start,
        interval_end=start + timedelta(hours=1),
        raw_in=10,
        factor_permille=1000,
        corrected=10,
        quality=Quality.values[0],
        source=Source.HAND,
        branch_kind=BranchKind.CENTRAL,
        **ledger(today(), rows.world.central.pk),
    )
    return {"gate_id": gate.pk, "start": start}


def _readers(rows: Rows, number: int) -> dict[str, Any]:
    category = PatronCategory.objects.create(
        code=f"c{number}", name=f"类别{number}", kind=CategoryKind.ADULT, position=number
    )
    patron = rows.world.patron()
    first = Patron.objects.order_by("pk")[0]
    Patron.objects.filter(pk=first.pk).update(account=rows.reader, keep_history=True)
    Card.objects.create(
        patron=first,
        library=rows.world.library,
        kind=CardKind.LIBRARY_CARD,
        number=f"OLD{number}",
        issued_on=date(2017, 1, 1),
        state=CardState.LOST,
    )
    MembershipEvent.objects.create(
        kind=MembershipEventKind.REGISTERED,
        category_code="adult",
        category_kind=CategoryKind.ADULT,
        age_band="36-59",
        **ledger(today(), rows.world.central.pk),
    )
    return {"patron_id": patron.pk, "patrons category_id": category.pk}


def _catalogue(rows: Rows, number: int) -> dict[str, Any]:
    category = ItemCategory.objects.create(code=f"i{number}", name=f"文献{number}", position=number)
    ClcClass.objects.create(code=f"I{number}99", name=f"类{number}", parent="I")
    record = rows.world.record(released_on=today(), class_number="I247.5", marc=b"")
    rows.first.setdefault("record", record)
    first = rows.first["record"]
    item = rows.world.item(first)
    rows.world.item(record)
    rows.first.setdefault("item", item)
    RecordVersion.objects.create(record=first, version=number, marc=b"", replaced_at=clock.now())
    ItemEvent.objects.create(
        item=rows.first["item"],
        kind=ItemEventKind.values[0],
        **ledger(today(), rows.world.central.pk),
    )
    rows.world.record(state=RecordState.DRAFT, released_on=None)
    return {"record_id": record.pk, "item_id": item.pk, "catalogue category_id": category.pk}


def _lending(rows: Rows, number: int) -> dict[str, Any]:
    reader, central = Patron.objects.order_by("pk")[0], rows.world.central
    policy = LoanPolicy.objects.create(name=f"办法{number}", loan_limit=number, branch=central, active=False)
    due = today() + timedelta(days=number)
    shared = {"patron": reader, "policy": rows.world.policy, "branch": central, "door": Door.DESK}
    open_item, closed_item = rows.world.item(), rows.world.item()
    loan = Loan.objects.create(item=open_item, opened_at=clock.now(), due_on=due, **shared)
    Loan.objects.create(
        item=closed_item,
        opened_at=clock.now() - timedelta(days=9),
        due_on=due,
        closed_at=clock.now(),
        closed_branch=central,
        **shared,
    )
    LoanEvent.objects.create(
        kind=LoanEventKind.CHECKOUT,
        loan_id=loan.pk,
        item_id=open_item.pk,
        record_id=open_item.record_id,
        owning_branch_id=central.pk,
        patron_category="adult",
        age_band="36-59",
        item_category="book",
        medium=Medium.PRINT,
        class_main="I",
        **ledger(today(), central.pk),
    )
    for state in (HoldState.WAITING, HoldState.READY):
        hold = Hold.objects.create(
            record=rows.world.record(),
            patron=reader,
            pickup_branch=central,
            placed_at=clock.now(),
            state=state,
            item=rows.world.item() if state == HoldState.READY else None,
            pickup_until=due if state == HoldState.READY else None,
            door=Door.OPAC,
        )
    issue = ReturnIssue.objects.create(
        kind=ReturnIssueKind.values[0], barcode=f"X{number}", branch=central, opened_at=clock.now()
    )
    return {"policy_id": policy.pk, "hold_id": hold.pk, "issue_id": issue.pk}


def _figures(rows: Rows, number: int) -> dict[str, Any]:
    del rows
    selection = Selection.objects.create(
        code=f"own.{number}", name=f"选项{number}", indicator="circulation.loans", chosen={"door": "desk"}
    )
    stated = StatedFigure.objects.create(
        code="circulation.loans",
        first_day=date(today().year, 1, 1),
        end_day=date(today().year + 1, 1, 1),
        value=number,
        unit="册次",
        source=f"年报{number}",
    )
    return {
        "figures-selection pk": selection.pk,
        "figures-stated-one pk": stated.pk,
        "code": "circulation.loans",
    }


def _kernel(rows: Rows, number: int) -> dict[str, Any]:
    run = ImportRun.objects.create(
        kind="items",
        file_name=f"{number}.csv",
        sha256=str(number) * 64,
        state=RunState.DONE,
        actor_label="clerk",
        started_at=clock.now(),
        finished_at=clock.now(),
    )
    JournalLine.objects.create(
        operation="staff.set_account",
        at=clock.now(),
        actor_label="clerk",
        door=Door.DESK,
        branch_id=rows.world.central.pk,
        subject_kind="staff.account",
        subject_id=1,
    )
    return {"run_id": run.pk, "kind": "items"}
