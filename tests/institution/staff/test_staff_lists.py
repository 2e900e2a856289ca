"""The lists of accounts and of the audit log: searched, filtered, paged and taken out as every list."""

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core.models import JournalLine
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def director(world):
    account = world.account("director")
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client, name, **query):
    return [row.record for row in client.get(reverse(f"desk:{name}"), query).context["table"].rows]


def exported(client, name, **query):
    answer = client.get(reverse(f"desk:{name}"), {"export": "csv", **query})
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_accounts_are_found_by_name_role_and_state(world, director):
    clerk = world.account("clerk")
    for branch in (world.central, world.branch):
        RoleGrant.objects.create(account=clerk, role=Role.CLERK, branch=branch, granted_at=NOON)
    gone = world.account("gone", is_active=False)
    assert listed(director, "staff-accounts", q="cler") == [clerk]
    assert listed(director, "staff-accounts", q="CLERK") == [clerk]
    assert listed(director, "staff-accounts", role="clerk") == [clerk]
    assert listed(director, "staff-accounts", state="off") == [gone]
    assert listed(director, "staff-accounts", q="nobody") == []
    assert len(exported(director, "staff-accounts", role="clerk")) == 2


def test_the_audit_log_is_narrowed_and_taken_out_and_that_is_written_down(director):
    lines = exported(director, "staff-audit")
    assert len(lines) == 1 + JournalLine.objects.count()
    taken = JournalLine.objects.get(operation="export.journal")
    assert listed(director, "staff-audit", operation="export.journal") == [taken]
    assert listed(director, "staff-audit", operation="staff.grant_role") == []
    assert len(exported(director, "staff-audit", operation="export.journal")) == 3
