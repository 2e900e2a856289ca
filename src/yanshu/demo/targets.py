"""Reading the targets of each domain, and what counting must arrive at."""

from typing import TYPE_CHECKING

from yanshu.demo.allocate import allocate_by
from yanshu.demo.terms import (
    ORIGINS,
    BranchSpec,
    CategorySpec,
    CirculationTargets,
    PolicySpec,
    ReaderTargets,
    StockTargets,
    VisitTargets,
)
from yanshu.demo.toml_table import ScenarioError, Table
from yanshu.demo.year_split import split_year

if TYPE_CHECKING:
    from yanshu.demo.scenario import Scenario

__all__ = [
    "VISUALLY_IMPAIRED",
    "check_together",
    "expected_figures",
    "read_circulation",
    "read_readers",
    "read_stock",
    "read_visits",
]

VISUALLY_IMPAIRED = "visually_impaired"
_SELF_SERVICE = ("self_service_point", "bookhouse")


def read_visits(table: Table, branches: tuple[BranchSpec, ...]) -> VisitTargets:
    """Read the visits: some branches at a stated number, the rest shared over the others."""
    total = table.count("total")
    stated = _of_branches(table, "stated", branches)
    shares = _of_branches(table, "shares", branches)
    rest = total - sum(stated.values())
    if rest < 0:
        raise table.fail("stated", f"adds up to more than the total of {total}")
    if rest and not sum(shares.values()):
        raise table.fail("shares", "is missing: nobody bears the rest of the visits")
    by_branch = {**allocate_by(rest, shares), **stated}
    for code, count in by_branch.items():
        if count and not _find(branches, code).gates:
            raise table.fail(code, "has visits but no gate")
    visits = VisitTargets(
        total=total,
        by_branch=by_branch,
        estimated_per_mille=table.per_mille("estimated_per_mille", default=0),
        outage_per_mille=table.per_mille("outage_per_mille", default=0),
    )
    table.finish()
    return visits


def read_circulation(table: Table, branches: tuple[BranchSpec, ...]) -> CirculationTargets:
    """Read the loans with the shares of branches, categories and renewals."""
    loans = table.count("loans")
    shares = _of_branches(table, "shares", branches)
    if loans and not sum(shares.values()):
        raise table.fail("shares", "is missing or zero")
    default = table.per_mille("renewals_per_mille", default=0)
    renewals = _of_branches(table, "renewals_per_mille_at", branches)
    machine = _of_branches(table, "selfservice_per_mille", branches)
    circulation = CirculationTargets(
        loans=loans,
        by_branch=allocate_by(loans, shares),
        by_category=table.counts("categories"),
        renewals_per_mille={code: renewals.get(code, default) for code in shares},
        selfservice_per_mille={code: machine.get(code, 0) for code in shares},
        opening_loans=table.count("opening_loans", default=0),
        holds=table.count("holds", default=0),
        late_per_mille=table.per_mille("late_per_mille", default=0),
        kept_per_mille=table.per_mille("kept_per_mille", default=0),
    )
    table.finish()
    return circulation


def read_readers(table: Table) -> ReaderTargets:
    """Read the reader categories; their registrations must add up to the stated total."""
    categories = tuple(_category(row) for row in table.tables("categories"))
    registered = table.count("registered")
    found = sum(category.registered for category in categories)
    if found != registered:
        raise table.fail("registered", f"is {registered}, but the categories add up to {found}")
    table.finish()
    return ReaderTargets(registered=registered, categories=categories)


def read_stock(table: Table, branches: tuple[BranchSpec, ...]) -> StockTargets:
    """Read the collection: titles, volumes per origin and branch, and the year's additions."""
    items = table.count("items")
    given = table.counts("origins")
    if strangers := sorted(set(given) - set(ORIGINS)):
        raise table.fail(f"origins.{strangers[0]}", f"must be one of {', '.join(ORIGINS)}")
    by_origin = {origin: given.get(origin, 0) for origin in ORIGINS}
    if sum(by_origin.values()) != items:
        raise table.fail("origins", f"adds up to {sum(by_origin.values())}, not to {items} items")
    year = table.table("year")
    stock = StockTargets(
        titles=table.count("titles"),
        items=items,
        by_origin=by_origin,
        by_branch=_of_branches(table, "branches", branches),
        bought_titles=year.count("bought_titles"),
        bought_copies=year.count("bought_copies"),
        released_titles=year.count("released_titles"),
        released_copies=year.count("released_copies"),
        gift_copies=year.count("gift_copies", default=0),
    )
    year.finish()
    table.finish()
    _check_stock(table, stock)
    return stock


