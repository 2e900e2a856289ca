"""Another branch's things: whoever holds every role at one branch alone neither sees nor changes them."""

from datetime import date, datetime
from math import ceil

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import reverse

from doors.test_every_page import PAGES
from world import NOON, make_world
from yanshu.core import clock
from yanshu.core.models import Instance
from yanshu.institution.places.models import ClosureOrder, ServicePoint, Terminal
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role
from yanshu.institution.visits.models import Gate
from yanshu.lending.circulation.models import Hold, LoanPolicy, ReturnIssue

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = date(2019, 11, 16)
#: Parts of an address that name something that belongs to a branch.
OWNED = {
    "branch_id",
    "location_id",
    "point_id",
    "terminal_id",
    "order_id",
    "gate_id",
    "patron_id",
    "item_id",
    "hold_id",
    "issue_id",
    "policy_id",
    "account_id",
    "grant_id",
}
OTHER_PARTS = {"day": DAY, "start": datetime(2019, 11, 16, 9)}  # noqa: DTZ001  as the address gives it
ADDRESSES = [
    (f"{space}:{entry.name}", entry.pattern.converters)
    for space, entry in PAGES
    if space == "desk" and OWNED & set(entry.pattern.converters)
]
#: Open to look at beyond one's own branch: the staff is one list, and policies are what readers may know.
SEEN = {"desk:staff-account", "desk:staff-account-edit", "desk:circulation-policy"}
#: Said where the form stands: on the page the list is, or beside the fields.
SAID_AT_THE_FORM = {"desk:circulation-settle": 302, "desk:staff-account-edit": 422}
POLICY = {
    "name": "改过的",
    "article": "第 1 条",
    "lendable": "on",
    "active": "on",
    "loan_limit": 9,
    "loan_days": 30,
    "renewals": 1,
    "renewal_days": 30,
    "hold_limit": 3,
    "pickup_days": 3,
    "suspension_days_per_day": 1,
    "suspension_most_days": 30,
}
CATEGORY = {
    "code": "adult",
    "name": "改过的",
    "kind": "adult",
    "valid_months": 12,
    "position": 0,
    "active": "on",
}
ITEM_CATEGORY = {"code": "book", "name": "改过的", "medium": "print", "lendable": "on", "position": 0}
#: What is sent, where an empty form would be sent back before anybody asks whose it is.
SENT = {
    "desk:staff-account-edit": lambda theirs: {
        "username": "east",
        "display_name": "改过的",
        "home_branch": theirs["branch_id"],
    },
    "desk:staff-grant": lambda theirs: {"role": "clerk", "branch": theirs["branch_id"]},
    "desk:circulation-settle": lambda _theirs: {"settlement": "已处理"},
    "desk:circulation-policy": lambda _theirs: POLICY,
}


@pytest.fixture
def world():
    ahead = ceil((NOON - clock.real_now()).total_seconds())
    Instance.objects.update_or_create(
        pk=1, defaults={"clock_offset_seconds": ahead, "is_demonstration": True}
    )
    clock.forget()
    return make_world()


@pytest.fixture
def theirs(world):
    """One thing of each kind, all of the other branch."""
    there = world.branch
    point = ServicePoint.objects.create(branch=there, name="东门", kind="desk", service_from=date(2010, 1, 1))
    terminal = Terminal.objects.create(
        branch=there,
        service_point=point,
        kind=TerminalKind.SIP2,
        name="东馆自助机",
        login="east",
        key_hash="x",
    )
    order = ClosureOrder.objects.create(
        number="2019-01",
        first_closed_day=date(2019, 12, 2),
        reopens_on=date(2019, 12, 5),
        reason="检修",
        notice="东分馆检修闭馆",
        notice_on=DAY,
        ordered_at=NOON,
        ordered_by=1,
    )
    order.branches.add(there)
    gate = Gate.objects.create(branch=there, code="E1", name="东门", installed_on=date(2019, 1, 1))
    patron = world.patron(home_branch=there)
    record = world.record()
    item = world.item(record, home_branch=there, branch=there, location=world.branch_shelf)
    account = world.account("east", home_branch=there)
    grant = RoleGrant.objects.create(account=account, role=Role.CLERK, branch=there, granted_at=NOON)
    hold = Hold.objects.create(
        patron=patron, record=record, pickup_branch=there, placed_at=NOON, state="waiting"
    )
    issue = ReturnIssue.objects.create(
        kind="unknown-barcode", barcode="X", branch=there, opened_at=NOON, opened_by=1
    )
    policy = LoanPolicy.objects.create(name="东分馆外借", branch=there, loan_limit=3, renewals=0)
    made = {
        "branch_id": there,
        "location_id": world.branch_shelf,
        "point_id": point,
        "terminal_id": terminal,
        "order_id": order,
        "gate_id": gate,
        "patron_id": patron,
        "item_id": item,
        "hold_id": hold,
        "issue_id": issue,
        "policy_id": policy,
        "account_id": account,
        "grant_id": grant,
    }
    return {part: getattr(thing, "pk", thing) for part, thing in made.items()}


@pytest.fixture
def here(world):
    """Somebody with every role there is, at the central library alone."""
    account = world.account("central", home_branch=world.central)
    for role in Role:
        RoleGrant.objects.create(account=account, role=role, branch=world.central, granted_at=NOON)
    client = Client(raise_request_exception=True)
    client.force_login(account, backend=BACKEND)
    return client


def rows():
    """Return all rows but sessions and the journal, as text."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.app_label in {"places", "staff", "visits", "patrons", "catalogue", "circulation"}
    }


@pytest.mark.parametrize(("name", "converters"), ADDRESSES, ids=[name for name, _parts in ADDRESSES])
def test_things_of_another_branch_are_neither_seen_nor_changed(theirs, here, name, converters):
    parts = {part: theirs.get(part, OTHER_PARTS.get(part)) for part in converters}
    path = reverse(name, kwargs=parts)
    before = rows()
    looked = here.get(path).status_code
    sent = here.post(path, SENT.get(name, lambda _theirs: {})(theirs)).status_code
    assert rows() == before
    assert looked in ({200, 405} if name in SEEN else {403, 404, 405})
    assert sent == SAID_AT_THE_FORM[name] if name in SAID_AT_THE_FORM else sent in {403, 404, 405}
    assert 405 not in (looked, sent) or looked != sent


@pytest.mark.parametrize("to", ["branch", None])
def test_a_policy_cannot_be_carried_beyond_the_own_branch(world, here, to):
    own = LoanPolicy.objects.create(name="总馆外借", branch=world.central, loan_limit=3, renewals=0)
    before = rows()
    sent = here.post(
        reverse("desk:circulation-policy", args=[own.pk]),
        {**POLICY, "branch": world.branch.pk if to else ""},
    )
    assert sent.status_code in {403, 422}
    assert rows() == before


def test_what_holds_for_the_whole_library_is_not_changed_from_one_branch(world, here):
    before = rows()
    sent = {
        name: here.post(reverse(name, args=[thing.pk]), data).status_code
        for name, thing, data in [
            ("desk:circulation-policy", world.policy, POLICY),
            ("desk:patrons-category", world.adult, CATEGORY),
            ("desk:catalogue-category", world.books, ITEM_CATEGORY),
        ]
    }
    assert set(sent.values()) == {403}, sent
    assert rows() == before
