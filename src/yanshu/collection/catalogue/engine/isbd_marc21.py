"""ISBD areas of a MARC21 record, in the original script where 880 has it, with the record's punctuation."""

from typing import Final

from yanshu.collection.catalogue.engine.marc21 import Scripts
from yanshu.collection.catalogue.engine.record import Field, MarcRecord

_CONTROL: Final = frozenset("0123456789uw")
"""Subfields for machines: links, authorities, sources."""


def _shown(field: Field) -> str:
    return " ".join(
        value.strip() for code, value in field.subfields if code not in _CONTROL and value.strip()
    )


def _area(record: MarcRecord, *tags: str) -> str:
    scripts = Scripts(record)
    return ". ".join(
        text.rstrip(" .") for field in record.all(*tags) if (text := _shown(scripts.display(field)))
    )


def title_area(record: MarcRecord) -> str:
    """Return title and statement of responsibility."""
    return _area(record, "245")


def edition_area(record: MarcRecord) -> str:
    """Return the edition."""
    return _area(record, "250")


def material_area(record: MarcRecord) -> str:
    """Return scale and coordinates (255) and the numbering of serials (362)."""
    return _area(record, "255", "362")


def publication_area(record: MarcRecord) -> str:
    """Return place, publisher and date."""
    return _area(record, "264") or _area(record, "260")


def physical_area(record: MarcRecord) -> str:
    """Return extent, illustration, size and accompanying material."""
    return _area(record, "300")


def series_area(record: MarcRecord) -> str:
    """Return the series, each in brackets."""
    scripts = Scripts(record)
    fields = record.all("490", "440") or record.all("830")
    return " ".join(f"({text})" for field in fields if (text := _shown(scripts.display(field)).rstrip(" .")))


def notes(record: MarcRecord) -> tuple[str, ...]:
    """Return the notes, one each: the fields 500 to 588."""
    scripts = Scripts(record)
    fields = (field for field in record.fields if "500" <= field.tag < "589")
    return tuple(text for field in fields if (text := _shown(scripts.display(field))))


def identifiers(record: MarcRecord) -> tuple[str, ...]:
    """Return standard numbers and terms of availability."""
    lines = []
    for tag, name in (("020", "ISBN "), ("022", "ISSN ")):
        for field in record.all(tag):
            number = " ".join([name + value.rstrip(" :") for value in field.all("a")[:1]])
            lines.append(" : ".join(filter(None, [number, field.first("c")])))
    return tuple(filter(None, lines))