def _check_stock(table: Table, stock: StockTargets) -> None:
    if stock.items < stock.titles:
        raise table.fail("items", "every title has at least one item")
    if stock.bought_copies < stock.bought_titles:
        raise table.fail("year.bought_copies", "every bought title has at least one copy")
    if stock.released_copies < stock.released_titles:
        raise table.fail("year.released_copies", "every released title has at least one copy")
    if stock.bought_copies > stock.by_origin["purchase"]:
        raise table.fail("year.bought_copies", "exceeds the volumes of origin purchase")
    if stock.bought_titles + stock.released_titles >= stock.titles:
        raise table.fail("titles", "is too small for the titles bought and released in the year")
    if stock.gift_copies > stock.by_origin["gift"]:
        raise table.fail("year.gift_copies", "exceeds the volumes of origin gift")
    try:
        split_year((stock.bought_titles, stock.bought_copies), (stock.released_titles, stock.released_copies))
    except ValueError as error:
        raise table.fail("year", str(error)) from error


def check_together(scenario: "Scenario") -> None:
    """Check what only several domains together can show.

    Raises:
        ScenarioError: naming the key at fault.
    """
    open_codes = {branch.code for branch in scenario.branches_in_service}
    for key, by_branch in (
        ("domains.visits", scenario.visits.by_branch),
        ("domains.circulation.shares", scenario.circulation.by_branch),
        ("domains.catalogue.branches", scenario.stock.by_branch),
    ):
        for code, value in by_branch.items():
            if value and code not in open_codes:
                raise ScenarioError(f"{key}.{code}", f"is not in service in {scenario.year}")
    known = {category.code for category in scenario.readers.categories}
    for code in scenario.circulation.by_category:
        if code not in known:
            raise ScenarioError(f"domains.circulation.categories.{code}", "is not a reader category")


def expected_figures(scenario: "Scenario") -> dict[str, int]:
    """Return the figures that counting must arrive at, by indicator code."""
    kinds = {branch.code: branch.kind for branch in scenario.branches}
    closed_days = {day for order in scenario.closures for day in order.days_within(scenario.year)}
    impaired = [c.registered for c in scenario.readers.categories if c.code == VISUALLY_IMPAIRED]
    return {
        "visits.total": scenario.visits.total,
        "visits.selfservice": sum(
            count for code, count in scenario.visits.by_branch.items() if kinds[code] in _SELF_SERVICE
        ),
        "circulation.loans": scenario.circulation.loans,
        "patrons.registered": scenario.readers.registered,
        "accessibility.visually_impaired_cards": sum(impaired),
        "acquisitions.titles": scenario.stock.bought_titles,
        "acquisitions.copies": scenario.stock.bought_copies,
        "cataloguing.titles": scenario.stock.released_titles,
        "cataloguing.copies": scenario.stock.released_copies,
        "facilities.closure_days": len(closed_days),
        "facilities.bookhouses": list(kinds.values()).count("bookhouse"),
        "facilities.community_libraries": list(kinds.values()).count("community_library"),
    }


def _category(table: Table) -> CategorySpec:
    youngest, oldest = table.count("youngest", default=0), table.count("oldest", default=0)
    if oldest < youngest:
        raise table.fail("oldest", "is below the youngest age")
    policy = PolicySpec(
        loan_limit=table.count("loan_limit", least=1),
        period_days=table.count("period_days", least=1),
        renewals=table.count("renewals", default=1),
    )
    category = CategorySpec(
        code=table.text("code"),
        name=table.text("name"),
        opening=table.count("opening", default=0),
        registered=table.count("registered", default=0),
        ages=(youngest, oldest),
        policy=policy,
    )
    table.finish()
    return category


def _of_branches(table: Table, name: str, branches: tuple[BranchSpec, ...]) -> dict[str, int]:
    values = table.counts(name, optional=True)
    for code in values:
        if code not in {branch.code for branch in branches}:
            raise table.fail(f"{name}.{code}", "is not a branch of this scenario")
    return values


def _find(branches: tuple[BranchSpec, ...], code: str) -> BranchSpec:
    return next(branch for branch in branches if branch.code == code)
