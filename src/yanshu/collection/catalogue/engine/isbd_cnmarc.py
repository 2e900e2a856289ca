"""ISBD areas of a CNMARC record: the subfields in their order, each with the sign its code stands for.

Source: UNIMARC manual, 200 to 225 (the sign that each subfield implies); GB/T 3792-2021.
"""

from collections.abc import Callable, Mapping
from typing import Final

from yanshu.collection.catalogue.engine.record import Field, MarcRecord

Sign = Callable[[str, str], str]
"""Gives the sign before a subfield from the codes already shown and its value."""

_RESPONSIBILITY: Final = "fg"
_CLASS_SCHEMES: Final = (
    ("690", "中图法分类号"),
    ("692", "科图法分类号"),
    ("676", "杜威十进分类号"),
    ("686", "国外其他分类号"),
)


def _joined(field: Field, signs: Mapping[str, str | Sign]) -> str:
    """Return the subfields that have a sign, each behind it; the first without."""
    text = ""
    shown = ""
    for code, value in field.subfields:
        stripped = value.strip()
        if not stripped or code not in signs:
            continue
        sign = signs[code]
        if not isinstance(sign, str):
            sign = sign(shown, stripped)
        stripped = stripped.lstrip("= ") if sign == " = " else stripped
        if code == "b" and field.tag == "200":
            text += f" [{stripped}]"
        else:
            text += (sign if text else "") + stripped
        shown += code
    return text


def _joined_all(record: MarcRecord, tag: str, signs: Mapping[str, str | Sign], between: str) -> str:
    return between.join(text for field in record.all(tag) if (text := _joined(field, signs)))


def _title_again(shown: str, _: str) -> str:
    """Another title: by the same author behind ``;``, behind the name of another after a full stop."""
    return ". " if shown[-1:] and shown[-1] in _RESPONSIBILITY else " ; "


def _responsible(shown: str, value: str) -> str:
    if value.startswith("="):
        return " = "
    return " ; " if shown[-1:] and shown[-1] in _RESPONSIBILITY else " / "


def _part_title(shown: str, _: str) -> str:
    return ", " if shown.endswith("h") else ". "


def _author(_: str, value: str) -> str:
    return " = " if value.startswith("=") else " ; "


_TITLE: Final[Mapping[str, str | Sign]] = {
    "a": _title_again, "b": "", "c": ". ", "d": " = ", "e": " : ", "f": _responsible, "g": " ; ", "h": ". ",
    "i": _part_title,
}  # fmt: skip
_TITLE_PROPER: Final = {code: _TITLE[code] for code in "acdehi"} | {"a": ". "}
_AUTHOR: Final[Mapping[str, str | Sign]] = {"f": _author, "g": " ; "}
_EDITION: Final[Mapping[str, str | Sign]] = {"a": ". ", "b": ", ", "d": " = ", "f": " / ", "g": " ; "}
_PUBLICATION: Final[Mapping[str, str | Sign]] = {"a": " ; ", "c": " : ", "d": ", "}
_MANUFACTURE: Final[Mapping[str, str | Sign]] = {"e": " ; ", "g": " : ", "h": ", "}
_PHYSICAL: Final[Mapping[str, str | Sign]] = {"a": ", ", "c": " : ", "d": " ; ", "e": " + "}
_SERIES: Final[Mapping[str, str | Sign]] = {
    "a": ". ", "d": " = ", "e": " : ", "f": " / ", "g": " ; ", "h": ". ", "i": _part_title,
    "x": ", ISSN ", "v": " ; ",
}  # fmt: skip
_SCALE: Final[Mapping[str, str | Sign]] = {"a": ". ", "b": ". ", "c": " ; "}
_COORDINATES: Final[Mapping[str, str | Sign]] = {"d": " ; ", "e": " ; ", "f": " ; "}
_NUMBERING: Final[Mapping[str, str | Sign]] = {"a": " ; ", "z": " ; "}
_MUSIC: Final[Mapping[str, str | Sign]] = {"a": ". ", "d": " = "}


