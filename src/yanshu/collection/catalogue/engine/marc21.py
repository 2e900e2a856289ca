"""The columns of a MARC21 record, the original script first where 880 has it.

Source: MARC 21 Format for Bibliographic Data; model A of multiscript records (880 linked by $6).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from yanshu.collection.catalogue.engine.bibliographic import AccessPoints, Columns, Form
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.record import (
    DELIMITER,
    Field,
    MarcRecord,
    by_code,
    first_value,
    values,
)
from yanshu.collection.catalogue.engine.standard_numbers import issn
from yanshu.collection.catalogue.engine.wording import coded_year, distinct, isbns_of, year_in

_NAME_TAGS: Final = ("100", "110", "111", "700", "710", "711")
_SUBJECT_TAGS: Final = ("600", "610", "611", "630", "650", "651", "653", "655")
_OTHER_TITLE_TAGS: Final = ("130", "240", "246", "730", "740")
_CLC_SOURCES: Final = frozenset({"clc", "中图法", "zhongtu"})
"""084$2: what marks a number of the Chinese Library Classification."""

_CORPORATE_TAGS: Final = frozenset({"110", "710"})
_TITLE_PART: Final = DELIMITER + "t"
_LINK: Final = DELIMITER + "6"
_NO_FIELD: Final = "  "
_PUNCTUATION: Final = " /:;,=．"
_FULL_STOP: Final = re.compile(r"(?<![\s.][A-Za-z\u0400-\u04ff])\.(?= |$)")
"""A full stop behind a name, unless it belongs to an initial."""
_DATES_WITHOUT_YEAR: Final = frozenset("bn|")
_JUVENILE: Final = frozenset("abcj")
"""008/22: pre-school, primary, pre-adolescent, juvenile; ``d`` (14 to 17) is not for the children's room."""
_TYPES_WITH_AUDIENCE: Final = frozenset("acdgijkmort")
_ONLINE: Final = frozenset("oqs")
"""008/23: online, direct electronic, electronic."""

_FORM_BY_TYPE: Final = {
    "c": Form.SCORE, "d": Form.SCORE, "e": Form.MAP, "f": Form.MAP, "g": Form.AUDIOVISUAL,
    "i": Form.AUDIOVISUAL, "j": Form.AUDIOVISUAL, "k": Form.OTHER, "m": Form.ELECTRONIC, "o": Form.OTHER,
    "p": Form.OTHER, "r": Form.OTHER,
}  # fmt: skip
"""Leader/06; ``a`` and ``t`` are text."""


class Scripts:
    """The 880 fields by the field they repeat in the original script."""

    __slots__ = ("_originals",)

    def __init__(self, record: MarcRecord) -> None:
        self._originals: dict[str, str] = {}
        for text in record.index.get("880", ()):
            link = _link(text)  # 245-01
            if link[4:] != "00":
                self._originals.setdefault(link, text)

    def original_text(self, tag: str, text: str) -> str | None:
        """Return the same field in the original script, both as ISO 2709 holds them."""
        if not self._originals or not text.startswith(_LINK, 2):
            return None
        return self._originals.get(tag + text[7:10])  # 880-01

    def display_text(self, tag: str, text: str) -> str:
        """Return the field to be shown, as ISO 2709 holds it."""
        return self.original_text(tag, text) or text

    def original(self, field: Field) -> Field | None:
        """Return the same field in the original script."""
        found = self.original_text(field.tag, field.text)
        return Field("880", found) if found is not None else None

    def display(self, field: Field) -> Field:
        """Return the field to be shown."""
        return self.original(field) or field


def _link(text: str) -> str:
    """Return tag and number of $6, which stands first where it stands at all; its script code left out."""
    return text[4:10] if text.startswith(_LINK, 2) else ""


def access_points(record: MarcRecord) -> AccessPoints:
    """Return what a MARC21 record is found by."""
    return _access_points(record, Scripts(record), _language(record, record.control("008")))


def _access_points(record: MarcRecord, scripts: Scripts, language: str) -> AccessPoints:
    index = record.index
    romanised = _title(record)
    original = scripts.original_text("245", romanised)
    shown = romanised if original is None else original
    title = by_code(shown)
    authors, other_names = _names(record, scripts)
    isbns, rejected = isbns_of(index.get("020", ()))
    other_title = "" if original is None else _plain(" ".join(values(romanised, "ab")))
    first_title = _plain(first_value(romanised, "a"))
    pinyin = first_title if original is not None and language == "chi" else ""
    return AccessPoints(
        title=_joined(title, "a") or first_title,
        volume_title=_joined(title, "p"),
        parallel_title=_parallel_title(shown),
        title_pinyin=pinyin,
        other_titles=_other_titles(record, scripts, "" if other_title == pinyin else other_title),
        authors=authors,
        other_names=other_names,
        series=_series(record, scripts),
        isbns=isbns,
        rejected_isbns=rejected,
        issn=issn(record.value("022", "a")) if "022" in index else "",
        subjects=_subjects(record),
    )


