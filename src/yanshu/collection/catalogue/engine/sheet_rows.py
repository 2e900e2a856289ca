"""The rows of the MARC worksheet (tag, indicators, content of each field) and the way to its text.

Blanks that mean something are written ``#`` here: in the leader, in indicators and in coded data, whose
positions count (MARC 21: 006 to 008; CNMARC: the coded information block 1XX).
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import CONTROL_PREFIX, Field, MarcRecord
from yanshu.collection.catalogue.engine.worksheet import BLANK, MARK

LEADER_TAG: Final = "LDR"
_CODED_CONTROL_FIELDS: Final = frozenset({"006", "007", "008"})
_SPACES: Final = str.maketrans("\t\r\n", "   ")


class SheetRow(NamedTuple):
    """One row as it is written: the content of a data field has its subfields behind ``‡``."""

    tag: str
    indicators: str = ""
    content: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not (self.tag.strip() or self.indicators.strip() or self.content.strip())


def is_coded(tag: str, dialect: Dialect) -> bool:
    """Whether the positions in a field's data count, so that its blanks are to be seen."""
    return tag in _CODED_CONTROL_FIELDS or (dialect is Dialect.CNMARC and tag[:1] == "1")


def shown_value(tag: str, value: str, dialect: Dialect) -> str:
    """Return data of a field with the blanks that count as ``#``."""
    return value.replace(" ", BLANK) if is_coded(tag, dialect) else value


def rows_of(record: MarcRecord, dialect: Dialect) -> list[SheetRow]:
    """Return the rows of a record, its leader first."""
    leader = SheetRow(LEADER_TAG, "", record.leader.replace(" ", BLANK))
    return [leader, *(_row(field, dialect) for field in record.fields)]


def _row(field: Field, dialect: Dialect) -> SheetRow:
    if field.is_control:
        return SheetRow(field.tag, "", shown_value(field.tag, field.data, dialect))
    content = "".join(
        MARK + code + shown_value(field.tag, value, dialect).replace(MARK, MARK * 2)
        for code, value in field.subfields
    )
    return SheetRow(field.tag, field.indicators.replace(" ", BLANK), content)


def rows_to_text(rows: Iterable[SheetRow], dialect: Dialect) -> str:
    """Return rows as the text of the worksheet, one line a row: its line numbers are row numbers."""
    return "\n".join(_line(row, dialect) for row in rows)


def _line(row: SheetRow, dialect: Dialect) -> str:
    if row.is_empty:
        return ""
    tag, content = row.tag.strip(), row.content.translate(_SPACES)
    if tag == LEADER_TAG:
        return f"{tag} {content}"
    if is_coded(tag, dialect):
        content = content.replace(BLANK, " ")
    if tag[:2] == CONTROL_PREFIX:
        return f"{tag} {content}"
    return f"{tag} {row.indicators.ljust(2)} {content.lstrip()}"
