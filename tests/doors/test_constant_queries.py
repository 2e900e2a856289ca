"""Every page asks the database as often for three of everything as for one."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from doors.one_and_three import ROLES, Rows, one_of_each
from doors.test_every_page import PAGES
from yanshu.core import clock, feed
from yanshu.core.remembered import forget_all
from yanshu.institution.staff.models import Account, RoleGrant

NOT_PAGES = {"desk:export", "desk:import-template", "desk:figures-rows-file"}
"""Files: they are written row by row."""

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # PostgreSQL asks a feed for its oldest transaction


def addresses(rows: Rows, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the names and addresses of a door's pages, with the first row of each kind."""
    for space, entry in PAGES:
        name = f"{space}:{entry.name}"
        if space != wanted or name in NOT_PAGES:
            continue
        values = {
            argument: value_of(rows, space, entry.name, argument) for argument in entry.pattern.converters
        }
        try:
            yield name, reverse(name, kwargs=values)
        except NoReverseMatch:
            continue  # the name bears another pattern, or the argument is no row


def value_of(rows: Rows, space: str, name: str, argument: str) -> object:
    subject = name.split("-", maxsplit=1)[0]
    for key in (f"{name} {argument}", f"{subject} {argument}", f"{space} {argument}", argument):
        if key in rows.first:
            return rows.first[key]
    return None


def counts(client: Client, rows: Rows, door: str) -> dict[str, tuple[int, int]]:
    """Return status and number of queries of every page that answers a question."""
    found = {}
    for name, address in addresses(rows, door):
        client.get(address)  # what a process reads once is not counted
        forget_all()  # what it remembers for seconds always is
        with CaptureQueriesContext(connection) as asked:
            status = client.get(address).status_code
        if status != 405:
            found[name] = (status, len(asked))
    return found


def changed(client: Client, rows: Rows, door: str) -> dict[str, object]:
    feed.advance_all(now=clock.now())
    one = counts(client, rows, door)
    rows.more()
    rows.more()
    feed.advance_all(now=clock.now())
    three = counts(client, rows, door)
    assert len(one) > 10
    return {name: (one[name], three[name]) for name in one if one[name] != three[name]}


def test_pages_of_the_desk():
    rows = one_of_each()
    account = Account.objects.create(username="all", display_name="馆长", created_at=clock.now())
    for role in ROLES:
        RoleGrant.objects.create(account=account, role=role, granted_at=clock.now())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert changed(client, rows, "desk") == {}


def test_pages_of_a_reader():
    rows = one_of_each()
    client = Client()
    client.force_login(rows.reader, backend="django.contrib.auth.backends.ModelBackend")
    assert changed(client, rows, "opac") == {}
