"""The columns of a CNMARC record.

Source: 中国机读目录格式 (WH/T 0503-1996) and UNIMARC, blocks 0 to 9; pinyin in $A or $9, as exports have it.
"""

from collections.abc import Mapping
from typing import Final

from yanshu.collection.catalogue.engine.bibliographic import AccessPoints, Columns, Form
from yanshu.collection.catalogue.engine.clc import is_class_number
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.engine.standard_numbers import issn
from yanshu.collection.catalogue.engine.wording import coded_year, distinct, is_romanised, isbns_of, year_in

_NAME_TAGS: Final = ("700", "701", "710", "711", "702", "712")
_SUBJECT_TAGS: Final = ("600", "601", "602", "605", "606", "607", "610")
_OTHER_TITLE_TAGS: Final = (
    "500", "503", "510", "512", "513", "514", "515", "516", "517", "520", "532", "540", "541", "545",
)  # fmt: skip
_JUVENILE: Final = frozenset("abcd")
"""100$a/17-19: juvenile, pre-school, to 10, to 14 years; ``e`` (14 to 20) stands on most adult books."""

_NO_SORT_MARKS: Final = dict.fromkeys(map(ord, "\x88\x89\x98\x9c"))
"""Marks round an article that sorting leaves out (ISO 6630)."""
_ELECTRONIC_TEXT: Final = "s"
"""106$a: form of item, electronic."""

_FORM_BY_TYPE: Final = {
    "c": Form.SCORE, "d": Form.SCORE, "e": Form.MAP, "f": Form.MAP, "g": Form.AUDIOVISUAL,
    "i": Form.AUDIOVISUAL, "j": Form.AUDIOVISUAL, "k": Form.OTHER, "l": Form.ELECTRONIC,
    "m": Form.AUDIOVISUAL, "r": Form.OTHER,
}  # fmt: skip
"""Leader/06; ``a`` and ``b`` are text. Source: UNIMARC record label."""


def access_points(record: MarcRecord) -> AccessPoints:
    """Return what a CNMARC record is found by."""
    title = _title(record)
    titles = title.get("a", [])
    reading = " ".join(title.get("A", title.get("9", []))[:1])
    names = record.all(*_NAME_TAGS)
    isbns, rejected = isbns_of(record.index.get("010", ()))
    romanised = is_romanised(reading)
    return AccessPoints(
        title=titles[0].translate(_NO_SORT_MARKS) if titles else "",
        volume_title=", ".join(title.get("i", ())),
        parallel_title=" ".join(title.get("d", [])[:1]).lstrip("= "),
        title_pinyin=reading if romanised else "",
        other_titles=_other_titles(record, title, "" if romanised else reading),
        authors=distinct(_name(field) for field in names),
        other_names=distinct(field.first("A") or field.first("9") for field in names),
        series=distinct(_series(field) for field in record.all("225")),
        isbns=isbns,
        rejected_isbns=rejected,
        issn=issn(record.value("011", "a")),
        subjects=distinct(_subject(field) for field in record.all(*_SUBJECT_TAGS)),
    )


def columns(record: MarcRecord) -> Columns:
    """Return the columns of a CNMARC record."""
    field = record.first("200")
    title = _title(record)
    publication = record.first("210") or Field("210", "  ")
    coded = record.value("100", "a")
    country = record.value("102", "a")
    price_text = record.value("010", "d") or record.value("091", "d") or record.value("011", "d")
    return Columns(
        **access_points(record).by_name(),
        control_number=record.control("001").strip(),
        subtitle=" ".join(title.get("e", ())),
        volume=", ".join(title.get("h", ())),
        responsibility=" ; ".join(field.all("fg"))
        if field is not None and ("f" in title or "g" in title)
        else "",
        edition=", ".join(record_field.all("ab")) if (record_field := record.first("205")) else "",
        place=publication.first("a"),
        publisher=publication.first("c"),
        year=year_in(publication.first("d")) or coded_year(coded[9:13]),
        extent=_extent(record),
        price_text=price_text,
        price_fen=price_fen(price_text, bare=country in {"", "CN"}, yen=country == "JP"),
        class_number=_class_number(record),
        lc_class=record.value("680", "a"),
        summary="\n".join(value for field in record.all("330") for value in field.all("a")),
        language=record.value("101", "a")[:3].lower(),
        country=country,
        form=_form(record),
        juvenile=not _JUVENILE.isdisjoint(coded[17:20]),
    )


def _title(record: MarcRecord) -> Mapping[str, list[str]]:
    field = record.first("200")
    return field.by_code() if field is not None else {}


def _other_titles(record: MarcRecord, title: Mapping[str, list[str]], reading: str) -> tuple[str, ...]:
    others = [*title.get("a", ())[1:], *title.get("c", ()), *title.get("d", ()), reading]
    for field in record.all(*_OTHER_TITLE_TAGS):
        others += [field.first("a"), field.first("A")]
    return distinct(text.lstrip("= ") for text in others)


def _name(field: Field) -> str:
    entry = field.first("a")
    if field.tag <= "702" and (second := field.first("b")):
        return f"{entry.rstrip(', ')}, {second.lstrip(', ')}"
    return " ".join([entry, *field.all("b")]) if field.tag > "702" else entry


def _series(field: Field) -> str:
    return ". ".join(field.all("ahi"))


def _subject(field: Field) -> str:
    return "-".join(field.all("abxyzj"))


def _extent(record: MarcRecord) -> str:
    field = record.first("215")
    if field is None:
        return ""
    text = field.first("a")
    for code, sign in (("c", " : "), ("d", " ; "), ("e", " + ")):
        if value := field.first(code):
            text += sign + value
    return text


def _class_number(record: MarcRecord) -> str:
    """Return 690; without it what local call number fields have in the shape of a class number."""
    if number := record.value("690", "a"):
        return number
    elsewhere = (record.value(tag, "a") for tag in ("093", "096"))
    return next(filter(is_class_number, elsewhere), "")


def _form(record: MarcRecord) -> Form:
    kind = record.leader[6:7]
    if kind in "ab":
        if record.leader[7:8] == "s":
            return Form.SERIAL
        return Form.ELECTRONIC if record.value("106", "a")[:1] == _ELECTRONIC_TEXT else Form.BOOK
    return _FORM_BY_TYPE.get(kind, Form.BOOK)
