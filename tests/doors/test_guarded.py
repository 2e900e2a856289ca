"""What guards answers and forms: headers, cookies, tokens, limits, and no person in logs or addresses."""

import logging
from datetime import datetime
from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from doors.test_every_page import PAGES, PLAIN
from world import NOON, make_world
from yanshu.core import secret
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import AccountKind, Role
from yanshu.readers.patrons.queries import ID_NUMBER_PURPOSE, TELEPHONE_PURPOSE

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAME, CARD, TELEPHONE, ID_NUMBER = "欧阳鹤鸣", "R000001", "13912345678", "430402199001011234"
PASSWORD = "right-pass-1"
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: What may be kept, and says so: all get the same.
SAME_FOR_ALL = {"/search/suggestions/"}
SAMPLE = {
    "day": "2019-11-16",
    "start": datetime(2019, 11, 16, 9),  # noqa: DTZ001  as the address gives it
    "code": "C",
    "kind": "patrons",
    "file_format": "csv",
}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def director(world):
    account = world.account("director", home_branch=world.central, password=make_password(PASSWORD))
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, branch=None, granted_at=NOON)
    return account


@pytest.fixture
def reader(world, settings, tmp_path):
    settings.KEYS_FOLDER = tmp_path / "keys"
    hashes = {
        "telephone_hash": secret.keyed_hash(TELEPHONE, TELEPHONE_PURPOSE),
        "id_number_hash": secret.keyed_hash(ID_NUMBER, ID_NUMBER_PURPOSE),
    }
    account = world.account("reader", kind=AccountKind.READER, password=make_password(PASSWORD))
    return world.patron(name=NAME, account=account, telephone=TELEPHONE, id_number=ID_NUMBER, **hashes)


def logged_in(account, **options):
    client = Client(**options)
    client.force_login(account, backend=BACKEND)
    return client


def test_every_answer_bears_the_policy_and_the_headers_and_is_kept_by_nobody(world, director):
    client, wrong = logged_in(director), {}
    paths = [reverse(name) for name, _view in PLAIN]
    for path in [*paths, "/no/such/page/", "/api/v1/no/such", "/api/v1/openapi.json", "/account/login/"]:
        answer = client.get(path)
        policy = answer.headers.get("Content-Security-Policy", "")
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        lacking = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
        loose = [name for name, value in rules.items() if "unsafe" in value or "*" in value]
        kept = path not in SAME_FOR_ALL and "no-store" not in answer.headers.get("Cache-Control", "")
        if lacking or loose or rules.get("default-src") != "'none'" or rules.get("script-src") != "'self'":
            wrong[path] = (lacking, loose, policy)
        if kept:
            wrong[path] = "may be kept by a proxy, or for the next person at the machine"
    assert wrong == {}


def test_no_form_is_taken_without_a_token(world, director):
    client, taken = logged_in(director, enforce_csrf_checks=True), {}
    for space, entry in PAGES:
        converters = entry.pattern.converters
        path = reverse(f"{space}:{entry.name}", kwargs={part: SAMPLE.get(part, 1) for part in converters})
        if client.post(path).status_code != HTTPStatus.FORBIDDEN:
            taken[path] = entry.name
    assert taken == {}


def test_the_session_is_kept_from_scripts_and_other_sites(world, director):
    client = Client()
    answer = client.post("/account/login/", {"login": "director", "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (answer.status_code, bool(cookie["httponly"]), cookie["samesite"]) == (302, True, "Lax")
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.HTTPS


ELSEWHERE_IN_ALLAUTH = [
    "email",
    "confirm-email",
    "password/reset",
    "password/set",
    "signup",
    "reauthenticate",
    "login/code",
]


@pytest.mark.parametrize("page", ELSEWHERE_IN_ALLAUTH)
def test_nothing_promises_a_letter_or_a_sign_up_that_is_not_there(world, director, page):
    for client in (Client(), logged_in(director)):
        for answer in (
            client.get(f"/account/{page}/"),
            client.post(f"/account/{page}/", {"email": "a@example.org"}),
        ):
            assert answer.status_code == HTTPStatus.NOT_FOUND
    assert not EmailAddress.objects.exists()


def test_wrong_passwords_are_slowed_down(world, director):
    cache.clear()
    client = Client()
    said = [
        client.post("/account/login/", {"login": "director", "password": f"wrong-{number}"})
        for number in range(8)
    ]
    assert said[0].status_code == HTTPStatus.OK
    right = client.post("/account/login/", {"login": "director", "password": PASSWORD})
    assert settings.SESSION_COOKIE_NAME not in right.cookies
    cache.clear()


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:1"]
)
def test_no_address_leads_out_of_the_house(world, director, elsewhere):
    for client, path, data in [
        (Client(), "/account/login/", {"login": "director", "password": PASSWORD, "next": elsewhere}),
        (Client(), f"/account/login/?next={elsewhere}", {"login": "director", "password": PASSWORD}),
        (Client(), reverse("ui:look"), {"theme": "dark", "next": elsewhere}),
        (
            logged_in(director),
            reverse("desk:staff-workplace"),
            {"branch": world.central.pk, "next": elsewhere},
        ),
        (logged_in(director), "/account/logout/", {"next": elsewhere}),
    ]:
        answer = client.post(path, data)
        assert answer.status_code in {302, 303}, path
        assert answer["Location"].startswith("/"), path
        assert not answer["Location"].startswith(("//", "/\\")), path


def test_no_person_stands_in_logs_or_addresses(world, director, reader, caplog):
    """A clerk looks a reader up in every way there is, opens his pages and changes them."""
    caplog.set_level(logging.DEBUG)
    client, addresses = logged_in(director), []

    def ask(method, path, data=None):
        answer = getattr(client, method)(path, data or {}, follow=True)
        addresses.extend([path, *(address for address, _status in answer.redirect_chain)])
        assert answer.status_code < 500
        return answer

    for words in (NAME, CARD, TELEPHONE, ID_NUMBER):
        ask("post", reverse("desk:patrons-search"), {"q": words})
        ask("post", reverse("desk:palette"), {"q": words})
        ask("post", reverse("desk:circulation-scan"), {"code": words, "mode": "reader"})
    for name in ("patrons-patron", "patrons-change", "patrons-slip", "patrons-card", "patrons-suspend"):
        ask("get", reverse(f"desk:{name}", args=[reader.pk]))
    ask("post", reverse("desk:patrons-change", args=[reader.pk]), {"name": NAME, "telephone": "1"})
    ask("post", reverse("desk:patrons-register"), {"name": NAME, "id_number": ID_NUMBER[:-1] + "9"})
    ask("post", reverse("desk:circulation-reader"), {"patron": reader.pk})
    for listing in (
        "patrons-list",
        "circulation-loans",
        "circulation-ledger",
        "staff-audit",
        "circulation-holds",
    ):
        ask("get", reverse(f"desk:{listing}"))
    Client().post("/account/login/", {"login": CARD, "password": "wrong"})
    own = logged_in(reader.account)
    for name in ("account", "patrons-profile", "patrons-card", "circulation-my-history"):
        assert own.get(reverse(f"opac:{name}")).status_code == HTTPStatus.OK

    told = [
        f"{record.getMessage()} {record.args}"
        for record in caplog.records
        if not record.name.startswith("django.db.backends")  # statements are logged where DEBUG is on alone
    ]
    for words in (NAME, CARD, TELEPHONE, ID_NUMBER):
        assert [line for line in told if words in line] == []
        assert [address for address in addresses if words in address] == []
