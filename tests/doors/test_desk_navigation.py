"""The staff rail and panels: what an entry says is what its page says."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from world import NOON, make_world
from yanshu.doors.desk.navigation import WINGS
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import Role

ENTRIES = [entry for wing in WINGS for section in wing.sections for entry in section.entries]
TITLED_BY_CONTENT = {"home", "reports-latest", "places-calendar", "first-steps"}
"""Pages headed by the span, year, branch or library they are about."""


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_bears_the_name_of_its_entry(settings, language):
    make_world()
    account = Account.objects.create(username="all", display_name="all", created_at=NOON)
    for role in Role:
        RoleGrant.objects.create(account=account, role=role, granted_at=NOON)
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    other = {}
    for entry in ENTRIES:
        if entry.name in TITLED_BY_CONTENT:
            continue
        page = client.get(reverse(f"desk:{entry.name}"), follow=True).content.decode()
        current = re.search(r'aria-current="page">([^<]+)', page)
        heading = re.search(r"<h1[^>]*>([^<]*)", page)
        told = (current and current[1].strip(), heading and heading[1].strip())
        if told[0] != told[1]:
            other[entry.name] = told
    assert other == {}
