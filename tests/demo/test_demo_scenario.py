from datetime import date
from importlib.resources import files

import pytest

from yanshu.demo import scenario as scenarios
from yanshu.demo.scenario import ScenarioError

TEXT = (files("yanshu.demo") / "scenarios" / "riverside-2024.toml").read_text(encoding="utf-8")


def test_the_scenarios_that_come_with_the_program():
    assert scenarios.names() == ["hengyang-2019", "riverside-2024"]


def test_targets_of_the_city_library():
    assert scenarios.load("hengyang-2019").expected() == {
        "visits.total": 910_100,
        "visits.selfservice": 75_700,
        "circulation.loans": 457_100,
        "patrons.registered": 4_665,
        "accessibility.visually_impaired_cards": 261,
        "acquisitions.titles": 12_512,
        "acquisitions.copies": 20_809,
        "cataloguing.titles": 11_704,
        "cataloguing.copies": 19_536,
        "facilities.closure_days": 71,
        "facilities.bookhouses": 4,
        "facilities.community_libraries": 1,
    }


def test_the_closure_of_the_city_library():
    (closure,) = scenarios.load("hengyang-2019").closures

    assert (closure.first_closed_on, closure.last_closed_on) == (date(2019, 4, 8), date(2019, 6, 17))
    assert closure.branches == ("central",)


def test_a_printed_figure_is_kept_as_printed():
    stated = {(s.code, s.year): (s.value, s.unit) for s in scenarios.load("hengyang-2019").stated}

    assert stated["facilities.closure_days", 2019] == ("70", "天")
    assert stated["visits.total", 2018] == ("1024600", "人次")


@pytest.mark.parametrize("name", ["hengyang-2019", "riverside-2024"])
def test_parts_add_up_at_any_scale(name):
    full = scenarios.load(name)
    for scale in (1.0, 0.5, 0.1, 0.02):
        scenario, _ = full.scaled(scale)
        assert sum(scenario.visits.by_branch.values()) == scenario.visits.total
        assert sum(scenario.circulation.by_branch.values()) == scenario.circulation.loans
        assert sum(c.registered for c in scenario.readers.categories) == scenario.readers.registered
        assert sum(scenario.stock.by_origin.values()) == scenario.stock.items


def test_scaling_shrinks_the_large_and_leaves_registers_whole():
    scenario, table = scenarios.load("hengyang-2019").scaled(0.02)

    scaled = {target.code: (target.full, target.scaled) for target in table}
    assert scaled["visits.total"] == (910_100, 18_202)
    assert scaled["circulation.loans"] == (457_100, 9_142)
    assert scaled["patrons.registered"] == (4_665, 93)
    assert "facilities.closure_days" not in scaled
    assert "facilities.bookhouses" not in scaled
    assert len(scenario.branches) == 7
    assert len(scenario.stated) == 20


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_an_impossible_scale_is_refused(scale):
    with pytest.raises(ValueError, match="scale"):
        scenarios.load("riverside-2024").scaled(scale)


def test_a_later_domain_is_kept_and_shrinks_what_it_lists():
    more = """
    [domains.reference]
    scaled = ["online.answers"]
    kinds = 3
    [domains.reference.online]
    answers = 500
    """

    scenario = scenarios.parse(TEXT + more)
    shrunk, _ = scenario.scaled(0.1)

    assert scenario.later_domains["reference"]["online"] == {"answers": 500}
    assert shrunk.later_domains["reference"]["online"] == {"answers": 50}
    assert shrunk.later_domains["reference"]["kinds"] == 3


def test_a_later_domain_cannot_shrink_what_it_has_not():
    scenario = scenarios.parse(TEXT + '[domains.reference]\nscaled = ["answers"]\n')

    with pytest.raises(ScenarioError) as refused:
        scenario.scaled(0.1)
    assert refused.value.key == "domains.reference.answers"


