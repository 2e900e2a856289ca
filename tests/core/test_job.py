import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connections

from yanshu.core import doctor
from yanshu.core import job as jobs
from yanshu.core.job import LONGEST_RUN, Job, JobRun, job, run_due, run_one

NOW = datetime(2019, 11, 16, 4, tzinfo=UTC)  # noon at the library
MINUTE = timedelta(minutes=1)
WORKERS = 6


@pytest.fixture(autouse=True)
def _empty_registry():
    """Take the declared jobs out of the registry, which the checks hold too, and put them back."""
    declared = dict(jobs.registry)
    jobs.registry.clear()
    yield
    jobs.registry.clear()
    jobs.registry.update(declared)


def wall(day, hour, minute=0):
    """Return a moment of November 2019 by the library's clock."""
    return datetime(2019, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("every", "daily_at", "last", "now", "due"),
    [
        (10 * MINUTE, None, None, NOW, True),
        (10 * MINUTE, None, NOW - 10 * MINUTE, NOW, True),
        (10 * MINUTE, None, NOW - 9 * MINUTE, NOW, False),
        (None, time(3, 30), None, wall(16, 1), True),
        (None, time(3, 30), wall(15, 3, 30), wall(16, 3, 29), False),
        (None, time(3, 30), wall(15, 3, 30), wall(16, 3, 30), True),
        (None, time(3, 30), wall(16, 3, 30), wall(16, 23), False),
        (None, time(3, 30), wall(13, 3, 30), wall(16, 2), True),
        (None, time(0), wall(15, 23, 59), wall(16, 0), True),
        (None, time(0), wall(16, 0), wall(16, 0, 1), False),
    ],
)
def test_when_a_job_is_due(every, daily_at, last, now, due):
    assert Job("tests.job", print, every, daily_at).due(last, now) is due


@pytest.mark.django_db
def test_a_job_runs_when_its_time_has_come_and_not_before():
    ran = []
    job("tests.often", every=10 * MINUTE)(ran.append)
    assert [run_due(NOW + number * MINUTE) for number in range(11)] == [1, *[0] * 9, 1]
    assert ran == [NOW, NOW + 10 * MINUTE]
    kept = JobRun.objects.get()
    assert (kept.begun_at, kept.ended_at, kept.failure) == (ran[1], ran[1], "")


@pytest.mark.django_db
def test_a_failure_is_kept_shown_and_stops_nobody(caplog):
    ran = []

    @job("tests.a_broken_one", every=10 * MINUTE)
    def broken(now):
        raise ValueError("盘满了" * 100)

    job("tests.b_sound_one", every=10 * MINUTE)(ran.append)
    assert run_due(NOW) == 2
    assert ran == [NOW]
    kept = JobRun.objects.get(name="tests.a_broken_one")
    assert kept.failure == "ValueError"  # the words themselves may quote persons
    assert [record.message for record in caplog.records] == ["job tests.a_broken_one failed"]
    found = [finding.says.split(":")[0] for finding in doctor.examine(["core.jobs"])]
    assert found == ["tests.a_broken_one"]


@pytest.mark.django_db
def test_a_failure_is_forgotten_when_the_job_runs_well_again(caplog):
    fates = [ValueError("once"), None]

    @job("tests.job", every=MINUTE)
    def sometimes(now):
        if fate := fates.pop(0):
            raise fate

    run_one("tests.job", NOW)
    run_one("tests.job", NOW + MINUTE)
    assert JobRun.objects.get().failure == ""
    assert list(doctor.examine(["core.jobs"])) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("later", "ran"), [(LONGEST_RUN - MINUTE, 0), (LONGEST_RUN, 1)])
def test_a_job_killed_in_the_middle_is_taken_up_after_the_longest_run(later, ran):
    job("tests.job", every=MINUTE)(print)
    JobRun.objects.create(name="tests.job", begun_at=NOW, ended_at=None)
    assert run_due(NOW + later) == ran


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_runs_the_job():
    ran, start = [], threading.Barrier(WORKERS)
    job("tests.job", every=10 * MINUTE)(ran.append)

    def work(_worker):
        start.wait()
        try:
            return run_due(NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sorted(pool.map(work, range(WORKERS))) == [0] * (WORKERS - 1) + [1]
    assert ran == [NOW]


@pytest.mark.parametrize("said", [{}, {"every": MINUTE, "daily_at": time(3)}], ids=["neither", "both"])
def test_a_job_says_either_how_often_or_when(said):
    with pytest.raises(ValueError, match="either every or daily_at"):
        job("tests.job", **said)


def test_a_name_is_declared_once():
    job("tests.job", every=MINUTE)(print)
    with pytest.raises(ValueError, match="declared twice"):
        job("tests.job", every=MINUTE)(print)
