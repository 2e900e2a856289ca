"""Readers for other systems: typed answers, masked numbers, refusals with their codes."""

import pytest
from django.test import Client
from stdnum.cn import ric

from world import NOON, World, make_world
from yanshu.institution.staff.models import RoleGrant
from yanshu.readers.patrons.models import Patron

pytestmark = pytest.mark.django_db
ID_NUMBER = "43040219800505001" + ric.calc_check_digit("430402198005050010")
BASE = "/api/v1/patrons/"


@pytest.fixture
def world() -> World:
    return make_world()


def caller(world: World, role: str, *, branch=None) -> Client:
    account = world.account(role, home_branch=branch or world.central)
    RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def director(world) -> Client:
    return caller(world, "director")


def send(client, path="", method="post", **body):
    return getattr(client, method)(f"{BASE}{path}", body, content_type="application/json")


def register(client, **more):
    body = {"name": "何秋月", "category": "adult", "home_branch": "C", "id_number": ID_NUMBER, **more}
    return send(client, **body)


def test_registering_reading_finding_changing(world, director):
    made = register(director, telephone="13800001234")
    assert made.status_code == 201
    patron = made.json()["patron"]
    assert (patron["id_number"], patron["telephone"], patron["state"]) == (
        f"**** {ID_NUMBER[-4:]}",
        "**** 1234",
        "valid",
    )
    assert director.get(f"{BASE}{patron['id']}").json() == patron
    assert send(director, "find", number=made.json()["card_number"]).json() == [patron]
    assert send(director, "find", number=ID_NUMBER).json() == [patron]
    changed = send(director, str(patron["id"]), "patch", version=1, name="何秋玥")
    assert (changed.json()["name"], changed.json()["version"]) == ("何秋玥", 2)
    assert Patron.objects.get().telephone == "13800001234"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"category": "x", "home_branch": "y"}, ["category-not-offered", "branch-unknown"]),
        ({"id_number": "1"}, ["id-number-wrong"]),
    ],
)
def test_refusals_bear_their_codes(world, director, body, codes):
    answer = register(director, **body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [block["code"] for block in answer.json()["blocks"]] == codes


def test_an_older_version_and_an_unknown_reader(world, director):
    patron = world.patron()
    assert send(director, str(patron.pk), "patch", version=7, name="x").status_code == 409
    assert director.get(f"{BASE}999").status_code == 404


def test_permissions_and_branches(world, director):
    patron = world.patron()
    assert director.get(f"{BASE}categories").json()[0]["code"] == "adult"
    assert caller(world, "cataloguer").get(f"{BASE}{patron.pk}").status_code == 403
    assert Client().get(f"{BASE}{patron.pk}").status_code == 401
    elsewhere = caller(world, "clerk", branch=world.branch)
    assert elsewhere.get(f"{BASE}{patron.pk}").status_code == 403


def test_passwords_are_checked_for_who_may_ask(world, director):
    world.patron()
    asked = send(director, "check-pin", card_number="R000001", pin="x")
    assert asked.json() == {"verdict": "wrong"}
    assert send(director, "check-pin", card_number="nobody", pin="x").json() == {"verdict": "unknown"}
    assert send(caller(world, "auditor"), "check-pin", card_number="R000001", pin="x").status_code == 403
