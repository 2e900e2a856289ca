"""What every kind of answer bears, over HTTPS and without: cookies, headers, and that nobody keeps it."""

import runpy

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse
from ninja.throttling import AnonRateThrottle

from doors.test_every_page import PAGES, PLAIN
from world import NOON, make_world
from yanshu.config import settings as settings_module
from yanshu.core.access import READER
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.queries import hash_of_key
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import declared_permissions
from yanshu.institution.staff.terms import AccountKind, Role

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD, KEY = "right-pass-1", "a-key-for-this-test"
THROUGH_PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
PREFIXES = ("SESSION_", "CSRF_", "SECURE_", "ALLAUTH_", "NINJA_", "HTTPS", "LANGUAGE_COOKIE_")


def set_up(monkeypatch, settings, *, https):
    """Let the settings be as the environment makes them with and without YANSHU_HTTPS."""
    monkeypatch.setenv("YANSHU_HTTPS", https)
    made = runpy.run_path(settings_module.__file__)
    for name in {*made, *dir(live)}:
        if name.startswith(PREFIXES) and name.isupper():
            setattr(settings, name, made.get(name, getattr(live, name)))


@pytest.fixture
def https(monkeypatch, settings):
    set_up(monkeypatch, settings, https="1")


@pytest.fixture
def plain(monkeypatch, settings):
    set_up(monkeypatch, settings, https="0")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def director(world):
    account = world.account("director", home_branch=world.central, password=make_password(PASSWORD))
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, branch=None, granted_at=NOON)
    return account


@pytest.fixture
def reader(world):
    account = world.account("reader", kind=AccountKind.READER, password=make_password(PASSWORD))
    return world.patron(name="何秋月", account=account)


@pytest.fixture
def key(world):
    Terminal.objects.create(
        branch=world.central,
        kind=TerminalKind.CLIENT,
        name="client",
        login="client",
        key_hash=hash_of_key(KEY),
        permissions=sorted(declared_permissions()),
    )
    return {"Authorization": f"Bearer client.{KEY}"}


def logged_in(account, **options):
    client = Client(**options)
    client.force_login(account, backend=BACKEND)
    return client


def cookies_of_a_visit(headers):
    """Return every cookie the house sets: at the log-in page, by logging in, by choosing a look."""
    client = Client(headers=headers)
    entered = {"login": "director", "password": PASSWORD}
    chosen = {"theme": "dark", "elder": "1", "language": "en"}
    answers = [
        client.get("/account/login/"),
        client.post("/account/login/", entered),
        client.post(reverse("ui:look"), chosen),
    ]
    assert [answer.status_code for answer in answers] == [200, 302, 303]
    return {name: cookie for answer in answers for name, cookie in answer.cookies.items()}


COOKIES = {"yanshu_session", "yanshu_csrf", "yanshu_theme", "yanshu_elder", "yanshu_language"}


@pytest.mark.usefixtures("https")
def test_over_https_every_cookie_is_kept_to_it_from_scripts_and_from_other_sites(director):
    found = {
        name: (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["domain"])
        for name, cookie in cookies_of_a_visit(THROUGH_PROXY).items()
    }
    assert found == dict.fromkeys(COOKIES, (True, True, "Lax", ""))


@pytest.mark.usefixtures("plain")
def test_without_https_cookies_go_over_http_and_a_forwarded_scheme_is_not_believed(director):
    found = {
        name: (bool(cookie["secure"]), cookie["httponly"], cookie["samesite"])
        for name, cookie in cookies_of_a_visit(THROUGH_PROXY).items()
    }
    assert found == dict.fromkeys(COOKIES, (False, True, "Lax"))


def transport(headers):
    answer = Client(headers=headers).get("/")
    return answer.wsgi_request.is_secure(), answer.headers.get("Strict-Transport-Security")


@pytest.mark.usefixtures("https")
@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (THROUGH_PROXY, (True, "max-age=31536000")),
        ({"X-Forwarded-Proto": "http"}, (False, None)),
        ({}, (False, None)),
    ],
    ids=["https", "http", "not said"],
)
def test_browsers_are_told_to_stay_with_https_once_they_came_by_it(world, headers, found):
    assert transport(headers) == found


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("headers", [THROUGH_PROXY, {}], ids=["forged", "not said"])
def test_without_the_setting_nobodys_word_about_the_scheme_is_believed(world, headers):
    assert transport(headers) == (False, None)


def addresses_seen(headers):
    """Return whom the limits of log-ins and of the interface take somebody for."""
    from allauth.core.internal.httpkit import get_client_ip

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    return get_client_ip(request), AnonRateThrottle("1/m").get_ident(request)


@pytest.mark.parametrize("said", ["203.0.113.9", "198.51.100.7", "198.51.100.7, 203.0.113.9"])
def test_limits_cannot_be_escaped_by_naming_another_address(plain, said):
    assert addresses_seen({"X-Forwarded-For": said}) == ("192.0.2.1", "192.0.2.1")


@pytest.mark.parametrize("said", ["203.0.113.9", "198.51.100.7, 203.0.113.9"])
def test_behind_a_proxy_its_own_word_counts_alone(https, said):
    assert addresses_seen({"X-Forwarded-For": said}) == ("203.0.113.9", "203.0.113.9")


# --- the policy, on answers of every kind ---------------------------------------------------------


