"""A stock told from what its days brought and took: the same as counted from the rows, at every instant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from world import make_world
from yanshu.core import clock, feed
from yanshu.core.span import Span
from yanshu.lending.circulation import operations as lending
from yanshu.lending.circulation.models import Loan, LoanEvent
from yanshu.reporting.figures import queries
from yanshu.reporting.figures.checks import rollups_agree
from yanshu.reporting.figures.models import DailyRollUp

OUT, LATE = "circulation.open_loans", "circulation.overdue_loans"
YEAR = Span.year(2019)
MAY = datetime(2019, 5, 4, 4, 0, tzinfo=UTC)
#: Midnight at the library (UTC+8) is 16:00 UTC of the day before.
MIDNIGHT = datetime(2019, 6, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def world(transactional_db):
    return make_world()


def lend(world, now, *, branch=None):
    actor = world.actor() if branch is None else world.actor().at(branch.pk)
    lent = lending.checkout(patron_id=world.patron().pk, item_id=world.item().pk, actor=actor, now=now)
    return Loan.objects.get(pk=lent.loan_id)


def take_back(world, loan, now):
    lending.return_item(barcode=loan.item.barcode, item_id=loan.item_id, actor=world.actor(), now=now)


def sum_up():
    feed.advance_all(now=clock.now())


def told(code, span):
    """Return value and rows of a stock; they are those of its rows, of its branches, and of its months."""
    figure = queries.measure(code, span)
    parting = queries.splits(code, span, "branch")
    assert figure.value == figure.rows == queries.rows(code, span).count()
    assert parting.sums_up
    assert all(part.value for part in parting.parts)
    months = queries.months(code, YEAR)
    assert list(months.values()) == [queries.rows(code, month).count() for month in YEAR.months()]
    return figure.value


def is_told_from_cells(code):
    source = queries.source_of(code, YEAR)
    return code in queries.Coverage().stale_days([source], YEAR, {})


def test_loans_out_at_every_instant(world):
    lend(world, MIDNIGHT - timedelta(seconds=1))
    lend(world, MIDNIGHT)
    back = lend(world, MAY, branch=world.branch)
    take_back(world, back, MIDNIGHT)
    sum_up()
    assert is_told_from_cells(OUT)
    assert told(OUT, Span.month(2019, 5)) == 1
    assert told(OUT, Span.month(2019, 6)) == 2
    assert told(OUT, Span.day(date(2019, 7, 1))) == 2
    assert told(OUT, Span.year(2018)) == 0
    assert [figure.value for figure in queries.former_years(OUT, Span.year(2020))] == [2]
    within = {queries.source.SCOPE: [world.branch.pk]}
    assert [queries.measure(OUT, Span.month(2019, month), within).value for month in (5, 6, 7)] == [1, 1, 0]
    assert list(rollups_agree()) == []


def test_acts_not_yet_summed_are_counted_from_their_rows(world):
    lend(world, MAY)
    sum_up()
    second = lend(world, MIDNIGHT)
    assert told(OUT, YEAR) == 2
    take_back(world, second, MIDNIGHT + timedelta(hours=1))
    assert told(OUT, YEAR) == 1
    sum_up()
    assert told(OUT, YEAR) == 1
    line = LoanEvent.objects.order_by("-id").first()
    lending.undo(line_id=line.pk, actor=world.actor(), now=MIDNIGHT + timedelta(hours=2))
    assert told(OUT, YEAR) == 2
    sum_up()
    assert told(OUT, YEAR) == 2
    assert list(rollups_agree()) == []


def test_a_cell_that_does_not_hold_is_found(world):
    lend(world, MAY)
    sum_up()
    DailyRollUp.objects.filter(code=OUT).update(value=2)
    (said,) = rollups_agree()
    assert said.startswith(f"{OUT} 2019-05-04")


def test_what_was_overdue_on_a_past_day(world):
    loan = lend(world, MAY)
    in_time = lend(world, MAY)
    take_back(world, in_time, MAY + timedelta(days=30))
    take_back(world, loan, MIDNIGHT)
    assert [Loan.objects.get(pk=one.pk).returned_late for one in (loan, in_time)] == [True, False]
    assert [told(LATE, Span.month(2019, month)) for month in (5, 6, 7)] == [0, 1, 0]
    line = LoanEvent.objects.order_by("-id").first()
    lending.undo(line_id=line.pk, actor=world.actor(), now=MIDNIGHT + timedelta(hours=1))
    assert not Loan.objects.get(pk=loan.pk).returned_late
    assert told(LATE, Span.month(2019, 7)) == 1


def test_a_stock_nobody_has_summed_is_counted_from_its_rows(world):
    lend(world, MAY)
    assert not is_told_from_cells(OUT)
    assert told(OUT, YEAR) == 1
