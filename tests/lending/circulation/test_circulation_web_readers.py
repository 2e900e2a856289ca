"""What readers do on their own pages: their loans, holds, card and history."""

from datetime import timedelta
from math import ceil

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core import clock
from yanshu.core.models import Instance
from yanshu.institution.staff.terms import AccountKind
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.lending.circulation.terms import HoldState
from yanshu.lending.circulation.web import urls
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world():
    ahead = ceil((NOON - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()
    return make_world()


@pytest.fixture
def reader(world):
    return world.patron(name="何秋月", account=world.account("reader", kind=AccountKind.READER))


@pytest.fixture
def phone(reader):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(reader.account, backend=BACKEND)
    return client


def lend(world, patron, item=None, *, days=0):
    item = item or world.item()
    now = NOON - timedelta(days=days)
    return operations.checkout(patron_id=patron.pk, item_id=item.pk, actor=world.actor(), now=now).loan_id


def place(world, patron, record_id, branch=None):
    return operations.place_hold(
        record_id=record_id, patron_id=patron.pk, pickup_branch_id=(branch or world.central).pk,
        actor=world.actor(), now=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("name", [page.name for page in urls.opac])
def test_visitors_are_led_to_the_log_in_and_staff_refused(world, name):
    args = [1] if name in {"circulation-my-hold-cancel", "circulation-hold"} else []
    url = reverse(f"opac:{name}", args=args)
    staff = Client()
    staff.force_login(world.account(), backend=BACKEND)
    answer = Client().get(url)
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert staff.get(url).status_code == 403


def test_the_account_shows_loans_holds_and_the_card_without_the_name(world, reader, phone):
    soon, held, renewed = (lend(world, reader, days=days) for days in (29, 20, 3))
    place(world, world.patron(), Loan.objects.get(pk=held).item.record_id)
    operations.renew(loan_id=renewed, actor=world.actor(), now=NOON)
    lent = world.item()
    lend(world, world.patron(), lent)
    place(world, reader, lent.record_id)
    page = phone.get(reverse("opac:account"))
    words = page.content.decode()
    assert "何秋月" not in words
    assert (page.context["renewable"], "Renew all" in words) == (1, False)
    assert [(one.loan.pk, one.hindrance) for one in page.context["loans"]] == [
        (soon, ""), (held, "1 reader is waiting"), (renewed, "renewed already"),
    ]  # fmt: skip
    assert page.context["soon"].loan.pk == soon
    assert [(one.is_ready, one.place) for one in page.context["holds"]] == [(False, 1)]
    standing = page.context["standing"]
    assert (standing.limit, standing.left) == (5, 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_account_asks_the_same_for_one_row_and_three(
    world, reader, phone, django_assert_num_queries, rows
):
    for _number in range(rows):
        lend(world, reader)
        other = world.item()
        lend(world, world.patron(), other)
        place(world, reader, other.record_id)
    phone.get(reverse("opac:account"))
    with django_assert_num_queries(14):
        phone.get(reverse("opac:account"))


def test_a_branch_that_has_the_book_on_its_shelf_is_not_offered_for_collection(world, reader, phone):
    record = world.record()
    world.item(record)
    url = reverse("opac:circulation-hold", args=[record.pk])

    def offered():
        field = phone.get(url).context["form"]["pickup_branch"]
        boxes = {radio.data["value"].value: "disabled" not in radio.data["attrs"] for radio in field}
        return boxes, field.initial

    assert reader.home_branch_id == world.central.pk
    assert offered() == ({world.central.pk: False, world.branch.pk: True}, world.branch.pk)
    Hold.objects.create(
        record=record, patron=world.patron(), pickup_branch=world.branch, placed_at=NOON, door="desk"
    )
    assert offered() == ({world.central.pk: True, world.branch.pk: True}, world.central.pk)
    for _number in range(2):
        world.item(record, branch=world.branch, location=world.branch_shelf)
    page = phone.get(url)
    assert not page.context["form"].has_choice
    assert 'type="submit"' not in page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def test_a_reader_renews_his_loan_once_and_hears_why_not_again(world, reader, phone):
    loan = lend(world, reader)
    renewed = phone.post(reverse("opac:circulation-my-renew"), {"loan": loan}, follow=True)
    assert "renewed until Wed 15 Jan 2020" in renewed.content.decode()
    again = phone.post(reverse("opac:circulation-my-renew"), {"loan": loan}, follow=True)
    assert "cannot be renewed again" in again.content.decode()
    assert LoanEvent.objects.filter(kind="renewal").count() == 1
    assert LoanEvent.objects.get(kind="renewal").door == "opac"


def test_renewing_all_renews_what_it_can(world, reader, phone):
    lend(world, reader)
    tired = lend(world, reader)
    operations.renew(loan_id=tired, actor=world.actor(), now=NOON)
    words = phone.post(reverse("opac:circulation-my-renew"), follow=True).content.decode()
    assert "1 item renewed" in words
    assert "cannot be renewed again" in words


def test_nobody_renews_or_cancels_for_another(world, reader, phone):
    other, item = world.patron(), world.item()
    loan = lend(world, other, item)
    hold = place(world, world.patron(), item.record_id)
    phone.post(reverse("opac:circulation-my-renew"), {"loan": loan})
    assert not LoanEvent.objects.filter(kind="renewal").exists()
    assert phone.post(reverse("opac:circulation-my-hold-cancel", args=[hold.pk])).status_code == 404
    assert Hold.objects.get().state == HoldState.WAITING


def test_a_title_is_reserved_at_a_chosen_branch_and_given_up(world, reader, phone):
    item = world.item()
    lend(world, world.patron(), item)
    url = reverse("opac:circulation-hold", args=[item.record_id])
    assert phone.get(url).status_code == 200
    assert not Hold.objects.exists()
    phone.post(url, {"pickup_branch": world.branch.pk})
    hold = Hold.objects.get()
    assert (hold.patron_id, hold.pickup_branch_id, hold.door) == (reader.pk, world.branch.pk, "opac")
    twice = phone.post(url, {"pickup_branch": world.branch.pk})
    assert (twice.status_code, [reason.code for reason in twice.context["against"]]) == (422, ["hold-exists"])
    phone.post(reverse("opac:circulation-my-hold-cancel", args=[hold.pk]))
    hold.refresh_from_db()
    assert hold.state == HoldState.CANCELLED


def test_a_copy_on_the_shelf_of_the_chosen_branch_is_said_and_another_branch_can_be_chosen(
    world, reader, phone
):
    item = world.item()
    url = reverse("opac:circulation-hold", args=[item.record_id])
    refused = phone.post(url, {"pickup_branch": world.central.pk})
    assert (refused.status_code, refused.context["is_hopeless"]) == (422, False)
    phone.post(url, {"pickup_branch": world.branch.pk})
    assert Hold.objects.get().pickup_branch_id == world.branch.pk


def test_a_draft_cannot_be_reserved(world, phone):
    draft = world.record(state="draft")
    assert phone.get(reverse("opac:circulation-hold", args=[draft.pk])).status_code == 404


def test_the_history_is_switched_by_the_reader_alone(world, reader, phone):
    item = world.item()
    lend(world, reader, item)
    operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=NOON)
    url = reverse("opac:circulation-my-history")
    assert [loan.item_id for loan in phone.get(url).context["shown"]] == [item.pk]
    phone.post(url, {"keep": "1"})
    assert Patron.objects.get(pk=reader.pk).keep_history
    asked = phone.post(url, {"keep": "0"})
    assert Patron.objects.get(pk=reader.pk).keep_history
    assert 'name="sure"' in asked.content.decode()
    phone.post(url, {"keep": "0", "sure": "1"})
    assert not Patron.objects.get(pk=reader.pk).keep_history


def test_with_the_history_goes_what_was_returned_long_ago_and_the_reader_is_told_before(world, reader, phone):
    Patron.objects.filter(pk=reader.pk).update(keep_history=True)
    loans = []
    for days in (29, 31, 200):
        item = world.item()
        loans.append(lend(world, reader, item, days=days + 5))
        back = NOON - timedelta(days=days)
        operations.return_item(barcode=item.barcode, item_id=item.pk, actor=world.actor(), now=back)
    url = reverse("opac:circulation-my-history")
    kept = phone.get(url)
    assert [loan.pk for loan in kept.context["shown"]] == loans
    assert kept.context["to_forget"] == phone.get(reverse("opac:account")).context["to_forget"] == 2
    phone.post(url, {"keep": "0", "sure": "1"})
    assert [loan.pk for loan in phone.get(url).context["shown"]] == loans[:1]
