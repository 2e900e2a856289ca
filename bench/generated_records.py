"""Records made from the public-domain ones that are shipped with the demonstration: as many as are wanted."""

from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.record import DELIMITER, Field, MarcRecord
from yanshu.demo.base_records import base_records, with_class
from yanshu.discovery.search.engine.document import SearchDocument

TITLES = {"245", "200"}


def marc_records(count_wanted: int) -> Iterator[MarcRecord]:
    """Yield records, each with a control number and a volume of its own and no ISBN."""
    for number, base in zip(range(count_wanted), cycle(base_records())):
        fields = [Field("001", f"bench{number:08d}")]
        for field in with_class(base.record, base.clc):
            if field.tag in {"001", "020"}:
                continue
            if field.tag == "245":
                fields.append(Field("245", f"{field.text}{DELIMITER}n{number}"))
            else:
                fields.append(field)
        yield MarcRecord(base.record.leader, fields)


def write_file(path: Path, count_wanted: int) -> None:
    """Write a file of ISO 2709 records."""
    with path.open("wb") as file:
        for record in marc_records(count_wanted):
            file.write(iso2709.write(record))


def documents(count_wanted: int) -> Iterator[SearchDocument]:
    """Yield what the index is told of so many records, spread over branches, years and forms."""
    bases = [(seen_titles(base.record), seen_authors(base.record), base) for base in base_records()]
    for number, (titles, authors, base) in zip(count(), cycle(bases)):
        if number >= count_wanted:
            return
        yield SearchDocument(
            id=number,
            rev=1,
            titles=(f"{titles[0]} {number}", *titles[1:]),
            authors=authors,
            publisher=base.record.value("260", "b"),
            classes=(f"{base.clc}.{number % 97}",),
            year=1950 + number % 70,
            language=base.language,
            form=("book", "serial", "audiovisual")[number % 3],
            branches=(number % 12, number % 7),
            available_branches=(number % 12,) if number % 3 else (),
        )


def seen_titles(record: MarcRecord) -> tuple[str, ...]:
    return tuple(text for text in (record.value("245", "a"), record.value("880", "a")) if text) or ("无题名",)


def seen_authors(record: MarcRecord) -> tuple[str, ...]:
    return tuple(text for text in (record.value("100", "a"), record.value("700", "a")) if text)
