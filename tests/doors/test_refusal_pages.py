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
