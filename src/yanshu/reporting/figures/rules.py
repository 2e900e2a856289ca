"""How figures are reckoned: ratios, changes, differences to what was printed, runs of days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

Number = int | Decimal
HUNDREDTH = Decimal("0.01")
WAN = 10_000
FEN = 100


def two_places(value: Decimal) -> Decimal:
    """Return a value rounded half up to two decimals, as ratios and money are kept."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def ratio(numerator: Number | None, denominator: Number | None, *, times: Decimal) -> Decimal | None:
    """Return numerator over denominator, ``times`` so much; nothing where nothing can be divided.

    Example:
        ``ratio(44, 47, times=Decimal(100))`` is ``93.62``.
    """
    if numerator is None or not denominator:
        return None
    return two_places(Decimal(numerator) * times / Decimal(denominator))


def yuan(fen: Number) -> Decimal:
    """Return an amount counted in fen as yuan with two decimals."""
    return two_places(Decimal(fen) / FEN)


@dataclass(frozen=True, slots=True)
class Difference:
    """How a printed value stands to the counted one.

    ``by`` is printed less counted; ``is_rounding`` says that the printed value is the counted one, rounded to
    hundredths of 万 as reports do.
    """

    by: Number
    is_rounding: bool

    @property
    def is_none(self) -> bool:
        """Whether both are the same."""
        return self.by == 0


def difference(stated: Number, counted: Number) -> Difference:
    """Return how a printed value differs from the counted one."""
    by = stated - counted
    step = WAN // 100
    rounded = (Decimal(counted) / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
    return Difference(by=by, is_rounding=by != 0 and counted >= WAN and Decimal(stated) == rounded)


@dataclass(frozen=True, slots=True)
class Run:
    """Days that follow each other, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days the run holds."""
        return (self.last - self.first).days + 1


def runs(days: Iterable[date]) -> Iterator[Run]:
    """Gather days into runs without a gap, in order."""
    first = last = None
    for day in sorted(set(days)):
        if last is not None and day - last == timedelta(days=1):
            last = day
            continue
        if first is not None and last is not None:
            yield Run(first, last)
        first = last = day
    if first is not None and last is not None:
        yield Run(first, last)