def kinds_of_answers(director, reader, key):
    """Yield every kind of answer the house gives, with the status it should bear."""
    client, guest = logged_in(director), Client()
    own = logged_in(reader.account)
    yield "page", 200, guest.get("/")
    yield "page of the desk", 200, client.get(reverse("desk:patrons-list"))
    yield "page of a reader", 200, own.get(reverse("opac:account"))
    yield "part", 200, client.post(reverse("desk:palette"), {"q": "x"}, headers={"HX-Request": "true"})
    yield "log-in", 200, guest.get("/account/login/")
    yield "led to the log-in", 302, guest.get(reverse("desk:patrons-list"))
    yield "drawing", 200, guest.get(reverse("ui:cover"), {"t": "史记"})
    yield "download", 200, client.get(reverse("desk:patrons-list"), {"export": "csv"})
    yield "template", 200, client.get(reverse("desk:imports-template", args=["patrons", "xlsx"]))
    yield "interface", 200, guest.get("/api/v1/places/branches")
    yield "interface, with a key", 200, guest.get("/api/v1/figures/", headers=key)
    yield "interface, nobody", 401, guest.get("/api/v1/figures/")
    yield "interface, no such", 404, guest.get("/api/v1/no/such")
    yield "interface, its description", 200, guest.get("/api/v1/openapi.json")
    yield "interface, its pages", 200, guest.get("/api/v1/docs")
    yield "no such page", 404, guest.get("/no/such/page/")
    yield "no such page at the desk", 404, client.get("/desk/no/such/page/")
    yield "not for him", 403, own.get(reverse("desk:staff-audit"))
    yield "without a token", 403, logged_in(director, enforce_csrf_checks=True).post(reverse("ui:look"))
    yield "cannot be read", 400, guest.get("/", headers={"Host": "elsewhere.example"})
    yield "for forms only", 405, client.get(reverse("desk:staff-workplace"))
    yield "badly filled in", 422, client.post(reverse("desk:patrons-register"), {"name": "何"})
    upload = {"file": SimpleUploadedFile("readers.csv", b"MZ\x90\x00\x03\x00")}
    yield "file not taken", 422, client.post(reverse("desk:imports-upload", args=["patrons"]), upload)
    yield "carried out", 303, guest.post(reverse("ui:look"), {"theme": "dark"})
    guest.raise_request_exception = client.raise_request_exception = False
    yield "fault of ours", 500, guest.get("/added/faulty/")
    yield "fault of ours, to staff", 500, client.get("/added/faulty/")


def directives(answer):
    said = answer.headers.get("Content-Security-Policy", "")
    return dict(rule.strip().partition(" ")[::2] for rule in said.split(";"))


def test_the_policy_stands_on_answers_of_every_kind(director, reader, key, settings):
    settings.ROOT_URLCONF, wrong = "doors.additions", {}
    for kind, status, answer in kinds_of_answers(director, reader, key):
        rules = directives(answer)
        loose = {name for name, sources in rules.items() if "unsafe" in sources or "*" in sources}
        found = answer.status_code, rules.get("default-src"), rules.get("script-src"), loose
        if found != (status, "'none'", "'self'", set()) or rules.get("style-src") != "'self'":
            wrong[kind] = found
    assert wrong == {}


# --- nobody keeps what is a person's ------------------------------------------------------------


def kept(answer):
    return "no-store" not in answer.headers.get("Cache-Control", "")


def test_what_is_answered_to_a_colleague_is_kept_by_nobody(director):
    """Pages without parts in their address are walked with their headers in test_guarded."""
    client, found = logged_in(director), set()
    parts = {"file_format": "csv", "kind": "patrons", "day": NOON.date(), "start": NOON, "code": "C"}
    for space, entry in PAGES:
        converters = entry.pattern.converters
        if space == "desk" and converters:
            path = reverse(f"desk:{entry.name}", kwargs={part: parts.get(part, 1) for part in converters})
            found |= {path} if kept(client.get(path)) else set()
    assert found == set()
    for path in ("/", "/account/password/change/", "/no/such/page/", "/api/v1/figures/"):
        assert not kept(client.get(path)), path


def test_what_is_answered_to_a_reader_is_kept_by_nobody(reader):
    client = logged_in(reader.account)
    own = [reverse(name) for name, view in PLAIN if view.permission == READER]
    assert len(own) >= 5
    assert {path for path in [*own, "/", reverse("desk:staff-audit")] if kept(client.get(path))} == set()


def test_what_a_machine_is_told_by_its_key_is_kept_by_nobody(world, key):
    assert not kept(Client().get("/api/v1/figures/", headers=key))


def test_pages_of_nobody_may_be_kept(world):
    assert kept(Client().get("/"))


def test_a_token_is_taken_from_the_page_and_not_from_the_cookie(director):
    """Scripts cannot read the cookie; the page carries the token for them."""
    client = logged_in(director, enforce_csrf_checks=True)
    page = client.get(reverse("desk:circulation-desk"))
    token = get_token(page.wsgi_request)
    refused = client.post(reverse("desk:palette"), {"q": "x"})
    taken = client.post(reverse("desk:palette"), {"q": "x"}, headers={"X-CSRFToken": token})
    assert "X-CSRFToken" in page.content.decode()
    assert (refused.status_code, taken.status_code) == (403, 200)
