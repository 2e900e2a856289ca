"""What others may hear of places."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ClosureOrdered:
    """Branches will be shut from ``first_closed_day`` until ``reopens_on``, the first open day again.

    Published when an order is made, restored, or given another day of reopening; the last one heard of an
    order holds.
    """

    order_id: int
    branch_ids: tuple[int, ...]
    first_closed_day: date
    reopens_on: date


@dataclass(frozen=True, slots=True)
class ClosureRevoked:
    """A closure order was taken back before its first day; its days are open again."""

    order_id: int
    branch_ids: tuple[int, ...]
    first_closed_day: date
    reopens_on: date
