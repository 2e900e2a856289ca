"""A whole first day at every door, with the log and all addresses read afterwards: nobody stands in them."""

import io
import logging
import re
from urllib.parse import unquote_plus

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.config.commands.processes import on_behalf_of
from yanshu.core.importing import worker
from yanshu.core.log import QuietFormatter
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.queries import hash_of_key
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import declared_permissions
from yanshu.institution.staff.terms import Role
from yanshu.lending.circulation.models import Loan
from yanshu.readers.patrons.models import Card, Patron

pytestmark = pytest.mark.django_db
NAME, TELEPHONE, ID_NUMBER = "欧阳鹤鸣", "13912345678", "11010519491231002X"
STAFF_PASSWORD, PASSWORD, KEY = "right-pass-1", "geese-over-xiang-7", "a-key-for-this-test"
LINK = re.compile(r"\b(?:href|action|src|hx-(?:get|post|push-url|replace-url))=\"([^\"]*)\"")
CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}")
GET_FORM = re.compile(r"<form(?![^>]*method=\"post\")[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)


@pytest.fixture
def log():
    """Return what the house's own handler would write, down to the least."""
    lines = io.StringIO()
    handler, root = logging.StreamHandler(lines), logging.getLogger()
    handler.setFormatter(QuietFormatter(live.LOGGING["formatters"]["plain"]["format"]))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


class Window:
    """A browser whose addresses are remembered, and those it was shown."""

    def __init__(self, addresses):
        self.client = Client(raise_request_exception=False)
        self.addresses = addresses

    def get(self, address, /, *args, **query):
        return self._seen(self.client.get(self._path(address, args), query, follow=True))

    def post(self, address, /, *args, **sent):
        return self._seen(self.client.post(self._path(address, args), sent, follow=True))

    def _path(self, name, args):
        return name if name.startswith("/") else reverse(name, args=args)

    def _seen(self, answer):
        self.addresses.add(answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"])
        self.addresses.update(address for address, _status in getattr(answer, "redirect_chain", ()))
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            self.addresses.update(LINK.findall(answer.content.decode()))
        return answer


@pytest.fixture
def world(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.ROOT_URLCONF = "doors.additions"
    cache.clear()
    world = make_world()
    account = world.account("director", home_branch=world.central, password=make_password(STAFF_PASSWORD))
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, branch=None, granted_at=NOON)
    Terminal.objects.create(
        branch=world.central,
        kind=TerminalKind.CLIENT,
        name="client",
        login="client",
        key_hash=hash_of_key(KEY),
        permissions=sorted(declared_permissions()),
    )
    yield world
    cache.clear()


def begin(desk):
    """Log in at the desk, at the second try."""
    wrong = {"login": "director", "password": STAFF_PASSWORD + "x"}
    desk.post("/account/login/", **wrong)
    entered = desk.post("/account/login/", login="director", password=STAFF_PASSWORD)
    assert entered.redirect_chain


def look_up(desk, *words):
    for wanted in words:
        desk.post("desk:patrons-search", words=wanted)
        desk.post("desk:palette", q=wanted)
        desk.post("desk:circulation-scan", code=wanted, mode="reader")


def register(desk, world):
    """Register the reader, and once more, which is refused; return card number and code."""
    entered = {
        "name": NAME,
        "id_number": ID_NUMBER,
        "telephone": TELEPHONE,
        "category": world.adult.pk,
        "home_branch": world.central.pk,
    }
    desk.post("desk:patrons-check-identity", id_number=ID_NUMBER)
    slip = desk.post("desk:patrons-register", **entered)
    again = desk.post("desk:patrons-register", **entered)
    assert (slip.status_code, again.status_code) == (200, 422)
    return Card.objects.get().number, CODE.search(slip.content.decode()).group()


def choose_password(own, card, code):
    said = {"card_number": card, "password": PASSWORD, "again": PASSWORD}
    assert own.post("opac:patrons-activate", code="22222-22222", **said).status_code == 422
    assert own.post("opac:patrons-activate", code=code, **said).status_code == 200


def lend(desk, card, item):
    desk.post("desk:circulation-scan", code=card, mode="reader")
    desk.post("desk:circulation-scan", code=item.barcode, mode="lend")
    desk.post("desk:circulation-scan", code=card, mode="lend")
    assert Loan.objects.get(closed_at=None).item_id == item.pk


def ask_by_interface(client, card):
    headers = {"Authorization": f"Bearer client.{KEY}"}
    for path, sent, status in (
        ("find", {"number": ID_NUMBER}, 200),
        ("check-pin", {"card_number": card, "pin": PASSWORD + "x"}, 200),
        ("check-pin", {"card_number": card, "pin": PASSWORD}, 200),
        ("", {"name": NAME, "category": "adult", "home_branch": "C", "id_number": ID_NUMBER}, 422),
        ("", {"name": NAME, "category": "none", "home_branch": "C", "telephone": TELEPHONE}, 422),
    ):
        answer = client.post(f"/api/v1/patrons/{path}", sent, "application/json", headers=headers)
        assert answer.status_code == status, (path, answer.content)


def load(desk, card):
    """Load a file in which the reader stands twice, and badly."""
    heading = "读者证号,姓名,读者类型,所属馆代码,身份证号"
    rows = "\n".join([heading, f"{card},{NAME},adult,C,{ID_NUMBER}", f"T1,{NAME},none,C,{ID_NUMBER}"])
    desk.post(
        "desk:imports-upload", "patrons", file=SimpleUploadedFile("readers.csv", rows.encode()), act="load"
    )
    assert worker.carry_next(on_behalf_of)


def go_wrong(desk, *words):
    answer = desk.post("/added/faulty/", words=list(words))
    assert answer.status_code == 500


def test_the_first_day_leaves_nobody_in_log_or_addresses(world, log):
    item, addresses = world.item(), set()
    desk, own = Window(addresses), Window(addresses)
    begin(desk)
    look_up(desk, ID_NUMBER, TELEPHONE, NAME)
    card, code = register(desk, world)
    patron = Patron.objects.get()
    look_up(desk, ID_NUMBER, TELEPHONE, NAME, card)
    choose_password(own, card, code)
    lend(desk, card, item)
    ask_by_interface(desk.client, card)
    load(desk, card)
    for name in ("patrons-patron", "patrons-change", "patrons-slip", "patrons-card", "patrons-suspend"):
        assert desk.get(f"desk:{name}", patron.pk).status_code == 200
    for name in (
        "patrons-list",
        "circulation-loans",
        "circulation-ledger",
        "circulation-holds",
        "staff-audit",
    ):
        assert desk.get(f"desk:{name}").status_code == 200
    for name in ("account", "patrons-profile", "patrons-card", "circulation-my-history"):
        assert own.get(f"opac:{name}").status_code == 200
    own.post("/account/login/", login=card, password=PASSWORD + "x")
    personal = (NAME, NAME[2:], TELEPHONE, ID_NUMBER, card, code, PASSWORD, STAFF_PASSWORD, KEY)
    go_wrong(desk, *personal)
    go_wrong(own, *personal)

    written = log.getvalue()
    assert len(re.findall(r"Failure [0-9A-F]{4} at POST /added/faulty/", written)) == 2
    assert "ValueError" in written
    assert len(addresses) > 50
    for words in personal:
        assert [line for line in written.splitlines() if words in line] == []
        assert [each for each in addresses if words in unquote_plus(each)] == []


def test_lists_that_are_asked_by_address_find_nobody_by_what_is_his(world):
    """What readers are found by is posted; put into an address by hand, it finds nothing."""
    desk, item = Window(set()), world.item()
    begin(desk)
    card, _code = register(desk, world)
    lend(desk, card, item)
    about_him = reverse("desk:patrons-patron", args=[Patron.objects.get().pk])

    def listed(name, **query):
        return item.record.title in desk.get(f"desk:{name}", **query).content.decode().partition("<main")[2]

    lists = ("circulation-loans", "catalogue-items")
    assert [name for name in lists if not (listed(name) and listed(name, q=item.record.title))] == []
    for words in (NAME, NAME[2:], TELEPHONE, ID_NUMBER, card):
        assert [name for name in lists if listed(name, q=words)] == [], words
        assert desk.client.get(reverse("desk:patrons-search"), {"words": words}).status_code == 405
        assert about_him not in desk.client.get(reverse("desk:palette"), {"q": words}).content.decode()


def test_no_form_about_readers_puts_what_is_typed_into_the_address(world):
    desk = Window(set())
    begin(desk)
    register(desk, world)
    for name in ("patrons-list", "patrons-register", "circulation-desk", "home"):
        for form in GET_FORM.findall(desk.get(f"desk:{name}").content.decode().partition("<main")[2]):
            typed = re.findall(
                r"<input(?=[^>]*type=\"(?:text|search|tel|password)\")[^>]*name=\"(\w+)\"", form
            )
            assert typed == [], (name, typed)
