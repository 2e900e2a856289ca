"""The scenario file: which library, which year, which targets (docs/guide/demonstration.md).

A scenario is a TOML file. The tables of this release's domains are read and checked here; a table
under ``[domains.…]`` that belongs to a later domain is kept as it stands for that domain's loader.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from yanshu.demo import scaling, targets
from yanshu.demo.branches import read_branches, read_closures
from yanshu.demo.scaling import ScaledTarget
from yanshu.demo.terms import (
    BranchSpec,
    CirculationTargets,
    ClosureSpec,
    LibrarySpec,
    ReaderTargets,
    StatedSpec,
    StockTargets,
    VisitTargets,
)
from yanshu.demo.toml_table import ScenarioError, Table

__all__ = ["DEFAULT", "Scenario", "ScenarioError", "load", "names", "parse"]

FORMAT = 1
DEFAULT = "hengyang-2019"
_OWN_DOMAINS = ("visits", "circulation", "patrons", "catalogue")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A checked scenario.

    Attributes:
        school_holidays: first and last day of each.
        selections: rows for the library's selections, as they stand in the file.
        later_domains: tables of domains this release does not know, by name.
        scale: 1.0, or what the targets were shrunk by.
    """

    name: str
    title: str
    year: int
    seed: int
    library: LibrarySpec
    branches: tuple[BranchSpec, ...]
    closures: tuple[ClosureSpec, ...]
    school_holidays: tuple[tuple[date, date], ...]
    visits: VisitTargets
    circulation: CirculationTargets
    readers: ReaderTargets
    stock: StockTargets
    stated: tuple[StatedSpec, ...]
    selections: tuple[Mapping[str, Any], ...]
    later_domains: Mapping[str, Mapping[str, Any]]
    scale: float = 1.0

    @property
    def first_day(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def days(self) -> int:
        """How many days the year has."""
        return (date(self.year + 1, 1, 1) - self.first_day).days

    @property
    def branches_in_service(self) -> tuple[BranchSpec, ...]:
        """The branches that open at some day of the year, in the order of the file."""
        end = date(self.year + 1, 1, 1)
        return tuple(b for b in self.branches if b.opened_on is not None and b.opened_on < end)

    def branch(self, code: str) -> BranchSpec:
        """Return a branch by its code."""
        return next(branch for branch in self.branches if branch.code == code)

    def expected(self) -> dict[str, int]:
        """Return the figures that counting must arrive at, by code."""
        return targets.expected_figures(self)

    def with_seed(self, seed: int) -> "Scenario":
        """Return the same year told from another seed."""
        return replace(self, seed=seed)

    def scaled(self, scale: float) -> tuple["Scenario", list[ScaledTarget]]:
        """Return the scenario shrunk to ``scale``, and the targets before and after.

        Only visits, loans, titles, items and readers shrink, and what a later domain lists under
        its key ``scaled``; registers (branches, closures, stated figures) stay whole.

        Raises:
            ValueError: if the scale is not above 0 and at most 1.
        """
        shrunk = scaling.shrink(self, scale)
        return shrunk, scaling.compare(self.expected(), shrunk.expected())


def names() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    folder = files("yanshu.demo") / "scenarios"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load(name_or_file: str | Path = DEFAULT) -> Scenario:
    """Read a scenario by the name it comes with, or from a file.

    Raises:
        ScenarioError: if there is no such scenario or the file has a mistake; it names the key.
    """
    name = str(name_or_file)
    if name in names():
        text = (files("yanshu.demo") / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
        return parse(text)
    path = Path(name_or_file)
    if not path.is_file():
        raise ScenarioError("scenario", f"neither a file nor one of {', '.join(names())}: {name}")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Scenario:
    """Read a scenario from the text of a file.

    Raises:
        ScenarioError: naming the key that is missing, misspelt or out of range.
    """
    try:
        root = Table(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError("scenario", f"is not TOML: {error}") from error
    if root.count("format") != FORMAT:
        raise root.fail("format", f"must be {FORMAT}")
    year = root.count("year", least=1900)
    branches = read_branches(root)
    domains = root.table("domains")
    scenario = Scenario(
        name=root.text("name"),
        title=root.text("title"),
        year=year,
        seed=root.count("seed"),
        library=_read_library(root.table("library"), year),
        branches=branches,
        closures=read_closures(root, branches),
        school_holidays=_read_school_holidays(root),
        visits=targets.read_visits(domains.table("visits"), branches),
        circulation=targets.read_circulation(domains.table("circulation"), branches),
        readers=targets.read_readers(domains.table("patrons")),
        stock=targets.read_stock(domains.table("catalogue"), branches),
        stated=(*_read_stated(root, year), *_read_previous(root, year)),
        selections=tuple(root.raw("selections", default=())),
        later_domains={name: domains.raw(name) for name in domains.names() if name not in _OWN_DOMAINS},
    )
    root.finish()
    targets.check_together(scenario)
    return scenario


def _read_library(table: Table, year: int) -> LibrarySpec:
    library = LibrarySpec(
        name=table.text("name"),
        short_name=table.text("short_name"),
        code=table.text("code"),
        owner_code=table.text("owner_code"),
        timezone=table.text("timezone", default="Asia/Shanghai"),
        today=table.day("today"),
        name_en=table.text("name_en", default=""),
    )
    if library.today < date(year + 1, 1, 1):
        raise table.fail("today", f"must lie after the year {year}")
    table.finish()
    return library


def _read_school_holidays(root: Table) -> tuple[tuple[date, date], ...]:
    holidays = []
    for table in root.tables("school_holidays", optional=True):
        first, last = table.day("first"), table.day("last")
        if last < first:
            raise table.fail("last", "lies before the first day")
        table.finish()
        holidays.append((first, last))
    return tuple(holidays)


def _read_stated(root: Table, year: int) -> list[StatedSpec]:
    return [_stated(table, year) for table in root.tables("stated", optional=True)]


def _read_previous(root: Table, year: int) -> list[StatedSpec]:
    """Read the figures of the year before, which the library only knows as printed."""
    previous = root.table("previous_year", optional=True)
    figures = [_stated(table, year - 1) for table in previous.tables("figures", optional=True)]
    previous.finish()
    return figures


def _stated(table: Table, year: int) -> StatedSpec:
    stated = StatedSpec(
        code=table.text("code"),
        year=table.count("year", default=year),
        value=table.text("value"),
        unit=table.text("unit"),
        source=table.text("source"),
        quote=table.text("quote", default=""),
    )
    table.finish()
    return stated
