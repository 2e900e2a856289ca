"""Shells, switches, pages of failures and parts, as a browser without scripts gets them."""

import hashlib
from http import HTTPStatus
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from yanshu.core.actor import Actor, Door
from yanshu.core.models import Instance
from yanshu.core.refusal import Reason, Refused
from yanshu.core.ui import context, paging, samples, views
from yanshu.core.ui.filters import chips
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.pieces import State
from yanshu.core.ui.presentation import Presentation, presentation_of
from yanshu.institution.places.models import Library

VENDOR = Path(context.__file__).parents[1] / "static" / "vendor"


@pytest.fixture
def client(client):
    """A browser of an installation with a library; without one every page leads to its founding."""
    Library.objects.create(code="CN-NEW", name="新城图书馆")
    return client


@pytest.fixture(autouse=True)
def _static_folder():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def rendered(source, **facts):
    request = RequestFactory().get("/list", facts.pop("query", {}))
    if "actor" in facts:
        request.actor = facts.pop("actor")
    return engines["django"].from_string(source).render(facts, request)


def in_english(client):
    client.cookies["yanshu_language"] = "en"
    return client


@pytest.mark.parametrize(
    ("cookies", "look"),
    [
        ({}, Presentation("system", is_elder=False)),
        ({"yanshu_theme": "dark", "yanshu_elder": "1"}, Presentation("dark", is_elder=True)),
        ({"yanshu_theme": "<script>", "yanshu_elder": "yes"}, Presentation("system", is_elder=False)),
    ],
)
def test_a_look_is_read_from_cookies_and_nonsense_is_none(cookies, look):
    assert presentation_of(cookies) == look


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/patterns?page=2", "/patterns?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_switch_goes_back_inside_the_house_only(client, wanted, reached):
    answer = client.post(reverse("ui:look"), {"theme": "dark", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, reached)
    assert client.cookies["yanshu_theme"].value == "dark"


def test_a_switch_takes_only_what_is_offered(client):
    client.post(reverse("ui:look"), {"theme": "pink", "elder": "2", "language": "xx"})
    assert not {"yanshu_theme", "yanshu_elder", "yanshu_language"} & set(client.cookies)


def test_a_switch_is_not_a_link(client):
    assert client.get(reverse("ui:look")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_chosen_look_stands_on_the_first_tag(client):
    client.post(reverse("ui:look"), {"theme": "dark", "elder": "1", "language": "en"})
    page = client.get(reverse("ui:patterns")).content.decode()
    assert '<html lang="en" data-bs-theme="dark" data-ys-theme="dark" data-ys-elder>' in page


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_demonstration_data_says_so_on_every_page(client, is_demonstration):
    Instance.objects.update_or_create(pk=1, defaults={"is_demonstration": is_demonstration})
    assert (b"ys-demo" in client.get(reverse("ui:patterns")).content) is is_demonstration


def test_the_pattern_page_breaks_no_rule_of_the_policy(client):
    page = client.get(reverse("ui:patterns")).content.decode()
    assert "style=" not in page
    assert " onclick" not in page
    assert "<script>" not in page
    assert page.count("<h1") == 1


def test_a_cover_may_be_kept_for_a_year_and_escapes_its_title(client):
    answer = client.get(reverse("ui:cover"), {"t": "<雁>&", "a": "何", "c": "I247"})
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "<雁>" not in answer.content.decode()


def test_a_missing_page_is_not_on_the_shelf(client):
    answer = in_english(client).get("/no/such/page")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert b"not on the shelf" in answer.content


def test_a_missing_part_takes_the_whole_main_column(client):
    answer = client.get("/no/such/page", headers={"HX-Request": "true"})
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#main", "#main > *")


def test_a_failure_gives_a_number_that_the_log_knows(db, caplog, django_assert_num_queries):
    with django_assert_num_queries(0), caplog.at_level("ERROR", "yanshu.ui"):
        answer = views.server_error(RequestFactory().get("/desk/"))
    number = caplog.records[0].args[0]
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert number in answer.content.decode()


def test_a_forbidden_page_says_every_reason(db):
    refused = Refused([Reason("no-role", "Not for this role."), Reason("other-branch", "Not here.")])
    answer = views.forbidden(RequestFactory().get("/desk/"), refused)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert [words in answer.content.decode() for words in ("Not for this role.", "Not here.")] == [True, True]


def test_a_state_word_is_icon_and_word_in_a_tone(db):
    word = State("On the shelf", "yes", "check-circle-fill")
    assert rendered('{% state word suffix="3" %}', word=word) == (
        '<span class="ys-state tone-yes"><i class="bi bi-check-circle-fill" aria-hidden="true"></i>'
        "On the shelf 3</span>"
    )


def test_what_people_typed_is_escaped_in_every_part(db):
    bad = "<script>alert(1)</script>"
    page = rendered(
        "{% state word %}{% note 'no' %}{{ bad }}{% endnote %}{% empty bad %}{{ bad }}{% endempty %}"
        "{% page_title bad fact=bad %}{{ bad }}{% endpage_title %}{% figure bad %}{% meter 1 2 bad %}"
        "{% cover bad bad 'I' alt=bad %}{% verdict bad reasons what=bad code=bad %}",
        bad=bad,
        word=State(bad),
        reasons=[Reason("x", bad, bad, rule=bad)],
    )
    assert "<script" not in page


@pytest.mark.parametrize(("permissions", "buttons"), [({"circulation.waive_limit"}, 1), (set(), 0)])
def test_only_who_may_lift_a_reason_gets_the_button(db, permissions, buttons):
    actor = Actor.system(Door.DESK, permissions=permissions)
    page = rendered("{% verdict 'No' reasons %}", reasons=samples.reasons(), actor=actor)
    assert page.count("<button") == buttons
    assert page.count("data-reason=") == 2


def test_a_wrong_form_counts_what_is_to_be_corrected(db):
    form = samples.LectureForm({"title": "", "seats": 500, "speaker": "tan", "mode": "here"})
    html = form.as_div()
    assert html.count('href="#id_') == 2
    assert 'aria-invalid="true"' in html
    assert html.count("is-invalid") == 2
    assert html.count('class="form-label ys-req"') == 4


def test_reasons_of_a_refusal_stand_at_their_fields():
    class Hall(forms.Form):
        seats = forms.IntegerField()

    form = Hall({"seats": 500})
    form.is_valid()
    add_reasons(
        form, [Reason("too-many", "Only 120 seats.", field="seats"), Reason("closed", "Closed then.")]
    )
    assert (form.errors["seats"], form.non_field_errors()) == (["Only 120 seats."], ["Closed then."])


def test_active_filters_are_chips_that_take_themselves_away(db):
    query = QueryDict("shelf=arts&year=2019&sort=title&page=3")
    shown = chips(samples.CopyFilter(query, queryset=Instance.objects.none()), query)
    assert [(chip.value.split(",")[0], chip.url) for chip in shown] == [
        (shown[0].value.split(",")[0], "?year=2019&sort=title"),
        ("2019", "?shelf=arts&sort=title"),
    ]


@pytest.mark.parametrize(
    ("query", "size"), [("", 20), ("per_page=100", 100), ("per_page=7", 20), ("per_page=x", 20)]
)
def test_a_page_has_one_of_three_sizes(query, size):
    assert paging.page_size(QueryDict(query)) == size


def test_a_pager_keeps_the_filters(db):
    page = rendered(
        "{% pager page unit='copies' %}",
        page=paging.page_of(range(90), QueryDict("page=2")),
        query={"q": "湘", "page": "2"},
    )
    assert 'href="?q=%E6%B9%98&amp;page=3"' in page
    assert 'aria-current="page">2<' in page


def test_a_table_heads_its_rows_and_says_how_it_is_sorted(db):
    table = samples.CopyTable(samples.copies(), order_by="-title")
    page = rendered("{% table table %}", table=table)
    assert page.count('<th scope="row">') == 5
    assert page.count('aria-sort="descending"') == 1
    assert page.count('class="ys-sub"') == 4
    assert 'role="region"' in page


def test_an_empty_table_says_what_will_be_there(db):
    table = samples.CopyTable([])
    table.empty_title = "No copies yet"
    assert "ys-empty" in rendered("{% table table %}", table=table)


def test_files_of_other_projects_are_those_whose_hashes_are_listed():
    listed = dict(
        reversed(line.split())
        for line in (VENDOR / "HASHES").read_text().splitlines()
        if line and not line.startswith("#")
    )
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*.*")
        if path.is_file()
    }
    assert found == listed
