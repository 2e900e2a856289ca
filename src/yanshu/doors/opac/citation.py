"""A record as a reference list names it.

Source: GB/T 7714-2015, Rules for bibliographic references: responsibility, title[kind], edition, place:
publisher, year.
"""

import re
from collections.abc import Sequence

from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.terms import Form
from yanshu.discovery.search.web.lines import bare

MOST_NAMES = 3
_KINDS = {
    Form.BOOK.value: "M",
    Form.SERIAL.value: "J",
    Form.MAP.value: "CM",
    Form.ELECTRONIC.value: "EB",
}
_FIRST_EDITION = re.compile(
    r"\s*(?:第\s*[1一]\s*版|[1一]\s*版|初版|(?:1st|first)\s+ed(?:ition|\.)?)\s*\.?\s*", re.IGNORECASE
)
"""The first edition is not named in a reference (GB/T 7714-2015, 8.3: 版本)."""
_CHINESE_SCRIPT = ("chi", "zho", "jpn")


def citation(record: BibRecord, authors: Sequence[str]) -> str:
    """Return the reference to a record; of more than three names the first three stand.

    Example: ``周望舒. 湘江两岸: 一条河流的城与人[M]. 长沙: 潇湘文艺社, 2018.``
    """
    names = ", ".join(authors[:MOST_NAMES])
    if len(authors) > MOST_NAMES:
        names += ", 等" if record.language in _CHINESE_SCRIPT else ", et al"
    title = ": ".join(part for part in (record.title, record.subtitle) if part)
    if record.volume:
        title += f": {record.volume}"
    imprint = ": ".join(part for part in (bare(record.place), bare(record.publisher)) if part)
    published = ", ".join(str(part) for part in (imprint, record.year) if part)
    edition = "" if _FIRST_EDITION.fullmatch(record.edition) else record.edition
    parts = [names, f"{title}[{_KINDS.get(record.form, 'Z')}]", edition, published]
    return ". ".join(part.rstrip(" .") for part in parts if part) + "."
