"""What the program knows of a record without opening it: one row of columns, the same for both dialects."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yanshu.collection.catalogue.engine.standard_numbers import RejectedNumber


class Form(StrEnum):
    """What kind of thing a record describes, as statistics divide it."""

    BOOK = "book"
    SERIAL = "serial"
    AUDIOVISUAL = "audiovisual"
    MAP = "map"
    SCORE = "score"
    ELECTRONIC = "electronic"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoints:
    """What a record is found by beyond its row of columns; a text that is not there is empty.

    Where a record has a Chinese and a romanised form, the Chinese one comes first and the romanised one
    stands in ``title_pinyin``, ``other_titles`` or ``other_names``, so that both are found.
    """

    title: str = ""
    volume_title: str = ""
    parallel_title: str = ""
    title_pinyin: str = ""
    other_titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    rejected_isbns: tuple[RejectedNumber, ...] = ()
    issn: str = ""
    subjects: tuple[str, ...] = ()

    def by_name(self) -> dict[str, Any]:
        """Return the access points alone, as :class:`Columns` takes them."""
        return {name: getattr(self, name) for name in AccessPoints.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(AccessPoints):
    """The parsed columns of a bibliographic record: its access points and what else is known of it.

    Units: ``price_fen`` is in fen; None for no price, a foreign one, or one that cannot be read.
    """

    control_number: str = ""
    subtitle: str = ""
    volume: str = ""
    responsibility: str = ""
    edition: str = ""
    place: str = ""
    publisher: str = ""
    year: int | None = None
    extent: str = ""
    price_text: str = ""
    price_fen: int | None = None
    class_number: str = ""
    lc_class: str = ""
    summary: str = ""
    language: str = ""
    country: str = ""
    form: Form = Form.BOOK
    juvenile: bool = False

    @property
    def main_title(self) -> str:
        """The title a record is named by: its own, else that of the volume, else the parallel one."""
        return self.title or self.volume_title or self.parallel_title

    @property
    def part(self) -> str:
        """Which volume it is, by number or else by title."""
        return self.volume or self.volume_title
