"""The pages of visits and the intake by HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.places.places_world import SYSTEM
from institution.visits.visits_world import DAY, reading, record, two_gates
from yanshu.core import clock
from yanshu.institution.places import operations as places
from yanshu.institution.places.models import Library
from yanshu.institution.places.terms import TerminalData, TerminalKind
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import Role
from yanshu.institution.visits.models import Calibration, Gate, GateReading

pytestmark = pytest.mark.django_db
INTAKE = "/api/v1/visits/readings"


@pytest.fixture
def gates():
    return two_gates()


@pytest.fixture
def client(gates):
    return log_in(Role.DIRECTOR)


def log_in(role, branch=None) -> Client:
    account = Account.objects.create(
        username="guan", display_name="馆长", created_at=clock.now(), password="!"
    )
    RoleGrant.objects.create(account=account, role=role, branch=branch, granted_at=clock.now())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_page_opens(client, gates):
    record(reading(9, 100))
    gate = gates[0].pk
    pages = [
        ("overview", ()),
        ("readings", ()),
        ("gates", ()),
        ("gate-new", ()),
        ("gate", (gate,)),
        ("gate-edit", (gate,)),
        ("entry", (gate, DAY)),
        ("interval", (gate, "2019-03-19T09:00")),
    ]
    statuses = {
        name: client.get(reverse(f"desk:visits-{name}", args=args)).status_code for name, args in pages
    }
    assert statuses == {name: 200 for name, _args in pages}


def test_without_a_gate_the_pages_say_so():
    Library.objects.create(code="CN-NEW", name="新城图书馆")
    client = log_in(Role.DIRECTOR)
    for name in ("overview", "readings", "gates"):
        assert "ys-empty" in client.get(reverse(f"desk:visits-{name}")).content.decode()


@pytest.mark.parametrize("name", ["overview", "readings", "gates"])
def test_lists_cost_the_same_for_more_rows(client, gates, name):
    client.get(reverse(f"desk:visits-{name}"), {"day": DAY.isoformat()})  # what a process reads once is read
    counts = []
    for hours in (range(9, 10), range(10, 13)):
        record(*(reading(hour, 5, gate=gate.code) for hour in hours for gate in gates))
        with CaptureQueriesContext(connection) as statements:
            assert client.get(reverse(f"desk:visits-{name}"), {"day": DAY.isoformat()}).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_day_is_entered_by_hand(client, gates):
    address = reverse("desk:visits-entry", args=[gates[0].pk, DAY])
    form = {"in_9": "100", "out_9": "90", "in_10": "80", "quality_10": "estimated", "quality_11": "outage"}
    assert client.post(address, form).status_code == 302
    kept = GateReading.objects.order_by("interval_start").values_list("corrected", "quality", "source")
    assert list(kept) == [(96, "measured", "hand"), (80, "estimated", "hand"), (0, "outage", "hand")]
    refused = client.post(address, {"in_12": "5", "quality_12": "outage"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["in_12"]


def test_a_reading_is_corrected_on_its_page(client, gates):
    record(reading(9, 100))
    address = reverse("desk:visits-interval", args=[gates[0].pk, "2019-03-19T09:00"])
    form = {"quality": "measured", "count_in": "120", "count_out": "0", "reason": "人工核对"}
    assert client.post(address, {**form, "reason": ""}).status_code == 422
    assert client.post(address, {**form, "count_in": "100"}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert [line.corrected for line in GateReading.objects.order_by("pk")] == [96, 19]
    missing = reverse("desk:visits-interval", args=[gates[0].pk, "2019-03-19T10:00"])
    assert client.get(missing).status_code == 404


def test_a_gate_is_entered_and_calibrated(client, gates):
    form = {"branch": gates[0].branch_id, "code": "C2", "name": "东门", "installed_on": "2019-01-01"}
    assert client.post(reverse("desk:visits-gate-new"), form).status_code == 302
    gate = Gate.objects.get(code="C2")
    assert client.post(reverse("desk:visits-gate-new"), form).status_code == 422
    address = reverse("desk:visits-gate", args=[gate.pk])
    sample = {"valid_from": "2019-02-01", "counted_by_hand": "481", "counted_by_gate": "500", "note": "抽查"}
    assert client.post(address, sample).status_code == 302
    assert Calibration.objects.get(gate=gate).factor_permille == 962
    assert client.post(address, {**sample, "counted_by_gate": "0"}).status_code == 422


def test_a_branch_manager_sees_the_gates_of_his_branch(gates):
    manager = log_in(Role.BRANCH_MANAGER, gates[1].branch)
    listed = manager.get(reverse("desk:visits-gates")).content.decode()
    assert "N1门" in listed
    assert "C1门" not in listed
    assert manager.get(reverse("desk:visits-gate", args=[gates[0].pk])).status_code == 404


# --- HTTP --------------------------------------------------------------------------------------------------


@pytest.fixture
def token(gates):
    data = TerminalData(
        gates[0].branch_id, TerminalKind.GATE, "东门", "gate-1", permissions=("visits.record",)
    )
    return places.make_terminal(data, actor=SYSTEM, now=clock.now()).token


def send(token: str, *readings: dict):
    return Client().post(
        INTAKE,
        {"readings": list(readings)},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_readings_come_by_http_and_come_twice_without_harm(token, gates):
    sent = [
        {"gate": "C1", "start": "2019-03-19T09:00:00", "count_in": 100, "count_out": 90},
        {"gate": "C1", "start": "2019-03-19T10:00:00+08:00", "count_in": 50},
    ]
    first, again = send(token, *sent), send(token, *sent)
    assert (first.status_code, first.json()["recorded"]) == (200, 2)
    assert (again.status_code, again.json()["unchanged"]) == (200, 2)
    assert list(GateReading.objects.values_list("corrected", "source", "door")) == [
        (96, "http", "api"),
        (48, "http", "api"),
    ]


def test_what_is_not_taken_is_a_problem_with_every_reading(token):
    send(token, {"gate": "C1", "start": "2019-03-19T09:00:00", "count_in": 100})
    answer = send(
        token,
        {"gate": "C1", "start": "2019-03-19T09:00:00", "count_in": 110},
        {"gate": "N1", "start": "2019-03-19T09:00:00", "count_in": 1},
        {"gate": "C1", "start": "2019-03-19T11:00:00", "count_in": 3},
    )
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["recorded"], problem["refused"]) == ("readings-refused", 1, 2)
    assert [one["codes"] for one in problem["readings"]] == [["differs"], ["other-branch"], []]
    assert (problem["readings"][0]["kept_visits"], problem["readings"][0]["sent_visits"]) == (96, 106)


@pytest.mark.parametrize("wrong", ["", "gate-1.nonsense", "nobody.key"])
def test_without_the_right_key_nothing_is_taken(token, wrong):
    assert send(wrong, {"gate": "C1", "start": "2019-03-19T09:00:00", "count_in": 1}).status_code == 401
    assert GateReading.objects.count() == 0


def test_a_count_beyond_counting_hinders_no_other_and_is_no_fault(client, gates):
    clock_day = DAY.isoformat()
    sent = [
        {"gate": gates[0].code, "start": f"{clock_day}T{hour:02d}:00", "count_in": count}
        for hour, count in ((9, 10**20), (10, 3_000_000_000), (11, 128))
    ]
    answer = client.post(INTAKE, {"readings": sent}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [one["codes"] for one in answer.json()["readings"]] == [["too-many"], ["too-many"], []]
    assert list(GateReading.objects.values_list("raw_in", flat=True)) == [128]
