"""The usual list and form pages: exactly the rows shown are taken out; a refusal stands at its field."""

import csv
import io

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from world import make_world
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.web.tables import CopyTable
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.institution.places.models import Branch
from yanshu.institution.places.web.filters import BranchFilter
from yanshu.institution.places.web.tables import BranchTable

pytestmark = pytest.mark.django_db


class NameForm(forms.Form):
    name = forms.CharField()


def request_of(method="get", permissions=("*",), data=None):
    request = getattr(RequestFactory(), method)("/desk/places/branches/", data or {})
    request.actor = Actor(label="clerk", door=Door.DESK, permissions=frozenset(permissions), scope=None)
    request.user, request.session = AnonymousUser(), {}
    request._messages = FallbackStorage(request)
    return request


def branch_list(request):
    page = ListPage(title="Branches", unit="branches", kind="branches", shown="q kind")
    rows = BranchFilter(request.GET, Branch.objects.order_by("position"), request=request)
    return list_page(request, page, filterset=rows, table=BranchTable)


def exported(response):
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_exactly_the_filtered_rows_are_taken_out():
    make_world()
    assert len(exported(branch_list(request_of(data={"export": "csv"})))) == 2
    assert len(exported(branch_list(request_of(data={"export": "csv", "kind": "branch"})))) == 1


def test_an_export_keeps_the_filters_and_is_offered_where_there_are_rows():
    make_world()
    assert "export=csv" in branch_list(request_of(data={"kind": "branch"})).content.decode()
    assert "kind=branch" in branch_list(request_of(data={"kind": "branch"})).content.decode()
    nothing = branch_list(request_of(data={"q": "no such branch"})).content.decode()
    assert "export=csv" not in nothing


def test_acts_are_offered_to_those_who_may():
    acts = (("places.make_branch", "New", "desk:places-branch-new", "plus-lg", "n"),)
    assert [link.key for link in offered(request_of().actor, *acts)] == ["n"]
    assert offered(request_of(permissions=("places.see",)).actor, *acts) == []


def answer(act, *, then=None, **data):
    request = request_of("post", data=data)
    page = FormPage(title="Name", save="Save", back="/back/", done=lambda saved: f"{saved} kept", then=then)
    response = form_page(request, page, NameForm(request.POST), act)
    return response, [str(message) for message in get_messages(request)]


def test_what_is_saved_is_said_and_left():
    response, said = answer(lambda form: form.cleaned_data["name"], name="east")
    assert (response.status_code, response["Location"], said) == (302, "/back/", ["east kept"])
    response, _said = answer(lambda form: form.cleaned_data["name"], then="/{}/".format, name="east")
    assert response["Location"] == "/east/"


def test_an_unsound_form_is_not_done():
    done = []
    response, said = answer(done.append)
    assert (response.status_code, said, done) == (422, [], [])


@pytest.mark.parametrize(("refusal", "status"), [(Invalid, 422), (Conflict, 409)])
def test_a_refusal_stands_at_its_field(refusal, status):
    def refuse(form):
        raise refusal([Reason(code="taken", label="This name is taken.", field="name")])

    response, said = answer(refuse, name="east")
    assert (response.status_code, said) == (status, [])
    assert "This name is taken." in response.content.decode()


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_found_by_its_keys_holds_the_rows_of_the_list_in_its_order(page):
    world = make_world()
    for number in (3, 1, 5, 2, 4):
        world.item(world.record(title=f"题{number}", sort_key=str(number)))
    rows = Item.objects.select_related("record", "location", "branch").order_by("-pk")
    table = CopyTable(rows, order_by="title")
    table.paginate(page=page, per_page=2)
    expected = rows.order_by("record__sort_key")[(page - 1) * 2 : page * 2]
    assert [row.record.pk for row in table.paginated_rows] == [item.pk for item in expected]
