"""Readers from files: outcomes by row, the years before, numbers that are left out, few statements."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from world import NOON, World, make_world
from yanshu.core import clock, doctor, exporting, importing
from yanshu.core.actor import Door
from yanshu.core.span import Span
from yanshu.readers.patrons import checks, exports, imports, operations, queries  # noqa: F401  declared there
from yanshu.readers.patrons.indicators import registered
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron
from yanshu.readers.patrons.terms import CardKind, ReaderData

pytestmark = pytest.mark.django_db
ID_NUMBER = "430402198005050019"


@pytest.fixture
def world() -> World:
    return make_world()


def valid_id(stem: str) -> str:
    from stdnum.cn import ric

    return stem + ric.calc_check_digit(stem + "0")


def load(world, tmp_path: Path, *rows: dict[str, str], dry_run: bool = False):
    path = tmp_path / "readers.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    return importing.load("patrons", path, actor=world.actor(), tick=clock.now, dry_run=dry_run)


def row(number: str, **more: str) -> dict[str, str]:
    return {
        "读者证号": number,
        "姓名": f"读者{number}",
        "读者类型": "成人",
        "所属馆代码": "C",
        "办证日期": "2016-03-12",
        **more,
    }


def counts(report):
    found = report.as_dict()
    return (
        *(found[name] for name in ("read", "created", "updated", "unchanged")),
        len(found["rejected"]),
    )


def test_a_file_loaded_twice_changes_nothing(world, tmp_path):
    rows = [row("A1"), row("A2", 手机号="13800000000")]
    assert counts(load(world, tmp_path, *rows)) == (2, 2, 0, 0, 0)
    assert counts(load(world, tmp_path, *rows)) == (2, 0, 0, 2, 0)
    assert counts(load(world, tmp_path, row("A1", 手机号="13900000000"), rows[1])) == (2, 0, 1, 1, 0)
    assert MembershipEvent.objects.count() == 2
    assert Patron.objects.filter(version=2).count() == 1


def test_a_dry_run_leaves_nothing(world, tmp_path):
    assert counts(load(world, tmp_path, row("A1"), dry_run=True)) == (1, 1, 0, 0, 0)
    assert not Patron.objects.exists()
    assert not MembershipEvent.objects.exists()


def test_the_years_before_count(world, tmp_path):
    load(world, tmp_path, row("A1"), row("A2", 办证日期="2016-12-31"), row("A3", 办证日期="2017-01-01"))
    assert registered(Span.year(2016)).count() == 2
    assert registered(Span.year(2017)).count() == 1
    line = MembershipEvent.objects.order_by("business_date").first()
    assert (line.business_date, line.month, line.door, line.branch_id) == (
        date(2016, 3, 12),
        "2016-03",
        Door.COMMAND,
        world.central.pk,
    )
    assert line.recorded_at > line.happened_at
    assert Patron.objects.get(name="读者A1").expires_on == date(2019, 3, 12)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"读者类型": "神仙"}, "category-unknown"),
        ({"所属馆代码": "Z"}, "branch-unknown"),
        ({"出生日期": "2099-01-01"}, "birth-date-wrong"),
        ({"办证日期": "2999-01-01"}, "registered-later"),
        ({"姓名": ""}, "missing"),
        ({"所属馆代码": ""}, "missing"),
        ({"办证日期": "昨天"}, "not-a-date"),
    ],
)
def test_rows_that_cannot_be_taken(world, tmp_path, more, code):
    report = load(world, tmp_path, row("A1", **more), row("A2"))
    assert counts(report) == (2, 1, 0, 0, 1)
    assert code in str(report.as_dict()["rejected"][0]) or Patron.objects.count() == 1
    assert not Card.objects.filter(number="A1").exists()


def loaded(world, *rows: ReaderData, actor=None):
    return operations.load_readers(list(rows), actor=actor or world.actor(), now=NOON)


def data(number: str, **more) -> ReaderData:
    return ReaderData(card_number=number, name="何秋月", **{"category": "adult", "home_branch": "C", **more})


def test_reasons_bear_their_codes(world):
    first = valid_id("43040219800505001")
    outcomes = loaded(
        world,
        data("A1", id_number=first),
        data("A2", id_number=first),
        data("A3", category="x", home_branch="y"),
        data("A4", id_number="123"),
        data("A5", telephone="12"),
        data("A6", category="", home_branch=None),
    )
    fates = ["created", "rejected", "rejected", "created", "created", "rejected"]
    assert [outcome.fate for outcome in outcomes] == fates
    assert [(reason.code, reason.field) for reason in outcomes[5].reasons] == [
        ("missing", "category"),
        ("missing", "home_branch"),
    ]
    assert [[reason.code for reason in outcome.reasons] for outcome in outcomes[1:3]] == [
        ["person-registered"],
        ["category-unknown", "branch-unknown"],
    ]
    assert [len(outcome.warnings) for outcome in outcomes[:5]] == [0, 0, 0, 1, 1]
    assert Patron.objects.get(cards__number="A1").birth_date == date(1980, 5, 5)
    assert Patron.objects.get(cards__number="A4").id_number == ""


def test_another_day_of_registration_does_not_move_the_ledger(world):
    loaded(world, data("A1", registered_on=date(2016, 1, 1)))
    (outcome,) = loaded(world, data("A1", registered_on=date(2017, 1, 1)))
    assert [reason.code for reason in outcome.reasons] == ["registered-otherwise"]


def test_a_branch_loads_its_own_readers_only(world):
    elsewhere = world.actor(branch=world.branch, scope=frozenset({world.branch.pk}))
    mine, other = loaded(world, data("A1", home_branch="E"), data("A2"), actor=elsewhere)
    assert (mine.fate, [reason.code for reason in other.reasons]) == ("created", ["other-branch"])


def test_an_identity_number_for_a_card_number_becomes_a_hashed_carrier_beside_a_card_of_ours(world):
    number = valid_id("43040219800505001")
    loaded(world, data(number), data("A2"))
    assert not Card.objects.filter(number__contains=number).exists()
    holder = queries.card_by_number(number).patron
    assert sorted(holder.cards.values_list("kind", flat=True)) == [CardKind.ID_CARD, CardKind.LIBRARY_CARD]
    assert loaded(world, data(number))[0].fate == "unchanged"


def test_the_statements_do_not_grow_with_the_rows(world):
    asked = []
    for first, last in ((0, 3), (3, 53)):
        with CaptureQueriesContext(connection) as seen:
            loaded(world, *(data(f"B{n}", telephone="13800000000") for n in range(first, last)))
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_exports_mask_unless_whole_numbers_are_asked_for(world, tmp_path):
    number = valid_id("43040219800505001")
    loaded(world, data("CARD123456", id_number=number, telephone="13800000000"))
    for kind, shown in (("patrons", False), ("patrons-full", True)):
        path = tmp_path / f"{kind}.json"
        assert exporting.write(kind, "json", actor=world.actor(), now=NOON, path=path) == 1
        text = path.read_text(encoding="utf-8")
        assert [part in text for part in ("CARD123456", number, "13800000000")] == [shown] * 3
    lines = tmp_path / "memberships.json"
    assert exporting.write("memberships", "json", actor=world.actor(), now=NOON, path=lines) == 1
    assert "何秋月" not in lines.read_text(encoding="utf-8")


def test_the_checks_are_silent_on_a_sound_library_and_speak_on_a_broken_one(world):
    loaded(world, data("A1"), data("A2"))
    mine = ["patrons.one-membership", "patrons.valid-card", "patrons.ledger"]
    assert list(doctor.examine(mine)) == []
    patron = world.patron()
    Card.objects.filter(patron=patron).update(state="lost")
    assert [(finding.check, finding.says) for finding in doctor.examine(mine)] == [
        ("patrons.ledger", "2018-01-01: 0 registrations in the ledger, 1 readers"),
        ("patrons.valid-card", f"reader {patron.pk} has no valid card"),
    ]
