"""The words of the planned collection: titles and copies, before any of them is a row."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yanshu.demo.base_records import BaseRecord
from yanshu.demo.popularity import Taste
from yanshu.demo.variants import Variation

__all__ = ["LOCATIONS", "Copy", "Stock", "TitlePlan"]

LOCATIONS = {
    "literature": "文学借阅室",
    "social": "社科借阅室",
    "science": "自科借阅室",
    "children": "少儿借阅室",
    "foreign": "外文借阅室",
    "local": "地方文献室",
    "bound": "过刊库",
    "open": "开架书库",
}
"""Shelving locations by code: the central library has all but ``open``, other branches ``open`` alone."""


class TitlePlan(NamedTuple):
    """A title to be; its record is made by ``books.records`` when it is written.

    Attributes:
        variation: ``None`` for a base record as it is.
        year: year of publication.
        released_on: ``None`` while the record waits for proofreading.
        proofread: whether an unreleased record has at least been proofread.
        appeal: how much it is asked for.
    """

    number: int
    base: BaseRecord
    variation: Variation | None
    control_number: str
    clc: str
    call_number: str
    year: int
    price_fen: int
    taste: Taste
    appeal: float
    accessioned_on: date
    released_on: date | None
    proofread: bool

    @property
    def chinese(self) -> bool:
        """Whether it is a book in Chinese."""
        return self.base.language == "chi"


class Copy(NamedTuple):
    """A copy to be.

    Attributes:
        title: number of its title, counted from 0.
        branch: place of its branch among the branches in service.
        released_on: ``None`` while it is in the workshop.
    """

    title: int
    branch: int
    location: str
    origin: str
    price_fen: int
    accessioned_on: date
    released_on: date | None
    for_reference: bool
    barcode: str
    accession_number: str


@dataclass(frozen=True, slots=True)
class Stock:
    """The planned collection: titles by accession, copies by accession."""

    titles: list[TitlePlan]
    copies: list[Copy]
