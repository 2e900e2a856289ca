"""What others may hear of lending; loans themselves are heard of through the ledger, which is a feed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldReady:
    """A copy waits for a reader at the pick-up branch."""

    hold_id: int


@dataclass(frozen=True, slots=True)
class DueDatesMoved:
    """A closure moved the due dates of open loans."""

    order_id: int
    loans: int
