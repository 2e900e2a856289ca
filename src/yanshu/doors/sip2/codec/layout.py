"""How a message is laid out: a fixed part of known widths, then fields of two letters and a value."""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What the characters of a fixed part mean."""

    DATE = "date"
    """18 characters, YYYYMMDD, four of time zone, HHMMSS."""
    YES_NO = "yes_no"
    """``Y``, ``N``, or ``U`` for unknown."""
    OK = "ok"
    """``1`` or ``0``."""
    NUMBER = "number"
    """Digits, filled with zeros from the left; blanks where a system does not count."""
    FLAGS = "flags"
    """One ``Y`` or blank a position."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Fixed:
    """One stretch of the fixed part; ``width`` in characters."""

    name: str
    width: int
    kind: Kind = Kind.TEXT
    optional: bool = False
    """A vendor's message may leave it out; only a date can be told apart from a field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One two-letter field."""

    code: str
    name: str
    required: bool = False
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One message kind; ``answered_by`` is the code of its answer, empty for an answer itself."""

    code: str
    name: str
    fixed: tuple[Fixed, ...]
    fields: tuple[Field, ...]
    answered_by: str = ""
    by_code: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {each.code: each for each in self.fields})


NAMES = {
    "AA": "patron identifier",
    "AB": "item identifier",
    "AC": "terminal password",
    "AD": "patron password",
    "AE": "personal name",
    "AF": "screen message",
    "AG": "print line",
    "AH": "due date",
    "AJ": "title identifier",
    "AL": "blocked card message",
    "AM": "library name",
    "AN": "terminal location",
    "AO": "institution id",
    "AP": "current location",
    "AQ": "permanent location",
    "AS": "hold items",
    "AT": "overdue items",
    "AU": "charged items",
    "AV": "fine items",
    "BD": "home address",
    "BE": "e-mail address",
    "BF": "home phone number",
    "BG": "owner",
    "BH": "currency type",
    "BI": "cancel",
    "BK": "transaction id",
    "BL": "valid patron",
    "BM": "renewed items",
    "BN": "unrenewed items",
    "BO": "fee acknowledged",
    "BP": "start item",
    "BQ": "end item",
    "BR": "queue position",
    "BS": "pickup location",
    "BT": "fee type",
    "BU": "recall items",
    "BV": "fee amount",
    "BW": "expiration date",
    "BX": "supported messages",
    "BY": "hold type",
    "BZ": "hold items limit",
    "CA": "overdue items limit",
    "CB": "charged items limit",
    "CC": "fee limit",
    "CD": "unavailable hold items",
    "CF": "hold queue length",
    "CG": "fee identifier",
    "CH": "item properties",
    "CI": "security inhibit",
    "CJ": "recall date",
    "CK": "media type",
    "CL": "sort bin",
    "CM": "hold pickup date",
    "CN": "login user id",
    "CO": "login password",
    "CP": "location code",
    "CQ": "valid patron password",
    # Beyond 3M's list, but sent by nearly every system since:
    "CS": "call number",
    "CT": "destination location",
    "CV": "alert type",
    "CY": "hold patron id",
    "DA": "hold patron name",
    "MA": "bibliographic identifier",
    "OK": "accepted",
    "PA": "card expiry date",
    "PB": "birth date",
    "PC": "patron category",
}


def fields(notation: str) -> tuple[Field, ...]:
    """Read a row of the table: ``"AO! AA! AS* AD"``, ``!`` required, ``*`` repeatable."""
    return tuple(
        Field(
            code=word[:2],
            name=NAMES[word[:2]],
            required="!" in word[2:],
            repeatable="*" in word[2:],
        )
        for word in notation.split()
    )


def table(*layouts: Layout) -> dict[str, Layout]:
    """Put layouts under their codes."""
    return {layout.code: layout for layout in layouts}


DATE = Fixed("transaction_date", 18, Kind.DATE)
LANGUAGE = Fixed("language", 3)
