"""An installation without a library: every page leads to the one that founds it, and to it alone."""

import pytest
from django.test import Client
from django.urls import reverse

from doors.test_every_page import PLAIN
from yanshu.institution.places.models import Library

pytestmark = pytest.mark.django_db
FOUNDING = "/desk/found/"


def led(client):
    """Return where the plain pages lead, and those that lead nowhere."""
    answers = {name: client.get(reverse(name)) for name, _view in PLAIN}
    return {name: answer.headers.get("Location", str(answer.status_code)) for name, answer in answers.items()}


def test_every_page_leads_to_the_founding_of_a_library():
    elsewhere = {name: where for name, where in led(Client()).items() if where != FOUNDING}
    assert elsewhere == {"desk:staff-found": "200"}
    assert Client().get(reverse("account_login")).headers["Location"] == FOUNDING


def test_the_look_can_be_chosen_and_the_interface_answers_before():
    assert Client().post(reverse("ui:look"), {"elder": "1", "next": FOUNDING}).headers["Location"] == FOUNDING
    assert Client().get("/api/v1/openapi.json").status_code == 200


def test_a_founded_library_leads_there_no_more_at_once():
    client = Client()
    assert client.get("/").headers["Location"] == FOUNDING
    Library.objects.create(code="CN-NEW", name="新城图书馆")
    assert FOUNDING not in led(client).values()
    assert client.get(FOUNDING).headers["Location"] == reverse("desk:home")
