"""A day at the circulation desk, told through the browser's requests: plain posts and parts for htmx."""

from datetime import timedelta
from math import ceil

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core import clock, stamp
from yanshu.core.journal import JournalLine, JournalPrivate
from yanshu.core.models import Instance
from yanshu.institution.staff.models import RoleGrant
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy, ReturnIssue
from yanshu.lending.circulation.terms import HoldState
from yanshu.lending.circulation.web.turn import KEY

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world():
    set_clock(NOON)
    return make_world()


def set_clock(moment):
    """Let the library's clock show ``moment``, as with demonstration data."""
    ahead = ceil((moment - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()


def staff(world, role, name="", *, branch=None, everywhere=False):
    account = world.account(
        name or role, home_branch=branch or world.central, password=make_password("right-pass")
    )
    RoleGrant.objects.create(
        account=account, role=role, branch=None if everywhere else branch or world.central, granted_at=NOON
    )
    return account


def at_desk(account):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def clerk(world):
    return at_desk(staff(world, "clerk"))


def scan(client, code, mode="lend", **more):
    return client.post(reverse("desk:circulation-scan"), {"code": code, "mode": mode, **more})


def card(patron):
    return patron.cards.get().number


def test_a_copy_fetched_for_a_hold_is_taken_in_with_one_instruction(world, clerk):
    item = world.item()
    hold = Hold.objects.create(
        record=item.record, patron=world.patron(), pickup_branch=world.branch, placed_at=NOON, door="opac"
    )
    first = scan(clerk, item.barcode, "return")
    again = scan(clerk, item.barcode, "return")
    assert (reasons(first), reasons(again)) == (["hold-ready"], ["hold-ready"])
    assert ReturnIssue.objects.count() == 0
    (act,) = again.context["acts"]
    assert (act.key, act.barcode) == (f"kept-{item.barcode}", item.barcode)
    lines = JournalLine.objects.filter(operation="circulation.return")
    assert [line.subject_id for line in lines] == [hold.pk] * 2


def reasons(response):
    return [reason.code for reason in response.context["answer"].reasons]


def acts(response):
    return [(act.state.label, act.barcode) for act in response.context["acts"]]


def sums():
    return {
        kind: sum(LoanEvent.objects.filter(kind=kind).values_list("quantity", flat=True))
        for kind in ("checkout", "renewal", "return")
    }


def test_a_card_and_two_copies_make_two_loans(world, clerk):
    patron, first, second = world.patron(name="何秋月"), world.item(), world.item()
    came = scan(clerk, card(patron))
    assert came.status_code == 200
    assert "何秋*" in came.content.decode()
    assert "何秋月" not in came.content.decode()
    scan(clerk, first.barcode)
    lent = scan(clerk, second.barcode)
    assert (lent.status_code, lent.context["answer"].tone) == (200, "yes")
    assert acts(lent) == [("Lent", second.barcode), ("Lent", first.barcode)]
    assert [act.when for act in lent.context["acts"]] == ["2019-12-16", "2019-12-16"]
    assert set(Loan.objects.values_list("item_id", "patron_id")) == {
        (first.pk, patron.pk),
        (second.pk, patron.pk),
    }
    assert sums()["checkout"] == 2


def test_htmx_gets_the_parts_and_everybody_else_the_page(world, clerk):
    patron = world.patron()
    whole = scan(clerk, card(patron)).content.decode()
    assert "<html" in whole
    part = clerk.post(
        reverse("desk:circulation-scan"),
        {"code": world.item().barcode, "mode": "lend"},
        HTTP_HX_REQUEST="true",
    ).content.decode()
    assert "<html" not in part
    assert part.count('hx-swap-oob="true"') == 6
    assert 'data-ys-tone="yes"' in part


def test_the_session_keeps_keys_and_no_names(world, clerk):
    patron, item = world.patron(name="何秋月"), world.item()
    scan(clerk, card(patron))
    scan(clerk, item.barcode)
    kept = clerk.session[KEY]
    assert kept == {
        "day": "2019-11-16",
        "mode": "lend",
        "patron_id": patron.pk,
        "card_id": patron.cards.get().pk,
        "offered": [],
        "acts": [{"line": LoanEvent.objects.get().pk}],
        "refused": 0,
    }


def test_a_refusal_names_every_reason_and_keeps_the_reader(world, clerk):
    patron, other = world.patron(), world.patron()
    for _number in range(5):
        operations.checkout(patron_id=patron.pk, item_id=world.item().pk, actor=world.actor(), now=NOON)
    taken = world.item()
    operations.checkout(patron_id=other.pk, item_id=taken.pk, actor=world.actor(), now=NOON)
    scan(clerk, card(patron))
    refused = scan(clerk, taken.barcode)
    assert refused.status_code == 422
    assert reasons(refused) == ["loan-limit", "item-on-loan"]
    assert not refused.context["answer"].ask_lifter
    assert 'role="alert"' in refused.content.decode()
    assert clerk.session[KEY]["refused"] == 1
    assert clerk.session[KEY]["patron_id"] == patron.pk


@pytest.fixture
def at_limit(world):
    patron = world.patron()
    for _number in range(5):
        operations.checkout(patron_id=patron.pk, item_id=world.item().pk, actor=world.actor(), now=NOON)
    return patron


def test_a_branch_manager_lifts_a_refusal_with_one_key_and_the_journal_knows(world, at_limit):
    manager = at_desk(staff(world, "branch_manager"))
    sixth = world.item()
    scan(manager, card(at_limit))
    assert b'value="loan-limit" data-key="F10"' in scan(manager, sixth.barcode).content
    lent = scan(manager, sixth.barcode, waive="loan-limit")
    assert acts(lent) == [("Lent", sixth.barcode)]
    line = JournalLine.objects.get(operation="circulation.override")
    assert (line.actor_label, line.subject_kind, line.subject_id) == (
        "branch_manager", "catalogue.item", sixth.pk,
    )  # fmt: skip
    assert JournalPrivate.objects.get(line=line).arguments == {
        "blocks": ["loan-limit"],
        "act": "circulation.checkout",
        "clerk": "branch_manager",
    }


def test_a_clerk_asks_a_colleague_who_types_name_and_password(world, clerk, at_limit):
    manager = staff(world, "branch_manager", "wang")
    sixth = world.item()
    scan(clerk, card(at_limit))
    asked = scan(clerk, sixth.barcode)
    assert asked.context["answer"].ask_lifter
    wrong = scan(clerk, sixth.barcode, waive="loan-limit", lifter="wang", lifter_password="wrong")
    assert (wrong.status_code, reasons(wrong)) == (422, ["loan-limit"])
    assert wrong.context["answer"].lifter_fault
    lent = scan(clerk, sixth.barcode, waive="loan-limit", lifter="wang", lifter_password="right-pass")
    assert acts(lent) == [("Lent", sixth.barcode)]
    line = LoanEvent.objects.latest("id")
    assert (line.actor_label, line.account_id) == (
        "clerk",
        clerk.session["_auth_user_id"] and line.account_id,
    )
    assert JournalLine.objects.get(operation="circulation.override").account_id == manager.pk


@pytest.mark.parametrize("role", ["clerk", "cataloguer"])
def test_a_colleague_without_the_permission_lifts_nothing(world, clerk, at_limit, role):
    staff(world, role, "helper")
    sixth = world.item()
    scan(clerk, card(at_limit))
    refused = scan(clerk, sixth.barcode, waive="loan-limit", lifter="helper", lifter_password="right-pass")
    assert (refused.status_code, reasons(refused)) == (422, ["loan-limit"])
    assert refused.context["answer"].lifter_fault
    assert Loan.objects.count() == 5


def test_a_manager_of_another_branch_lifts_nothing_here(world, clerk, at_limit):
    staff(world, "branch_manager", "far", branch=world.branch)
    scan(clerk, card(at_limit))
    refused = scan(
        clerk, world.item().barcode, waive="loan-limit", lifter="far", lifter_password="right-pass"
    )
    assert refused.status_code == 422
    assert refused.context["answer"].lifter_fault


def test_a_clerk_cannot_waive_by_hand(world, clerk, at_limit):
    scan(clerk, card(at_limit))
    assert scan(clerk, world.item().barcode, waive="loan-limit").status_code == 403


def test_undo_takes_the_last_line_back_and_gives_the_figure_back(world, clerk):
    patron, first, second = world.patron(), world.item(), world.item()
    scan(clerk, card(patron))
    scan(clerk, first.barcode)
    scan(clerk, second.barcode)
    undone = clerk.post(reverse("desk:circulation-undo"))
    assert acts(undone) == [("Taken back", second.barcode), ("Lent", first.barcode)]
    assert sums()["checkout"] == 1
    line = LoanEvent.objects.get(item_id=first.pk)
    clerk.post(reverse("desk:circulation-undo"), {"line": line.pk})
    assert sums()["checkout"] == 0
    nothing = clerk.post(reverse("desk:circulation-undo"))
    assert (nothing.status_code, nothing.context["answer"].tone) == (200, "none")
    assert nothing.context["answer"].hint


def test_a_return_needs_no_card_and_says_for_whom_the_copy_is(world, clerk):
    borrower, waiting, item = world.patron(), world.patron(name="郑远山"), world.item()
    operations.checkout(patron_id=borrower.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    operations.place_hold(
        record_id=item.record_id, patron_id=waiting.pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    back = scan(clerk, item.barcode, "return")
    assert (back.status_code, reasons(back)) == (200, ["hold-ready"])
    assert "郑*" in back.content.decode()
    assert acts(back) == [("Returned", item.barcode)]
    assert Hold.objects.get().state == HoldState.READY


@pytest.mark.parametrize(
    ("home", "days", "expected"),
    [("central", 1, []), ("branch", 1, ["other-branch"]), ("central", 37, ["overdue"]),
     ("branch", 37, ["other-branch", "overdue"])],
)  # fmt: skip
def test_what_is_to_be_done_with_a_return(world, clerk, home, days, expected):
    item = world.item(home_branch=getattr(world, home))
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    set_clock(NOON + timedelta(days=days))
    back = scan(clerk, item.barcode, "return")
    assert reasons(back) == expected
    assert back.context["answer"].tone == ("wait" if expected else "yes")


def test_an_unknown_barcode_is_taken_in_too(world, clerk):
    back = scan(clerk, "NOSUCH", "return")
    assert (back.status_code, reasons(back)) == (200, ["unknown-barcode"])
    assert acts(back) == [("Taken in", "NOSUCH")]
    assert ReturnIssue.objects.get().barcode == "NOSUCH"


def test_codes_typed_small_or_full_width_are_understood(world, clerk):
    patron, item = world.patron(), world.item()
    wide = {number: number + 0xFEE0 for number in range(ord("!"), ord("~") + 1)}
    scan(clerk, card(patron).lower().translate(wide))
    lent = scan(clerk, item.barcode.lower().translate(wide))
    assert acts(lent) == [("Lent", item.barcode)]
    back = scan(clerk, item.barcode.lower(), "return")
    assert (back.context["answer"].tone, sums()["return"]) == ("yes", 1)


def test_a_return_scanned_again_is_said_with_its_time_and_noted_nowhere(world, clerk):
    item = world.item()
    earlier = NOON - timedelta(hours=1)  # the clock that is set stands within a second of noon
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=earlier)
    scan(clerk, item.barcode, "return")
    for _scan in range(2):
        again = scan(clerk, item.barcode, "return")
        assert (again.context["answer"].tone, reasons(again)) == ("wait", ["returned-already"])
        assert acts(again) == [("Returned", item.barcode)]
    assert not ReturnIssue.objects.exists()
    odd = world.item()
    for _scan in range(2):
        noted = scan(clerk, odd.barcode, "return")
    assert (reasons(noted), ReturnIssue.objects.count()) == (["not-on-loan"], 1)
    assert acts(noted) == [("Taken in", odd.barcode), ("Returned", item.barcode)]


def test_what_is_no_copy_is_not_counted_among_those_refused(world, clerk):
    lost = world.patron()
    lost.cards.update(state="lost")
    for code in ("NOSUCH", card(lost)):
        assert scan(clerk, code).status_code == 422
    scan(clerk, card(world.patron()))
    assert "refused" not in scan(clerk, "", "lend").context["act_words"]
    for code in ("NOSUCH", world.item(for_reference=True).barcode):
        shown = scan(clerk, code)
    assert "refused 2" in shown.context["act_words"]


def test_renewing_without_a_card_at_the_desk_and_all_at_once(world, clerk):
    patron, item, other = world.patron(), world.item(), world.item()
    for copy in (item, other):
        operations.checkout(patron_id=patron.pk, item_id=copy.pk, actor=world.actor(), now=NOON)
    renewed = scan(clerk, item.barcode, "renew")
    assert acts(renewed) == [("Renewed", item.barcode)]
    scan(clerk, card(patron))
    mixed = clerk.post(reverse("desk:circulation-renew"))
    assert (mixed.context["answer"].tone, reasons(mixed)) == ("wait", ["renewal-limit"])
    assert sums()["renewal"] == 2


def test_renewing_the_loan_of_another_reader_than_the_one_at_the_desk_is_refused(world, clerk):
    here, other, item = world.patron(), world.patron(), world.item()
    operations.checkout(patron_id=other.pk, item_id=item.pk, actor=world.actor(), now=NOON)
    scan(clerk, card(here))
    assert reasons(scan(clerk, item.barcode, "renew")) == ["loan-of-other"]
    assert clerk.post(reverse("desk:circulation-renew"), {"loan": Loan.objects.get().pk}).status_code == 404


def test_a_hold_is_placed_by_scanning_a_copy(world, clerk):
    patron, item = world.patron(), world.item()
    scan(clerk, card(patron), "hold")
    on_shelf = scan(clerk, item.barcode, "hold")
    assert reasons(on_shelf) == ["copy-on-shelf"]
    operations.checkout(patron_id=world.patron().pk, item_id=item.pk, actor=world.actor(), now=NOON)
    placed = scan(clerk, item.barcode, "hold")
    assert acts(placed) == [("Reserved", "")]
    assert Hold.objects.get().patron_id == patron.pk


@pytest.mark.parametrize(
    ("code", "mode", "expected"),
    [("NOSUCH", "lend", "patron-unknown"), ("NOSUCH", "reader", "patron-unknown"),
     ("NOSUCH", "renew", "patron-unknown"), ("NOSUCH", "hold", "patron-unknown")],
)  # fmt: skip
def test_what_is_not_known_is_said(world, clerk, code, mode, expected):
    assert reasons(scan(clerk, code, mode)) == [expected]


def test_a_copy_before_a_card_asks_for_the_card(world, clerk):
    assert reasons(scan(clerk, world.item().barcode)) == ["reader-first"]


def test_a_lost_card_opens_no_reader(world, clerk):
    patron = world.patron()
    patron.cards.update(state="lost")
    assert reasons(scan(clerk, card(patron))) == ["card-invalid"]
    assert clerk.session[KEY]["patron_id"] is None


def test_a_reader_without_his_card_is_found_by_name_and_chosen(world, clerk):
    patron = world.patron(name="何秋月")
    world.patron(name="何秋生")
    found = scan(clerk, "何秋", "reader")
    assert len(found.context["answer"].choices) == 2
    assert "何秋月" not in found.content.decode()
    clerk.post(reverse("desk:circulation-reader"), {"patron": patron.pk})
    assert clerk.session[KEY]["patron_id"] == patron.pk
    clerk.post(reverse("desk:circulation-reader"))
    assert clerk.session[KEY]["patron_id"] is None


def test_a_reader_sent_from_his_page_comes_to_borrow_whatever_the_desk_did_before(world, clerk):
    patron, copy = world.patron(), world.item()
    clerk.post(reverse("desk:circulation-mode"), {"mode": "return"})
    page = clerk.post(reverse("desk:circulation-reader"), {"patron": patron.pk})
    assert (page.context["mode"], clerk.session[KEY]["mode"]) == ("lend", "lend")
    clerk.post(reverse("desk:circulation-scan"), {"code": copy.barcode})
    assert Loan.objects.get().patron_id == patron.pk


def test_a_reader_of_another_branch_comes_by_number_and_not_by_name_or_guess(world, clerk):
    own, other = world.patron(name="何秋月"), world.patron(name="何秋生", home_branch=world.branch)
    found = scan(clerk, "何秋", "reader")
    assert [reader.pk for reader in found.context["answer"].choices] == [own.pk]
    for wanted in (str(other.pk), "999999", "9" * 30, "²", "x"):
        answer = clerk.post(reverse("desk:circulation-reader"), {"patron": wanted})
        assert answer.status_code == 404
        assert clerk.session[KEY]["patron_id"] is None
    scan(clerk, card(other), "reader")
    assert clerk.session[KEY]["patron_id"] == other.pk


def test_without_a_workplace_nothing_is_done(world):
    account = world.account("rover")
    RoleGrant.objects.create(account=account, role="clerk", granted_at=NOON)
    assert reasons(scan(at_desk(account), world.item().barcode, "return")) == ["no-workplace"]
    assert not ReturnIssue.objects.exists()


@pytest.mark.parametrize("mode", ["lend", "renew", "hold"])
def test_a_code_nobody_knows_is_no_refusal_that_somebody_could_lift(world, clerk, mode):
    scan(clerk, card(world.patron()))
    unknown = scan(clerk, "NOSUCH", mode)
    assert (unknown.status_code, reasons(unknown)) == (422, ["item-unknown"])
    assert "ys-lift" not in unknown.content.decode()
    world.policy.loan_limit = 0
    world.policy.save()
    stamp.renew("circulation.policies")
    assert "ys-lift" in scan(clerk, world.item().barcode, "lend").content.decode()


def test_a_late_return_says_whose_borrowing_it_suspends(world, clerk):
    late, copy = world.patron(name="欧阳青禾"), world.item()
    LoanPolicy.objects.update(suspension_days_per_day=1, suspension_most_days=30)
    stamp.renew("circulation.policies")
    operations.checkout(
        patron_id=late.pk, item_id=copy.pk, actor=world.actor(), now=NOON - timedelta(days=60)
    )
    scan(clerk, card(world.patron(name="何秋月")))
    back = scan(clerk, copy.barcode, "return")
    overdue = next(one for one in back.context["answer"].reasons if one.code == "overdue")
    assert overdue.detail.startswith("欧阳青* may not borrow until")


def test_the_slip_has_titles_and_dates_and_no_name(world, clerk):
    patron, item = world.patron(name="何秋月"), world.item()
    assert clerk.get(reverse("desk:circulation-slip")).status_code == 302
    scan(clerk, card(patron))
    scan(clerk, item.barcode)
    slip = clerk.get(reverse("desk:circulation-slip"), {"width": "58"})
    words = slip.content.decode()
    assert [loan.item_id for loan in slip.context["loans"]] == [item.pk]
    assert (slip.context["extent"], slip.context["width"]) == ("turn", 58)
    assert item.record.title in words
    assert "2019-12-16" in words
    assert "何秋" not in words
    clerk.post(reverse("desk:circulation-reader"))
    scan(clerk, card(patron))
    again = clerk.get(reverse("desk:circulation-slip"))
    assert (again.context["extent"], again.context["width"]) == ("today", 58)


@pytest.mark.sqlite  # PostgreSQL locks with a statement of its own
@pytest.mark.parametrize("rows", [1, 3])
def test_a_scan_asks_the_same_whatever_the_reader_has(world, clerk, django_assert_num_queries, rows):
    patron = world.patron()
    for _number in range(rows):
        operations.checkout(patron_id=patron.pk, item_id=world.item().pk, actor=world.actor(), now=NOON)
    scan(clerk, card(patron))
    clerk.get(reverse("desk:circulation-desk"))
    item = world.item()
    with django_assert_num_queries(LEND_QUERIES):
        scan(clerk, item.barcode)
    with django_assert_num_queries(RETURN_QUERIES):
        scan(clerk, item.barcode, "return")


LEND_QUERIES = 17
RETURN_QUERIES = 21
