"""Intake, correction and calibration: what they write, what they refuse, and what the figures say after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from institution.places.places_world import NOW, SYSTEM, manager
from institution.visits.visits_world import ACT, DAY, at, reading, record, two_gates
from yanshu.core.actor import PermissionMissing
from yanshu.core.indicator import registry
from yanshu.core.ledger import LedgerIsAppendOnly
from yanshu.core.refusal import Conflict, Invalid, NotFound
from yanshu.core.span import Span
from yanshu.institution.places import operations as places
from yanshu.institution.places.terms import TerminalData, TerminalKind
from yanshu.institution.visits import checks, operations, queries
from yanshu.institution.visits.errors import ReadingRefused
from yanshu.institution.visits.models import GateReading
from yanshu.institution.visits.terms import Count, Fate, GateData, Quality, ReadingFlaw, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def gates():
    return two_gates()


def total(code: str = "visits.total", span: Span | None = None) -> int:
    (indicator,) = registry[code]
    rows = indicator.rows(span or Span.year(2019))
    return rows.aggregate(sum=indicator.measure)["sum"] or 0


def silence() -> list[str]:
    return [*checks.corrected(), *checks.chains(), *checks.service_dates()]


def test_a_reading_is_kept_with_raw_factor_and_visits(gates):
    (taken,) = record(reading(9, 100, count_out=90))
    line = GateReading.objects.get()
    assert taken.fate is Fate.RECORDED
    assert (line.raw_in, line.raw_out, line.factor_permille, line.corrected) == (100, 90, 962, 96)
    assert (line.business_date, line.month, line.branch_id) == (DAY, "2019-03", gates[0].branch_id)
    assert (line.happened_at, line.recorded_at, line.branch_kind) == (at(9), NOW, "central")
    assert (total(), silence()) == (96, [])


def test_the_same_again_changes_nothing_and_another_count_differs(gates):
    record(reading(9, 100))
    again, other = record(reading(9, 100)), record(reading(9, 110))
    assert [again[0].fate, other[0].fate] == [Fate.UNCHANGED, Fate.DIFFERS]
    assert other[0].difference == 106 - 96
    assert GateReading.objects.count() == 1
    with pytest.raises(ReadingRefused) as refused:
        operations.record_reading(reading(9, 110), source=Source.HAND, **ACT)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.facts["difference"]) == ("differs", 10)


def test_what_can_be_taken_is_taken(gates):
    fates = [
        (taken.fate, taken.flaws)
        for taken in record(
            reading(9, 100),
            reading(9, 100),
            reading(9, 5, gate="X"),
            reading(10, -1),
            reading(10, 3_000_000_000),
            reading(10, 10**20, quality=Quality.ESTIMATED),
            reading(11, 7),
            reading(12, 7, day=NOW.date()),
            reading(9, 1, day=date(2018, 12, 31)),
            replace(reading(9, 3), start=at(9) + timedelta(minutes=30), end=at(11)),
        )
    ]
    assert fates == [
        (Fate.RECORDED, ()),
        (Fate.REFUSED, (ReadingFlaw.TWICE,)),
        (Fate.REFUSED, (ReadingFlaw.UNKNOWN_GATE,)),
        (Fate.REFUSED, (ReadingFlaw.NEGATIVE,)),
        (Fate.REFUSED, (ReadingFlaw.TOO_MANY,)),
        (Fate.REFUSED, (ReadingFlaw.TOO_MANY,)),
        (Fate.RECORDED, ()),
        (Fate.REFUSED, (ReadingFlaw.NOT_OVER,)),
        (Fate.REFUSED, (ReadingFlaw.GATE_ABSENT,)),
        (Fate.REFUSED, (ReadingFlaw.OVERLAP,)),
    ]
    assert GateReading.objects.count() == 2


def test_a_reading_overlapping_a_recorded_one_is_refused(gates):
    record(reading(9, 100))
    (half,) = record(replace(reading(9, 3), start=at(9) + timedelta(minutes=30), end=at(10)))
    assert half.flaws == (ReadingFlaw.OVERLAP,)


def test_readings_out_of_service_are_refused(gates):
    branch = gates[1].branch
    branch.service_until = DAY
    branch.save()
    inside, outside = record(
        reading(9, 1, gate="N1", day=DAY - timedelta(days=1)), reading(9, 1, gate="N1", day=DAY)
    )
    assert (inside.fate, outside.flaws) == (Fate.RECORDED, (ReadingFlaw.NOT_IN_SERVICE,))


def test_a_terminal_reports_for_its_own_gates_only(gates):
    data = TerminalData(gates[0].branch_id, TerminalKind.GATE, "东门", "g-1", permissions=("visits.record",))
    made = places.make_terminal(data, **ACT)
    from yanshu.institution.places.queries import actor_of_terminal

    actor = actor_of_terminal(made.terminal)
    gate = gates[0]
    operations.change_gate(
        gate, GateData(gate.branch_id, "C1", "正门", gate.installed_on, terminal_id=made.terminal.pk), **ACT
    )
    own, strange = record(reading(9, 1), reading(9, 1, gate="N1"), source=Source.HTTP, actor=actor)
    assert (own.fate, strange.flaws) == (Fate.RECORDED, (ReadingFlaw.OTHER_BRANCH,))
    assert GateReading.objects.get().terminal_id == made.terminal.pk
    other = places.make_terminal(replace(data, login="g-2"), **ACT)
    (alien,) = record(reading(10, 1), source=Source.HTTP, actor=actor_of_terminal(other.terminal))
    assert alien.flaws == (ReadingFlaw.OTHER_TERMINAL,)


def test_estimates_and_outages(gates):
    record(reading(9, 80, quality=Quality.ESTIMATED), reading(10, 0, quality=Quality.OUTAGE))
    kept = list(GateReading.objects.values_list("raw_in", "corrected", "quality"))
    assert kept == [(0, 80, "estimated"), (0, 0, "outage")]
    assert (total(), silence()) == (80, [])


def test_many_readings_cost_as_many_statements_as_few(gates):
    counts = []
    for hours in (range(9, 10), range(10, 13)):
        with CaptureQueriesContext(connection) as statements:
            record(*(reading(hour, 5) for hour in hours))
        counts.append(len([each for each in statements if "SAVEPOINT" not in each["sql"]]))
    assert counts == [4, 4]


def test_a_correction_is_a_line_with_the_difference(gates):
    record(reading(9, 100))
    operations.correct_reading(reading(9, 120), reason="人工核对", **ACT)
    operations.correct_reading(reading(9, 90), reason="再次核对", **ACT)
    lines = list(GateReading.objects.order_by("pk"))
    assert [line.corrected for line in lines] == [96, 115 - 96, 87 - 115]
    assert [line.corrects_id for line in lines] == [None, lines[0].pk, lines[1].pk]
    assert queries.standing_of(gates[0], at(9)).count == Count(90, 0, 87, Quality.MEASURED)
    assert (total(), silence()) == (87, [])
    assert [taken.fate for taken in record(reading(9, 90))] == [Fate.UNCHANGED]


def test_a_changed_quality_takes_all_back_and_says_it_anew(gates):
    record(reading(9, 100))
    operations.correct_reading(reading(9, 70, quality=Quality.ESTIMATED), reason="计数器进水", **ACT)
    by_quality = dict(GateReading.objects.order_by().values_list("quality").annotate(visits=Sum("corrected")))
    assert by_quality == {"measured": 0, "estimated": 70}
    assert (total(), silence()) == (70, [])


def test_a_correction_is_refused(gates):
    record(reading(9, 100))
    with pytest.raises(Invalid):
        operations.correct_reading(reading(9, 120), reason=" ", **ACT)
    with pytest.raises(Invalid) as refused:
        operations.correct_reading(reading(9, 10**20), reason="x", **ACT)
    assert refused.value.codes == (ReadingFlaw.TOO_MANY.value,)
    with pytest.raises(Conflict):
        operations.correct_reading(reading(9, 100), reason="x", **ACT)
    with pytest.raises(NotFound):
        operations.correct_reading(reading(10, 100), reason="x", **ACT)
    with pytest.raises(PermissionMissing):
        operations.correct_reading(
            reading(9, 120), reason="x", actor=manager(permissions=("visits.record",)), now=NOW
        )


def test_lines_are_never_changed(gates):
    record(reading(9, 100))
    with pytest.raises(LedgerIsAppendOnly):
        GateReading.objects.update(corrected=0)


def test_a_factor_holds_from_the_day_after_the_last_reading(gates):
    record(reading(9, 100))
    sample = {"counted_by_hand": 500, "counted_by_gate": 500}
    with pytest.raises(Conflict):
        operations.calibrate(gates[0], valid_from=DAY, **sample, **ACT)
    calibration = operations.calibrate(gates[0], valid_from=DAY + timedelta(days=1), **sample, **ACT)
    assert calibration.factor_permille == 1000
    record(reading(8, 100, day=DAY + timedelta(days=1)))
    assert total() == 96 + 100


@pytest.mark.parametrize(
    ("hand", "gate", "codes"),
    [(0, 10, ("empty-sample",)), (0, 0, ("empty-sample",) * 2), (1, 100, ("implausible-factor",))],
)
def test_a_bad_sample_is_refused(gates, hand, gate, codes):
    with pytest.raises(Invalid) as refused:
        operations.calibrate(
            gates[1], valid_from=date(2019, 4, 1), counted_by_hand=hand, counted_by_gate=gate, **ACT
        )
    assert refused.value.codes == codes


def test_a_gate_is_refused_with_every_reason(gates):
    wrong = GateData(gates[0].branch_id, "C1", "", DAY, removed_on=DAY, terminal_id=99)
    with pytest.raises(Invalid) as refused:
        operations.make_gate(wrong, **ACT)
    assert refused.value.codes == ("missing", "taken", "ends-before-start", "other-branch")


def test_a_gate_that_has_counted_keeps_its_branch_and_days(gates):
    record(reading(9, 100))
    gate, night = gates
    for data in (
        GateData(night.branch_id, "C1", "正门", gate.installed_on),
        GateData(gate.branch_id, "C1", "正门", DAY + timedelta(days=1)),
        GateData(gate.branch_id, "C1", "正门", gate.installed_on, removed_on=DAY),
    ):
        with pytest.raises(Conflict):
            operations.change_gate(gate, data, **ACT)


# --- figures -----------------------------------------------------------------------------------------------


def test_rows_on_both_edges_of_the_span(gates):
    for day in (date(2019, 2, 28), date(2019, 3, 1), date(2019, 3, 10)):
        record(reading(9, 10, day=day), reading(23, 7, gate="N1", day=day))
    march = Span(date(2019, 3, 1), date(2019, 3, 10))
    assert total(span=march) == 10 + 7
    assert total("visits.selfservice", march) == 7
    assert total("visits.selfservice") == 21


def test_without_a_gate_there_is_no_figure(gates):
    (indicator,) = registry["visits.total"]
    assert indicator.ready(Span.year(2019))
    assert not indicator.ready(Span.year(2018))


def test_splits_add_up(gates):
    record(reading(9, 10), reading(10, 20), reading(9, 5, gate="N1"))
    (indicator,) = registry["visits.total"]
    for split in indicator.splits:
        rows = indicator.rows(Span.year(2019)).order_by().values(split.field)
        parts = rows.annotate(part=indicator.measure).values_list("part", flat=True)
        assert sum(parts) == total(), split.name


# --- pages' facts ------------------------------------------------------------------------------------------


def test_the_day_shows_what_is_missing(gates):
    record(reading(8, 10), reading(9, 12))
    central, night = queries.day_of(gates, DAY, NOW)
    assert (central.total, central.missing) == (10 + 12, 10 - 2)
    assert night.missing == 24
    assert [cell.hour for cell in central.cells if cell.is_open] == list(range(8, 18))


def test_the_week_adds_up_days(gates):
    record(reading(8, 10), reading(9, 12, day=DAY - timedelta(days=1)))
    central, night = queries.week_of(gates, date(2019, 3, 18))
    assert central.days == (12, 10, None, None, None, None, None)
    assert (central.total, night.total) == (22, 0)


def test_silent_gates(gates):
    assert queries.silent_gates(SYSTEM, NOW) == {gates[0].pk: 10, gates[1].pk: 48}
    record(reading(17, 3), reading(8, 1, gate="N1", day=NOW.date()))
    assert queries.silent_gates(SYSTEM, NOW.replace(hour=11)) == {
        gates[0].pk: 2,
        gates[1].pk: 2,
    }
