from collections import Counter
from datetime import date
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest

from yanshu.demo.people import Reader

REPORT = Path(__file__).parents[2].parent / "shared" / "mission" / "annual-report-2019.txt"


def in_year(year) -> list[Reader]:
    return [reader for reader in year.plan.readers if reader.registered_on >= year.scenario.first_day]


def test_registrations_per_category_are_exact(year):
    counted = Counter(reader.category for reader in in_year(year))

    for place, category in enumerate(year.scenario.readers.categories):
        assert counted[place] == category.registered


def test_readers_of_former_years_are_as_many_as_stated(year):
    assert len(year.plan.readers) == year.scenario.readers.opening + year.scenario.readers.registered


def test_registrations_fall_in_opening_hours(year):
    for reader in in_year(year):
        periods = year.plan.periods[reader.branch][(reader.registered_on - year.scenario.first_day).days]
        assert any(start <= reader.minute < end for start, end in periods)


def test_ages_fit_the_category(year):
    categories = year.scenario.readers.categories
    for reader in year.plan.readers:
        youngest, oldest = categories[reader.category].ages
        if not oldest:
            assert reader.born_on is None
            continue
        judged_on = max(reader.registered_on, year.scenario.first_day)
        assert youngest - 0.01 <= (judged_on - reader.born_on).days / 365.25 <= oldest + 1.02
        assert (reader.registered_on - reader.born_on).days / 365.25 >= youngest - 0.01


def test_cards_are_numbered_in_the_order_of_registration(year):
    cards = [reader.card for reader in year.plan.readers]
    days = [reader.registered_on for reader in year.plan.readers]

    assert len(set(cards)) == len(cards)
    assert cards == sorted(cards)
    assert days == sorted(days)
    assert cards[0] == f"{year.scenario.library.owner_code}0000001"


def test_a_reader_bears_nothing_that_points_to_a_person():
    assert Reader._fields == ("card", "name", "category", "born_on", "registered_on", "minute", "branch")


def test_the_same_seed_invents_the_same_people(play):
    one = play("riverside-2024", 0.02).plan.readers
    other = play("riverside-2024", 0.02, 7).plan.readers

    assert one != other
    assert Counter(r.category for r in one) == Counter(r.category for r in other)
    assert min(r.registered_on for r in one) >= date(2011, 5, 1)


@pytest.mark.shared
def test_no_name_that_can_be_invented_stands_in_the_report():
    if not REPORT.exists():
        pytest.skip("the report does not lie beside the checkout")
    report = REPORT.read_text(encoding="utf-8")
    folder = files("yanshu.demo") / "data" / "names"
    surnames, given = (
        [
            word
            for line in (folder / name).read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
            for word in line.split()
        ]
        for name in ("surnames.txt", "given.txt")
    )

    assert [s + a + b for s, a, b in product(surnames, given, given) if s + a + b in report] == []
