import pytest
from ninja.testing import TestClient

from reporting.figures.figures_world import small_year
from world import make_world
from yanshu.core.actor import PermissionMissing
from yanshu.reporting.figures.api import router
from yanshu.reporting.figures.errors import UnknownFigure

LOANS = "circulation.loans"
CLIENT = TestClient(router)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    small_year(world)
    return world


def test_the_figures_of_a_year(world):
    answer = CLIENT.get("?year=2019", actor=world.actor("figures.see")).json()
    assert answer["span"] == ["2019-01-01", "2020-01-01"]
    loans = next(one for one in answer["figures"] if one["code"] == LOANS)
    assert (loans["value"], loans["rows"], loans["unit"]) == (5, 7, "册次")


def test_one_figure_by_a_split(world):
    answer = CLIENT.get(
        f"/{LOANS}?first=2019-05-01&end=2019-06-01&by=branch", actor=world.actor("figures.see")
    )
    assert answer.json()["value"] == 1
    assert [(one["label"], one["value"], one["rows"]) for one in answer.json()["parts"]] == [("东分馆", 1, 1)]


def test_the_rows_page_by_page(world):
    answer = CLIENT.get(f"/{LOANS}/rows?year=2019&offset=5&limit=5", actor=world.actor("figures.see")).json()
    assert answer["total"] == 7
    assert len(answer["rows"]) == 2
    assert answer["columns"][0] == "happened_at"


def test_rows_reach_as_far_as_the_branches_of_the_actor(world):
    actor = world.actor("figures.see", scope=frozenset({world.branch.pk}))
    assert CLIENT.get(f"/{LOANS}/rows?year=2019", actor=actor).json()["total"] == 3
    assert CLIENT.get(f"/{LOANS}?year=2019", actor=actor).json()["value"] == 1


@pytest.mark.parametrize("path", ["", f"/{LOANS}", f"/{LOANS}/rows"])
def test_without_the_permission_there_is_nothing_to_see(world, path):
    with pytest.raises(PermissionMissing):
        CLIENT.get(path, actor=world.actor("reports.see"))


def test_an_unknown_figure_is_named(world):
    with pytest.raises(UnknownFigure):
        CLIENT.get("/no.such", actor=world.actor("figures.see"))
