"""Every address there is: marked for whom it is, refused to all others, led to the log-in without one."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from world import NOON, make_world
from yanshu.core.access import PUBLIC, READER
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.queries import declared_permissions, permissions_of_role
from yanshu.institution.staff.terms import Role

OURS = {"desk", "opac"}


def patterns(resolver=None, namespace="") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        else:
            yield namespace, entry


PAGES = [(space, entry) for space, entry in patterns() if space in OURS]
PLAIN = [(f"{space}:{entry.name}", entry.callback) for space, entry in PAGES if not entry.pattern.converters]


@pytest.mark.parametrize(("space", "entry"), PAGES, ids=[f"{space}:{entry.name}" for space, entry in PAGES])
def test_every_view_says_for_whom_it_is(space, entry):
    permission = getattr(entry.callback, "permission", None)
    assert permission is not None, f"{space}:{entry.name} bears no mark of core.access"
    assert permission in {PUBLIC, READER} or permission in declared_permissions(), permission


def test_names_are_used_once():
    names = [f"{space}:{entry.name}" for space, entry in PAGES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role.values])
def test_pages_open_to_those_who_may_and_to_nobody_else(role):
    world = make_world()
    client = Client(raise_request_exception=True)
    may: frozenset[str] = frozenset()
    if role is not None:
        account = Account.objects.create(username=role, display_name=role, created_at=NOON)
        RoleGrant.objects.create(account=account, role=role, granted_at=NOON)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        may = permissions_of_role(role)
    wrong = {}
    for name, view in PLAIN:
        status = client.get(reverse(name)).status_code
        if status == 405:
            status = client.post(reverse(name)).status_code
        if status != expected(view.permission, may, known=role is not None, got=status):
            wrong[name] = status
    assert wrong == {}
    assert world.library.pk


def expected(permission: str, may: frozenset[str], *, known: bool, got: int) -> int:
    opened = got if got in {200, 302, 303, 400, 404, 422} else 200
    if permission == PUBLIC:
        return opened
    if permission == READER and known:
        return 403
    if permission == READER or not known:
        return 302
    return opened if permission in may else 403
