"""Lending's lists and policies: for whom they are, what they show, how much they ask the database."""

from datetime import timedelta
from math import ceil

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core import clock
from yanshu.core.journal import JournalLine
from yanshu.core.models import Instance
from yanshu.institution.staff.models import RoleGrant
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanPolicy, ReturnIssue
from yanshu.lending.circulation.terms import HoldState
from yanshu.lending.circulation.waiting import to_fetch
from yanshu.lending.circulation.web import urls

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
GET_PAGES = {
    "circulation-desk": ("clerk", "cataloguer"),
    "circulation-slip": ("clerk", "auditor"),
    "circulation-loans": ("clerk", "cataloguer"),
    "circulation-holds": ("auditor", "cataloguer"),
    "circulation-hold-shelf": ("reference_librarian", "finance"),
    "circulation-issues": ("clerk", "finance"),
    "circulation-ledger": ("auditor", "personnel"),
    "circulation-policies": ("auditor", "finance"),
    "circulation-explain": ("clerk", "auditor"),
    "circulation-policy-new": ("branch_manager", "clerk"),
    "circulation-policy": ("branch_manager", "clerk"),
}
POST_PAGES = {
    "circulation-scan": ("clerk", "auditor"),
    "circulation-mode": ("clerk", "auditor"),
    "circulation-reader": ("clerk", "auditor"),
    "circulation-renew": ("clerk", "auditor"),
    "circulation-undo": ("clerk", "auditor"),
    "circulation-reminders": ("clerk", "auditor"),
    "circulation-keep": ("clerk", "auditor"),
    "circulation-hold-cancel": ("clerk", "auditor"),
    "circulation-settle": ("branch_manager", "clerk"),
}


