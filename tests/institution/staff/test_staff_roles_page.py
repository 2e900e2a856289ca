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


@pytest.mark.django_db
def test_a_role_that_cannot_be_granted_is_told_with_what_was_chosen():
    world = make_world()
    director, other = world.account("director"), world.account("other")
    RoleGrant.objects.create(account=director, role=Role.DIRECTOR, granted_at=NOON)
    client = Client()
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("desk:staff-grant", args=[other.pk])

    unknown = client.post(address, {"role": "conjurer", "branch": world.branch.pk})
    assert unknown.status_code == 422
    assert list(unknown.context["form"].errors) == ["role"]
    assert unknown.context["form"]["branch"].value() == str(world.branch.pk)
    assert f'<option value="{world.branch.pk}" selected>' in unknown.content.decode()

    chosen = {"role": Role.CLERK.value, "branch": str(world.branch.pk)}
    assert client.post(address, chosen).status_code == 302
    twice = client.post(address, chosen)
    assert twice.status_code == 409
    assert len(twice.context["form"].non_field_errors()) == 1
    assert RoleGrant.objects.filter(account=other).count() == 1
