from datetime import date
from decimal import Decimal

import pytest

from reporting.figures.figures_world import NOON, SYSTEM, line, small_year
from world import make_world
from yanshu.core import feed
from yanshu.core.indicator import Kind
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.visits.models import GateReading
from yanshu.reporting.figures import operations, queries, rules
from yanshu.reporting.figures.errors import UnknownFigure
from yanshu.reporting.figures.models import DailyRollUp
from yanshu.reporting.figures.terms import FigureState

YEAR = Span.year(2019)
LOANS = "circulation.loans"

pytestmark = pytest.mark.django_db


def follow() -> None:
    feed.advance_all(now=NOON)


@pytest.fixture(params=["rows", "rolled", "partly rolled"])
def world(request):
    """The small year, counted from rows, from roll-ups, and from both."""
    world = make_world()
    if request.param == "partly rolled":
        line(world, date(2019, 5, 31), branch_id=world.branch.pk, class_main="K")
        follow()
        line(world, date(2019, 5, 31), branch_id=world.branch.pk, class_main="K", quantity=-1)
    small_year(world)
    if request.param == "rolled":
        follow()
    return world


def values(parting):
    return {part.key: part.value for part in parting.parts}


def test_a_flow_counts_the_rows_inside_its_span(world):
    figure = queries.measure(LOANS, YEAR)
    assert figure.value == 5
    assert figure.unit is Unit.LOAN
    assert figure.kind is Kind.FLOW
    assert figure.state is FigureState.LIVE
    assert figure.rows == queries.rows(LOANS, YEAR).count()


@pytest.mark.parametrize(
    ("first", "end", "value"),
    [
        (date(2019, 1, 1), date(2019, 1, 2), 2),
        (date(2019, 1, 2), date(2019, 5, 31), 0),
        (date(2019, 6, 1), date(2019, 6, 2), 1),
        (date(2019, 12, 31), date(2020, 1, 1), 1),
        (date(2019, 12, 31), date(2020, 1, 2), 2),
        (date(2018, 12, 31), date(2019, 1, 1), 1),
        (date(2019, 12, 30), date(2019, 12, 31), 0),
    ],
)
def test_both_edges_of_a_span(world, first, end, value):
    assert queries.measure(LOANS, Span(first, end)).value == value


def test_an_act_taken_back_is_two_rows_and_nothing(world):
    day = Span.day(date(2019, 12, 30))
    assert (queries.measure(LOANS, day).value, queries.measure(LOANS, day).rows) == (0, 2)


def test_a_ratio_is_made_of_two_figures(world):
    share = queries.measure("circulation.selfservice_share", YEAR)
    assert share.value == Decimal("40.00")
    assert [part.value for part in share.parts] == [2, 5]
    assert (share.numerator, share.denominator) == ("circulation.selfservice_loans", LOANS)
    assert share.rows == 2
    assert queries.rows("circulation.selfservice_share", YEAR).count() == 2


def test_a_ratio_of_nothing_is_nothing(world):
    assert queries.measure("circulation.selfservice_share", Span.year(2010)).value is None


def test_branches_sum_up_to_the_whole(world):
    parting = queries.splits(LOANS, YEAR, "branch")
    assert values(parting) == {str(world.central.pk): 4, str(world.branch.pk): 1}
    assert [str(part.label) for part in parting.parts] == ["总馆", "东分馆"]
    assert parting.total == 5
    assert parting.sums_up


def test_a_blank_value_of_a_split_has_an_address(world):
    parting = queries.splits(LOANS, YEAR, "class")
    assert values(parting)[rules.as_key("")] == 1
    assert sum(values(parting).values()) == 5
    blank = queries.rows(LOANS, YEAR, {"class": rules.from_key(rules.as_key(""))})
    assert [row.patron_category for row in blank] == ["child"]


def test_months_stand_in_order_and_sum_up(world):
    months = queries.months(LOANS, YEAR)
    assert list(months) == [f"2019-{month:02}" for month in range(1, 13)]
    assert [value for value in months.values() if value] == [2, 1, 1, 1]
    assert sum(months.values()) == 5


def test_narrowed_to_branches(world):
    assert queries.measure(LOANS, YEAR, {"branch": world.branch.pk}).value == 1
    assert queries.measure(LOANS, YEAR, {"branch": [world.branch.pk, world.central.pk]}).value == 5
    assert queries.measure(LOANS, YEAR, {"branch": []}).value == 0
    assert queries.measure(LOANS, YEAR, {"door": "sip2"}).value == 1


def test_twelve_months_end_with_the_day(world):
    assert queries.twelve_months(date(2019, 6, 1)) == Span(date(2018, 7, 1), date(2019, 6, 2))
    line = queries.sparkline(LOANS, date(2019, 6, 1))
    assert len(line) == 12
    assert line[-2:] == (1, 1)
    assert line[5] == 1


