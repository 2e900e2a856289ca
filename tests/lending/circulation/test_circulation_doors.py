"""Lending through the programming interface, and lending's files."""

import csv
import io
from datetime import date, timedelta
from math import ceil

import pytest
from ninja.testing import TestClient

from world import NOON, make_world
from yanshu.core import clock, doctor, exporting, importing
from yanshu.core.actor import Door, PermissionMissing
from yanshu.core.models import Instance
from yanshu.core.refusal import Conflict, NotFound
from yanshu.institution.places.models import Library
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.api import router
from yanshu.lending.circulation.errors import CheckoutRefused
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy
from yanshu.lending.circulation.terms import Block, LoanEventKind
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.queries import card_key

pytestmark = pytest.mark.django_db
CHECKS = [code for code in doctor.registry if code.startswith("circulation.")]


@pytest.fixture(scope="module")
def api():
    return TestClient(router)


@pytest.fixture
def world():
    ahead = ceil((NOON - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()
    return make_world()


def machine(world, *permissions):
    asked = permissions or ("circulation.checkout", "circulation.return", "circulation.renew")
    return world.actor(
        *asked, door=Door.API, account_id=None, terminal_id=3, scope=frozenset({world.central.pk})
    )


def card(patron):
    return patron.cards.get().number


def test_a_program_lends_renews_and_takes_back(world, api):
    patron, item, actor = world.patron(), world.item(), machine(world)
    lent = api.post("/checkouts", json={"card_number": card(patron), "barcode": item.barcode}, actor=actor)
    assert (lent.status_code, lent.json()["due_on"]) == (201, "2019-12-16")
    renewed = api.post("/renewals", json={"barcode": item.barcode}, actor=actor)
    assert (renewed.status_code, renewed.json()["renewals_left"]) == (201, 0)
    back = api.post("/returns", json={"barcode": item.barcode}, actor=actor).json()
    assert (back["loan_id"], back["overdue_days"], back["home_branch"], back["issues"]) == (
        lent.json()["loan_id"], 0, "C", [],
    )  # fmt: skip
    assert set(LoanEvent.objects.values_list("kind", "door", "terminal_id")) == {
        ("checkout", "api", 3), ("renewal", "api", 3), ("return", "api", 3),
    }  # fmt: skip


def test_a_return_sent_again_says_so(world, api):
    item, actor = world.item(), machine(world)
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    first, again = (
        api.post("/returns", json={"barcode": item.barcode}, actor=actor).json() for _n in range(2)
    )
    assert (first["repeats"], again["loan_id"], again["issues"]) == (None, None, [])
    returned_at = LoanEvent.objects.get(kind=LoanEventKind.RETURN).happened_at
    assert f"{clock.local(returned_at):%H:%M}" in again["repeats"]


def test_how_a_reader_stands_and_all_he_has_renewed_at_once(world, api):
    patron, items = world.patron(suspended_until=date(2019, 11, 16)), [world.item(), world.item()]
    waived = frozenset({Block.SUSPENDED})
    for item in items:
        operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON, waive=waived)
    asked, seer = {"card_number": card(patron)}, machine(world, "circulation.see", "circulation.renew")
    stands = api.post("/standing", json=asked, actor=seer).json()
    assert [block["code"] for block in stands["blocks"]] == ["suspended"]
    assert (stands["limit"], stands["loans"], stands["overdue"]) == (5, 2, 0)
    tried = api.post("/renewals/of-reader", json=asked, actor=seer).json()
    assert [(one["renewed"], one["blocks"][0]["code"]) for one in tried] == [(False, "suspended")] * 2
    Patron.objects.filter(pk=patron.pk).update(suspended_until=None)
    tried = api.post("/renewals/of-reader", json=asked, actor=seer).json()
    assert [(one["renewed"], one["due_on"]) for one in tried] == [(True, "2020-01-15")] * 2
    with pytest.raises(PermissionMissing):
        api.post("/standing", json=asked, actor=machine(world))


def test_refusals_come_through_with_every_block(world, api):
    patron, item = world.patron(expires_on=date(2019, 1, 1)), world.item(for_reference=True)
    with pytest.raises(CheckoutRefused) as refused:
        api.post(
            "/checkouts", json={"card_number": card(patron), "barcode": item.barcode}, actor=machine(world)
        )
    assert refused.value.codes == ("card-expired", "item-for-reference")


def test_unknown_cards_copies_and_lost_cards(world, api):
    patron, item, actor = world.patron(), world.item(), machine(world)
    for wanted in (
        {"card_number": "X", "barcode": item.barcode},
        {"card_number": card(patron), "barcode": "X"},
    ):
        with pytest.raises(NotFound):
            api.post("/checkouts", json=wanted, actor=actor)
    patron.cards.update(state="lost")
    with pytest.raises(CheckoutRefused) as refused:
        api.post("/checkouts", json={"card_number": card(patron), "barcode": item.barcode}, actor=actor)
    assert refused.value.codes == ("card-invalid",)
    wanted, seer = {"card_number": card(patron)}, machine(world, "circulation.see")
    with pytest.raises(Conflict):
        api.post("/loans/of-reader", json=wanted, actor=seer)


def test_what_a_reader_has_is_for_those_who_may_see_it(world, api):
    patron, item = world.patron(), world.item()
    operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    wanted = {"card_number": card(patron)}
    seen = api.post("/loans/of-reader", json=wanted, actor=machine(world, "circulation.see")).json()
    assert [(loan["barcode"], loan["due_on"]) for loan in seen] == [(item.barcode, "2019-12-16")]
    with pytest.raises(PermissionMissing):
        api.post("/loans/of-reader", json=wanted, actor=machine(world))


def test_holds_over_the_interface(world, api):
    item, waiting = world.item(), world.patron()
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    actor = machine(world, "circulation.place_hold", "circulation.cancel_hold", "circulation.see")
    wanted = {"card_number": card(waiting), "record_id": item.record_id, "pickup_branch": "C"}
    placed = api.post("/holds", json=wanted, actor=actor)
    assert (placed.status_code, placed.json()["state"], placed.json()["place"]) == (201, "waiting", 1)
    listed = api.post("/holds/of-reader", json={"card_number": card(waiting)}, actor=actor).json()
    assert [hold["hold_id"] for hold in listed] == [placed.json()["hold_id"]]
    assert api.delete(f"/holds/{placed.json()['hold_id']}", actor=actor).json()["state"] == "cancelled"


def test_a_reader_reserves_for_himself_alone(world, api):
    item, reader, other = world.item(), world.patron(), world.patron()
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    actor = world.actor("circulation.place_hold", door=Door.API, account_id=None, patron_id=reader.pk)
    where = {"record_id": item.record_id, "pickup_branch": "C"}
    placed = api.post("/holds", json={"card_number": card(other), **where}, actor=actor)
    assert (placed.status_code, Hold.objects.get().patron_id) == (201, reader.pk)
    with pytest.raises(NotFound):
        operations.place_hold(
            record_id=item.record_id, patron_id=other.pk, pickup_branch_id=world.central.pk,
            actor=actor, now=NOON,
        )  # fmt: skip
    assert Hold.objects.count() == 1


def load(world, kind, tmp_path, rows, *, at=NOON, **options):
    path = tmp_path / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return importing.load(kind, path, actor=world.actor(), tick=lambda: at, **options).as_dict()


HEAD = ["读者证号", "册条码", "借出日期", "应还日期"]


def test_open_loans_of_the_former_system_are_taken_over_and_not_counted(world, tmp_path):
    patron, item, other = world.patron(), world.item(), world.item()
    rows = [
        HEAD,
        [card(patron), item.barcode, "2019-11-01", "2019-12-01"],
        ["NOSUCH", other.barcode, "2019-11-01", "2019-12-01"],
        [card(patron), "NOSUCH", "2019-11-01", "2019-12-01"],
        [card(patron), other.barcode, "2019-11-01", "2019-10-01"],
    ]
    tried = load(world, "loans", tmp_path, rows, dry_run=True)
    assert (tried["created"], len(tried["rejected"]), Loan.objects.count()) == (1, 3, 0)
    done = load(world, "loans", tmp_path, rows)
    assert (done["read"], done["created"], [row["row"] for row in done["rejected"]]) == (4, 1, [2, 3, 4])
    loan = Loan.objects.get()
    assert (loan.due_on, loan.patron_id, loan.policy_id) == (date(2019, 12, 1), patron.pk, world.policy.pk)
    assert LoanEvent.objects.get().quantity == 0
    again = load(world, "loans", tmp_path, rows[:2])
    assert (again["unchanged"], again["created"]) == (1, 0)
    assert list(doctor.examine(CHECKS)) == []
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=NOON)
    assert list(doctor.examine(CHECKS)) == []


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("R000777", "r000777"),
        ("R000777", "Ｒ０００７７７"),
        ("R000777", " R 000 777 "),
        ("11010519491231002X", "11010519491231002x"),
        ("11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ"),
    ],
)
def test_a_file_may_write_cards_and_barcodes_as_the_desk_may(world, tmp_path, number, written):
    patron, item = world.patron(), world.item(barcode="HY00482213")
    patron.cards.update(number=card_key(number))
    rows = [HEAD, [written, "ｈy00482213", "2019-11-01", "2019-12-01"]]
    done = load(world, "loans", tmp_path, rows)
    assert (done["created"], done["rejected"]) == (1, [])
    assert (Loan.objects.get().patron_id, Loan.objects.get().item_id) == (patron.pk, item.pk)


