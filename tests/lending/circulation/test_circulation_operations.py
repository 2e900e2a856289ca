"""What lending's operations do, each once welcome and once refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from world import NOON, World, make_world
from yanshu.collection.catalogue.models import Item, ItemCategory
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.core import feed
from yanshu.core.actor import Door, PermissionMissing
from yanshu.core.event import publish
from yanshu.core.journal import JournalLine
from yanshu.core.refusal import NotFound
from yanshu.institution.places import queries as places
from yanshu.institution.places.events import ClosureOrdered, ClosureRevoked
from yanshu.institution.places.models import Branch, ClosureOrder, DayException, ShelvingLocation
from yanshu.institution.places.queries import forget_calendars
from yanshu.institution.places.terms import ClosureState
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.errors import CheckoutRefused, HoldRefused, RenewalRefused, UndoRefused
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, ReturnIssue
from yanshu.lending.circulation.terms import Block, HoldState
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def lend(world, patron, item, *, now=NOON, **more):
    actor = more.pop("actor", None) or world.actor()
    return operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=actor, now=now, **more)


def take_back(world, item, *, now=NOON, actor=None):
    return operations.return_item(
        barcode=item.barcode, item_id=item.pk, actor=actor or world.actor(), now=now
    )


def counted() -> dict[str, int]:
    rows = LoanEvent.objects.values("kind").annotate(n=Sum("quantity")).order_by("kind")
    return {row["kind"]: row["n"] for row in rows}


def test_checkout_opens_a_loan_and_writes_its_line(world):
    patron, item = world.patron(), world.item()
    done = lend(world, patron, item)
    loan = Loan.objects.get(pk=done.loan_id)
    assert (loan.patron_id, loan.item_id, loan.due_on) == (patron.pk, item.pk, date(2019, 12, 16))
    line = LoanEvent.objects.get()
    assert (line.kind, line.quantity, line.loan_id, line.business_date, line.month) == (
        "checkout", 1, loan.pk, date(2019, 11, 16), "2019-11",
    )  # fmt: skip
    assert (line.patron_category, line.age_band, line.medium, line.class_main) == (
        "adult", "36-59", "print", "I2",
    )  # fmt: skip
    assert (line.first_today, line.first_this_year, line.account_id, line.door) == (True, True, 7, "desk")
    assert Patron.objects.get(pk=patron.pk).last_loan_on == date(2019, 11, 16)


def test_checkout_runs_at_most_five_statements_in_its_transaction(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, world.item())  # the policies and the calendar are now in memory
    Patron.objects.filter(pk=patron.pk).update(last_loan_on=None)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        lend(world, patron, item)
    inside = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(inside) <= 5, inside


def test_only_the_first_loan_of_a_day_and_year_is_marked(world):
    patron = world.patron()
    for item, when in [
        (world.item(), NOON),
        (world.item(), NOON),
        (world.item(), NOON + timedelta(days=1)),
        (world.item(), NOON + timedelta(days=60)),
    ]:
        lend(world, patron, item, now=when, waive=frozenset({Block.OVERDUE_LOANS}))
    marks = LoanEvent.objects.order_by("id").values_list("first_today", "first_this_year")
    assert list(marks) == [(True, True), (False, False), (True, False), (True, True)]


def test_a_due_date_on_a_closed_day_moves_to_the_next_open_one(world):
    DayException.objects.create(branch=world.central, day=date(2019, 12, 16), kind="closed", reason="盘点")
    forget_calendars()
    done = lend(world, world.patron(), world.item())
    assert (done.due_on, done.due_moved_from) == (date(2019, 12, 17), date(2019, 12, 16))


REFUSED = [
    ("expired", {"expires_on": date(2019, 11, 15)}, {}, ("card-expired",)),
    ("cancelled", {"state": "cancelled"}, {}, ("membership-cancelled",)),
    ("suspended", {"suspended_until": date(2019, 11, 16)}, {}, ("suspended",)),
    ("reference", {}, {"for_reference": True}, ("item-for-reference",)),
    ("processing", {}, {"state": ItemState.PROCESSING}, ("item-in-processing",)),
    ("bindery", {}, {"state": ItemState.BINDERY}, ("item-away",)),
    ("withdrawn", {}, {"withdrawn_on": date(2019, 1, 1)}, ("item-withdrawn",)),
    (
        "all reasons at once",
        {"expires_on": date(2019, 1, 1), "suspended_until": date(2020, 1, 1)},
        {"for_reference": True},
        ("card-expired", "suspended", "item-for-reference"),
    ),
]


@pytest.mark.parametrize(
    ("patron", "item", "codes"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_checkout_is_refused_with_every_reason(world, patron, item, codes):
    reader, book = world.patron(**patron), world.item(**item)
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, reader, book)
    assert refused.value.codes == codes
    assert counted() == {}
    assert not Loan.objects.exists()


@pytest.mark.parametrize("state", ["lost", "replaced", "cancelled"])
def test_a_card_out_of_use_borrows_renews_and_reserves_nothing(world, state):
    patron, item, wanted = world.patron(), world.item(), world.item()
    loan = lend(world, patron, item).loan_id
    lend(world, world.patron(), wanted)
    patron.cards.update(state=state)
    card, at = patron.cards.get().pk, {"actor": world.actor(), "now": NOON}
    acts = (
        (CheckoutRefused, lambda: lend(world, patron, world.item(), card_id=card, waive=frozenset(Block))),
        (RenewalRefused, lambda: operations.renew(loan_id=loan, card_id=card, **at)),
        (HoldRefused, lambda: operations.place_hold(
            record_id=wanted.record_id, patron_id=patron.pk, pickup_branch_id=world.central.pk,
            card_id=card, **at,
        )),
    )  # fmt: skip
    for refusal, act in acts:
        with pytest.raises(refusal) as refused:
            act()
        assert refused.value.codes == ("card-invalid",)


def test_the_limit_holds_and_may_be_lifted_by_permission_only(world):
    patron = world.patron()
    for _number in range(5):
        lend(world, patron, world.item())
    sixth = world.item()
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, patron, sixth)
    assert refused.value.codes == ("loan-limit",)
    assert refused.value.reasons[0].lifted_by == "circulation.override"
    waive = frozenset({Block.LOAN_LIMIT})
    with pytest.raises(CheckoutRefused):
        lend(world, patron, sixth, actor=world.actor("circulation.checkout"), waive=waive)
    assert lend(world, patron, sixth, waive=waive).due_on == date(2019, 12, 16)


def test_an_item_on_loan_is_refused_to_others_and_named_to_its_reader(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    for reader, code in [(world.patron(), "item-on-loan"), (patron, "item-on-loan-to-patron")]:
        with pytest.raises(CheckoutRefused) as refused:
            lend(world, reader, item)
        assert refused.value.codes == (code,)


def test_preview_says_what_checkout_would_do(world):
    patron, item = world.patron(), world.item()
    free = operations.preview_checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    assert (free.blocks, free.due_on) == ((), date(2019, 12, 16))
    lend(world, patron, item)
    taken = operations.preview_checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    assert [reason.code for reason in taken.blocks] == ["item-on-loan-to-patron"]


def test_checkout_needs_its_permission(world):
    with pytest.raises(PermissionMissing):
        lend(world, world.patron(), world.item(), actor=world.actor("patrons.see"))


def test_return_at_another_branch_closes_the_loan_and_moves_the_item(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    back = take_back(world, item, actor=world.actor(branch=world.branch), now=NOON + timedelta(days=3))
    assert (back.overdue_days, back.suspended_until, back.home_branch_id) == (0, None, world.central.pk)
    assert Item.objects.get(pk=item.pk).branch_id == world.branch.pk
    assert Loan.objects.get().closed_branch_id == world.branch.pk
    assert counted() == {"checkout": 1, "return": 1}


def test_a_late_return_suspends_a_day_for_a_day(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    back = take_back(world, item, now=NOON + timedelta(days=37))
    assert (back.overdue_days, back.suspended_until) == (7, date(2019, 12, 30))
    assert Patron.objects.get(pk=patron.pk).suspended_until == date(2019, 12, 30)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "not-on-loan"),
        ({"state": ItemState.LOST}, "lost-item-found"),
        ({"withdrawn_on": date(2019, 1, 1)}, "withdrawn-item"),
    ],
)
def test_return_never_fails_but_opens_an_issue(world, values, kind):
    item = world.item(**values)
    back = take_back(world, item)
    assert kind in [issue.value for issue in back.issues]
    assert kind in list(ReturnIssue.objects.values_list("kind", flat=True))
    assert counted() == {}


def test_a_return_scanned_again_says_when_it_came_back_and_opens_nothing(world):
    item = world.item()
    lend(world, world.patron(), item)
    take_back(world, item, now=NOON + timedelta(hours=1, minutes=3))
    for minute in (4, 5):
        again = take_back(world, item, now=NOON + timedelta(hours=1, minutes=minute))
        assert (again.loan_id, again.issues, again.repeats.code) == (None, (), "returned-already")
        assert "13:03" in str(again.repeats.label)
    assert not ReturnIssue.objects.exists()
    assert counted() == {"checkout": 1, "return": 1}
    tomorrow = take_back(world, item, now=NOON + timedelta(days=1))
    assert (tomorrow.issues[0].value, tomorrow.repeats) == ("not-on-loan", None)


def test_what_is_odd_about_a_copy_is_kept_once_until_it_is_settled(world):
    item = world.item()
    for _scan in range(3):
        assert take_back(world, item).issues[0].value == "not-on-loan"
        operations.return_item(barcode="NOSUCH", item_id=None, actor=world.actor(), now=NOON)
    assert sorted(ReturnIssue.objects.values_list("kind", flat=True)) == ["not-on-loan", "unknown-barcode"]
    issue = ReturnIssue.objects.get(kind="not-on-loan")
    operations.settle_issue(issue_id=issue.pk, settlement="put back", actor=world.actor(), now=NOON)
    take_back(world, item)
    assert ReturnIssue.objects.filter(kind="not-on-loan").count() == 2


def test_all_a_reader_has_is_renewed_and_every_refusal_named(world):
    patron, items = world.patron(), [world.item() for _number in range(3)]
    loans = [lend(world, patron, item).loan_id for item in items]
    operations.renew(loan_id=loans[0], actor=world.actor(), now=NOON)
    operations.place_hold(
        record_id=items[1].record_id, patron_id=world.patron().pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    tried = {
        one.loan.pk: (one.renewal is not None, tuple(reason.code for reason in one.reasons))
        for one in operations.renew_all(patron_id=patron.pk, actor=world.actor(), now=NOON)
    }
    assert tried == {
        loans[0]: (False, ("renewal-limit",)), loans[1]: (False, ("item-held",)), loans[2]: (True, ()),
    }  # fmt: skip
    assert counted()["renewal"] == 2
    with pytest.raises(PermissionMissing):
        operations.renew_all(patron_id=patron.pk, actor=world.actor("circulation.see"), now=NOON)


def test_an_unknown_barcode_is_accepted_too(world):
    back = operations.return_item(barcode="NOSUCH", item_id=None, actor=world.actor(), now=NOON)
    assert [issue.value for issue in back.issues] == ["unknown-barcode"]
    assert ReturnIssue.objects.get().barcode == "NOSUCH"


def journal():
    lines = JournalLine.objects.order_by("id")
    return list(lines.values_list("operation", "subject_kind", "subject_id", "account_id", "branch_id"))


def test_a_return_that_ends_no_loan_leaves_a_line_in_the_journal(world):
    item, here = world.item(), (7, world.branch.pk)
    clerk = world.actor("circulation.return", branch=world.branch)
    operations.return_item(barcode="NOSUCH", item_id=None, actor=clerk, now=NOON)
    take_back(world, item, actor=clerk)
    unknown, astray = ReturnIssue.objects.order_by("id").values_list("pk", flat=True)
    issue = ("circulation.return", "circulation.returnissue")
    assert journal() == [(*issue, unknown, *here), (*issue, astray, *here)]


def test_a_return_that_ends_a_loan_leaves_its_ledger_line_alone(world):
    item = world.item(withdrawn_on=date(2019, 1, 1))
    Loan.objects.create(
        item=item, patron=world.patron(), branch=world.central, opened_at=NOON, due_on=NOON.date(),
        door=Door.DESK,
    )  # fmt: skip
    assert [issue.value for issue in take_back(world, item).issues] == ["withdrawn-item"]
    assert (counted(), journal()) == ({"return": 1}, [])


def test_a_return_told_twice_is_written_nowhere(world):
    item = world.item()
    lend(world, world.patron(), item)
    for _time in range(2):
        take_back(world, item)
    assert (counted(), journal()) == ({"checkout": 1, "return": 1}, [])


def test_renewal_counts_from_the_due_date_and_only_once(world):
    patron, item = world.patron(), world.item()
    loan = lend(world, patron, item).loan_id
    renewed = operations.renew(loan_id=loan, actor=world.actor(), now=NOON + timedelta(days=10))
    assert (renewed.due_on, renewed.renewals, renewed.renewals_left) == (date(2020, 1, 15), 1, 0)
    with pytest.raises(RenewalRefused) as refused:
        operations.renew(loan_id=loan, actor=world.actor(), now=NOON + timedelta(days=11))
    assert refused.value.codes == ("renewal-limit",)
    assert counted() == {"checkout": 1, "renewal": 1}


def test_a_reader_renews_his_own_loans_only(world):
    patron, item = world.patron(), world.item()
    loan = lend(world, patron, item).loan_id
    own = world.actor("circulation.renew", door=Door.OPAC, patron_id=patron.pk)
    with pytest.raises(NotFound):
        operations.renew(loan_id=loan, actor=replace(own, patron_id=patron.pk + 1), now=NOON)
    assert operations.renew(loan_id=loan, actor=own, now=NOON).renewals == 1


def test_a_hold_is_served_by_the_next_return_and_collected(world):
    record = world.record()
    item, other = world.item(record), world.item(record, branch=world.branch, location=world.branch_shelf)
    borrower, waiting = world.patron(), world.patron()
    lend(world, borrower, item)
    hold = operations.place_hold(
        record_id=record.pk, patron_id=waiting.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    back = take_back(world, item, now=NOON + timedelta(days=1))
    assert back.hold_id == hold.pk
    hold.refresh_from_db()
    assert (hold.state, hold.item_id, hold.pickup_until) == (HoldState.READY, item.pk, date(2019, 11, 20))
    assert Item.objects.get(pk=item.pk).state == ItemState.HOLD_SHELF
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, borrower, item, now=NOON + timedelta(days=1))
    assert refused.value.codes == ("item-kept",)
    assert lend(world, waiting, item, now=NOON + timedelta(days=2)).served_hold
    hold.refresh_from_db()
    assert hold.state == HoldState.FULFILLED
    assert Item.objects.get(pk=other.pk).state == ItemState.AVAILABLE


def reserve(world, record, *, minute=0, pickup=None, **more):
    """Let a new reader wait for a title at the branch, or at ``pickup``."""
    patron = world.patron()
    operations.place_hold(
        record_id=record.pk, patron_id=patron.pk, pickup_branch_id=(pickup or world.branch).pk,
        actor=world.actor(), now=NOON + timedelta(minutes=minute), **more,
    )  # fmt: skip
    return patron


def test_one_reader_who_waits_reserves_one_copy_and_not_all(world):
    record = world.record()
    copies = [world.item(record) for _number in range(3)]
    reserve(world, record)
    assert [lend(world, world.patron(), copy).served_hold for copy in copies[:2]] == [False, False]
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, world.patron(), copies[2])
    assert refused.value.codes == ("item-held",)
    assert refused.value.reasons[0].lifted_by == "circulation.override"
    lifted = lend(world, world.patron(), copies[2], waive=frozenset({Block.ITEM_HELD}))
    assert lifted.served_hold is False
    assert Hold.objects.get().state == HoldState.WAITING


def test_a_copy_that_can_serve_no_hold_does_not_stand_in_for_one(world):
    record, other_kind = world.record(), ItemCategory.objects.create(code="x", name="不外借", lendable=False)
    reading_room = ShelvingLocation.objects.create(
        branch=world.central, code="R", name="阅览室", for_reference=True
    )
    copy, on_loan = world.item(record), world.item(record)
    lend(world, world.patron(), on_loan)
    world.item(record, for_reference=True)
    world.item(record, location=reading_room)
    world.item(record, category=other_kind)
    world.item(record, state=ItemState.BINDERY)
    world.item(record, withdrawn_on=date(2019, 1, 1))
    reserve(world, record)
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, world.patron(), copy)
    assert refused.value.codes == ("item-held",)
    world.item(record, branch=world.branch, location=world.branch_shelf)
    lend(world, world.patron(), copy)


def test_who_waits_further_back_may_take_what_those_before_him_leave(world):
    record = world.record()
    copies = [world.item(record) for _number in range(2)]
    first, second, third = (reserve(world, record, minute=minute) for minute in range(3))
    with pytest.raises(CheckoutRefused) as refused:
        lend(world, third, copies[0])
    assert refused.value.codes == ("item-held",)
    assert lend(world, second, copies[0]).served_hold
    assert lend(world, first, copies[1]).served_hold


def test_a_loan_is_renewed_while_copies_on_the_shelf_serve_those_who_wait(world):
    record, reader = world.record(), world.patron()
    mine, _other = world.item(record), world.item(record)
    loan_id = lend(world, reader, mine).loan_id
    reserve(world, record)

    def shown():
        loans = list(queries.open_loans(patron_id=reader.pk))
        return queries.renewal_blocks(loans, patron=reader, today=NOON.date())[loan_id]

    assert (shown(), operations.preview_renewal(loan_id=loan_id, actor=world.actor(), now=NOON)) == ((), ())
    reserve(world, record, minute=1)
    assert shown() == (Block.ITEM_HELD,)
    with pytest.raises(RenewalRefused) as refused:
        operations.renew(loan_id=loan_id, actor=world.actor(), now=NOON)
    assert refused.value.codes == ("item-held",)


def test_a_copy_on_the_shelf_that_others_wait_for_stands_against_no_hold(world):
    record = world.record()
    world.item(record)
    reserve(world, record)
    reserve(world, record, minute=1, pickup=world.central)
    assert Hold.objects.filter(state=HoldState.WAITING).count() == 2


def test_who_takes_another_copy_leaves_the_one_kept_for_him_to_the_next_reader(world):
    record = world.record()
    kept, other = world.item(record), world.item(record, branch=world.branch, location=world.branch_shelf)
    lend(world, world.patron(), kept)
    first, second = world.patron(), world.patron()
    holds = [
        operations.place_hold(
            record_id=record.pk, patron_id=reader.pk, pickup_branch_id=world.central.pk,
            actor=world.actor(), now=NOON + timedelta(minutes=minute),
        )
        for minute, reader in enumerate((first, second))
    ]  # fmt: skip
    take_back(world, kept, now=NOON + timedelta(hours=1))
    assert lend(
        world, first, other, now=NOON + timedelta(hours=2), actor=world.actor(branch=world.branch)
    ).served_hold
    states = dict(Hold.objects.values_list("pk", "state"))
    assert states == {holds[0].pk: "fulfilled", holds[1].pk: "ready"}
    assert Hold.objects.get(pk=holds[1].pk).item_id == kept.pk
    assert Item.objects.get(pk=kept.pk).state == ItemState.HOLD_SHELF


def test_who_takes_another_copy_frees_the_one_kept_for_him_where_nobody_waits(world):
    record = world.record()
    kept, other = world.item(record), world.item(record, branch=world.branch, location=world.branch_shelf)
    lend(world, world.patron(), kept)
    reader = world.patron()
    operations.place_hold(
        record_id=record.pk, patron_id=reader.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    take_back(world, kept, now=NOON + timedelta(hours=1))
    lend(world, reader, other, now=NOON + timedelta(hours=2))
    assert Item.objects.get(pk=kept.pk).state == ItemState.AVAILABLE


def test_holds_are_refused_where_a_copy_is_on_the_shelf_and_beyond_the_limit(world):
    patron = world.patron()
    on_shelf = world.item(call_number="I247.5/12")
    with pytest.raises(HoldRefused) as refused:
        operations.place_hold(
            record_id=on_shelf.record_id, patron_id=patron.pk, pickup_branch_id=world.central.pk,
            actor=world.actor(), now=NOON,
        )  # fmt: skip
    assert refused.value.codes == ("copy-on-shelf",)
    way = str(refused.value.reasons[0].detail)
    assert [place in way for place in ("总馆", "社科区", "I247.5/12")] == [True, True, True]


@pytest.mark.parametrize(
    ("title", "branch", "code"),
    [
        ({"state": RecordState.DRAFT}, {}, "hold-title"),
        ({}, {"service_until": date(2019, 11, 16)}, "pickup-closed"),
    ],
)
def test_holds_are_on_released_titles_for_branches_in_service(world, title, branch, code):
    record = world.record(**title)
    lend(world, world.patron(), world.item(record))
    Branch.objects.filter(pk=world.branch.pk).update(**branch)
    with pytest.raises(HoldRefused) as refused:
        operations.place_hold(
            record_id=record.pk, patron_id=world.patron().pk, pickup_branch_id=world.branch.pk,
            actor=world.actor(), now=NOON,
        )  # fmt: skip
    assert refused.value.codes == (code,)


def test_loans_are_taken_over_for_branches_of_the_actor_only(world):
    actor = world.actor("circulation.import", scope=frozenset({world.branch.pk}))
    with pytest.raises(PermissionMissing):
        operations.take_over_loan(
            patron_id=world.patron().pk, item_id=world.item().pk, lent_on=date(2019, 11, 1),
            due_on=date(2019, 12, 1), actor=actor, now=NOON,
        )  # fmt: skip
    assert not Loan.objects.exists()


def test_cancelled_and_expired_holds_pass_the_copy_on(world):
    record = world.record()
    item = world.item(record)
    borrower, first, second = world.patron(), world.patron(), world.patron()
    lend(world, borrower, item)
    holds = [
        operations.place_hold(
            record_id=record.pk, patron_id=reader.pk, pickup_branch_id=world.central.pk,
            actor=world.actor(), now=NOON + timedelta(minutes=minute),
        )
        for minute, reader in enumerate((first, second))
    ]  # fmt: skip
    take_back(world, item, now=NOON + timedelta(days=1))
    operations.cancel_hold(hold_id=holds[0].pk, actor=world.actor(), now=NOON + timedelta(days=1))
    states = dict(Hold.objects.values_list("pk", "state"))
    assert states == {holds[0].pk: "cancelled", holds[1].pk: "ready"}
    assert operations.expire_holds(actor=world.actor(), now=NOON + timedelta(days=9)) == 1
    assert Item.objects.get(pk=item.pk).state == ItemState.AVAILABLE


def test_undo_gives_the_figure_and_the_loan_back(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    line = LoanEvent.objects.get()
    operations.undo(line_id=line.pk, actor=world.actor(), now=NOON)
    assert counted() == {"checkout": 0}
    assert LoanEvent.objects.get(corrects=line).quantity == -1
    assert not Loan.objects.exists()
    assert Patron.objects.get(pk=patron.pk).last_loan_on is None
    lend(world, patron, item)
    assert counted() == {"checkout": 1}


def test_undo_of_return_and_renewal(world):
    patron, item = world.patron(), world.item()
    loan = lend(world, patron, item).loan_id
    operations.renew(loan_id=loan, actor=world.actor(), now=NOON)
    renewal = LoanEvent.objects.get(kind="renewal")
    operations.undo(line_id=renewal.pk, actor=world.actor(), now=NOON)
    assert Loan.objects.get().due_on == date(2019, 12, 16)
    late = NOON + timedelta(days=37)
    take_back(world, item, now=late)
    returned = LoanEvent.objects.get(kind="return", quantity=1)
    operations.undo(line_id=returned.pk, actor=world.actor(), now=late)
    assert Loan.objects.get().closed_at is None
    assert Patron.objects.get(pk=patron.pk).suspended_until is None
    assert counted() == {"checkout": 1, "renewal": 0, "return": 0}


def undo(world, kind, item, *, now=NOON):
    lines = LoanEvent.objects.filter(kind=kind, item_id=item.pk, corrects=None)
    return operations.undo(line_id=lines.latest("id").pk, actor=world.actor(), now=now)


@pytest.mark.parametrize("was_ready", [True, False])
def test_undo_of_a_checkout_gives_the_hold_back_as_it_was(world, was_ready):
    record = world.record()
    item, other = world.item(record), world.item(record, branch=world.branch, location=world.branch_shelf)
    borrower, waiting = world.patron(), world.patron()
    lend(world, borrower, item)
    hold = operations.place_hold(
        record_id=record.pk, patron_id=waiting.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    if was_ready:
        take_back(world, item)
    taken = item if was_ready else other
    assert lend(world, waiting, taken).served_hold
    undo(world, "checkout", taken)
    hold.refresh_from_db()
    states = (HoldState.READY, item.pk) if was_ready else (HoldState.WAITING, None)
    assert (hold.state, hold.item_id, hold.closed_at) == (*states, None)
    taken.refresh_from_db()
    assert taken.state == (ItemState.HOLD_SHELF if was_ready else ItemState.AVAILABLE)
    assert lend(world, waiting, taken).served_hold


def test_undo_of_a_late_return_takes_off_its_own_days_only(world):
    late, before = NOON + timedelta(days=37), date(2019, 12, 25)
    patron, items = world.patron(), [world.item(), world.item()]
    for item in items:
        lend(world, patron, item)
    Patron.objects.filter(pk=patron.pk).update(suspended_until=before, suspension_reason="污损")
    for item in items:
        take_back(world, item, now=late)
    for item, until in ((items[0], before + timedelta(days=7)), (items[1], before)):
        undo(world, "return", item, now=late)
        patron.refresh_from_db()
        assert patron.suspended_until == until
    Patron.objects.filter(pk=patron.pk).update(suspension_reason="污损")
    take_back(world, items[0], now=late)
    undo(world, "return", items[0], now=late)
    patron.refresh_from_db()
    assert (patron.suspended_until, patron.suspension_reason) == (before, "污损")


def test_undo_of_a_return_elsewhere_puts_a_lost_copy_back_as_it_was(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    Item.objects.filter(pk=item.pk).update(state=ItemState.LOST)
    take_back(world, item, actor=world.actor(branch=world.branch))
    item.refresh_from_db()
    assert (item.branch_id, item.state) == (world.branch.pk, ItemState.AVAILABLE)
    undo(world, "return", item)
    item.refresh_from_db()
    assert (item.branch_id, item.state) == (world.central.pk, ItemState.LOST)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1)])
def test_a_reader_has_borrowed_today_until_his_last_loan_is_taken_back(world, order):
    patron, items = world.patron(), [world.item() for _number in range(3)]
    for item in items:
        lend(world, patron, item)
    for left, number in zip((2, 1, 0), order, strict=True):
        undo(world, "checkout", items[number])
        marked = {
            mark: LoanEvent.objects.filter(**{mark: True}).aggregate(n=Sum("quantity"))["n"]
            for mark in ("first_today", "first_this_year")
        }
        assert set(marked.values()) == {1 if left else 0}
        assert counted() == {"checkout": left}
    patron.refresh_from_db()
    assert patron.last_loan_on is None


def test_undo_reaches_no_further_than_the_actors_branches(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    other = world.actor("circulation.undo", scope=frozenset({world.branch.pk}))
    with pytest.raises(PermissionMissing):
        operations.undo(line_id=LoanEvent.objects.get().pk, actor=other, now=NOON)


def test_undo_is_refused_to_others_later_and_when_something_has_happened_since(world):
    patron, item = world.patron(), world.item()
    lend(world, patron, item)
    line = LoanEvent.objects.get()
    stranger = world.actor("circulation.undo", account_id=8)
    with pytest.raises(UndoRefused) as refused:
        operations.undo(line_id=line.pk, actor=stranger, now=NOON + timedelta(days=1))
    assert refused.value.codes == ("undo-of-other", "undo-too-late")
    take_back(world, item)
    with pytest.raises(UndoRefused) as refused:
        operations.undo(line_id=line.pk, actor=world.actor(), now=NOON)
    assert refused.value.codes == ("something-since",)


def test_a_closure_moves_due_dates_behind_it_and_revoking_gives_them_back(world):
    loans = [lend(world, world.patron(), world.item()).loan_id for _number in range(20)]
    first, reopening = date(2019, 12, 1), date(2020, 1, 10)
    moved = operations.move_due_dates(
        order_id=3, branch_ids=[world.central.pk], first_closed_day=first, reopens_on=reopening,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    assert moved == 20
    dates = set(Loan.objects.values_list("due_on", flat=True))
    assert min(dates) >= reopening
    assert len(dates) == 14
    again = operations.move_due_dates(
        order_id=3, branch_ids=[world.central.pk], first_closed_day=first, reopens_on=reopening,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    assert again == 0
    assert operations.restore_due_dates(
        order_id=3, branch_ids=[world.central.pk], first_closed_day=first, reopens_on=reopening,
        actor=world.actor(), now=NOON,
    ) == 20  # fmt: skip
    assert set(Loan.objects.filter(pk__in=loans).values_list("due_on", flat=True)) == {date(2019, 12, 16)}


@pytest.mark.django_db(transaction=True)  # a feed shows committed rows only
def test_a_closure_is_followed_a_few_loans_at_a_time(world, monkeypatch):
    """One transaction moves few; the feed hands the order over again until all are moved, or moved back."""
    for holder in ("yanshu.lending.circulation.operations.closures", "yanshu.lending.circulation.operations"):
        monkeypatch.setattr(f"{holder}.MOST_MOVED", 3)
    loans = [lend(world, world.patron(), world.item()).loan_id for _number in range(7)]
    feed.advance_all(now=NOON)
    order = ClosureOrder.objects.create(
        number="C1", first_closed_day=CLOSED, reopens_on=REOPENS, reason="维修", notice="维修",
        notice_on=NOON.date(), ordered_at=NOON,
    )  # fmt: skip
    order.branches.set([world.central])
    facts = {
        "order_id": order.pk, "branch_ids": (world.central.pk,),
        "first_closed_day": CLOSED, "reopens_on": REOPENS,
    }  # fmt: skip
    moved = []

    def follow_all():
        moved.clear()
        while feed.waiting("circulation.closures"):
            feed.advance("circulation.closures", now=NOON)
            (told,) = places.closure_followed(order)
            moved.append((told.moved.count, told.unmoved.count))

    publish(ClosureOrdered(**facts), now=NOON)
    follow_all()
    assert moved == [(3, 4), (6, 1), (7, 0)]
    ClosureOrder.objects.filter(pk=order.pk).update(state=ClosureState.REVOKED)
    publish(ClosureRevoked(**facts), now=NOON)
    follow_all()
    assert moved == [(4, 3), (1, 6), (0, 7)]
    assert set(Loan.objects.filter(pk__in=loans).values_list("due_on", flat=True)) == {date(2019, 12, 16)}


CLOSED, REOPENS = date(2019, 12, 1), date(2020, 1, 10)


def closure(world):
    """Order a closure, and let lending follow it."""
    order = ClosureOrder.objects.create(
        number="C1", first_closed_day=CLOSED, reopens_on=REOPENS, reason="维修", notice="维修",
        notice_on=NOON.date(), ordered_at=NOON,
    )  # fmt: skip
    order.branches.set([world.central])
    follow(world, order)
    return order


def follow(world, order):
    operations.move_due_dates(
        order_id=order.pk, branch_ids=[world.central.pk], first_closed_day=CLOSED, reopens_on=REOPENS,
        actor=world.actor(), now=NOON,
    )  # fmt: skip


def revoke(world, order):
    ClosureOrder.objects.filter(pk=order.pk).update(state=ClosureState.REVOKED)
    operations.restore_due_dates(
        order_id=order.pk, branch_ids=[world.central.pk], first_closed_day=CLOSED, reopens_on=REOPENS,
        actor=world.actor(), now=NOON,
    )  # fmt: skip


def due(loan_id):
    loan = Loan.objects.get(pk=loan_id)
    return loan.due_on, loan.due_moved_from, loan.due_moved_because


@pytest.mark.parametrize("act", ["renewal", "return"])
def test_an_undo_knows_of_a_closure_ordered_since(world, act):
    (loan, item), (other, _item) = (borrowed(world) for _number in range(2))
    do(world, act, loan, item)
    order = closure(world)
    undo(world, act, item)
    moved, former, because = due(loan)
    assert moved >= REOPENS
    assert (former, because) == (date(2019, 12, 16), f"closure:{order.pk}")
    follow(world, order)
    assert due(loan) == (moved, former, because)
    revoke(world, order)
    assert due(loan) == due(other) == (date(2019, 12, 16), None, "")


@pytest.mark.parametrize("act", ["renewal", "return"])
def test_an_undo_gives_back_a_date_a_closure_had_moved_before(world, act):
    loan, item = borrowed(world)
    order = closure(world)
    before = due(loan)
    do(world, act, loan, item)
    undo(world, act, item)
    assert due(loan) == before
    revoke(world, order)
    assert due(loan) == (date(2019, 12, 16), None, "")


@pytest.mark.parametrize("act", ["renewal", "return"])
def test_an_undo_knows_of_a_closure_revoked_since(world, act):
    loan, item = borrowed(world)
    order = closure(world)
    do(world, act, loan, item)
    revoke(world, order)
    undo(world, act, item)
    assert due(loan) == (date(2019, 12, 16), None, "")


def borrowed(world):
    item = world.item()
    return lend(world, world.patron(), item).loan_id, item


def do(world, act, loan, item):
    if act == "renewal":
        operations.renew(loan_id=loan, actor=world.actor(), now=NOON)
    else:
        take_back(world, item)
