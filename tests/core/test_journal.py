from datetime import UTC, datetime, timedelta

import pytest

from yanshu.core import doctor, journal
from yanshu.core.actor import Actor, Door
from yanshu.core.journal import JournalLine, JournalPrivate, JournalSeal, seal_blocks
from yanshu.core.operation import Frame
from yanshu.core.upkeep import seal_full_blocks, seal_the_day

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)
CLERK = Actor(label="馆员", door=Door.DESK, account_id=7, branch_id=1)


def write(count, *, start=1, private=True):
    """Write lines, and say that their transaction ended long ago: on PostgreSQL others may be running."""
    lines = [
        journal.write_line(
            Frame(
                code="patrons.change",
                subject_kind="patrons.patron",
                subject_id=number,
                private={"phone": f"138{number:08}"} if private else {},
            ),
            actor=CLERK,
            now=NOW + timedelta(seconds=number),
        )
        for number in range(start, start + count)
    ]
    JournalLine.objects.filter(pk__in=[line.pk for line in lines]).update(tx=0)
    return lines


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(journal, "BLOCK", 4)


@pytest.fixture
def sealed(small_blocks):
    lines = write(9)
    assert seal_blocks(now=NOW) == 3
    return lines


def found():
    return [finding.says for finding in doctor.examine(["core.journal-seals"])]


def test_seals_form_a_chain_of_blocks(sealed):
    seals = list(JournalSeal.objects.order_by("number"))
    assert [(seal.number, seal.lines, seal.last_line_id - sealed[0].pk) for seal in seals] == [
        (1, 4, 3),
        (2, 4, 7),
        (3, 1, 8),
    ]
    assert len({seal.digest for seal in seals}) == 3
    assert found() == []


def test_what_is_sealed_is_not_sealed_again(sealed):
    assert seal_blocks(now=NOW) == 0
    write(3, start=10)
    assert seal_blocks(now=NOW, least=4) == 0
    assert seal_blocks(now=NOW) == 1
    assert found() == []


def test_personal_arguments_are_erased_and_the_seals_hold(sealed):
    assert JournalPrivate.objects.count() == 9
    erased = journal.erase_private(subject_kind="patrons.patron", subject_ids=[1, 2, 99])
    assert erased == 2
    assert sorted(JournalPrivate.objects.values_list("line__subject_id", flat=True)) == list(range(3, 10))
    assert journal.erase_private(subject_kind="catalogue.item", subject_ids=[3]) == 0
    assert JournalLine.objects.count() == 9
    assert found() == []


def test_a_line_keeps_only_the_hash_of_what_is_personal():
    (line,) = write(1)
    assert len(line.private_hash) == 64
    assert "138" not in f"{line.operation}{line.actor_label}{line.subject_kind}{line}"
    (bare,) = write(1, start=2, private=False)
    assert bare.private_hash == ""
    assert not JournalPrivate.objects.filter(line=bare).exists()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: JournalLine.objects.filter(pk=lines[1].pk).update(actor_label="别人"), ["block 1"]),
        (lambda lines: JournalLine.objects.filter(pk=lines[5].pk).update(at=NOW), ["block 2"]),
        (lambda lines: JournalLine.objects.filter(pk=lines[8].pk).delete(), ["block 3"]),
        (lambda lines: JournalLine.objects.filter(pk=lines[0].pk).delete(), ["block 1"]),
        (lambda _lines: JournalSeal.objects.filter(number=1).update(digest="0" * 64), ["block 1", "block 2"]),
        (lambda _lines: JournalSeal.objects.filter(number=2).delete(), ["block 3"]),
    ],
    ids=["changed", "moved in time", "last removed", "first removed", "seal changed", "seal removed"],
)
def test_doctor_finds(sealed, change, broken):
    change(sealed)
    assert [says.split(":")[0] for says in found()] == broken


def test_doctor_finds_an_inserted_line(sealed):
    place = sealed[2]
    JournalLine.objects.filter(pk=place.pk).delete()
    for pk, said in ((place.pk, place.operation), (sealed[0].pk - 1, "inserted")):
        JournalLine.objects.create(pk=pk, tx=0, operation=said, at=place.at, actor_label="馆员", door="desk")
    assert [says.split(":")[0] for says in found()] == ["block 1"]


def test_the_night_job_seals_what_the_day_left_open():
    write(3)
    seal_full_blocks(NOW)
    assert JournalSeal.objects.count() == 0
    seal_the_day(NOW)
    assert JournalSeal.objects.get().lines == 3