def test_former_years_end_where_nothing_is_known(world):
    assert [figure.value for figure in queries.former_years(LOANS, YEAR)] == [1]


def test_a_selection_behaves_as_a_figure(world):
    operations.set_selection(
        code="circulation.children.loans",
        name="少儿外借",
        indicator=LOANS,
        chosen={"patron_category": "child"},
        actor=SYSTEM,
        now=NOON,
    )
    figure = queries.measure("circulation.children.loans", YEAR)
    assert (figure.value, figure.rows, figure.name, figure.is_selection) == (1, 1, "少儿外借", True)
    assert values(queries.splits("circulation.children.loans", YEAR, "month")) == {"2019-12": 1}
    assert "circulation.children.loans" in queries.all_sources(YEAR)


def test_a_selection_of_a_branch_is_told_from_the_rollup(world):
    operations.set_selection(
        code="circulation.east",
        name="东分馆外借",
        indicator=LOANS,
        chosen={"branch": world.branch.pk},
        actor=SYSTEM,
        now=NOON,
    )
    found = queries.measure_all(["circulation.east", LOANS], YEAR)
    assert [figure.value for figure in found.values()] == [1, 5]
    assert sum(queries.months("circulation.east", YEAR).values()) == 1


@pytest.mark.django_db(transaction=True)  # a feed shows committed rows only
def test_rolled_and_counted_agree_in_every_figure():
    world = make_world()
    small_year(world)
    before = {code: (f.value, f.rows) for code, f in queries.measure_all(None, YEAR).items()}
    follow()
    assert not feed.waiting(queries.subscriber_name(LOANS))
    after = {code: (f.value, f.rows) for code, f in queries.measure_all(None, YEAR).items()}
    assert before == after
    assert DailyRollUp.objects.filter(code=LOANS).count() == 7


@pytest.mark.sqlite  # on PostgreSQL each look at a feed first asks for the oldest transaction
def test_a_rolled_figure_does_not_open_the_ledger(django_assert_num_queries):
    world = make_world()
    small_year(world)
    follow()
    # cursors, two of unread rows, the roll-up, what was printed
    with django_assert_num_queries(5):
        assert queries.measure(LOANS, YEAR).value == 5


def test_codes_nobody_bears_are_named():
    with pytest.raises(UnknownFigure) as caught:
        queries.measure_all([LOANS, "no.such", "nor.this"], YEAR)
    assert caught.value.unknown == ("no.such", "nor.this")


@pytest.mark.parametrize("chosen", [{"moon": "full"}, {"branch": "east"}])
def test_unknown_splits_and_values_are_refused(chosen):
    with pytest.raises(Invalid):
        queries.rows(LOANS, YEAR, chosen)


def test_what_was_printed_stands_beside_the_count():
    world = make_world()
    small_year(world)
    operations.state_figure(
        code=LOANS,
        span=YEAR,
        value=Decimal("0.0007"),
        unit="万册次",
        source="年报",
        quote="七册次",
        actor=SYSTEM,
        now=NOON,
    )
    figure = queries.measure(LOANS, YEAR)
    assert figure.value == 5
    assert [(stated.value, stated.unit, stated.source) for stated in figure.stated] == [(7, "册次", "年报")]
    assert queries.measure(LOANS, Span.month(2019, 5)).stated == ()


def test_the_document_of_the_command_line():
    world = make_world()
    small_year(world)
    document = queries.figures_document(2019, [LOANS, "circulation.selfservice_share"])
    assert list(document) == ["span", "timezone", "figures"]
    assert document["span"] == ["2019-01-01", "2020-01-01"]
    assert document["timezone"] == "Asia/Shanghai"
    loans, share = document["figures"]
    assert {key: loans[key] for key in ("code", "value", "unit", "kind", "rows", "state", "stated")} == {
        "code": LOANS,
        "value": 5,
        "unit": "册次",
        "kind": "flow",
        "rows": 7,
        "state": "live",
        "stated": [],
    }
    assert set(loans["definition"]) == {"version", "text", "source"}
    assert loans["numerator"] is None
    assert (share["value"], share["unit"], share["kind"]) == (40.0, "%", "ratio")
    assert (share["numerator"], share["denominator"]) == ("circulation.selfservice_loans", LOANS)


def test_without_gates_there_is_no_number_of_visits():
    make_world()
    assert not GateReading.objects.exists()
    if "visits.total" in queries.all_sources(YEAR):
        assert (queries.measure("visits.total", YEAR).value, queries.measure("visits.total", YEAR).rows) == (
            None,
            0,
        )
