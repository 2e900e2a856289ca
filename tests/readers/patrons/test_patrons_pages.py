"""Readers' pages: who may open which, what they show and hide, the ways through them, their queries."""

import re
from datetime import date

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from stdnum.cn import ric

from world import NOON, World, make_world
from yanshu.core import clock
from yanshu.core.access import READER
from yanshu.core.actor import Actor, Door
from yanshu.core.journal import JournalLine
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import permissions_of_role
from yanshu.readers.patrons import operations
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.readers.patrons.web import urls

pytestmark = pytest.mark.django_db
ID_NUMBER = "43040219800505001" + ric.calc_check_digit("430402198005050010")
PASSWORD = "wild goose letter"
DESK = {
    "patrons-list": (),
    "patrons-register": (),
    "patrons-categories": (),
    "patrons-category-new": (),
    "patrons-category": ("category",),
    "patrons-patron": ("patron",),
    "patrons-change": ("patron",),
    "patrons-slip": ("patron",),
    "patrons-card": ("patron",),
    "patrons-suspend": ("patron",),
    "patrons-lift": ("patron",),
}
POSTED = {
    "patrons-search": (),
    "patrons-check-identity": (),
    "patrons-renew": ("patron",),
    "patrons-code": ("patron",),
}
ROLES = ["clerk", "cataloguer", "branch_manager", "director", "auditor", "operator"]


@pytest.fixture
def world() -> World:
    return make_world()


def staff(world: World, role: str, *, branch=None) -> Client:
    account = world.account(role, home_branch=branch or world.central)
    RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def director(world) -> Client:
    return staff(world, "director")


def registered(world, **more):
    values = {
        "name": "何秋月",
        "category_id": world.adult.pk,
        "home_branch_id": world.central.pk,
        "id_number": ID_NUMBER,
        "telephone": "13800001234",
        **more,
    }
    return operations.register(values=values, actor=world.actor(), now=clock.now())


@pytest.fixture
def reader(world) -> Client:
    made = registered(world)
    account = operations.set_password_by_code(
        card_number=made.card.number,
        code=made.first_login_code,
        password=PASSWORD,
        actor=Actor.system(Door.OPAC, permissions={"patrons.activate"}),
        now=clock.now(),
    )
    client = Client()
    client.force_login(account, backend="yanshu.readers.patrons.web.backend.CardBackend")
    return client


def address(world, name, wanted):
    patron = Patron.objects.first() or world.patron()
    keys = {"patron": patron.pk, "category": world.adult.pk}
    return reverse(f"desk:{name}", args=[keys[key] for key in wanted])


def permission_of(name: str) -> str:
    view = next(pattern.callback for pattern in urls.desk if pattern.name == name)
    return view.permission


# --- who may open what ----------------------------------------------------------------------------------


def test_every_address_is_walked():
    assert sorted([*DESK, *POSTED]) == sorted(pattern.name for pattern in urls.desk)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_permissions_say(world, role):
    client = staff(world, role)
    held = permissions_of_role(role)
    for name, wanted in DESK.items():
        expected = 200 if permission_of(name) in held else 403
        assert client.get(address(world, name, wanted)).status_code == expected, name
    for name, wanted in POSTED.items():
        answer = client.post(address(world, name, wanted))
        assert (answer.status_code != 403) == (permission_of(name) in held), name


def test_visitors_are_led_to_the_log_in(world):
    for name, wanted in (DESK | POSTED).items():
        ask = Client().get if name in DESK else Client().post
        answer = ask(address(world, name, wanted))
        assert answer.status_code in {302, 405}, name
    for pattern in urls.opac:
        if pattern.callback.permission == READER:
            assert Client().get(reverse(f"opac:{pattern.name}")).status_code == 302


def test_a_reader_does_not_enter_the_desk(world, reader):
    assert reader.get(reverse("desk:patrons-list")).status_code == 403


# --- the list -------------------------------------------------------------------------------------------


def count(client: Client, url: str) -> int:
    with (
        CaptureQueriesContext(connections["default"]) as own,
        CaptureQueriesContext(connections["side"]) as side,
    ):
        assert client.get(url).status_code == 200
    return len(own) + len(side)


@pytest.mark.parametrize(
    ("name", "wanted", "number"),
    [("patrons-list", (), 12), ("patrons-patron", ("patron",), 12), ("patrons-categories", (), 8)],
)
def test_pages_ask_the_same_number_of_queries(world, director, name, wanted, number):
    world.patron()
    url = address(world, name, wanted)
    client_warm = director.get(url)
    assert client_warm.status_code == 200
    counts = []
    for _rows in (1, 3):
        counts.append(count(director, url))
        for more in range(2):
            world.patron()
            PatronCategory.objects.create(code=f"c{_rows}{more}", name="类", kind="adult")
    assert counts == [number, number]


def test_a_branch_lists_its_own_readers(world):
    mine, other = world.patron(home_branch=world.branch), world.patron(home_branch=world.central)
    page = staff(world, "clerk", branch=world.branch).get(reverse("desk:patrons-list")).content.decode()
    assert mine.name in page
    assert other.name not in page


