"""The programming interface answers as its own description says, whoever asks and whatever is sent.

Requests are drawn from the description, well and badly formed, by a client with every permission, by a gate
and by nobody. No answer is a fault of ours, each has the kind and shape described, and every no is a problem.
"""

from importlib import import_module
from importlib.util import find_spec

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from world import make_world
from yanshu.collection.catalogue.models import Item
from yanshu.core.log import QuietFormatter
from yanshu.doors.api.interface import build
from yanshu.doors.pages import APPS
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.queries import hash_of_key
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.queries import declared_permissions
from yanshu.readers.patrons.models import Card

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

API = build()
SCHEMA = schemathesis.openapi.from_dict(API.get_openapi_schema(path_prefix="/api/v1/"))
SCHEMA.app = get_wsgi_application()
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)
KEY = "a-key-for-this-test"
SECRET = "欧阳鹤鸣 110105194912310021"
EXAMPLES = 15
#: Answered to nobody at all: what readers see on the library's own pages too.
OPEN = {"/api/v1/places/", "/api/v1/search/"}


@pytest.fixture(autouse=True)
def _one_connection():
    """Let requests use the test's own connection, as Django's client does."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world():
    world = make_world()
    world.item()
    world.patron()
    for login, kind, permissions in (
        ("client", TerminalKind.CLIENT, sorted(declared_permissions())),
        ("gate", TerminalKind.GATE, ["visits.record"]),
        ("powerless", TerminalKind.CLIENT, []),
    ):
        Terminal.objects.create(
            branch=world.central,
            kind=kind,
            name=login,
            login=login,
            key_hash=hash_of_key(KEY),
            permissions=permissions,
        )
    return world


def asked(case, who):
    """Ask, check the answer by the description, take back what was written, and return the answer."""
    case.headers.pop("Authorization", None)
    if who:
        case.headers["Authorization"] = f"Bearer {who}.{KEY}"
    with transaction.atomic():
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", ["client", "gate", ""])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_answers_are_as_described(world, operation, who):
    statuses = set()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def draw(case):
        answer = asked(case, who)
        statuses.add(answer.status_code)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]

    draw()
    if not who and not operation.path.startswith(tuple(OPEN)):
        # 403: no session, and no token against forged requests; 404: an address that is none
        assert statuses <= {401, 403, 429} | ({404} if "{" in operation.path else set())


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if not operation.path.startswith(tuple(OPEN))],
    ids=lambda operation: operation.label,
)
def test_whoever_may_nothing_hears_nothing_else_whatever_he_sends(world, operation):
    answers = set()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def draw(case):
        answer = asked(case, "powerless")
        answers.add((answer.status_code, answer.json()["code"]))

    draw()
    # What does not fit the description is said before anything is looked up; so is an address that is none.
    unread = {(422, "RequestMisread"), (400, "BadRequest"), (429, "TooManyRequests")}
    unread |= {(404, "NotFound")} if "{" in operation.path else set()
    assert answers - unread <= {(403, "PermissionMissing")}


HOLD = {"record_id": 1, "pickup_branch": "C"}
NAMED = [
    ("checkouts", lambda card, barcode: {"card_number": card, "barcode": barcode}),
    ("returns", lambda _card, barcode: {"barcode": barcode}),
    ("renewals", lambda _card, barcode: {"barcode": barcode}),
    ("renewals/of-reader", lambda card, _barcode: {"card_number": card}),
    ("standing", lambda card, _barcode: {"card_number": card}),
    ("loans/of-reader", lambda card, _barcode: {"card_number": card}),
    ("holds", lambda card, _barcode: {"card_number": card, **HOLD}),
    ("holds", lambda card, _barcode: {"card_number": card, **HOLD, "pickup_branch": "none"}),
    ("holds/of-reader", lambda card, _barcode: {"card_number": card}),
]


@pytest.mark.parametrize(("address", "body"), NAMED, ids=[address for address, _body in NAMED])
def test_who_is_a_reader_is_not_told_to_whoever_may_not_ask(world, client, address, body):
    card, copy = Card.objects.get().number, Item.objects.get().barcode
    named = [(card, copy), (card, "none"), ("none", copy), ("none", "none")]
    answers = {
        client.post(
            f"/api/v1/circulation/{address}",
            body(*pair),
            content_type="application/json",
            headers={"Authorization": f"Bearer powerless.{KEY}"},
        ).content
        for pair in named
    }
    assert len(answers) == 1
    assert b'"code": "PermissionMissing"' in answers.pop()


def test_shapes_are_named_once():
    """Two shapes of one name would stand in the description as one."""
    shapes = [
        found
        for module in (import_module(f"{app}.api") for app in APPS if find_spec(f"{app}.api"))
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Schema) and found.__module__ == module.__name__
    ]
    names = [shape.__name__ for shape in shapes]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_an_address_that_is_none_is_said_in_the_interfaces_own_form(client):
    answer = client.post("/api/v1/no/such/address")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_another_method_is_said_in_the_interfaces_own_form_with_those_it_takes(world, client):
    answer = client.delete("/api/v1/catalogue/records", headers={"Authorization": f"Bearer client.{KEY}"})
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, POST"
    assert answer.json()["code"] == "MethodNotAllowed"


@pytest.mark.parametrize(
    ("address", "field", "code"),
    [
        ("figures/?first=2019-06-01&end=2019-05-01", "end", "span-reversed"),
        ("figures/?first=2019-06-01", "end", "span-open"),
        ("figures/?end=2019-06-01", "first", "span-open"),
        ("figures/?year=2019&first=2019-05-01&end=2019-06-01", "year", "span-twice"),
        ("figures/circulation.loans?year=2019&by=shoe-size", "by", "split-unknown"),
        ("figures/circulation.loans/rows?first=2019-06-01&end=2019-05-01", "end", "span-reversed"),
        ("figures/?first=0001-01-01&end=0002-01-01", "first", "span-unfit"),
        ("figures/?first=2019-01-01&end=9999-12-31", "end", "span-unfit"),
        ("places/branches/central/hours?first=2019-06-01&end=2019-05-01", "end", "span-unfit"),
        ("places/branches/central/hours?first=9999-12-31", "first", "span-unfit"),
        ("search/?year_from=2019&year_to=2018", "year_to", "years-reversed"),
    ],
)
def test_a_span_that_cannot_be_is_refused_at_its_field(world, client, address, field, code):
    answer = client.get(f"/api/v1/{address}", headers={"Authorization": f"Bearer client.{KEY}"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [(block["field"], block["code"]) for block in answer.json()["blocks"]] == [(field, code)]


@pytest.mark.parametrize("limit", [0, 21])
def test_a_limit_out_of_bounds_is_named_not_bent(client, limit):
    answer = client.get(f"/api/v1/search/suggestions?q=a&limit={limit}")
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["query.limit"]


def test_a_refusal_for_want_of_permission_is_a_problem_that_names_it(world, client):
    answer = client.get("/api/v1/figures/", headers={"Authorization": f"Bearer gate.{KEY}"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["blocks"][0]["code"] == "permission-missing"


def test_a_fault_is_said_in_the_interfaces_own_form_and_logged_by_its_place(rf, caplog):
    def faulty():
        raise KeyError(SECRET)

    with pytest.raises(KeyError) as fault:
        faulty()
    answer = API.on_exception(rf.get("/api/v1/places/"), fault.value)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    (record,) = [record for record in caplog.records if record.name == "yanshu.api"]
    told = QuietFormatter().format(record)
    assert "KeyError" in told
    assert "in faulty" in told
    assert SECRET not in told + answer.content.decode()


def test_a_body_too_large_is_said_in_the_interfaces_own_form(world, client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post(
        "/api/v1/circulation/standing",
        {"card_number": "R" * 200},
        content_type="application/json",
        headers={"Authorization": f"Bearer client.{KEY}"},
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
