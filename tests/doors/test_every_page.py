"""Every address there is: marked for whom it is, refused to all others, led to the log-in without one."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from doors import additions
from world import NOON, make_world
from yanshu.core.access import PUBLIC, READER
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.queries import declared_permissions, permissions_of_role
from yanshu.institution.staff.terms import AccountKind, Role

OURS = {"desk", "opac"}


def patterns(entries=None, namespace="") -> Iterator[tuple[str, URLPattern]]:
    for entry in get_resolver().url_patterns if entries is None else entries:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, entry.namespace or namespace)
        else:
            yield namespace, entry


def plain(pages):
    """Return the names and views of addresses without parts."""
    return [
        (f"{space}:{entry.name}", entry.callback) for space, entry in pages if not entry.pattern.converters
    ]


PAGES = [(space, entry) for space, entry in patterns() if space in OURS]
PLAIN = plain(PAGES)
#: Walked elsewhere: the interface in test_api_conforms, log-in pages in test_guarded; the look is nobody's.
OTHERS = {"api", "ui", "account"}
PARTS = {
    "day": NOON.date(),
    "start": datetime(2019, 11, 16, 9),  # noqa: DTZ001  as the address gives it
    "code": "C",
    "kind": "patrons",
    "file_format": "csv",
}
ADDED = [(space, entry) for space, entry in patterns(additions.urlpatterns) if space == "added"]


def test_every_address_belongs_to_a_space_that_is_walked():
    found = set()
    for entry in get_resolver().url_patterns:
        assert isinstance(entry, URLResolver), f"{entry.pattern} stands in no space"
        spaces = {space or "" for space, _page in patterns([entry])}
        found |= {space or str(entry.pattern).strip("/") for space in spaces}
    assert found == OURS | OTHERS


def unmarked(pages):
    """Return the pages that do not say for whom they are, or name a permission there is not."""
    known = {PUBLIC, READER} | declared_permissions()
    return {
        f"{space}:{entry.name}"
        for space, entry in pages
        if getattr(entry.callback, "permission", None) not in known
    }


def test_every_view_says_for_whom_it_is():
    assert unmarked(PAGES) == set()


def test_a_new_view_without_a_mark_is_noticed():
    assert unmarked([*PAGES, *ADDED]) == {"added:unmarked", "added:faulty"}


def test_names_are_used_once():
    names = [f"{space}:{entry.name}" for space, entry in PAGES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.fixture
def enter():
    """Return a function that lets somebody in: nobody, a reader, or a colleague with one role."""
    world = make_world()

    def entered(role):
        client = Client(raise_request_exception=True)
        if role is None:
            return client, frozenset()
        kind = AccountKind.READER if role == READER else AccountKind.STAFF
        account = Account.objects.create(username=role, display_name=role, kind=kind, created_at=NOON)
        if role == READER:
            world.patron(account=account)
        else:
            RoleGrant.objects.create(account=account, role=role, granted_at=NOON)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client, {READER} if role == READER else permissions_of_role(role)

    return entered


def walked(client, may, pages, *, known):
    """Return the plain pages that answered otherwise than they should."""
    wrong = {}
    for name, view in plain(pages):
        status = client.get(reverse(name)).status_code
        if status == 405:
            status = client.post(reverse(name)).status_code
        if status != expected(view.permission, may, known=known, got=status):
            wrong[name] = status
    return wrong


def walked_with_parts(client, may, pages, *, known):
    """Return the pages about one thing that let somebody in for whom they are not, asked both ways."""
    wrong = {}
    for space, entry in pages:
        permission = entry.callback.permission
        if entry.pattern.converters and permission != PUBLIC and permission not in may:
            parts = {part: PARTS.get(part, 1) for part in entry.pattern.converters}
            path = reverse(f"{space}:{entry.name}", kwargs=parts)
            found = {client.get(path).status_code, client.post(path).status_code}
            if not found <= {403 if known else 302, 405} or found == {405}:
                wrong[path] = found
    return wrong


EVERYBODY = [None, READER, *Role.values]


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYBODY)
def test_pages_open_to_those_who_may_and_to_nobody_else(enter, role):
    client, may = enter(role)
    assert walked(client, may, PAGES, known=role is not None) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, READER, "clerk", "cataloguer", "auditor"])
def test_pages_about_one_thing_open_to_nobody_else_either_way_they_are_asked(enter, role):
    """Between them these lack every permission at least once."""
    client, may = enter(role)
    assert walked_with_parts(client, may, PAGES, known=role is not None) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, "clerk"])
def test_a_new_view_that_lets_everybody_in_is_noticed(enter, role, settings):
    settings.ROOT_URLCONF = "doors.additions"
    client, may = enter(role)
    lax = [(space, entry) for space, entry in ADDED if entry.name.startswith("lax")]
    assert walked(client, may, lax, known=role is not None) == {"added:lax": 200}
    assert walked_with_parts(client, may, lax, known=role is not None) == {"/added/lax/1/": {200}}


def expected(permission: str, may: frozenset[str], *, known: bool, got: int) -> int:
    opened = got if got in {200, 302, 303, 400, 404, 422} else 200
    if permission == PUBLIC:
        return opened
    if permission == READER and known and READER not in may:
        return 403
    if not known:
        return 302
    return opened if permission in may else 403


@pytest.mark.django_db
def test_the_interface_answers_nobody_but_where_it_says_so(enter):
    cache.clear()  # so many an hour without a key
    client, _may = enter(None)
    description = client.get("/api/v1/openapi.json").json()
    wrong = {}
    for path, operations in description["paths"].items():
        for method, described in operations.items():
            address = re.sub(r"\{\w+\}", "1", path)
            status = getattr(client, method)(address, {}, content_type="application/json").status_code
            if (status in {401, 403}) != bool(described.get("security")):
                wrong[f"{method} {path}"] = status
    assert wrong == {}
