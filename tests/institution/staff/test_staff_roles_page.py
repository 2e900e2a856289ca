"""The page of roles and permissions."""

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.core import permission
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import declared_permissions
from yanshu.institution.staff.terms import Role


@pytest.mark.django_db
def test_every_permission_stands_once_under_its_wing():
    account = make_world().account("director")
    RoleGrant.objects.create(account=account, role=Role.DIRECTOR, granted_at=NOON)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    groups = client.get(reverse("desk:staff-roles")).context["groups"]
    codes = [row.code for _wing, rows in groups for row in rows]
    assert sorted(codes) == sorted(declared_permissions())
    # Operations that other tests declare have no words, and stand in a group of their own.
    worded = [[row.code for row in rows if row.code in permission.registry] for _wing, rows in groups]
    wings = [{code.split(".")[0] for code in codes} for codes in worded if codes]
    assert {"catalogue"} in wings
    assert {"circulation", "patrons"} in wings
    assert len(wings) == 5
