import pytest

from yanshu.core import doctor
from yanshu.core.doctor import Finding, check, examine


@pytest.fixture
def checks(monkeypatch):
    monkeypatch.setattr(doctor, "registry", {})

    @check("tests.b", "B")
    def sick():
        yield "first"
        yield "second"

    @check("tests.a", "A")
    def sound():
        return []


def test_every_check_is_run_in_order(checks):
    assert list(examine()) == [Finding("tests.b", "first"), Finding("tests.b", "second")]
    assert {code: kept.label for code, kept in doctor.registry.items()} == {"tests.b": "B", "tests.a": "A"}


@pytest.mark.parametrize(("codes", "found"), [(["tests.a"], 0), (["tests.b"], 2), ([], 0)])
def test_named_checks_only(checks, codes, found):
    assert len(list(examine(codes))) == found


def test_a_check_that_is_not_there(checks):
    with pytest.raises(KeyError):
        list(examine(["tests.c"]))


def test_a_code_is_declared_once(checks):
    with pytest.raises(ValueError, match=r"tests\.a is declared twice"):
        check("tests.a", "A")(list)


@pytest.mark.django_db
def test_an_empty_library_is_sound():
    assert list(examine()) == []
