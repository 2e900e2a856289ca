"""A record as a reference list names it.

Source: GB/T 7714-2015, Rules for bibliographic references: responsibility, title[kind], edition, place:
publisher, year.
"""

from collections.abc import Sequence

from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.terms import Form

MOST_NAMES = 3
_KINDS = {
    Form.BOOK.value: "M",
    Form.SERIAL.value: "J",
    Form.MAP.value: "CM",
    Form.ELECTRONIC.value: "EB",
}
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
    imprint = ": ".join(part for part in (record.place, record.publisher) if part)
    published = ", ".join(str(part) for part in (imprint, record.year) if part)
    parts = [names, f"{title}[{_KINDS.get(record.form, 'Z')}]", record.edition, published]
    return ". ".join(part.rstrip(" .") for part in parts if part) + "."
