"""The readers: categories, persons, cards, and the lines of their memberships."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

from yanshu.demo.loader import bulk
from yanshu.demo.loader.terms import FORMER_SYSTEM, Doer, Loading, Premises, Staff
from yanshu.demo.people import Reader
from yanshu.demo.terms import CategorySpec
from yanshu.demo.year import YearPlan
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.engine.names import initials
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.terms import CardKind, CategoryKind, MembershipEventKind, PatronState

__all__ = ["AgeBands", "ReaderFates", "load_readers", "make_categories"]

VALID_MONTHS = 36
OVERDUE = "overdue"
_ENGLISH = {
    "adult": "Adults",
    "child": "Children",
    "senior": "Seniors",
    "visually_impaired": "Visually impaired",
    "staff": "Staff",
    "group": "Groups",
}
_BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    "adult": (18, 59),
    "child": (None, 17),
    "senior": (60, None),
}
"""Ages a category is offered to; who grows out of it keeps it until it is changed at the desk."""
_PATRON_COLUMNS = (
    "id", "name", "name_initials", "birth_date", "category_id", "home_branch_id", "account_id", "state",
    "registered_on", "expires_on", "suspended_until", "suspension_reason", "keep_history", "last_loan_on",
)  # fmt: skip
_LINE_COLUMNS = (
    "happened_at", "recorded_at", "business_date", "month", "account_id", "actor_label", "door",
    "branch_id", "kind", "category_code", "category_kind", "age_band",
)  # fmt: skip


@dataclass(slots=True)
class ReaderFates:
    """What the year did to readers, by their places: days are numbers after the year's first.

    Attributes:
        seen: readers who lent, gave back or asked for something.
        accounts: the accounts of those who can log in; they keep their loan history if ``keeping``.
    """

    last_loan: Mapping[int, int]
    suspended_until: Mapping[int, int]
    seen: AbstractSet[int]
    accounts: Mapping[int, int] = field(default_factory=dict)
    keeping: AbstractSet[int] = frozenset()


def make_categories(loading: Loading) -> list[PatronCategory]:
    """Make the reader categories of the scenario, in its order."""
    return [
        PatronCategory.objects.create(
            code=spec.code,
            name=spec.name,
            name_en=_ENGLISH.get(spec.code, ""),
            kind=_kind(spec),
            valid_months=VALID_MONTHS,
            youngest=_BOUNDS.get(spec.code, (None, None))[0],
            oldest=_BOUNDS.get(spec.code, (None, None))[1],
            position=position,
        )
        for position, spec in enumerate(loading.scenario.readers.categories)
    ]


def _kind(spec: CategorySpec) -> str:
    return spec.code if spec.code in CategoryKind.values else CategoryKind.ADULT.value


class AgeBands:
    """The age band of each reader on each day of the year, worked out once where it never changes."""

    def __init__(self, readers: Sequence[Reader], first: date, days: int) -> None:
        self._readers = readers
        self._first = first
        begin, end = first - timedelta(days=31), first + timedelta(days=days)
        self._bands = []
        for reader in readers:
            band = rules.age_band(reader.born_on, begin)
            changes = reader.born_on is not None and rules.age_band(reader.born_on, end) != band
            self._bands.append("" if changes else band)

    def on(self, reader: int, day: int) -> str:
        """Return the band of a reader on the day ``day`` days after the first."""
        band = self._bands[reader]
        if band:
            return band
        return rules.age_band(self._readers[reader].born_on, self._first + timedelta(days=day))


def load_readers(
    loading: Loading,
    premises: Premises,
    staff: Staff,
    plan: YearPlan,
    categories: Sequence[PatronCategory],
    fates: ReaderFates,
) -> None:
    """Write readers, cards and the lines of registrations and renewed memberships."""
    rows = _Rows(loading, premises, staff, plan, categories, fates)
    tell = loading.stage("读者 · readers", len(plan.readers))
    bulk.write(Patron, _PATRON_COLUMNS, rows.patrons(), tell=tell)
    cards = ("patron_id", "library_id", "kind", "number", "state", "issued_on")
    bulk.write(Card, cards, rows.cards())
    bulk.write(MembershipEvent, _LINE_COLUMNS, sorted(rows.lines, key=lambda line: line[0]))
    bulk.continue_keys(Patron)


class _Rows:
    """Puts the rows of readers together."""

    def __init__(
        self,
        loading: Loading,
        premises: Premises,
        staff: Staff,
        plan: YearPlan,
        categories: Sequence[PatronCategory],
        fates: ReaderFates,
    ) -> None:
        self._loading = loading
        self._plan = plan
        self._library_id = premises.library.pk
        self._categories = categories
        self._fates = fates
        self._staff = staff
        places = {spec.code: place for place, spec in enumerate(loading.scenario.branches_in_service)}
        self._places = [places[reader.branch] for reader in plan.readers]
        self._branch_ids = [branch.pk for branch in premises.in_service]
        self._first = loading.scenario.first_day
        self._end = self._first + timedelta(days=loading.scenario.days)
        self._taken_over = bulk.instant_text(loading.midnight(0))
        self._open_days = _open_days(plan)
        self.lines: list[bulk.Row] = []

    def patrons(self) -> Iterator[bulk.Row]:
        """Yield the rows of readers; their lines are gathered on the way."""
        day = self._day
        for number, reader in enumerate(self._plan.readers):
            branch_id = self._branch_ids[self._places[number]]
            suspended = self._fates.suspended_until.get(number)
            self._register(number, reader)
            yield (
                number + 1, reader.name, initials(reader.name),
                reader.born_on.isoformat() if reader.born_on else None,
                self._categories[reader.category].pk, branch_id, self._fates.accounts.get(number),
                PatronState.ACTIVE.value, reader.registered_on.isoformat(), self._expires_on(number, reader),
                day(suspended), OVERDUE if suspended is not None else "", number in self._fates.keeping,
                day(self._fates.last_loan.get(number)),
            )  # fmt: skip

    def cards(self) -> Iterator[bulk.Row]:
        """Yield each reader's card."""
        for number, reader in enumerate(self._plan.readers):
            issued_on = reader.registered_on.isoformat()
            kind = CardKind.LIBRARY_CARD.value
            yield (number + 1, self._library_id, kind, reader.card, "valid", issued_on)

    def _day(self, number: int | None) -> str | None:
        return None if number is None else (self._first + timedelta(days=number)).isoformat()

    def _register(self, number: int, reader: Reader) -> None:
        """Gather the line of a registration; those of former years were taken over with the readers."""
        day = reader.registered_on
        of_year = day >= self._first
        clerks = self._staff.clerks[self._places[number]]
        doer = clerks[number % len(clerks)] if of_year else FORMER_SYSTEM
        self._line(MembershipEventKind.REGISTERED, number, day, reader.minute, doer)

    def _expires_on(self, number: int, reader: Reader) -> str:
        """Return the last day of a membership; who used the library in the year renewed in time."""
        months = self._categories[reader.category].valid_months
        expires = rules.expires_on(reader.registered_on, months)
        while number in self._fates.seen and expires < self._end:
            if expires >= self._first:
                self._renew(number, expires)
            expires = rules.expires_on(expires, months)
        return expires.isoformat()

    def _renew(self, number: int, expires: date) -> None:
        """Gather the line of a renewal, on the last open day before the membership ends."""
        place = self._places[number]
        days, minutes = self._open_days[place]
        at = bisect_right(days, (expires - self._first).days) - 1
        if at < 0:
            return
        clerks = self._staff.clerks[place]
        day = self._first + timedelta(days=days[at])
        doer = clerks[number % len(clerks)]
        self._line(MembershipEventKind.RENEWED, number, day, minutes[at] + 1 + number % 60, doer)

    def _line(self, kind: MembershipEventKind, number: int, day: date, minute: int, doer: Doer) -> None:
        reader = self._plan.readers[number]
        category = self._categories[reader.category]
        happened_at = bulk.instant_text(self._loading.midnight((day - self._first).days) + minute * 60)
        recorded_at = self._taken_over if doer is FORMER_SYSTEM else happened_at
        text = day.isoformat()
        self.lines.append((
            happened_at, recorded_at, text, text[:7], doer.account_id, doer.label, doer.door,
            self._branch_ids[self._places[number]], kind.value, category.code, category.kind,
            rules.age_band(reader.born_on, day),
        ))  # fmt: skip


def _open_days(plan: YearPlan) -> list[tuple[list[int], list[int]]]:
    """Return the open days of each branch, and the minute each of them begins."""
    found = []
    for spec in plan.scenario.branches_in_service:
        periods = plan.periods[spec.code]
        days = [day for day, of_day in enumerate(periods) if of_day]
        found.append((days, [periods[day][0][0] for day in days]))
    return found
