import pytest
from django.db import transaction

from yanshu.core import certificate
from yanshu.core.certificate import Certificate, Standing
from yanshu.core.secret import keyed_hash


@pytest.fixture(autouse=True)
def _keys(settings, tmp_path):
    settings.KEYS_FOLDER = tmp_path / "keys"


@pytest.fixture
def issued(db, now):
    return certificate.issue(
        kind="volunteer", title="志愿服务证明", now=now, issued_to="430402", payload={"hours": 12}
    )


def test_a_certificate_has_number_code_and_content(issued, now):
    kept = Certificate.objects.get()
    assert (kept.number, kept.title, kept.payload) == ("volunteer-2019-000001", "志愿服务证明", {"hours": 12})
    assert kept.issued_to_hash == keyed_hash("430402", "certificate")
    assert "430402" not in str(vars(kept))
    assert kept.printed_code == f"{kept.check_code[:5]}-{kept.check_code[5:]}"


@pytest.mark.django_db
def test_numbers_run_by_kind_and_year_without_gaps(now):
    def issue(kind, moment):
        return certificate.issue(kind=kind, title="x", now=moment).number

    assert issue("a", now) == "a-2019-000001"
    with transaction.atomic():
        issue("a", now)
        transaction.set_rollback(True)
    assert issue("a", now) == "a-2019-000002"
    assert issue("b", now) == "b-2019-000001"
    assert issue("a", now.replace(year=2020)) == "a-2020-000001"


def test_a_holder_proves_it_by_its_code(issued):
    for typed in (issued.check_code, issued.printed_code, f" {issued.printed_code.lower()} "):
        verdict = certificate.verify(typed)
        assert (verdict.standing, verdict.certificate) == (Standing.VALID, issued)


@pytest.mark.django_db
def test_mistyped_and_unknown_codes_are_told_apart():
    assert certificate.verify("7KQ2M-X04TD").standing is Standing.MISTYPED
    unknown = certificate.verify(certificate.with_checks("7KQ2MX04"))
    assert (unknown.standing, unknown.certificate) == (Standing.UNKNOWN, None)


def test_a_revoked_certificate_says_so_and_since_when(issued, now):
    certificate.revoke(issued, because="issued twice", now=now)
    again = certificate.revoke(issued, because="other words", now=now.replace(year=2020))
    assert (again.revoked_at, again.revoked_because) == (now, "issued twice")
    assert certificate.verify(issued.check_code).standing is Standing.REVOKED
