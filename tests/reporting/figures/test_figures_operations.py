from datetime import date
from decimal import Decimal

import pytest

from reporting.figures.figures_world import NOON, SYSTEM, line, small_year
from world import make_world
from yanshu.core import doctor, exporting, feed, importing
from yanshu.core.job import registry as jobs
from yanshu.core.models import Cursor, JournalLine
from yanshu.core.operation import registry
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures import operations, queries
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.models import DailyRollUp, Selection, StatedFigure

LOANS = "circulation.loans"
REGISTERED = "patrons.registered"
ROLLUPS = ["figures.rollups"]
SELECTIONS = ["figures.selections"]

# Feeds are read below the oldest running transaction: rows must be committed to be seen.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    world = make_world()
    small_year(world)
    return world


def cells():
    return set(DailyRollUp.objects.values_list("code", "day", "branch_id", "value", "rows"))


def test_following_and_rebuilding_make_the_same_cells(world):
    feed.advance_all(now=NOON)
    followed = cells()
    assert (LOANS, date(2019, 12, 30), world.branch.pk, 0, 2) in followed
    assert operations.rebuild_rollups(actor=SYSTEM, now=NOON) == len(followed)
    assert cells() == followed


def test_rebuilding_moves_the_cursors_behind_the_last_row(world):
    operations.rebuild_rollups(actor=SYSTEM, now=NOON)
    assert not feed.waiting(queries.subscriber_name(LOANS))
    assert feed.advance(queries.subscriber_name(LOANS), now=NOON) == 0


def test_a_part_is_rebuilt_and_the_cursor_stays(world):
    operations.rebuild_rollups(code=LOANS, span=Span.month(2019, 6), actor=SYSTEM, now=NOON)
    assert {day for _code, day, *_rest in cells()} == {date(2019, 6, 1)}
    assert not Cursor.objects.filter(name=queries.subscriber_name(LOANS)).exists()
    assert queries.measure(LOANS, Span.year(2019)).value == 5


def test_refreshing_twice_changes_nothing(world):
    feed.advance_all(now=NOON)
    before = cells()
    for _time in range(2):
        operations.refresh_rollup(code=LOANS, days=[date(2019, 1, 1)], actor=SYSTEM, now=NOON)
    assert cells() == before


def test_rebuilding_leaves_a_line_and_following_none(world):
    feed.advance_all(now=NOON)
    assert not JournalLine.objects.filter(operation__startswith="figures.").exists()
    operations.rebuild_rollups(actor=SYSTEM, now=NOON)
    assert JournalLine.objects.filter(operation="figures.rebuild").count() == 1


def test_a_figure_without_roll_up_cannot_be_rebuilt(world):
    with pytest.raises(UnknownFigure):
        operations.rebuild_rollups(code="circulation.selfservice_share", actor=SYSTEM, now=NOON)


def test_the_doctor_is_silent_while_all_agrees(world):
    assert list(doctor.examine(ROLLUPS)) == []
    feed.advance_all(now=NOON)
    assert list(doctor.examine(ROLLUPS)) == []
    line(world, date(2019, 3, 3))
    assert list(doctor.examine(ROLLUPS)) == []


def test_the_doctor_finds_a_cell_that_lies(world):
    feed.advance_all(now=NOON)
    DailyRollUp.objects.filter(code=LOANS, day=date(2019, 1, 1)).update(value=3)
    DailyRollUp.objects.filter(code=LOANS, day=date(2019, 5, 31)).delete()
    found = [finding.says for finding in doctor.examine(ROLLUPS)]
    assert len(found) == 2
    assert all(says.startswith(f"{LOANS} 2019-") for says in found)


def test_the_doctor_finds_selections_of_nothing(world):
    Selection.objects.create(code="a", name="a", indicator="no.such", chosen={"x": 1})
    Selection.objects.create(code="b", name="b", indicator=LOANS, chosen={"moon": "full"})
    Selection.objects.create(code="c", name="c", indicator=LOANS, chosen={"door": "sip2"})
    found = [finding.says.partition(":")[0] for finding in doctor.examine(SELECTIONS)]
    assert found == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"code": LOANS}, ("code-of-indicator",)),
        ({"code": "", "name": ""}, ("selection-nameless",)),
        ({"indicator": "no.such"}, ("unknown-indicator",)),
        ({"indicator": "circulation.selfservice_share"}, ("indicator-is-ratio",)),
        ({"chosen": {}}, ("nothing-chosen",)),
        ({"chosen": {"moon": "full"}}, ("unknown-split",)),
        ({"chosen": {"branch": "east"}}, ("unknown-value",)),
    ],
)
def test_what_a_selection_may_not_be(values, codes):
    kept = {"code": "x.y", "name": "x", "indicator": LOANS, "chosen": {"door": "sip2"}, **values}
    with pytest.raises(Invalid) as refused:
        operations.set_selection(**kept, actor=SYSTEM, now=NOON)
    assert refused.value.codes == codes


@pytest.mark.parametrize(
    ("value", "unit", "kept", "word"),
    [
        ("91.01", "万人次", "910100.00", "人次"),
        ("879.4", "万元", "8794000.00", "元"),
        ("4665", "人", "4665.00", "人"),
        ("93.62", "%", "93.62", "%"),
    ],
)
def test_a_printed_value_is_kept_in_the_plain_unit(value, unit, kept, word):
    assert operations.in_plain_unit(Decimal(value), unit) == (Decimal(kept), word)


