"""Pages that say no: who may grant, in the shell of the one who asks; and addresses that take forms only."""

import pytest
from django.test import Client
from django.urls import reverse

from world import make_world
from yanshu.core import clock
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import AccountKind, Role

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def clerk(world):
    account = world.account("clerk-of-doors")
    RoleGrant.objects.create(account=account, role=Role.CLERK, branch=None, granted_at=clock.now())
    return _logged_in(account)


@pytest.fixture
def reader(world):
    account = world.account("reader", kind=AccountKind.READER)
    world.patron(name="何秋月", account=account)
    return _logged_in(account)


def _logged_in(account):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend=BACKEND)
    return client


def test_staff_are_told_who_grants_and_keep_their_rail(clerk):
    page = clerk.get(reverse("desk:staff-audit"))
    words = page.content.decode()
    assert page.status_code == 403
    assert "under Settings, Staff" in words
    assert "ys-rail" in words


def test_readers_are_not_told_of_roles(reader):
    page = reader.get(reverse("desk:staff-audit"))
    words = page.content.decode()
    assert page.status_code == 403
    assert "logged in as a reader" in words
    assert "role" not in words.partition("<main")[2].replace('role="', "")
    assert "ys-rail" not in words


def test_staff_are_sent_from_a_readers_page_without_talk_of_grants(clerk):
    page = clerk.get(reverse("opac:account"))
    assert page.status_code == 403
    assert "under Settings, Staff" not in page.content.decode()


def test_an_address_for_forms_says_so(clerk):
    page = clerk.get(reverse("desk:staff-workplace"))
    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "nothing has been changed" in page.content.decode()


def test_a_form_of_nobody_leads_back_to_its_page(world):
    sent = Client().post(
        reverse("desk:circulation-scan"), {"code": "1"}, HTTP_REFERER="http://testserver/desk/circulation/"
    )
    assert sent.status_code == 302
    assert sent["Location"].endswith("?next=http%3A//testserver/desk/circulation/")


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_a_script_of_nobody_is_told_in_a_bare_answer(world, headers):
    answer = Client().post(reverse("desk:circulation-scan"), {"code": "1"}, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


def test_without_any_cookie_the_log_in_is_offered_and_the_way_back(world):
    strict = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    came = {"HTTP_REFERER": "http://testserver/desk/circulation/"}
    page = strict.post(reverse("desk:circulation-scan"), {"code": "1"}, **came)
    assert page.status_code == 403
    assert "/account/login/?next=http%3A//testserver/desk/circulation/" in page.content.decode()
    part = strict.post(
        reverse("desk:circulation-scan"), {"code": "1"}, headers={"HX-Request": "true"}, **came
    )
    assert part.status_code == 401


def test_a_stale_form_of_a_public_page_speaks_of_no_log_in():
    page = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en").post(reverse("ui:look"), {})
    assert page.status_code == 403
    assert "had grown old" in page.content.decode()
