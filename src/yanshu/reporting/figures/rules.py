"""How figures are reckoned: ratios, changes, differences to what was printed, runs of days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from typing import Any

Number = int | Decimal
HUNDREDTH = Decimal("0.01")
WAN = 10_000
FEN = 100
BLANK, NULL = "~blank", "~none"
ALIKE = 0.8
"""How alike two codes are, of 1, before one may be a slip of the pen for the other: a letter or two amiss."""


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


def nearest(code: str, known: Iterable[str]) -> str | None:
    """Return the known code that ``code`` may be a slip of the pen for; nothing where none is near.

    Example:
        ``nearest("circulation.loan", ["circulation.loans"])`` is ``circulation.loans``.
    """
    return next(iter(get_close_matches(code, list(known), n=1, cutoff=ALIKE)), None)


def as_key(value: Any) -> str:
    """Return a split's value as an address writes it; empty and missing values have signs of their own."""
    return NULL if value is None else str(value) or BLANK


def from_key(key: str) -> str | None:
    """Return the value an address means."""
    return None if key == NULL else "" if key == BLANK else key


def chosen_words(chosen: Mapping[str, Any]) -> str:
    """Return chosen values as a table writes them: ``contest=recitation; round=semi|final``."""
    return "; ".join(
        f"{name}={'|'.join(map(as_key, value)) if isinstance(value, list) else as_key(value)}"
        for name, value in sorted(chosen.items())
    )


def chosen_of(words: str) -> dict[str, Any]:
    """Return the chosen values that words like ``contest=recitation; round=semi|final`` say.

    Raises:
        ValueError: when a part has no ``=``.
    """
    chosen: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in words.replace("；", ";").split(";"))):
        name, sign, value = part.partition("=")
        if not sign or not name.strip():
            raise ValueError(part)
        values = [from_key(one.strip()) for one in value.split("|")]
        chosen[name.strip()] = values if len(values) > 1 else values[0]
    return chosen
