"""The SIP2 port over the real operations: the same rules and the same ledger as the desk."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext

from world import NOON, World, make_world
from yanshu.core import clock
from yanshu.core.actor import Door
from yanshu.doors.sip2.adapter import LibraryBehindThePort
from yanshu.doors.sip2.client import Requests, Speaker
from yanshu.doors.sip2.codec import Message
from yanshu.doors.sip2.port import CheckinAsked, CheckoutAsked
from yanshu.doors.sip2.session import Memory, Session
from yanshu.doors.sip2.terminal import TerminalSettings
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.operations import renew_terminal_key
from yanshu.institution.places.queries import actor_of_terminal, usual_permissions
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import AccountKind
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.errors import UndoRefused
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, ReturnIssue
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db


class Machine:
    """A self-service machine in front of the library, without the socket between."""

    def __init__(self, world: World, login: str = "self1", **options) -> None:
        usual = list(usual_permissions(TerminalKind.SIP2))
        self.row = Terminal.objects.create(
            branch=world.central, kind=TerminalKind.SIP2, name="自助借还机 1", login=login,
            key_hash=hashlib.sha256(b"key1").hexdigest(),
            permissions=usual,
            options={"language": "zh-hans", **options},
        )  # fmt: skip
        self.session = Session(
            LibraryBehindThePort(), clock=lambda: NOON, zone=clock.zone(), defaults=TerminalSettings(),
            address="test", memory=Memory(),
        )  # fmt: skip
        self.requests = Requests(clock=lambda: NOON, institution=world.library.code)
        self.speaker = Speaker()

    def ask(self, message: Message) -> Message:
        talk = self.speaker.talk(message)
        line = next(talk)
        try:
            while True:
                reply = self.session.answer(line.rstrip(b"\r\n"))
                line = talk.send(reply.data.rstrip(b"\r\n"))
        except StopIteration as done:
            return done.value


@pytest.fixture
def world() -> World:
    return make_world()


def reader(world: World, pin: str = "river-2019") -> tuple[Patron, str]:
    patron = world.patron(name="何秋雨")
    account = Account(username=f"reader-{patron.pk}", kind=AccountKind.READER, created_at=NOON)
    account.set_password(pin)
    account.save()
    patron.account = account
    patron.save()
    return patron, patron.cards.get().number


def test_login_is_by_key_only(world):
    machine = Machine(world)
    assert machine.ask(machine.requests.login("self1", "wrong")).says_yes("ok") is False
    assert machine.ask(machine.requests.login("self1", "key1")).says_yes("ok") is True


def test_lend_renew_and_return_write_the_desks_ledger(world):
    machine, item = Machine(world), world.item()
    patron, card = reader(world)
    machine.ask(machine.requests.login("self1", "key1"))
    lent = machine.ask(machine.requests.checkout(card, item.barcode, "river-2019"))
    assert lent.says_yes("ok") is True
    line = LoanEvent.objects.get()
    assert (line.door, line.terminal_id, line.branch_id) == (Door.SIP2, machine.row.pk, world.central.pk)
    assert Loan.objects.get().patron_id == patron.pk
    assert machine.ask(machine.requests.renew(card, item.barcode, "river-2019")).says_yes("ok") is True
    back = machine.ask(machine.requests.checkin(item.barcode))
    assert back.says_yes("ok") is True
    kinds = list(LoanEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["checkout", "renewal", "return"]


def test_a_loan_of_the_desk_is_seen_by_the_machine_and_its_rules_hold(world):
    machine, item = Machine(world), world.item()
    patron, card = reader(world)
    operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    machine.ask(machine.requests.login("self1", "key1"))
    shown = machine.ask(machine.requests.item(item.barcode))
    assert shown.fixed["circulation_status"] == "04"
    _other, other_card = reader(world)
    refused = machine.ask(machine.requests.checkout(other_card, item.barcode, "river-2019"))
    assert refused.says_yes("ok") is False
    with translation.override("zh-hans"):
        assert refused.get("AF") == str(Block.ITEM_ON_LOAN.label)
    facts = machine.ask(machine.requests.patron(card, "river-2019"))
    assert facts.get("AE") == "何秋雨"


def test_a_wrong_pin_gives_no_personal_data(world):
    machine = Machine(world)
    _patron, card = reader(world)
    machine.ask(machine.requests.login("self1", "key1"))
    facts = machine.ask(machine.requests.patron(card, "9999"))
    assert facts.get("AE") == ""
    assert "何秋雨" not in repr(facts)


@pytest.mark.parametrize("state", ["lost", "replaced", "cancelled"])
def test_a_card_out_of_use_borrows_at_no_machine_even_without_pin(world, state):
    machine, item, had = Machine(world, pin_required=False), world.item(), world.item()
    patron, card = reader(world)
    operations.checkout(patron_id=patron.pk, item_id=had.pk, actor=world.actor(), now=NOON)
    patron.cards.update(state=state)
    machine.ask(machine.requests.login("self1", "key1"))
    refused = machine.ask(machine.requests.checkout(card, item.barcode))
    assert refused.says_yes("ok") is False
    with translation.override("zh-hans"):
        assert refused.get("AF") == str(Block.CARD_INVALID.label)
    assert machine.ask(machine.requests.renew(card, had.barcode)).says_yes("ok") is False
    assert Loan.objects.get().item_id == had.pk


def test_a_machine_takes_its_own_loan_back_and_no_other(world):
    machine, neighbour, item = Machine(world), Machine(world, "self2"), world.item()
    _patron, card = reader(world)
    for one, login in ((machine, "self1"), (neighbour, "self2")):
        one.ask(one.requests.login(login, "key1"))
    machine.ask(machine.requests.checkout(card, item.barcode, "river-2019"))
    foreign = neighbour.requests.checkout(card, item.barcode, "river-2019", BI="Y")
    assert neighbour.ask(foreign).says_yes("ok") is False
    line = LoanEvent.objects.get()
    with pytest.raises(UndoRefused) as refused:
        operations.undo(line_id=line.pk, actor=actor_of_terminal(neighbour.row), now=NOON)
    assert refused.value.codes == ("undo-of-other",)
    own = machine.requests.checkout(card, item.barcode, "river-2019", BI="Y")
    assert machine.ask(own).says_yes("ok") is True
    assert (Loan.objects.count(), LoanEvent.objects.get(corrects=line).quantity) == (0, -1)


def test_a_machine_says_why_it_takes_nothing_back(world):
    row, item, (patron, card) = Machine(world).row, world.item(), reader(world)
    library, barcode = LibraryBehindThePort(), {"card": card, "barcode": item.barcode, "owner": ""}
    terminal = library.login("self1", "key1", location="", address="", now=NOON)
    nothing = library.cancel_checkout(terminal, **barcode, now=NOON)
    assert (nothing.ok, nothing.reasons) == (False, (str(Block.NOT_ON_LOAN.label),))
    yesterday = NOON - timedelta(days=1)
    operations.checkout(
        patron_id=patron.pk, item_id=item.pk, actor=actor_of_terminal(row, door=Door.SIP2), now=yesterday
    )
    late = library.cancel_checkout(terminal, **barcode, now=NOON)
    assert (late.ok, late.reasons) == (False, (gettext("Only acts of today can be taken back."),))
    assert library.cancel_checkout(terminal, **barcode, now=yesterday).ok
    assert not Loan.objects.exists()


def test_what_happened_off_line_is_dated_then_and_recorded_now(world):
    item, (_patron, card), then = world.item(), reader(world), NOON - timedelta(days=2)
    library = LibraryBehindThePort()
    Machine(world)
    terminal = library.login("self1", "key1", location="", address="", now=NOON)
    lent = CheckoutAsked(card=card, barcode=item.barcode, happened_at=then)
    assert library.checkout(terminal, lent, now=NOON).ok
    back = CheckinAsked(barcode=item.barcode, happened_at=then)
    assert library.checkin(terminal, back, now=NOON).ok
    assert set(LoanEvent.objects.values_list("happened_at", "recorded_at")) == {(then, NOON)}
    assert LoanEvent.objects.count() == 2


def test_unknown_things_are_answered_and_returns_accepted(world):
    machine = Machine(world, pin_required=False)
    machine.ask(machine.requests.login("self1", "key1"))
    assert machine.ask(machine.requests.checkout("NOSUCH", "NOSUCH")).says_yes("ok") is False
    assert machine.ask(machine.requests.item("NOSUCH")).fixed["circulation_status"] == "01"
    assert machine.ask(machine.requests.checkin("NOSUCH")).says_yes("ok") is False


@pytest.mark.parametrize(
    ("values", "loans", "flags"),
    [
        ({}, 1, ""),
        ({"suspended_until": NOON.date()}, 0, "0123"),
        ({"expires_on": NOON.date() - timedelta(days=1)}, 0, "0123"),
        ({}, 5, "05"),
    ],
)
def test_a_readers_standing_is_what_lending_says(world, values, loans, flags):
    machine = Machine(world, pin_required=False)
    patron, card = reader(world)
    for _loan in range(loans):
        item = world.item()
        operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    Patron.objects.filter(pk=patron.pk).update(**values)
    machine.ask(machine.requests.login("self1", "key1"))
    said = machine.ask(machine.requests.patron(card))
    status = said.fixed["patron_status"]
    assert [place for place, flag in enumerate(status) if flag == "Y"] == [int(flag) for flag in flags]
    assert (said.get("CB"), said.get("BZ")) == ("0005", "0003")


def test_renewing_all_says_which_and_returns_sent_again_are_understood(world):
    machine, items = Machine(world, pin_required=False), [world.item(), world.item()]
    patron, card = reader(world)
    for item in items:
        operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    operations.renew(loan_id=Loan.objects.get(item=items[0]).pk, actor=world.actor(), now=NOON)
    machine.ask(machine.requests.login("self1", "key1"))
    said = machine.ask(machine.requests.renew_all(card))
    assert (said.all("BM"), said.all("BN")) == ([items[1].barcode], [items[0].barcode])
    machine.ask(machine.requests.checkin(items[0].barcode))
    again = machine.ask(machine.requests.checkin(items[0].barcode.lower()))
    assert (again.says_yes("ok"), again.says_yes("alert"), again.get("AB")) == (True, False, items[0].barcode)
    assert "12:00" in again.get("AF")
    assert not ReturnIssue.objects.exists()


def test_no_money_is_taken_and_the_status_says_so_beforehand(world):
    machine = Machine(world, pin_required=False)
    _patron, card = reader(world)
    machine.ask(machine.requests.login("self1", "key1"))
    assert machine.ask(machine.requests.status()).get("BX") == "YYYNYYYYYNYNNYYY"
    paid = machine.ask(machine.requests.fee_paid(card, "5.00"))
    assert paid.says_yes("accepted") is False
    assert paid.get("AF")


def renamed(machine, world):
    Terminal.objects.filter(pk=machine.row.pk).update(name="自助借还机 一号")


def renewed(machine, world):
    renew_terminal_key(machine.row, actor=world.actor(), now=NOON)


def shut_off(machine, world):
    Terminal.objects.filter(pk=machine.row.pk).update(active=False)


def bereft(machine, world):
    Terminal.objects.filter(pk=machine.row.pk).update(permissions=["circulation.return"])


def carried_away(machine, world):
    Terminal.objects.filter(pk=machine.row.pk).update(branch=world.branch)


def removed(machine, world):
    machine.row.delete()


@pytest.mark.parametrize("change", [renewed, shut_off, bereft, carried_away, removed])
def test_a_terminal_whose_log_in_no_longer_holds_is_hung_up_on(world, change):
    machine, (_patron, card), item = Machine(world), reader(world), world.item()
    machine.ask(machine.requests.login("self1", "key1"))
    change(machine, world)
    hung_up = machine.session.answer(line_of(machine.requests.checkout(card, item.barcode, "river-2019")))
    assert hung_up.close
    assert hung_up.data.startswith(b"120")
    assert LoanEvent.objects.count() == 0
    assert machine.session.terminal is None
    again = machine.session.answer(line_of(machine.requests.checkout(card, item.barcode, "river-2019")))
    assert again.data.startswith(b"120")


def test_a_terminal_that_was_only_given_another_name_goes_on(world):
    machine, (_patron, card), item = Machine(world), reader(world), world.item()
    machine.ask(machine.requests.login("self1", "key1"))
    renamed(machine, world)
    assert machine.ask(machine.requests.checkout(card, item.barcode, "river-2019")).says_yes("ok")


def line_of(message: Message) -> bytes:
    return next(Speaker().talk(message)).rstrip(b"\r\n")


def test_a_machine_takes_back_only_what_it_did_last_and_for_this_reader(world):
    machine, first, second = Machine(world), world.item(), world.item()
    (_patron, card), (_other, other_card) = reader(world), reader(world)
    machine.ask(machine.requests.login("self1", "key1"))

    def taken_back(number, item):
        asked = machine.requests.checkout(number, item.barcode, "river-2019", BI="Y")
        return machine.ask(asked).says_yes("ok")

    assert machine.ask(machine.requests.checkout(card, first.barcode, "river-2019")).says_yes("ok")
    assert taken_back(other_card, first) is False
    assert machine.ask(machine.requests.checkout(other_card, second.barcode, "river-2019")).says_yes("ok")
    assert taken_back(card, first) is False
    assert Loan.objects.count() == 2
    assert taken_back(other_card, second) is True
    assert list(Loan.objects.values_list("item_id", flat=True)) == [first.pk]


@pytest.mark.parametrize(
    ("pickup", "branch"), [("", "C"), ("E", "E"), ("东分馆", "E"), (" E ", "E"), ("X", None), ("东", None)]
)
def test_a_hold_is_placed_where_it_was_asked_for_or_not_at_all(world, pickup, branch):
    machine, item, (patron, card) = Machine(world), world.item(), reader(world)
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    machine.ask(machine.requests.login("self1", "key1"))
    answer = machine.ask(machine.requests.hold("+", card, item.barcode, "river-2019", BS=pickup))
    assert answer.says_yes("ok") is (branch is not None)
    placed = Hold.objects.filter(patron=patron).values_list("pickup_branch__code", flat=True)
    assert list(placed) == ([branch] if branch else [])
