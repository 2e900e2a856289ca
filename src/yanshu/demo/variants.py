"""Demonstration variants of a real record: another year, edition or volume, and a note that says so.

A variant bears no ISBN, no number of another library and no link to what the real book is described by.
"""

import re
from functools import cache
from typing import NamedTuple

from yanshu.collection.catalogue.engine.record import DELIMITER, Field, MarcRecord
from yanshu.demo.base_records import BaseRecord, with_class

__all__ = ["NOTE", "Variation", "variant", "variations"]

NOTE = (
    "演示数据：本条由公有领域书目记录变化而成，并非真实出版物。"
    "Demonstration variant of a public-domain record; not a real publication."
)
"""Stands in field 500 of every variant."""

_DROPPED = frozenset(
    f"{number:03d}"
    for number in (10, 15, 16, 17, 20, 22, 24, 25, 27, 28, 30, 35, 36, 37, 42, 74, 82, 86, 88, 561, 856, 987)
)
"""Numbers of other libraries and links that belong to the real book alone."""
_SOURCE = "YANSHU-DEMO"
_DATE = re.compile(DELIMITER + "c[^" + DELIMITER + "]*")
_STATEMENT = DELIMITER + "c"


class Wording(NamedTuple):
    """The same words in Chinese script and romanised."""

    script: str
    romanised: str


class Variation(NamedTuple):
    """How a variant differs from its base besides the year; empty wordings change nothing."""

    subtitle: Wording
    volume: Wording
    edition: Wording

    @property
    def juvenile(self) -> bool:
        """Whether the variant is made for children."""
        return self.subtitle.script in _FOR_CHILDREN


_NOTHING = Wording("", "")
_FOR_CHILDREN = frozenset({"青少版", "彩图版", "学生版"})

_CHINESE_SUBTITLES = tuple(
    Wording(*pair.split("|"))
    for pair in (
        "图文本|tu wen ben",
        "精选本|jing xuan ben",
        "普及本|pu ji ben",
        "青少版|qing shao ban",
        "大字版|da zi ban",
        "典藏版|dian cang ban",
        "名师导读|ming shi dao du",
        "彩图版|cai tu ban",
        "简明本|jian ming ben",
        "注释本|zhu shi ben",
        "学生版|xue sheng ban",
        "口袋本|kou dai ben",
        "纪念版|ji nian ban",
        "读本|du ben",
    )
)
_CHINESE_VOLUMES = (
    Wording("上册", "shang ce"),
    Wording("下册", "xia ce"),
    *(Wording(f"第{n}卷", f"di {n} juan") for n in range(1, 5)),
    *(Wording(f"第{n}辑", f"di {n} ji") for n in range(1, 4)),
)
_CHINESE_EDITIONS = (
    *(Wording(f"第{n}版.", f"Di {n} ban.") for n in range(2, 7)),
    Wording("修订版.", "Xiu ding ban."),
    Wording("增订版.", "Zeng ding ban."),
    Wording("新1版.", "Xin 1 ban."),
)
_ENGLISH_SUBTITLES = tuple(
    Wording(text, text)
    for text in ("an illustrated edition", "a reader", "the abridged text", "large print", "a companion")
)
_ENGLISH_VOLUMES = tuple(Wording(f"Volume {n}", f"Volume {n}") for n in range(1, 4))
_ENGLISH_EDITIONS = tuple(
    Wording(text, text)
    for text in ("2nd ed.", "3rd ed.", "4th ed.", "5th ed.", "Rev. ed.", "New ed.", "Updated ed.")
)
_REPRINT = (Variation(_NOTHING, _NOTHING, _NOTHING),)


@cache
def variations(language: str) -> tuple[Variation, ...]:
    """Return the ways in which a record of this language may vary, plain ones first.

    Japanese and Korean records are only reprinted: the project does not word their titles anew.
    """
    if language not in {"chi", "eng"}:
        return _REPRINT
    chinese = language == "chi"
    subtitles = _CHINESE_SUBTITLES if chinese else _ENGLISH_SUBTITLES
    volumes = _CHINESE_VOLUMES if chinese else _ENGLISH_VOLUMES
    editions = _CHINESE_EDITIONS if chinese else _ENGLISH_EDITIONS
    return (
        *(Variation(_NOTHING, _NOTHING, edition) for edition in editions),
        *(Variation(_NOTHING, volume, _NOTHING) for volume in volumes),
        *(Variation(subtitle, _NOTHING, _NOTHING) for subtitle in subtitles),
        *(Variation(subtitle, _NOTHING, edition) for subtitle in subtitles for edition in editions),
        *(Variation(subtitle, volume, _NOTHING) for subtitle in subtitles for volume in volumes),
    )


def variant(base: BaseRecord, variation: Variation, *, number: str, clc: str, year: int) -> MarcRecord:
    """Return a variant of ``base``.

    Args:
        number: its control number (001), unique in the demonstration.
        clc: its class (084).
        year: its year of publication, in 008 and 260.
    """
    fields = [Field("001", number), Field("003", _SOURCE)]
    editions = 0
    for field in with_class(base.record, clc):
        if field.tag in _DROPPED or field.tag in {"001", "003"}:
            continue
        editions += field.tag == "250"
        fields.append(_changed(field, variation, year))
    if variation.edition.script and not editions:
        fields.append(Field("250", f"  {DELIMITER}a{variation.edition.script}"))
    fields.append(Field("500", f"  {DELIMITER}a{NOTE}"))
    fields.sort(key=_tag)
    return MarcRecord(base.record.leader, fields)


def _tag(field: Field) -> str:
    return field.tag


def _changed(field: Field, variation: Variation, year: int) -> Field:
    """Return a field as the variant has it; most stay the very same object."""
    tag, text = field.tag, field.text
    script = tag == "880"
    if script:
        tag = text[4:7] if text.startswith(DELIMITER + "6", 2) else ""
    if tag == "008":
        audience = "j" if variation.juvenile else text[22:23]
        return Field("008", f"{text[:6]}s{year}    {text[15:22]}{audience}{text[23:]}")
    if tag == "245":
        return Field(field.tag, _title(text, variation, script=script))
    if tag == "250" and variation.edition.script:
        return Field(field.tag, _edition(text, variation.edition, script=script))
    if tag == "260":
        return Field(field.tag, _DATE.sub(f"{DELIMITER}c{year}.", text, count=1))
    return field


def _title(text: str, variation: Variation, *, script: bool) -> str:
    head, mark, statement = text.partition(_STATEMENT)
    head = head.rstrip(" /.")
    for code, wording, sign in (("b", variation.subtitle, " :"), ("n", variation.volume, ".")):
        words = wording.script if script else wording.romanised
        if words:
            head += f"{sign}{DELIMITER}{code}{words}"
    return f"{head} /{mark}{statement}" if mark else f"{head}."


def _edition(text: str, edition: Wording, *, script: bool) -> str:
    """Return an edition field with other words; what stands before ``$a`` (the link, ``$6``) stays."""
    before, _, _ = text.partition(DELIMITER + "a")
    return f"{before}{DELIMITER}a{edition.script if script else edition.romanised}"
