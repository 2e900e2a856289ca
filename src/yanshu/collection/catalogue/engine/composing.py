"""A record made of what stands on the title page: the simple form's fields as CNMARC or MARC21.

Source: 中国机读目录格式 (WH/T 0503), 100 as new records of Chinese libraries have it; MARC 21, minimal level.
"""

import re
from dataclasses import dataclass
from datetime import date

from pypinyin import lazy_pinyin

from yanshu.collection.catalogue.engine.dialect import Dialect
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.responsibility import first_name, names
from yanshu.collection.catalogue.engine.standard_numbers import hyphenated

_CNMARC_LEADER = "00000nam0 2200000   450 "
_MARC21_LEADER = "00000nam a2200000 i 4500"
_SEPARATORS = re.compile(r"[;；]")
_SUBJECT_SEPARATORS = re.compile(r"[;；,，、\n]")
_COUNTRY = {"chi": "CN", "eng": "US", "jpn": "JP", "kor": "KR", "fre": "FR", "ger": "DE", "rus": "RU"}
_CHINESE = "chi"
_JUVENILE_AUDIENCE = "a"
_ADULT_AUDIENCE = "e"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePage:
    """What the simple form takes down of a book; a text that is not known is empty.

    ``isbn`` has 10 or 13 digits, as printed.
    ``responsibility`` may name several statements, ``subjects`` several headings, a semicolon between.
    Units: ``price_fen`` is in fen.
    """

    title: str
    subtitle: str = ""
    volume: str = ""
    responsibility: str = ""
    edition: str = ""
    publisher: str = ""
    place: str = ""
    year: str = ""
    pages: str = ""
    size: str = ""
    isbn: str = ""
    price_fen: int | None = None
    class_number: str = ""
    language: str = _CHINESE
    subjects: str = ""
    summary: str = ""
    is_juvenile: bool = False


def compose(page: TitlePage, dialect: Dialect, *, on: date, agency: str) -> MarcRecord:
    """Return a record of the dialect with the coded data a new record needs.

    Args:
        on: the day it is entered.
        agency: the code of the library that writes it.
    """
    if dialect is Dialect.CNMARC:
        return MarcRecord(_CNMARC_LEADER, _cnmarc(page, on, agency))
    return MarcRecord(_MARC21_LEADER, _marc21(page, on, agency))


def _cnmarc(page: TitlePage, on: date, agency: str) -> list[Field]:
    statements = _parts(_SEPARATORS, page.responsibility)
    year = page.year if re.fullmatch(r"\d{4}", page.year) else "    "
    audience = _JUVENILE_AUDIENCE if page.is_juvenile else _ADULT_AUDIENCE
    coded = f"{on:%Y%m%d}d{year}    {audience}m y0chiy50      ea"
    fields = [
        _field("010", "  ", [("a", hyphenated(page.isbn)), ("d", _price(page.price_fen))]),
        Field.of("100", "  ", [("a", coded)]),
        Field.of("101", "0 ", [("a", page.language)]),
        _field("102", "  ", [("a", _COUNTRY.get(page.language, ""))]),
        Field.of("105", "  ", [("a", "y   z   000yy")]),
        Field.of("106", "  ", [("a", "r")]),
        _field(
            "200",
            "1 ",
            [
                ("a", page.title),
                ("9", _pinyin(page.title)),
                ("e", page.subtitle),
                ("h", page.volume),
                ("f", statements[0] if statements else ""),
                *(("g", other) for other in statements[1:]),
            ],
        ),
        _field("205", "  ", [("a", page.edition)]),
        _field("210", "  ", [("a", page.place), ("c", page.publisher), ("d", page.year)]),
        _field("215", "  ", [("a", page.pages), ("d", page.size)]),
        _field("330", "  ", [("a", page.summary)]),
        *(Field.of("606", "0 ", [("a", subject)]) for subject in _parts(_SUBJECT_SEPARATORS, page.subjects)),
        _field("690", "  ", [("a", page.class_number), ("v", "5" if page.class_number else "")]),
        *_cnmarc_names(statements),
        Field.of("801", " 0", [("a", "CN"), ("b", agency), ("c", f"{on:%Y%m%d}")]),
    ]
    return [field for field in fields if field is not None]


