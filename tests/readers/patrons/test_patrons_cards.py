"""A card by its number: however typed, and the same one for every question asked of it."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from world import NOON, World, make_world
from yanshu.institution.places.models import Library
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import AccountKind
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import Card
from yanshu.readers.patrons.terms import PinVerdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def reader(world, number, *, pin="", library=None):
    patron = world.patron()
    if pin:
        patron.account = Account.objects.create(
            username=f"reader-{patron.pk}",
            kind=AccountKind.READER,
            password=make_password(pin),
            created_at=NOON,
        )
        patron.save()
    Card.objects.filter(patron=patron).update(number=number, library=library or world.library)
    return patron


def holder(number, **more):
    card = queries.card_by_number(number, **more)
    return card.patron if card else None


@pytest.mark.parametrize("typed", ["R9A", "r9a", "ｒ９ａ", " R9 A "])
def test_case_width_and_blanks_do_not_matter(world, typed):
    patron = reader(world, "R9A")
    assert holder(typed) == patron
    assert queries.holders_of(typed) == [patron.pk]


def test_the_number_as_it_was_read_comes_first_even_where_its_card_is_lost(world):
    small, large = reader(world, "r9"), reader(world, "R9")
    Card.objects.filter(patron=small).update(state="lost")
    assert (holder("r9"), holder("R9"), holder("Ｒ９")) == (small, large, large)


def test_nobody_acts_on_one_card_by_the_password_of_another(world):
    other = Library.objects.create(code="CN-ELSE", name="另一馆")
    here, there = reader(world, "N1", pin="ours-1"), reader(world, "N1", pin="theirs-1", library=other)
    for library, patron, pin, wrong in (
        (world.library, here, "ours-1", "theirs-1"),
        (other, there, "theirs-1", "ours-1"),
    ):
        said = {"card_number": "n1", "now": NOON, "library_id": library.pk}
        assert holder("n1", library_id=library.pk) == patron
        assert operations.check_pin(pin=pin, **said) == PinVerdict.RIGHT
        assert operations.check_pin(pin=wrong, **said) == PinVerdict.WRONG


def test_a_reader_logs_in_with_a_card_number_typed_in_full_width(world):
    patron = reader(world, "R9", pin="river-2019")
    client = Client()
    typed = {"login": "ｒ９", "password": "river-2019"}
    assert client.post(reverse("account_login"), typed).status_code == 302
    assert client.session["_auth_user_id"] == str(patron.account_id)
