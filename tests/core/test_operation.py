import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from yanshu.core import operation as frame
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.journal import JournalLine, JournalPrivate
from yanshu.core.operation import about, keep_private, operation
from yanshu.core.sequence import Sequence

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)
SYSTEM = Actor.system(Door.COMMAND)


def holder(*permissions):
    return Actor(
        label="馆员",
        door=Door.DESK,
        permissions=frozenset(permissions),
        account_id=7,
        branch_id=3,
        scope=None,
    )


def whole(*, actor, now):
    return None


def without_now(*, actor):
    return None


def without_actor(*, now):
    return None


@pytest.fixture
def operations(monkeypatch):
    """Declare operations that nobody else sees."""
    monkeypatch.setattr(frame, "registry", {})

    @operation("box.fill")
    def fill(*, actor, now, name="box", fail=False):
        row = Sequence.objects.create(name=name)
        keep_private(name=name)
        if fail:
            raise ValueError(name)
        return row

    @operation("box.fill_two", permission="box.fill_many")
    def fill_two(*, actor, now, fail=False):
        assert frame.running().code == "box.fill_two"
        about(fill(actor=actor, now=now, name="first"))
        fill(actor=actor, now=now, name="second", fail=fail)

    @operation("box.count", journalled=False)
    def count(*, actor, now):
        return connection.in_atomic_block

    return type("Operations", (), {"fill": fill, "fill_two": fill_two, "count": count})


@pytest.mark.django_db
def test_one_operation_leaves_one_line(operations):
    made = operations.fill(actor=holder("box.fill"), now=NOW)
    line = JournalLine.objects.get()
    said = [line.operation, line.at, line.account_id, line.actor_label, line.door, line.branch_id]
    assert said == ["box.fill", NOW, 7, "馆员", "desk", 3]
    assert (line.subject_kind, line.subject_id) == ("core.sequence", made.pk)
    assert line.private.arguments == {"name": "box"}
    assert frame.running() is None


@pytest.mark.django_db
def test_a_nested_operation_joins(operations):
    operations.fill_two(actor=holder("box.fill_many"), now=NOW)
    line = JournalLine.objects.get()
    assert line.operation == "box.fill_two"
    assert line.subject_id == Sequence.objects.get(name="first").pk
    assert line.private.arguments == {"name": "second"}


@pytest.mark.django_db(transaction=True)
def test_an_operation_inside_opens_no_savepoint(operations, django_assert_num_queries):
    with django_assert_num_queries(6) as seen:  # BEGIN, two rows, the line and its side row, COMMIT
        operations.fill_two(actor=SYSTEM, now=NOW)
    assert not [query for query in seen.captured_queries if "SAVEPOINT" in query["sql"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["fill", "fill_two"])
def test_what_fails_is_rolled_back_whole(operations, name):
    with pytest.raises(ValueError, match=r"box|second"):
        getattr(operations, name)(actor=SYSTEM, now=NOW, fail=True)
    assert Sequence.objects.count() == JournalLine.objects.count() == JournalPrivate.objects.count() == 0
    assert frame.running() is None
    operations.fill(actor=SYSTEM, now=NOW)
    assert JournalLine.objects.get().operation == "box.fill"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "held"), [("fill", "box.fill_many"), ("fill_two", "box.fill"), ("count", "box.fill")]
)
def test_without_the_permission_nothing_is_begun(operations, django_assert_num_queries, name, held):
    with django_assert_num_queries(0), pytest.raises(PermissionMissing):
        getattr(operations, name)(actor=holder(held), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_operation_of_a_ledger_writes_no_line_but_runs_in_a_transaction(operations):
    assert operations.count(actor=SYSTEM, now=NOW) is True
    assert JournalLine.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_operations_of_two_threads_do_not_join_each_other(operations):
    seen = []

    @operation("box.wait")
    def wait(*, actor, now):
        other = threading.Thread(target=lambda: seen.append(frame.running()))
        other.start()
        other.join()

    wait(actor=SYSTEM, now=NOW)
    assert seen == [None]


def test_a_code_is_declared_once(operations):
    with pytest.raises(ValueError, match=r"box\.fill is declared twice"):
        operation("box.fill")(whole)


@pytest.mark.parametrize(
    ("function", "lacks"),
    [
        (without_now, "now"),
        (without_actor, "actor"),
        (lambda: None, r"actor.*now"),
    ],
)
def test_an_operation_takes_actor_and_now(operations, function, lacks):
    with pytest.raises(TypeError, match=lacks):
        operation("box.other")(function)
    assert "box.other" not in frame.registry


def test_the_registry_says_what_is_asked(operations):
    asked = {code: (kept.permission, kept.journalled) for code, kept in frame.registry.items()}
    assert asked == {
        "box.fill": ("box.fill", True),
        "box.fill_two": ("box.fill_many", True),
        "box.count": ("box.count", False),
    }


def test_outside_an_operation_nothing_is_noted():
    about(Sequence(pk=1, name="x"))
    keep_private(name="x")
    assert frame.running() is None