def _cnmarc_names(statements: list[str]) -> list[Field]:
    """Return the headings: everybody of the first statement is an author, those of the others helped."""
    fields = []
    for place, statement in enumerate(statements):
        for name in names(statement):
            pairs = [
                ("a", name.plain),
                ("c", name.addition),
                ("f", name.dynasty),
                ("9", _pinyin(name.plain)),
                ("4", name.role),
            ]
            fields.append(_field("702" if place else "701", " 0", pairs))
    return [field for field in fields if field is not None]


def _marc21(page: TitlePage, on: date, agency: str) -> list[Field]:
    statements = _parts(_SEPARATORS, page.responsibility)
    year = page.year if re.fullmatch(r"\d{4}", page.year) else "uuuu"
    audience = "j" if page.is_juvenile else " "
    country = "cc" if page.language == _CHINESE else "xx"
    coded = f"{on:%y%m%d}s{year}    {country} {'':4}{audience}      000 0 {page.language:3} d"
    name = first_name(statements[0]) if statements else ""
    fields = [
        Field("008", coded[:40].ljust(40)),
        _field("020", "  ", [("a", page.isbn.replace("-", "")), ("c", _price(page.price_fen))]),
        Field.of("040", "  ", [("a", agency), ("b", page.language), ("e", "rda"), ("c", agency)]),
        _field("093", "  ", [("a", page.class_number), ("2", "5" if page.class_number else "")]),
        _field("100", "1 ", [("a", name)]),
        _field(
            "245",
            f"{1 if name else 0}0",
            _punctuated(
                ("", "a", page.title),
                (". ", "n", page.volume),
                (" : ", "b", page.subtitle),
                (" / ", "c", " ; ".join(statements)),
            ),
        ),
        _field("250", "  ", [("a", page.edition)]),
        _field(
            "264",
            " 1",
            _punctuated(("", "a", page.place), (" : ", "b", page.publisher), (", ", "c", page.year)),
        ),
        _field("300", "  ", _punctuated(("", "a", page.pages), (" ; ", "c", page.size))),
        _field("520", "  ", [("a", page.summary)]),
        *(Field.of("650", " 4", [("a", subject)]) for subject in _parts(_SUBJECT_SEPARATORS, page.subjects)),
    ]
    return [field for field in fields if field is not None]


def _field(tag: str, indicators: str, pairs: list[tuple[str, str]]) -> Field | None:
    """Return the field of the subfields that say something, or None."""
    said = [(code, value.strip()) for code, value in pairs if value.strip()]
    return Field.of(tag, indicators, said) if said else None


def _punctuated(*pieces: tuple[str, str, str]) -> list[tuple[str, str]]:
    """Return subfields with the sign of the next one at the end of each, as MARC21 keeps them."""
    said = [(sign, code, value.strip()) for sign, code, value in pieces if value.strip()]
    signs = [sign.rstrip() for sign, _code, _value in said[1:]]
    return [(code, f"{value}{sign}") for (_sign, code, value), sign in zip(said, [*signs, ""], strict=False)]


def _parts(separators: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in separators.split(text) if part.strip()]


def _price(fen: int | None) -> str:
    return "" if fen is None else f"CNY{fen // 100}.{fen % 100:02d}"


def _pinyin(text: str) -> str:
    """Return the pinyin of a text, its signs left out; nothing for a text that is not Chinese."""
    syllables = lazy_pinyin(text)
    if syllables == [text]:
        return ""
    said = " ".join(part for part in syllables if any(sign.isalnum() for sign in part))
    return " ".join(said.split())