def test_selections_are_kept_as_they_stand():
    row = '[[selections]]\ncode = "x.y"\nindicator = "visits.total"\nfilter = "branch=main"\n'

    (selection,) = scenarios.parse(TEXT + row).selections

    assert selection == {"code": "x.y", "indicator": "visits.total", "filter": "branch=main"}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("format = 1", "format = 2", "format"),
        ("seed = 20240229", "sead = 1", "seed"),
        ("total = 31_477", 'total = "many"', "domains.visits.total"),
        ("total = 31_477", "total = -3", "domains.visits.total"),
        ("total = 31_477", "total = true", "domains.visits.total"),
        ("bridge = 4_903", "bridge = 40_903", "domains.visits.stated"),
        ("bridge = 4_903", "brigde = 4_903", "domains.visits.stated.brigde"),
        ("registered = 507", "registered = 508", "domains.patrons.registered"),
        ("gift = 2_011", "gift = 2_012", "domains.catalogue.origins"),
        ("exchange = 309", "theft = 309", "domains.catalogue.origins.theft"),
        ("bought_copies = 940", "bought_copies = 610", "domains.catalogue.year.bought_copies"),
        ("bought_titles = 611", "bought_titles = 0", "domains.catalogue.year"),
        ("renewals_per_mille = 121", "renewals_per_mille = 1121", "domains.circulation.renewals_per_mille"),
        ("renewals_per_mille = 121", "renewals_per_mile = 121", "domains.circulation.renewals_per_mile"),
        ("thursday = []", 'thursday = ["9-12"]', "branches[2].hours.thursday"),
        ("thursday = []", "thurday = []", "branches[2].hours.thurday"),
        ('"13:30-18:00"]', '"11:30-18:00"]', "branches[1].hours.monday"),
        ("opened_on = 2011-05-01", "", "branches[1].opened_on"),
        ("opened_on = 2011-05-01", 'opened_on = "2011"', "branches[1].opened_on"),
        ('kind = "central"', 'kind = "branch"', "branches"),
        ('kind = "central"', 'kind = "palace"', "branches[1].kind"),
        ("factor_per_mille = 950", "factor_per_mille = 1950", "branches[1].gates[1].factor_per_mille"),
        ("factor_per_mille = 950", "factor_per_mille = 0", "branches[1].gates[1].factor_per_mille"),
        ("reopens_on = 2024-07-11", "reopens_on = 2024-06-27", "closures[1].reopens_on"),
        ("noticed_on = 2024-06-26", "noticed_on = 2024-06-28", "closures[1].noticed_on"),
        ('branches = ["main"]', 'branches = ["moon"]', "closures[2].branches"),
        ("willow = 30", "willow = 30\norchard = 3", "domains.circulation.shares.orchard"),
        ("senior = 110", "senior = 110\nghost = 1", "domains.circulation.categories.ghost"),
        ("today = 2025-01-02", "today = 2024-01-02", "library.today"),
        ("loan_limit = 4", "loan_limit = 0", "domains.patrons.categories[2].loan_limit"),
        ("last = 2024-02-18", "last = 2024-01-02", "school_holidays[1].last"),
        ("titles = 7_300", "titles = 1_200", "domains.catalogue.titles"),
        ("gift_copies = 83", "gift_copies = 3_083", "domains.catalogue.year.gift_copies"),
        ("format = 1", "format = = 1", "scenario"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_key(old, new, key):
    assert old in TEXT

    with pytest.raises(ScenarioError) as refused:
        scenarios.parse(TEXT.replace(old, new, 1))
    assert refused.value.key == key


def test_an_unknown_scenario_is_refused():
    with pytest.raises(ScenarioError, match="neither a file nor one of"):
        scenarios.load("atlantis-2031")


def test_a_scenario_of_ones_own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(TEXT.replace("riverside-2024", "own"), encoding="utf-8")

    assert scenarios.load(path).name == "own"
