"""The records of the planned titles, made one by one as they are written."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from yanshu.collection.catalogue.engine.record import MarcRecord
from yanshu.demo.base_records import with_class
from yanshu.demo.stock_terms import TitlePlan
from yanshu.demo.variants import variant

__all__ = ["Book", "books", "record_of"]


class Book(NamedTuple):
    """A planned title with its record."""

    plan: TitlePlan
    record: MarcRecord


def record_of(plan: TitlePlan) -> MarcRecord:
    """Return the record of a title: the real one with its class added, or the variant."""
    if plan.variation is None:
        return plan.base.record.with_fields(with_class(plan.base.record, plan.clc))
    return variant(plan.base, plan.variation, number=plan.control_number, clc=plan.clc, year=plan.year)


def books(plans: Iterable[TitlePlan]) -> Iterator[Book]:
    """Yield the titles with their records; memory stays flat."""
    for plan in plans:
        yield Book(plan, record_of(plan))
