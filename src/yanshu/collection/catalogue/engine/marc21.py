"""The columns of a MARC21 record, the original script first where 880 has it.

Source: MARC 21 Format for Bibliographic Data; model A of multiscript records (880 linked by $6).
"""

import re
from typing import Final

from yanshu.collection.catalogue.engine.bibliographic import Columns, Form
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.record import DELIMITER, Field, MarcRecord
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
        self._originals: dict[str, Field] = {}
        for text in record.index.get("880", ()):
            link = _link(text)  # 245-01
            if link[4:] != "00":
                self._originals.setdefault(link, Field("880", text))

    def original(self, field: Field) -> Field | None:
        """Return the same field in the original script."""
        link = _link(field.text)  # 880-01
        return self._originals.get(field.tag + link[3:]) if link else None

    def display(self, field: Field) -> Field:
        """Return the field to be shown."""
        return self.original(field) or field


def _link(text: str) -> str:
    """Return tag and number of $6, which stands first where it stands at all; its script code left out."""
    return text[4:10] if text.startswith(_LINK, 2) else ""


def columns(record: MarcRecord) -> Columns:
    """Return the columns of a MARC21 record."""
    scripts = Scripts(record)
    coded = record.control("008")
    romanised = record.first("245") or Field("245", "  ")
    original = scripts.original(romanised)
    title = (original or romanised).by_code()
    authors, other_names = _names(record, scripts)
    place, publisher, printed_date = _publication(record, scripts)
    language = _language(record, coded)
    country = coded[15:18].strip()
    price_text = record.value("020", "c").rstrip(_PUNCTUATION)
    isbns, rejected = isbns_of(record.all("020"))
    other_title = _plain(" ".join(romanised.all("ab"))) if original else ""
    pinyin = _plain(romanised.first("a")) if original and language == "chi" else ""
    return Columns(
        control_number=record.control("001").strip(),
        title=_plain(" ".join(title.get("a", ()))) or _plain(romanised.first("a")),
        subtitle=_plain(" ".join(title.get("b", ()))),
        volume=_plain(" ".join(title.get("n", ()))),
        volume_title=_plain(" ".join(title.get("p", ()))),
        parallel_title=_parallel_title(original or romanised),
        title_pinyin=pinyin,
        other_titles=_other_titles(record, scripts, "" if other_title == pinyin else other_title),
        responsibility=" ".join(title.get("c", ())).rstrip(" ."),
        authors=authors,
        other_names=other_names,
        edition=_plain(scripts.display(field).first("a")) if (field := record.first("250")) else "",
        place=place,
        publisher=publisher,
        year=_year(coded, printed_date),
        extent=" ".join(field.all("abce")) if (field := record.first("300")) else "",
        series=_series(record, scripts),
        isbns=isbns,
        rejected_isbns=rejected,
        issn=issn(record.value("022", "a")),
        price_text=price_text,
        price_fen=price_fen(price_text, yen=country == "ja"),
        class_number=_class_number(record),
        lc_class=record.value("050", "a") or record.value("090", "a"),
        subjects=distinct(
            "--".join(field.all("abcdvxyz")).rstrip(" .,") for field in record.all(*_SUBJECT_TAGS)
        ),
        summary="\n".join(value for field in record.all("520") for value in field.all("a")),
        language=language,
        country=country,
        form=_form(record.leader, coded),
        juvenile=record.leader[6:7] in _TYPES_WITH_AUDIENCE and coded[22:23] in _JUVENILE,
    )


def _plain(text: str) -> str:
    """Return a text without the punctuation of the next area, and without a closing full stop."""
    if not text:
        return ""
    text = text.rstrip(_PUNCTUATION)
    return text[:-1].rstrip(_PUNCTUATION) if text.endswith(".") and not text.endswith("..") else text


def _parallel_title(title: Field) -> str:
    before, sign, after = title.text.partition("=\x1fb")
    return _plain(after.partition("\x1f")[0].strip()) if sign and before else ""


def _other_titles(record: MarcRecord, scripts: Scripts, romanised: str) -> tuple[str, ...]:
    others = [romanised]
    for field in record.all(*_OTHER_TITLE_TAGS):
        if original := scripts.original(field):
            others.append(_plain(" ".join(original.all("abnp"))))
        others.append(_plain(" ".join(field.all("abnp"))))
    return distinct(others)


def _names(record: MarcRecord, scripts: Scripts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names to be shown, and the romanised ones that stand behind them."""
    shown: list[str] = []
    romanised: list[str] = []
    for field in record.all(*_NAME_TAGS):
        if _TITLE_PART in field.text:  # a work, named by its author
            continue
        codes = "ab" if field.tag in _CORPORATE_TAGS else "a"
        if original := scripts.original(field):
            shown.append(_name(original, codes))
            romanised.append(_name(field, codes))
        else:
            shown.append(_name(field, codes))
    return distinct(shown), distinct(romanised)


def _name(field: Field, codes: str) -> str:
    name = " ".join(part.rstrip(_PUNCTUATION) for part in field.all(codes))
    return _FULL_STOP.sub("", name) if "." in name else name


def _publication(record: MarcRecord, scripts: Scripts) -> tuple[str, str, str]:
    """Return place, publisher and date as printed: 264 for publication, else 260."""
    fields = [*(field for field in record.all("264") if field.text[1:2] == "1"), *record.all("260", "264")]
    if not fields:
        return "", "", ""
    shown = scripts.display(fields[0])
    place = shown.first("a").rstrip(_PUNCTUATION).strip("[]")
    return place, _plain(shown.first("b")).strip("[]"), fields[0].first("c") or shown.first("c")


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
    fields = record.all("490", "440") or record.all("830")
    return distinct(_plain(scripts.display(field).first("a")) for field in fields)


def _class_number(record: MarcRecord) -> str:
    """Return the number of the Chinese Library Classification: 093, or 084 that says so in $2."""
    if number := record.value("093", "a"):
        return number
    marked = (field.first("a") for field in record.all("084") if field.first("2").lower() in _CLC_SOURCES)
    return next(marked, "")


def _form(leader: str, coded: str) -> Form:
    kind = leader[6:7]
    if kind in "at":
        if leader[7:8] in "bs":
            return Form.SERIAL
        return Form.ELECTRONIC if coded[23:24] in _ONLINE else Form.BOOK
    return _FORM_BY_TYPE.get(kind, Form.BOOK)
