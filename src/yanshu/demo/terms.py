"""The words of a scenario: what a library of the demonstration is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = [
    "BRANCH_KINDS",
    "ORIGINS",
    "WEEKDAYS",
    "BranchSpec",
    "CategorySpec",
    "CirculationTargets",
    "ClosureSpec",
    "GateSpec",
    "LibrarySpec",
    "Period",
    "PolicySpec",
    "ReaderTargets",
    "StatedSpec",
    "StockTargets",
    "VisitTargets",
]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BRANCH_KINDS = ("central", "branch", "self_service_point", "bookhouse", "community_library")
ORIGINS = ("purchase", "gift", "deposit", "binding", "exchange")

Period = tuple[int, int]
"""An opening period of a day in minutes after midnight, end exclusive; a whole day is (0, 1440)."""


@dataclass(frozen=True, slots=True)
class LibrarySpec:
    """The library and the day it lives in.

    Attributes:
        owner_code: the owner printed on barcodes and cards of this library.
        today: the day the library's clock shows when the demonstration is loaded.
    """

    name: str
    short_name: str
    code: str
    owner_code: str
    timezone: str
    today: date
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class GateSpec:
    """A counter at a door; ``factor_per_mille`` corrects what it counts too much."""

    code: str
    name: str
    share: int
    factor_per_mille: int


@dataclass(frozen=True, slots=True)
class BranchSpec:
    """A branch, a self-service point or a bookhouse.

    Attributes:
        opened_on: first day of service; ``None`` while it is being built.
        construction_from: first day of the works, if they fall in what the scenario tells.
        hours: opening periods per weekday, Monday first.
    """

    code: str
    name: str
    kind: str
    address: str
    opened_on: date | None
    construction_from: date | None
    hours: tuple[tuple[Period, ...], ...]
    gates: tuple[GateSpec, ...]
    name_en: str = ""

    @property
    def in_service(self) -> bool:
        """Whether it has been opened; a branch being built lends and counts nothing."""
        return self.opened_on is not None

    @property
    def round_the_clock(self) -> bool:
        """Whether it is open day and night."""
        return all(periods == ((0, 24 * 60),) for periods in self.hours)


@dataclass(frozen=True, slots=True)
class ClosureSpec:
    """A closure order; the reopening day is open again."""

    code: str
    branches: tuple[str, ...]
    first_closed_on: date
    reopens_on: date
    reason: str
    notice: str
    noticed_on: date

    def days_within(self, year: int) -> list[date]:
        """Return the closed days of this order that fall in ``year``."""
        length = (self.reopens_on - self.first_closed_on).days
        days = [self.first_closed_on + timedelta(days=offset) for offset in range(length)]
        return [day for day in days if day.year == year]

    def covers(self, branch: str, day: date) -> bool:
        """Return whether ``branch`` is closed by this order on ``day``."""
        return branch in self.branches and self.first_closed_on <= day < self.reopens_on

    @property
    def last_closed_on(self) -> date:
        """The last closed day."""
        return self.reopens_on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StatedSpec:
    """A figure somebody printed; it is shown beside the count, never in its place."""

    code: str
    year: int
    value: str
    unit: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class VisitTargets:
    """Visits of the year per branch, and how the counters behave.

    Attributes:
        by_branch: corrected visits per branch; they add up to ``total``.
        estimated_per_mille: hours whose counter was out and whose visits were estimated.
        outage_per_mille: hours whose counter was out and that nobody estimated.
    """

    total: int
    by_branch: Mapping[str, int]
    estimated_per_mille: int
    outage_per_mille: int


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """How long and how much a category borrows; the loader makes loan policies of it."""

    loan_limit: int
    period_days: int
    renewals: int


@dataclass(frozen=True, slots=True)
class CirculationTargets:
    """Loans of the year: check-outs and renewals together.

    Attributes:
        by_branch: loans per branch; they add up to ``loans``.
        by_category: weight of each reader category among the check-outs.
        renewals_per_mille: renewals among the loans, per branch.
        opening_loans: loans still open when the year begins.
        selfservice_per_mille: check-outs at a machine, per branch.
    """

    loans: int
    by_branch: Mapping[str, int]
    by_category: Mapping[str, int]
    renewals_per_mille: Mapping[str, int]
    selfservice_per_mille: Mapping[str, int]
    opening_loans: int
    holds: int
    late_per_mille: int
    kept_per_mille: int


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """A category of readers: how many there are, how old, how eager.

    Attributes:
        opening: readers registered before the year.
        registered: readers registered in the year.
        ages: youngest and oldest age at registration; ``(0, 0)`` for groups, which have none.
    """

    code: str
    name: str
    opening: int
    registered: int
    ages: tuple[int, int]
    policy: PolicySpec


@dataclass(frozen=True, slots=True)
class ReaderTargets:
    """The readers by category; ``registered`` is the sum of the year's registrations."""

    registered: int
    categories: tuple[CategorySpec, ...]

    @property
    def opening(self) -> int:
        """Readers registered before the year."""
        return sum(category.opening for category in self.categories)


@dataclass(frozen=True, slots=True)
class StockTargets:
    """The collection at the end of the year, and what the year brought.

    Attributes:
        titles: bibliographic records in all; ``items``: volumes in all.
        by_origin: volumes per origin; they add up to ``items``.
        by_branch: weight of each branch among the volumes.
        bought_titles: titles of which volumes were bought and accessioned in the year.
        released_titles: records of bought books first released in the year.
        gift_copies: volumes of other origins accessioned in the year.
    """

    titles: int
    items: int
    by_origin: Mapping[str, int]
    by_branch: Mapping[str, int]
    bought_titles: int
    bought_copies: int
    released_titles: int
    released_copies: int
    gift_copies: int