@pytest.fixture
def world():
    ahead = ceil((NOON - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()
    return make_world()


def at_desk(world, role, *, branch=None):
    account = world.account(role, home_branch=branch or world.central)
    RoleGrant.objects.create(account=account, role=role, branch=branch or world.central, granted_at=NOON)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend=BACKEND)
    return client


def lend(world, item=None, *, patron=None, days=0, branch=None):
    item = item or world.item()
    operations.checkout(
        patron_id=(patron or world.patron()).pk,
        item_id=item.pk,
        actor=world.actor(branch=branch),
        now=NOON - timedelta(days=days),
    )
    return item


def ready_hold(world):
    item = lend(world)
    operations.place_hold(
        record_id=item.record_id, patron_id=world.patron().pk, pickup_branch_id=world.central.pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=NOON)
    return Hold.objects.latest("id")


def addresses(world):
    hold = ready_hold(world)
    operations.return_item(barcode="NOSUCH", item_id=None, actor=world.actor(), now=NOON)
    return {
        "circulation-policy": [world.policy.pk],
        "circulation-keep": [hold.item_id],
        "circulation-hold-cancel": [hold.pk],
        "circulation-settle": [ReturnIssue.objects.latest("id").pk],
    }


def test_every_desk_page_of_lending_is_in_the_walk():
    assert {page.name for page in urls.desk} == GET_PAGES.keys() | POST_PAGES.keys()


@pytest.mark.parametrize("name", [*GET_PAGES, *POST_PAGES])
def test_the_walk(world, name):
    url = reverse(f"desk:{name}", args=addresses(world).get(name, []))
    right, wrong = {**GET_PAGES, **POST_PAGES}[name]

    def ask(client):
        return client.post(url) if name in POST_PAGES else client.get(url)

    visitor = ask(Client())
    assert visitor.status_code == 302
    assert "login" in visitor["Location"]
    assert ask(at_desk(world, wrong)).status_code == 403
    assert ask(at_desk(world, right)).status_code in {200, 302, 422}


#: Three of each count the work that waits, beside the pages' names.
QUERIES = {
    "circulation-loans": 13,
    "circulation-holds": 9,
    "circulation-hold-shelf": 10,
    "circulation-issues": 8,
    "circulation-ledger": 9,
    "circulation-policies": 11,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_lists_ask_the_same_for_one_row_and_three(world, django_assert_num_queries, name, rows):
    for _number in range(rows):
        ready_hold(world)
        lend(world)
        fetched = world.item()
        Hold.objects.create(
            record=fetched.record,
            patron=world.patron(),
            pickup_branch=world.branch,
            placed_at=NOON,
            door="desk",
        )
        operations.return_item(barcode="NOSUCH", item_id=None, actor=world.actor(), now=NOON)
    manager = at_desk(world, "branch_manager")
    manager.get(reverse(f"desk:{name}"))
    with django_assert_num_queries(QUERIES[name]):
        assert manager.get(reverse(f"desk:{name}")).status_code == 200


def shown(response):
    return [row.record.item.barcode for row in response.context["table"].paginated_rows]


def test_open_loans_are_filtered_by_due_date_and_branch_and_seen_by_their_branch_only(world):
    late, here = lend(world, days=40), lend(world)
    there = lend(world, branch=world.branch)
    manager, director = at_desk(world, "branch_manager"), at_desk(world, "director", branch=world.central)
    RoleGrant.objects.filter(account__username="director").update(branch=None)
    url = reverse("desk:circulation-loans")
    assert shown(manager.get(url)) == [late.barcode, here.barcode]
    assert shown(manager.get(url, {"due": "overdue"})) == [late.barcode]
    assert shown(manager.get(url, {"q": here.barcode})) == [here.barcode]
    assert shown(director.get(url, {"branch": world.branch.pk})) == [there.barcode]


def test_a_loan_leads_to_its_record_and_to_the_reader_of_whom_one_sees(world):
    own = world.patron(name="何秋月")
    other = world.patron(name="欧阳青禾", home_branch=world.branch)
    copy = lend(world, patron=own)
    lend(world, patron=other)
    page = at_desk(world, "clerk").get(reverse("desk:circulation-loans")).content.decode()
    assert reverse("desk:catalogue-record", args=[copy.record_id]) in page
    assert reverse("desk:patrons-patron", args=[own.pk]) in page
    assert reverse("desk:patrons-patron", args=[other.pk]) not in page
    assert ("何秋月" in page, "欧阳*" in page, "欧阳青" in page) == (True, True, False)
    assert own.cards.get().number not in page
    unseeing = at_desk(world, "auditor").get(reverse("desk:circulation-loans")).content.decode()
    assert ("何秋月" in unseeing, "何*" in unseeing, "data-ys-tick" in unseeing) == (False, True, False)


def remind(client, **sent):
    return client.post(reverse("desk:circulation-reminders"), sent)


def test_reminders_are_one_for_each_reader_and_leave_a_line_without_him(world):
    reader = world.patron(name="何秋月", telephone="13800001234")
    late = [lend(world, days=40, patron=reader), lend(world, days=50, patron=reader)]
    guest = world.patron(name="欧阳青禾", home_branch=world.branch)
    lend(world, days=45, patron=guest)
    in_time = lend(world)
    clerk = at_desk(world, "clerk")
    page = remind(clerk, all="1", query="")
    assert [(one.name, len(one.loans)) for one in page.context["reminders"]] == [("何秋月", 2), ("欧阳*", 1)]
    assert [loan.item for loan, _days in page.context["reminders"][0].loans] == [late[1], late[0]]
    assert "13800001234" not in page.content.decode()
    line = JournalLine.objects.get(operation="circulation.remind")
    assert (line.subject_kind, line.subject_id, line.private_hash) == ("", None, "")
    ticked = Loan.objects.filter(item__in=[late[0], in_time]).values_list("pk", flat=True)
    page = remind(clerk, selected=[str(key) for key in ticked])
    assert ([len(one.loans) for one in page.context["reminders"]], page.context["in_time"]) == ([1], 1)


def test_a_telephone_stands_whole_only_for_who_may_take_whole_numbers_out(world):
    lend(world, days=40, patron=world.patron(telephone="13800001234"))
    assert remind(at_desk(world, "director"), all="1").context["reminders"][0].telephone == "13800001234"
    assert remind(at_desk(world, "branch_manager"), all="1").context["reminders"][0].telephone == "**** 1234"


def test_reminders_keep_to_the_filters_and_to_ones_branches(world):
    lend(world, days=40, branch=world.branch)
    here = lend(world, days=40)
    lend(world, days=40)
    clerk = at_desk(world, "clerk")
    page = remind(clerk, all="1", query=f"q={here.barcode}")
    assert [loan.item for loan, _days in page.context["reminders"][0].loans] == [here]
    elsewhere = Loan.objects.exclude(branch=world.central).get()
    assert remind(clerk, selected=[str(elsewhere.pk), "9" * 30, "x"]).context["reminders"] == []
    assert JournalLine.objects.filter(operation="circulation.remind").count() == 1


def test_the_export_holds_exactly_the_filtered_rows_and_no_name(world):
    late = lend(world, days=40, patron=world.patron(name="何秋月"))
    lend(world)
    manager = at_desk(world, "branch_manager")
    taken = manager.get(reverse("desk:circulation-loans"), {"due": "overdue", "export": "csv"})
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(late.barcode)
    assert "何" not in lines[1]
    assert at_desk(world, "clerk").get(
        reverse("desk:circulation-loans"), {"export": "csv"}
    ).status_code == 403  # fmt: skip


def test_the_page_of_a_reader_shows_what_he_has_and_waits_for(world):
    reader, lent, other = world.patron(), world.item(), world.item()
    operations.checkout(patron_id=reader.pk, item_id=lent.pk, actor=world.actor(), now=NOON)
    hold = Hold.objects.create(
        record=other.record, patron=reader, pickup_branch=world.branch, placed_at=NOON, door="desk"
    )
    url = reverse("desk:patrons-patron", args=[reader.pk])
    page = at_desk(world, "clerk").get(url).content.decode()
    shown = [lent.barcode, lent.record.title, hold.record.title, "number 1 in the queue"]
    assert [words for words in shown if words not in page] == []
    finance = at_desk(world, "finance").get(url)
    assert finance.status_code == 403 or lent.barcode not in finance.content.decode()


@pytest.mark.parametrize(("readers", "lines"), [(1, 1), (2, 2), (4, 3)])
def test_the_pick_list_has_a_line_for_each_reader_who_waits(world, readers, lines):
    record = world.record()
    copies = [world.item(record, call_number=f"I2/{number}") for number in range(3)]
    world.item()
    for _number in range(readers):
        Hold.objects.create(
            record=record, patron=world.patron(), pickup_branch=world.branch, placed_at=NOON, door="desk"
        )
    shown = at_desk(world, "clerk").get(reverse("desk:circulation-hold-shelf"))
    assert list(shown.context["fetch"]) == copies[:lines]
    assert shown.context["instead"].get(record.pk, []) == copies[lines:]
    said = shown.content.decode()
    assert [copy.barcode in said for copy in copies] == [True] * 3
    assert to_fetch(world.actor(), NOON) == lines


def test_a_copy_on_the_shelf_is_fetched_for_who_waits(world):
    item = world.item()
    waiting = Hold.objects.create(
        record=item.record, patron=world.patron(), pickup_branch=world.branch, placed_at=NOON, door="desk"
    )
    clerk = at_desk(world, "clerk")
    listed = clerk.get(reverse("desk:circulation-hold-shelf")).context["fetch"]
    assert [copy.pk for copy in listed] == [item.pk]
    clerk.post(reverse("desk:circulation-keep", args=[item.pk]))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.item_id) == (HoldState.READY, item.pk)
    assert list(clerk.get(reverse("desk:circulation-hold-shelf")).context["fetch"]) == []
    again = clerk.post(reverse("desk:circulation-keep", args=[item.pk]), follow=True)
    assert "no hold any more" in again.content.decode()


def test_a_hold_is_cancelled_from_the_shelf(world):
    hold = ready_hold(world)
    at_desk(world, "clerk").post(reverse("desk:circulation-hold-cancel", args=[hold.pk]))
    hold.refresh_from_db()
    assert hold.state == HoldState.CANCELLED


def test_an_issue_is_settled_in_words(world):
    operations.return_item(barcode="NOSUCH", item_id=None, actor=world.actor(), now=NOON)
    issue = ReturnIssue.objects.get()
    manager = at_desk(world, "branch_manager")
    url = reverse("desk:circulation-settle", args=[issue.pk])
    manager.post(url, {"settlement": " "})
    issue.refresh_from_db()
    assert issue.settled_at is None
    manager.post(url, {"settlement": "Belongs to the school library, sent there"})
    issue.refresh_from_db()
    assert (issue.settled_by, issue.settlement) == (
        "branch_manager", "Belongs to the school library, sent there",
    )  # fmt: skip
    assert manager.get(reverse("desk:circulation-issues")).context["rows"] == []


POLICY = {
    "name": "Children", "article": "art. 3", "patron_category": "", "item_category": "", "branch": "",
    "lendable": "on", "active": "on", "loan_limit": 8, "category_limit": "", "loan_days": 20, "renewals": 2,
    "renewal_days": 20, "hold_limit": 3, "pickup_days": 3, "suspension_days_per_day": 0,
    "suspension_most_days": 30,
}  # fmt: skip


def test_a_policy_is_made_and_a_twin_is_refused_at_its_field(world):
    director = at_desk(world, "branch_manager")
    url = reverse("desk:circulation-policy-new")
    twin = director.post(url, {**POLICY, "branch": world.central.pk})
    assert twin.status_code == 302
    again = director.post(url, {**POLICY, "branch": world.central.pk})
    assert again.status_code == 422
    assert list(again.context["form"].errors) == ["patron_category"]
    assert LoanPolicy.objects.filter(branch=world.central).count() == 1


def test_the_explanation_names_the_more_special_policy_first(world):
    manager = at_desk(world, "branch_manager")
    manager.post(
        reverse("desk:circulation-policy-new"),
        {**POLICY, "branch": world.central.pk, "patron_category": world.adult.pk},
    )
    url = reverse("desk:circulation-explain")
    case = {"patron_category": world.adult.pk, "item_category": world.books.pk, "branch": world.central.pk}
    explained = manager.get(url, case).context
    assert [(policy.name, words) for policy, words in explained["covering"]] == [
        ("Children", "names the patron category, names the branch"),
        ("外借办法", "general"),
    ]
    elsewhere = manager.get(url, {**case, "branch": world.branch.pk}).context
    assert elsewhere["explanation"].chosen.name == "外借办法"


def test_a_real_card_and_copy_are_explained_without_standing_in_the_address(world):
    patron, item = world.patron(), world.item()
    clerk = at_desk(world, "clerk")
    url = reverse("desk:circulation-explain")
    real = {"card_number": patron.cards.get().number, "barcode": item.barcode}
    explained = clerk.post(url, real)
    assert (explained.status_code, explained.context["preview"].due_on.isoformat()) == (200, "2019-12-16")
    unknown = clerk.post(url, {"card_number": "NOSUCH", "barcode": "NOSUCH"})
    assert unknown.status_code == 422
    assert list(unknown.context["real"].errors) == ["card_number", "barcode"]
