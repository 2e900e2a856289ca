from dataclasses import replace

import pytest
from django.http import HttpResponse

from yanshu.core.access import PUBLIC, READER, for_reader, public, requires
from yanshu.core.actor import Actor, Door, PermissionMissing

VISITOR = Actor.nobody(Door.OPAC)
READING = replace(VISITOR, label="读者", patron_id=4, account_id=9)
CLERK = Actor(label="馆员", door=Door.DESK, permissions=frozenset({"patrons.see"}), account_id=7)


def page(request, number=1):
    """Answer with the number."""
    return HttpResponse(str(number))


GUARDED, READERS, OPEN = requires("patrons.see")(page), for_reader(page), public(page)


@pytest.mark.parametrize(("view", "mark"), [(GUARDED, "patrons.see"), (READERS, READER), (OPEN, PUBLIC)])
def test_a_view_bears_its_mark_and_its_name(view, mark):
    assert (view.permission, view.__name__, view.__doc__) == (mark, "page", "Answer with the number.")


@pytest.mark.parametrize(
    ("view", "actor", "answer"),
    [
        (OPEN, VISITOR, "opened"),
        (GUARDED, VISITOR, "log-in"),
        (GUARDED, READING, "refused"),
        (GUARDED, CLERK, "opened"),
        (READERS, VISITOR, "log-in"),
        (READERS, CLERK, "refused"),
        (READERS, READING, "opened"),
    ],
)
def test_who_may_open_what(rf, view, actor, answer):
    request = rf.get("/desk/patrons/?page=2")
    request.actor = actor
    if answer == "refused":
        with pytest.raises(PermissionMissing):
            view(request, number=5)
        return
    response = view(request, number=5)
    if answer == "opened":
        assert (response.status_code, response.content) == (200, b"5")
        return
    assert response.status_code == 302
    assert response.url.endswith("?next=/desk/patrons/%3Fpage%3D2")


def test_somebody_logged_in_without_the_permission_is_refused(rf):
    request = rf.get("/")
    request.actor = replace(CLERK, permissions=frozenset({"catalogue.see"}))
    with pytest.raises(PermissionMissing) as refused:
        GUARDED(request)
    assert refused.value.reasons[0].rule == "patrons.see"
