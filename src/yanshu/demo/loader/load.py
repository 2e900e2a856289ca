"""The order in which a year is loaded, in one transaction: either all of it is there, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.db import connection

from yanshu.collection.catalogue.models import BibRecord
from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.db.statistics import gather_statistics
from yanshu.core.models import Instance
from yanshu.core.operation import about, operation
from yanshu.demo import scenario as scenarios
from yanshu.demo.loader.accounts import load_staff
from yanshu.demo.loader.calendars import LibraryCalendars
from yanshu.demo.loader.figures import load_figures, sum_up
from yanshu.demo.loader.guests import Guests, choose_guests
from yanshu.demo.loader.ledger import LoanBook, Subjects
from yanshu.demo.loader.lending import load_holds, load_lines, load_loans, load_policies
from yanshu.demo.loader.places import load_places, public_days
from yanshu.demo.loader.proof import TargetsMissed, misses
from yanshu.demo.loader.readers import AgeBands, ReaderFates, load_readers, make_categories
from yanshu.demo.loader.stock import (
    arrivals,
    load_item_events,
    load_items,
    load_records,
    make_item_categories,
)
from yanshu.demo.loader.terms import Loading, Premises, Progress, Staff
from yanshu.demo.loader.visits import load_gates, load_visits
from yanshu.demo.scenario import Scenario
from yanshu.demo.year import YearPlan, plan_year
from yanshu.institution.places.models import Library
from yanshu.institution.staff.models import Account
from yanshu.institution.visits.models import GateReading
from yanshu.lending.circulation.models import LoanEvent
from yanshu.lending.circulation.terms import HoldState
from yanshu.readers.patrons.models import Patron

__all__ = ["DatabaseNotEmpty", "Loaded", "load_demonstration"]

CACHE_KIB = 131_072
_SUBJECTS = (Library, Account, Patron, BibRecord, GateReading, LoanEvent)


class DatabaseNotEmpty(RuntimeError):
    """A demonstration year goes into an empty database only; nobody's data are mixed with inventions."""

    def __init__(self) -> None:
        super().__init__(
            "数据库中已有数据，演示年度只能装入空数据库。 "
            "The database is not empty; a demonstration year is loaded into an empty one only."
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded year.

    Attributes:
        logins: user name, card number or terminal log-in, and its password or key.
        scaled_targets: for each target that shrinking changed, what the scenario says and what was loaded.
    """

    title: str
    logins: dict[str, str]
    scaled_targets: dict[str, tuple[int, int]]


def load_demonstration(
    name_or_file: str | Path = scenarios.DEFAULT,
    *,
    scale: float = 1.0,
    seed: int | None = None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Loaded:
    """Fill an empty database with the year of a scenario; the library's clock goes on the day after it.

    The search index is not touched: it is rebuilt from the rows.

    Raises:
        DatabaseNotEmpty: when anything is there already.
        ScenarioError: for a scenario that is not there, or has a mistake.
        TargetsMissed: when counting does not arrive at the scenario's figures; then nothing is kept.
    """
    scenario, scaled = scenarios.load(name_or_file).scaled(scale)
    if seed is not None:
        scenario = scenario.with_seed(seed)
    demand_empty()
    now = _library_now(scenario)
    with _large_cache():
        logins = load_year(scenario=scenario, progress=progress, actor=Actor.system(Door.COMMAND), now=now)
        clock.forget()
        _empty_log()
    return Loaded(
        title=scenario.title,
        logins=logins,
        scaled_targets={target.code: (target.full, target.scaled) for target in scaled},
    )


def demand_empty() -> None:
    """Refuse a database in which anything is.

    Raises:
        DatabaseNotEmpty: naming nothing, whatever it is.
    """
    if any(model.objects.exists() for model in _SUBJECTS):
        raise DatabaseNotEmpty


@operation("demo.load")
def load_year(*, scenario: Scenario, progress: Progress, actor: Actor, now: datetime) -> dict[str, str]:
    """Load a year in one transaction and prove its figures; return the log-ins."""
    demand_empty()
    loading = Loading(scenario=scenario, actor=actor, now=now, progress=progress)
    instance = _mark(scenario, now)
    about(instance)
    premises = load_places(loading)
    load_gates(loading, premises)
    staff = load_staff(loading, premises)
    calendars = LibraryCalendars(scenario, premises)
    plan = _plan(loading, calendars)
    load_visits(loading, premises, plan)
    guests = _load_rows(loading, premises, staff, plan, calendars)
    load_figures(loading)
    _gather_statistics(loading)
    sum_up(loading)
    if found := misses(scenario):
        raise TargetsMissed(found)
    return {**staff.logins, **guests.logins, **premises.logins}


def _load_rows(
    loading: Loading, premises: Premises, staff: Staff, plan: YearPlan, calendars: LibraryCalendars
) -> Guests:
    """Write collection, lending and readers; what refers to rows still to come is checked at the end."""
    categories = make_categories(loading)
    item_categories = make_item_categories()
    classes = load_records(loading, plan.stock)
    subjects = Subjects(
        plan=plan,
        categories=[category.code for category in categories],
        policies=load_policies(loading, categories),
        classes=classes,
        bands=AgeBands(plan.readers, loading.scenario.first_day, loading.scenario.days),
    )
    book = LoanBook(loading, premises, staff, subjects)
    load_lines(loading, plan, calendars, book)
    guests = choose_guests(loading, plan.readers, book)
    load_loans(loading, premises, book, guests.keeping)
    load_holds(loading, premises, book, guests.keeping)
    kept = {
        hold.item
        for hold in book.holds.values()
        if hold.state == HoldState.READY.value and hold.item is not None
    }
    load_items(loading, premises, plan.stock, item_categories, kept)
    load_item_events(chain(arrivals(loading, premises, staff, plan.stock), book.events))
    fates = ReaderFates(
        last_loan=book.last_loan,
        suspended_until=book.suspended_until,
        seen=book.seen,
        accounts=guests.accounts,
        keeping=guests.keeping,
    )
    load_readers(loading, premises, staff, plan, categories, fates)
    return guests


def _plan(loading: Loading, calendars: LibraryCalendars) -> YearPlan:
    tell = loading.stage("推演 · planning", 1)
    plan = plan_year(loading.scenario, periods=calendars.periods(), public_days=public_days())
    tell(1)
    return plan


def _library_now(scenario: Scenario) -> datetime:
    """Return the library's instant: the scenario's day, at the time of day it is."""
    return datetime.combine(scenario.library.today, clock.local(clock.real_now()).time(), tzinfo=clock.zone())


def _mark(scenario: Scenario, now: datetime) -> Instance:
    """Mark the installation as a demonstration whose clock goes on from ``now``."""
    offset = round((now - clock.real_now()).total_seconds())
    instance, _is_new = Instance.objects.update_or_create(
        pk=1,
        defaults={
            "is_demonstration": True,
            "demonstration_name": scenario.title,
            "clock_offset_seconds": offset,
        },
    )
    return instance


@contextmanager
def _large_cache() -> Iterator[None]:
    """Give SQLite room to sort many rows into its indexes; other databases look after themselves."""
    with _pragma("cache_size", -CACHE_KIB):
        yield


@contextmanager
def _pragma(name: str, value: int) -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (former,) = cursor.execute(f"PRAGMA {name}").fetchone()
        cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name} = {former}")


def _gather_statistics(loading: Loading) -> None:
    """Let the database look at what it holds now, so that it reads by the right indexes."""
    tell = loading.stage("统计信息 · statistics", 1)
    gather_statistics()
    tell(1)


def _empty_log() -> None:
    """Carry SQLite's log of one great transaction over into the file, and empty it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