def test_a_number_of_two_owners_readers_is_no_ones_loan(world, tmp_path):
    (one, other), items = (world.patron(), world.patron()), [world.item() for _number in range(2)]
    neighbour = Library.objects.create(code="CN-NEXT", name="邻馆")
    other.cards.update(number=card(one), library=neighbour)
    rows = [HEAD, [card(one), items[0].barcode, "2019-11-01", "2019-12-01"]]
    refused = load(world, "loans", tmp_path, rows)["rejected"]
    assert (len(refused), Loan.objects.exists()) == (1, False)
    other.cards.update(state="lost")
    rows.append([card(one).lower(), items[1].barcode, "2019-11-01", "2019-12-01"])
    assert load(world, "loans", tmp_path, rows)["created"] == 2
    assert set(Loan.objects.values_list("patron_id", flat=True)) == {one.pk}


def test_a_loan_of_a_day_to_come_is_refused_and_one_of_today_can_come_back_at_once(world, tmp_path):
    morning = NOON - timedelta(hours=3)
    item = world.item()
    rows = [
        HEAD,
        [card(world.patron()), item.barcode, "2019-11-16", "2019-12-01"],
        [card(world.patron()), world.item().barcode, "2019-11-17", "2019-12-01"],
    ]
    done = load(world, "loans", tmp_path, rows, at=morning)
    assert (done["created"], [row["row"] for row in done["rejected"]]) == (1, [2])
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=morning)
    assert Loan.objects.get().closed_at == morning
    assert list(doctor.examine(CHECKS)) == []