def columns(record: MarcRecord) -> Columns:
    """Return the columns of a MARC21 record."""
    index = record.index
    scripts = Scripts(record)
    coded = record.control("008")
    title = by_code(scripts.display_text("245", _title(record)))
    place, publisher, printed_date = _publication(record, scripts)
    language = _language(record, coded)
    country = coded[15:18].strip()
    price_text = record.value("020", "c").rstrip(_PUNCTUATION)
    return Columns(
        **_access_points(record, scripts, language).by_name(),
        control_number=record.control("001").strip(),
        subtitle=_joined(title, "b"),
        volume=_joined(title, "n"),
        responsibility=" ".join(title.get("c", ())).rstrip(" ."),
        edition=_plain(first_value(scripts.display_text("250", index["250"][0]), "a"))
        if "250" in index
        else "",
        place=place,
        publisher=publisher,
        year=_year(coded, printed_date),
        extent=" ".join(values(index["300"][0], "abce")) if "300" in index else "",
        price_text=price_text,
        price_fen=price_fen(price_text, yen=country == "ja"),
        class_number=_class_number(record),
        lc_class=record.value("050", "a") or record.value("090", "a"),
        summary="\n".join([value for text in index.get("520", ()) for value in values(text, "a")]),
        language=language,
        country=country,
        form=_form(record.leader, coded),
        juvenile=record.leader[6:7] in _TYPES_WITH_AUDIENCE and coded[22:23] in _JUVENILE,
    )


def _title(record: MarcRecord) -> str:
    found = record.index.get("245")
    return found[0] if found else _NO_FIELD


def _joined(title: Mapping[str, Sequence[str]], code: str) -> str:
    return _plain(" ".join(title[code])) if code in title else ""


def _plain(text: str) -> str:
    """Return a text without the punctuation of the next area, and without a closing full stop."""
    text = text.rstrip(_PUNCTUATION)
    return text[:-1].rstrip(_PUNCTUATION) if text[-1:] == "." and text[-2:] != ".." else text


def _parallel_title(title: str) -> str:
    before, sign, after = title.partition("=\x1fb")
    return _plain(after.partition(DELIMITER)[0].strip()) if sign and before else ""


def _other_titles(record: MarcRecord, scripts: Scripts, romanised: str) -> tuple[str, ...]:
    others = [romanised]
    for tag in _OTHER_TITLE_TAGS:
        for text in record.index.get(tag, ()):
            if original := scripts.original_text(tag, text):
                others.append(_plain(" ".join(values(original, "abnp"))))
            others.append(_plain(" ".join(values(text, "abnp"))))
    return distinct(others)


def _names(record: MarcRecord, scripts: Scripts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names to be shown, and the romanised ones that stand behind them."""
    shown: list[str] = []
    romanised: list[str] = []
    for tag in _NAME_TAGS:
        for text in record.index.get(tag, ()):
            if _TITLE_PART in text:  # a work, named by its author
                continue
            codes = "ab" if tag in _CORPORATE_TAGS else "a"
            if original := scripts.original_text(tag, text):
                shown.append(_name(original, codes))
                romanised.append(_name(text, codes))
            else:
                shown.append(_name(text, codes))
    return distinct(shown), distinct(romanised)


def _name(text: str, codes: str) -> str:
    name = " ".join([part.rstrip(_PUNCTUATION) for part in values(text, codes)])
    return _FULL_STOP.sub("", name) if "." in name else name


def _publication(record: MarcRecord, scripts: Scripts) -> tuple[str, str, str]:
    """Return place, publisher and date as printed: 264 for publication, else 260."""
    stated = record.index.get("264", ())
    fields = [("264", text) for text in stated if text[1:2] == "1"]
    fields += [("260", text) for text in record.index.get("260", ())]
    fields += [("264", text) for text in stated]
    if not fields:
        return "", "", ""
    tag, first = fields[0]
    shown = scripts.display_text(tag, first)
    place = first_value(shown, "a").rstrip(_PUNCTUATION).strip("[]")
    publisher = _plain(first_value(shown, "b")).strip("[]")
    return place, publisher, first_value(first, "c") or first_value(shown, "c")


def _year(coded: str, printed: str) -> int | None:
    if coded[6:7] not in _DATES_WITHOUT_YEAR and (year := coded_year(coded[7:11])):
        return year
    return year_in(printed)


def _language(record: MarcRecord, coded: str) -> str:
    language = coded[35:38].lower()
    if language.isalpha() and language != "und":
        return language
    return record.value("041", "a")[:3].lower()


def _series(record: MarcRecord, scripts: Scripts) -> tuple[str, ...]:
    index = record.index
    tags = ("490", "440") if "490" in index or "440" in index else ("830",)
    return distinct(
        [
            _plain(first_value(scripts.display_text(tag, text), "a"))
            for tag in tags
            for text in index.get(tag, ())
        ]
    )


def _subjects(record: MarcRecord) -> tuple[str, ...]:
    return distinct(
        ["--".join(values(text, "abcdvxyz")).rstrip(" .,") for text in record.texts_of(_SUBJECT_TAGS)]
    )


def _class_number(record: MarcRecord) -> str:
    """Return the number of the Chinese Library Classification: 093, or 084 that says so in $2."""
    if number := record.value("093", "a"):
        return number
    for text in record.index.get("084", ()):
        if first_value(text, "2").lower() in _CLC_SOURCES:
            return first_value(text, "a")
    return ""


def _form(leader: str, coded: str) -> Form:
    kind = leader[6:7]
    if kind in "at":
        if leader[7:8] in "bs":
            return Form.SERIAL
        return Form.ELECTRONIC if coded[23:24] in _ONLINE else Form.BOOK
    return _FORM_BY_TYPE.get(kind, Form.BOOK)