def test_a_printed_value_is_stated_once_and_corrected():
    values = {"code": LOANS, "span": Span.year(2018), "unit": "册次", "source": "年报"}
    first, is_new = operations.state_figure(value=Decimal(1), **values, actor=SYSTEM, now=NOON)
    again, is_new_again = operations.state_figure(value=Decimal(2), **values, actor=SYSTEM, now=NOON)
    assert (is_new, is_new_again) == (True, False)
    assert first.pk == again.pk
    assert StatedFigure.objects.get().value == 2


def load(kind, tmp_path, text):
    path = tmp_path / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return importing.load(kind, path, actor=SYSTEM, tick=lambda: NOON).as_dict()


def test_printed_figures_are_loaded_once(tmp_path):
    table = (
        "指标代码,年度,数值,单位,出处,原文\n"
        f"{LOANS},2018,48.30,万册次,2018 年度报告,借阅48.30万册次\n"
        f"{LOANS},2018,1,万枚,另一处,\n"
        f"{LOANS},,1,册次,无年度,\n"
    )
    first = load("stated", tmp_path, table)
    assert (first["read"], first["created"], len(first["rejected"])) == (3, 1, 2)
    assert StatedFigure.objects.get().value == 483000
    second = load("stated", tmp_path, table.replace("48.30,", "48.30 ,"))
    assert (second["unchanged"], len(second["rejected"])) == (1, 2)


def test_a_code_nobody_bears_is_kept_and_warned_of_with_the_nearest(tmp_path):
    table = (
        "指标代码,年度,数值,单位,出处\n"
        "circulation.loan,2018,48.30,万册次,年报\n"
        "governance.theme_days,2018,12,次,年报\n"
        f"{LOANS},2018,48.30,万册次,年报\n"
    )
    first = load("stated", tmp_path, table)
    assert (first["created"], first["rejected"]) == (3, [])
    slip, later = first["warnings"]
    assert "1" in slip
    assert f"“{LOANS}”" in slip
    assert "“governance.theme_days”" in later
    assert f"“{LOANS}”" not in later
    assert load("stated", tmp_path, table)["warnings"] == first["warnings"]


def test_a_unit_that_is_not_the_figures_is_refused_with_the_right_one(tmp_path):
    rows = (
        "指标代码,年度,数值,单位,出处",
        "visits.total,2018,88.1,万册,年报",
        f"{REGISTERED},2018,4000,名,年报",
    )
    table = "\n".join(rows)
    report = load("stated", tmp_path, table)
    assert (report["created"], [one["row"] for one in report["rejected"]]) == (1, [1])
    assert "人次" in report["rejected"][0]["reason"]
    with pytest.raises(Invalid) as refused:
        operations.state_figure(
            code="visits.total",
            span=Span.year(2018),
            value=Decimal("88.1"),
            unit="万册",
            source="年报",
            actor=SYSTEM,
            now=NOON,
        )
    assert [(why.field, why.code, why.facts["right"]) for why in refused.value.reasons] == [
        ("unit", "other-unit", "人次")
    ]


def test_persons_are_printed_in_either_word(world):
    values = {"span": Span.year(2019), "source": "年报", "actor": SYSTEM, "now": NOON}
    counted = queries.measure(REGISTERED, Span.year(2019)).value
    operations.state_figure(code=REGISTERED, value=Decimal(counted + 1), unit="名", **values)
    figure = queries.measure(REGISTERED, Span.year(2019))
    assert [stated.value for stated in queries.drifted(figure)] == [counted + 1]


def test_selections_are_loaded_and_taken_out_alike(tmp_path):
    chosen = "door=sip2; patron_category=child|~none"
    report = load("selections", tmp_path, f"代码,名称,指标,条件\nx.y,少儿自助外借,{LOANS},{chosen}\n")
    assert report["created"] == 1
    assert Selection.objects.get().chosen == {"patron_category": ["child", None], "door": "sip2"}
    path = tmp_path / "out.csv"
    exporting.write("selections", "csv", actor=SYSTEM, now=NOON, path=path)
    assert chosen in path.read_text(encoding="utf-8-sig")
    assert load("selections", tmp_path, path.read_text(encoding="utf-8-sig"))["unchanged"] == 1


def test_the_rows_of_an_indicator_are_an_export_of_their_own(world, tmp_path):
    path = tmp_path / "rows.csv"
    written = exporting.write(f"figure.{LOANS}", "csv", actor=SYSTEM, now=NOON, path=path)
    assert written == queries.rows(LOANS, queries.EVER).count() == 9


def test_every_operation_asks_for_a_declared_permission():
    from yanshu.core.permission import registry as permissions

    own = [entry for code, entry in registry.items() if code.startswith("figures.")]
    assert {entry.permission for entry in own} <= set(permissions)


def test_new_definitions_are_summed_by_the_job_once(world):
    assert LOANS in queries.codes_never_summed()
    jobs["figures.new-rollups"].run(NOON)
    assert queries.codes_never_summed() == []
    assert not feed.waiting(queries.subscriber_name(LOANS))
    assert list(doctor.examine(ROLLUPS)) == []