def title_area(record: MarcRecord) -> str:
    """Return title and statement of responsibility (题名与责任者项)."""
    return _joined_all(record, "200", _TITLE, ". ")


def title(record: MarcRecord) -> str:
    """Return the titles alone (题名)."""
    return _joined_all(record, "200", _TITLE_PROPER, ". ")


def author(record: MarcRecord) -> str:
    """Return the statements of responsibility alone (责任者)."""
    return _joined_all(record, "200", _AUTHOR, " ; ")


def title_pinyin(record: MarcRecord) -> str:
    """Return the reading of the title as the record has it."""
    return record.value("200", "A") or record.value("200", "9")


def edition_area(record: MarcRecord) -> str:
    """Return the edition (版本项)."""
    return _joined_all(record, "205", _EDITION, ". ")


def material_area(record: MarcRecord) -> str:
    """Return what is particular to maps (206), serials (207) and printed music (208) (资料特殊细节项)."""
    parts = [_mathematical(field) for field in record.all("206")]
    parts.append(_joined_all(record, "207", _NUMBERING, " ; "))
    parts.append(_joined_all(record, "208", _MUSIC, ". "))
    return ". ".join(filter(None, parts))


def _mathematical(field: Field) -> str:
    coordinates = _joined(field, _COORDINATES)
    return " ".join(filter(None, [_joined(field, _SCALE), f"({coordinates})" if coordinates else ""]))


def publication_area(record: MarcRecord) -> str:
    """Return place, publisher, date, and the manufacturer in brackets (出版发行项)."""
    lines = []
    for field in record.all("210"):
        made = _joined(field, _MANUFACTURE)
        lines.append(" ".join(filter(None, [_joined(field, _PUBLICATION), f"({made})" if made else ""])))
    return ". ".join(filter(None, lines))


def publish_time(record: MarcRecord) -> str:
    """Return the date of publication alone (出版时间)."""
    return record.value("210", "d")


def physical_area(record: MarcRecord) -> str:
    """Return extent, illustration, size and accompanying material (载体形态项)."""
    return _joined_all(record, "215", _PHYSICAL, ". ")


def series_area(record: MarcRecord) -> str:
    """Return the series, each in brackets (丛编项)."""
    return " ".join(f"({text})" for field in record.all("225") if (text := _joined(field, _SERIES)))


def notes(record: MarcRecord) -> tuple[str, ...]:
    """Return the notes, one each (附注项): the fields 300 to 345."""
    fields = (field for field in record.fields if "300" <= field.tag < "346")
    return tuple(text for field in fields if (text := " ".join(field.all("abc"))))


def identifiers(record: MarcRecord) -> tuple[str, ...]:
    """Return standard numbers and terms of availability (标准编号与获得方式项)."""
    lines = []
    for tag, name in (("010", "ISBN "), ("011", "ISSN "), ("091", "统一书号 ")):
        for field in record.all(tag):
            number = " ".join(
                [name + value for value in field.all("a")[:1]] + [f"({value})" for value in field.all("b")]
            )
            lines.append(" : ".join(filter(None, [number, field.first("d")])))
    return tuple(filter(None, lines))


def subjects(record: MarcRecord) -> tuple[str, ...]:
    """Return the subject headings, subdivisions behind a hyphen (主题分析)."""
    return tuple(
        text for field in record.all("600", "601", "602", "605", "606", "607", "610")
        if (text := "-".join(field.all("abxyzj")))
    )  # fmt: skip


def classes(record: MarcRecord) -> tuple[str, ...]:
    """Return the class numbers with the name of their scheme (分类号)."""
    return tuple(
        f"{scheme}: {number}"
        for tag, scheme in _CLASS_SCHEMES
        for field in record.all(tag)
        for number in field.all("a")
    )