def test_who_shows_his_card_is_served_by_any_branch_but_changed_by_his_own(world):
    made = registered(world)
    clerk = staff(world, "clerk", branch=world.branch)
    page = reverse("desk:patrons-patron", args=[made.patron.pk])
    assert clerk.get(page).status_code == 404
    assert clerk.post(reverse("desk:patrons-search"), {"words": made.card.number}).url == page
    shown = clerk.get(page)
    assert shown.status_code == 200
    change = reverse("desk:patrons-change", args=[made.patron.pk])
    assert change not in shown.content.decode()
    answer = clerk.post(
        change,
        {"version": 1, "name": "x", "category": world.adult.pk, "home_branch": world.branch.pk},
    )
    assert answer.status_code == 403


def test_names_and_numbers_stand_in_no_address_and_whole_numbers_on_no_page(world, director):
    made = registered(world)
    pages = [
        director.post(reverse("desk:patrons-search"), {"words": "何秋"}, follow=True),
        director.post(reverse("desk:patrons-search"), {"words": ID_NUMBER}, follow=True),
        director.get(reverse("desk:patrons-change", args=[made.patron.pk])),
        director.post(reverse("desk:patrons-search"), {"words": ID_NUMBER[:-1] + "0"}, follow=True),
    ]
    for page in pages:
        assert all(
            word not in url for url, _status in getattr(page, "redirect_chain", ()) for word in ("何", "4304")
        )
        text = page.content.decode()
        assert ID_NUMBER not in text
        assert "13800001234" not in text
    assert "何秋月" in pages[0].content.decode()
    assert pages[1].redirect_chain[-1][0] == reverse("desk:patrons-patron", args=[made.patron.pk])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"有效", "停借", "过期", "退证"}),
        ("state=valid", {"有效"}),
        ("state=suspended", {"停借"}),
        ("state=expired", {"过期"}),
        ("state=cancelled", {"退证"}),
        ("registered_from=2019-01-01", {"过期"}),
        ("registered_to=2018-12-31&state=valid", {"有效"}),
        ("expires_to=2019-12-31", {"过期"}),
    ],
)
def test_filters(world, director, query, names):
    world.patron(name="有效")
    world.patron(name="停借", suspended_until=date(2999, 1, 1), expires_on=date(2999, 1, 1))
    world.patron(name="过期", expires_on=date(2019, 6, 1), registered_on=date(2019, 1, 1))
    world.patron(name="退证", state="cancelled")
    Patron.objects.filter(name__in=["有效", "退证"]).update(expires_on=date(2999, 1, 1))
    page = director.get(f"{reverse('desk:patrons-list')}?{query}").content.decode()
    rows = re.findall(r'class="ys-quiet fw-semibold" href="[^"]*">([^<]*)<', page)
    assert set(rows) == names