def test_policies_leave_as_they_come(world, tmp_path):
    rows = [
        ["名称", "读者类型", "文献类型", "分馆", "限借册数", "借期（天）"],
        ["少儿", "adult", "book", "C", "8", "20"],
        ["错", "nosuch", "", "", "8", "20"],
    ]
    done = load(world, "policies", tmp_path, rows)
    assert (done["created"], len(done["rejected"])) == (1, 1)
    assert LoanPolicy.objects.get(name="少儿").loan_limit == 8
    path = tmp_path / "out.csv"
    exporting.write("policies", "csv", actor=world.actor(), now=NOON, path=path)
    taken = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(taken) == 3
    back = importing.load("policies", path, actor=world.actor(), tick=lambda: NOON).as_dict()
    assert (back["unchanged"], back["updated"], back["created"], back["rejected"]) == (2, 0, 0, [])


def test_the_doctor_is_silent_after_a_day_and_speaks_of_what_is_wrong(world):
    patron, item, undone = world.patron(), world.item(), world.item()
    operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    operations.checkout(patron_id=patron.pk, item_id=undone.pk, actor=world.actor(), now=NOON)
    operations.undo(line_id=LoanEvent.objects.latest("id").pk, actor=world.actor(), now=NOON)
    operations.place_hold(
        record_id=item.record_id, patron_id=world.patron().pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=NOON)
    lent = world.item()
    operations.checkout(patron_id=patron.pk, item_id=lent.pk, actor=world.actor(), now=NOON)
    assert list(doctor.examine(CHECKS)) == []
    Hold.objects.update(state="cancelled", item=None)
    Loan.objects.filter(item=lent).update(closed_at=NOON)
    Loan.objects.create(
        item=undone,
        patron=patron,
        branch=world.central,
        opened_at=NOON,
        due_on=date(2019, 12, 1),
        door="desk",
    )
    assert [finding.check for finding in doctor.examine(CHECKS)] == [
        "circulation.checkout-lines", "circulation.hold-shelf", "circulation.ledger-balance",
    ]  # fmt: skip
