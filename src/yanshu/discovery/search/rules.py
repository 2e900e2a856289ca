"""How far the index has read, and which copy of a title is named first."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from yanshu.collection.catalogue.terms import Shown

_BITS = 64
_MASK = (1 << _BITS) - 1


class Place(NamedTuple):
    """A place in a feed: the transaction and the row last read."""

    tx: int = 0
    row_id: int = 0


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """How far both feeds have been read: the catalogue's changes and lending's ledger.

    The index keeps it as one number in the commit of the changes themselves (docs/adr/0008).
    """

    records: Place
    loans: Place

    @property
    def number(self) -> int:
        """The position as the one number the index keeps."""
        packed = 0
        for part in (*self.records, *self.loans):
            packed = packed << _BITS | part
        return packed

    @classmethod
    def of_number(cls, number: int) -> Self:
        """Return the position a number stands for."""
        row, tx, record, record_tx = (number >> _BITS * place & _MASK for place in range(4))
        return cls(Place(record_tx, record), Place(tx, row))


_BEST_FIRST = (
    Shown.AVAILABLE,
    Shown.REFERENCE,
    Shown.DISPLAY,
    Shown.ON_LOAN,
    Shown.ON_HOLD,
    Shown.READY,
    Shown.TRANSIT,
    Shown.PROCESSING,
    Shown.BINDERY,
    Shown.MISSING,
    Shown.LOST,
)


def rank(state: Shown) -> int:
    """Return the order of a state among the copies of a title, the nearest to the reader's hand first."""
    return _BEST_FIRST.index(state)