def test_the_export_holds_the_filtered_rows_masked_and_is_journalled(world, director):
    world.patron(name="有效", expires_on=date(2999, 1, 1))
    world.patron(name="过期", expires_on=date(2019, 6, 1))
    answer = director.get(f"{reverse('desk:patrons-list')}?state=valid&export=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "有效" in text
    assert "过期" not in text
    assert "R000001" not in text
    assert JournalLine.objects.filter(operation="export.patrons").count() == 1


# --- registering and changing ---------------------------------------------------------------------------


def entry(world, **more):
    return {
        "name": "何秋月",
        "category": world.adult.pk,
        "home_branch": world.central.pk,
        "id_number": ID_NUMBER,
        **more,
    }


def test_registering_leads_to_a_slip_that_shows_the_code_once(world, director):
    answer = director.post(reverse("desk:patrons-register"), entry(world))
    slip = reverse("desk:patrons-slip", args=[Patron.objects.get().pk])
    assert answer.url == slip
    first, second = (director.get(slip).content.decode() for _time in range(2))
    code = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", first)
    assert code is not None
    assert code.group() not in second
    assert "000000001" in first


def test_what_cannot_stand_is_said_at_its_field_and_nothing_is_lost(world, director):
    answer = director.post(reverse("desk:patrons-register"), entry(world, telephone="138", name="何一"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"telephone"}
    assert "何一" in answer.content.decode()
    assert not Patron.objects.exists()


@pytest.mark.parametrize(
    ("number", "tone"),
    [
        ("", ""),
        (ID_NUMBER[:-1] + "0", "tone-wait"),
        (ID_NUMBER, "tone-yes"),
        (f" {ID_NUMBER[:6]} {ID_NUMBER[6:]}", "tone-yes"),
    ],
)
def test_an_identity_number_is_judged_at_once(world, director, number, tone):
    answer = director.post(reverse("desk:patrons-check-identity"), {"id_number": number}).content.decode()
    assert (tone in answer) if tone else not answer.strip()


def test_who_is_a_reader_already_is_said_at_once(world, director):
    made = registered(world)
    answer = director.post(reverse("desk:patrons-check-identity"), {"id_number": ID_NUMBER}).content.decode()
    assert reverse("desk:patrons-patron", args=[made.patron.pk]) in answer


def test_changing_keeps_numbers_left_empty_and_refuses_an_older_version(world, director):
    made = registered(world)
    url = reverse("desk:patrons-change", args=[made.patron.pk])
    sent = {"version": 1, "name": "何秋玥", "category": world.adult.pk, "home_branch": world.central.pk}
    sent["birth_date"] = "19800505"
    assert director.post(url, sent).status_code == 302
    made.patron.refresh_from_db()
    assert (made.patron.name, made.patron.id_number, made.patron.telephone) == (
        "何秋玥",
        ID_NUMBER,
        "13800001234",
    )
    assert director.post(url, sent).status_code == 409


def test_the_desk_acts_for_a_reader(world, director):
    patron = world.patron(expires_on=date(2019, 1, 1))
    page = reverse("desk:patrons-patron", args=[patron.pk])
    acts = [
        ("patrons-renew", {}),
        ("patrons-card", {"kind": "id_card", "number": ID_NUMBER}),
        ("patrons-suspend", {"until": "2999-01-01", "reason": "逾期"}),
        ("patrons-lift", {"reason": "已还"}),
    ]
    for name, sent in acts:
        answer = director.post(reverse(f"desk:{name}", args=[patron.pk]), sent)
        assert (answer.status_code, answer.url) == (302, page), name
    late = director.post(
        reverse("desk:patrons-suspend", args=[patron.pk]), {"until": "2000-01-01", "reason": "x"}
    )
    assert late.status_code == 422
    patron.refresh_from_db()
    assert patron.expires_on > date(2019, 1, 1)
    assert patron.suspended_until is None
    assert [line.operation for line in JournalLine.objects.order_by("id")] == [
        "patrons.renew",
        "patrons.issue_card",
        "patrons.suspend",
        "patrons.lift_suspension",
    ]


def test_a_category_is_made_and_a_wrong_one_refused(world, director):
    sent = {"code": "child", "name": "少儿", "kind": "child", "valid_months": 36, "oldest": 14, "position": 1}
    assert director.post(reverse("desk:patrons-category-new"), sent).status_code == 302
    assert PatronCategory.objects.get(code="child").oldest == 14
    again = director.post(reverse("desk:patrons-category-new"), {**sent, "youngest": 15})
    assert again.status_code == 422
    assert set(again.context["form"].errors) == {"code", "oldest"}


def test_without_a_category_the_form_says_what_comes_first(world, director):
    PatronCategory.objects.update(active=False)
    page = director.get(reverse("desk:patrons-register")).content.decode()
    assert reverse("desk:patrons-category-new") in page


# --- readers themselves ---------------------------------------------------------------------------------


def activate(client, card, code, password=PASSWORD, again=None):
    return client.post(
        reverse("opac:patrons-activate"),
        {"card_number": card, "code": code, "password": password, "again": again or password},
    )


def test_the_printed_code_opens_the_account_and_logs_in(world):
    made = registered(world)
    client = Client()
    assert activate(client, made.card.number, made.first_login_code).status_code == 302
    assert client.get(reverse("opac:patrons-profile")).status_code == 200


def test_unknown_cards_and_wrong_codes_get_the_same_answer(world):
    made = registered(world)
    pages = [
        activate(Client(), card, code).content.decode()
        for card, code in ((made.card.number, "AAAAAAAAAA"), ("999999999", "AAAAAAAAAA"))
    ]
    bare = [re.sub(r'value="[^"]*"|csrf[^>]*>|X-CSRFToken[^}]*', "", page) for page in pages]
    assert bare[0] == bare[1]


def test_two_passwords_that_differ_use_no_code_up(world):
    made = registered(world)
    answer = activate(Client(), made.card.number, made.first_login_code, again="something else")
    assert answer.status_code == 422
    assert activate(Client(), made.card.number, made.first_login_code).status_code == 302


def test_guessing_is_slowed_down(world):
    made = registered(world)
    answers = [activate(Client(), made.card.number, "AAAAAAAAAA").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


def test_readers_log_in_with_their_card_number_only_while_it_is_valid(world, reader):
    card = Patron.objects.get().cards.get()
    assert Client().login(username=card.number, password=PASSWORD)
    assert not Client().login(username=card.number, password="wrong")
    card.state = "lost"
    card.save()
    assert not Client().login(username=card.number, password=PASSWORD)


def test_the_profile_is_masked(world, reader):
    page = reader.get(reverse("opac:patrons-profile")).content.decode()
    for whole in ("何秋月", ID_NUMBER, "13800001234", "000000001"):
        assert whole not in page
    assert "**** 1234" in page


def test_the_card_shows_a_code_and_its_number_masked(world, reader):
    page = reader.get(reverse("opac:patrons-card")).content.decode()
    assert '<svg class="qr"' in page
    assert "000000001" not in page
    assert "**** 0001" in page


def test_a_cancelled_reader_is_nobody(world, reader):
    Patron.objects.update(state="cancelled")
    assert reader.get(reverse("opac:patrons-profile")).status_code == 302
