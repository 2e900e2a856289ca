"""Copies named inside a bibliographic record: CNMARC 905 and 999, MARC21 852 and 952.

Local fields have no standard, so each layout is data: which subfield means what. A library whose exports
differ passes its own. A field that names no barcode names no copy.

Source: CNMARC 905 (馆藏信息) as the national libraries use it; SirsiDynix 999; MARC 21 852; Koha 952.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.record import Field, MarcRecord

_RANGE: Final = re.compile(r"([0-9A-Za-z]*?)(\d{1,18})-(\d{1,18})")
_LONGEST_RANGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLayout:
    """Which subfields of a local field say what; an empty text where the field does not say it.

    ``call_number`` may name several codes, which are joined by ``/`` (class and book number).
    """

    tag: str
    barcode: str
    call_number: str = ""
    whole_call_number: str = ""
    location: str = ""
    branch_code: str = ""
    price: str = ""
    volume: str = ""
    copies: str = ""
    copy_number: str = ""
    item_type: str = ""
    acquired_on: str = ""
    note: str = ""


class Holding(NamedTuple):
    """One copy, or, where a library writes a number instead of barcodes, so many.

    Units: ``price_fen`` is in fen, ``copies`` in volumes.
    """

    barcode: str
    call_number: str = ""
    location: str = ""
    branch_code: str = ""
    price_fen: int | None = None
    volume: str = ""
    copies: int = 1
    copy_number: str = ""
    item_type: str = ""
    acquired_on: str = ""
    note: str = ""


CNMARC_LAYOUTS: Final = (
    HoldingLayout(
        tag="905", barcode="b", call_number="de", whole_call_number="s", branch_code="a", location="c",
        volume="v", copies="f", price="r", acquired_on="y",
    ),
    HoldingLayout(
        tag="999", barcode="i", whole_call_number="a", location="l", branch_code="m", price="p",
        copy_number="c", item_type="t", acquired_on="u", note="o", volume="v",
    ),
)  # fmt: skip
MARC21_LAYOUTS: Final = (
    HoldingLayout(
        tag="852", barcode="p", call_number="hi", branch_code="b", location="c", price="9", copy_number="t",
        note="z", volume="3",
    ),
    HoldingLayout(
        tag="952", barcode="p", whole_call_number="o", branch_code="b", location="c", price="g", volume="h",
        copy_number="t", item_type="y", acquired_on="d", note="z",
    ),
)  # fmt: skip


def holdings(
    record: MarcRecord, dialect: Dialect | None = None, *, layouts: Sequence[HoldingLayout] | None = None
) -> tuple[Holding, ...]:
    """Return the copies a record names.

    Args:
        dialect: overrides what the record itself looks like.
        layouts: the local fields of the library the file comes from.
    """
    if layouts is None:
        spoken = dialect if dialect is not None else dialect_of(record)
        layouts = CNMARC_LAYOUTS if spoken is Dialect.CNMARC else MARC21_LAYOUTS
    return tuple(
        holding
        for layout in layouts
        for field in record.all(layout.tag)
        if not field.is_control
        for holding in _copies(field, layout)
    )


def _copies(field: Field, layout: HoldingLayout) -> list[Holding]:
    barcodes = [code for text in field.all(layout.barcode) for code in barcodes_in(text)]
    counted = field.first(layout.copies) if layout.copies else ""
    shared = Holding(
        barcode="",
        call_number=_call_number(field, layout),
        location=_value(field, layout.location),
        branch_code=_value(field, layout.branch_code),
        price_fen=price_fen(_value(field, layout.price), bare=True),
        volume=_value(field, layout.volume),
        copies=int(counted) if len(barcodes) == 1 and counted.isdecimal() and len(counted) < 4 else 1,  # noqa: PLR2004
        copy_number=_value(field, layout.copy_number),
        item_type=_value(field, layout.item_type),
        acquired_on=_value(field, layout.acquired_on),
        note=_value(field, layout.note),
    )
    return [shared._replace(barcode=barcode) for barcode in barcodes]


def _value(field: Field, code: str) -> str:
    return field.first(code) if code else ""


def _call_number(field: Field, layout: HoldingLayout) -> str:
    if layout.whole_call_number and (whole := field.first(layout.whole_call_number)):
        return whole
    return "/".join(value for code in layout.call_number if (value := field.first(code)))


def barcodes_in(text: str) -> list[str]:
    """Return the barcodes of one subfield: ``1683011-3`` names three copies in a row.

    The number behind the hyphen replaces the last digits of the one before. What is no such row, or a row of
    more than 500, stays one barcode as it stands.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        return [text]
    prefix, first, last = found.groups()
    if len(last) >= len(first):
        return [text]
    end = int(first[: -len(last)] + last)
    count = end - int(first) + 1
    if not 1 < count <= _LONGEST_RANGE:
        return [text]
    return [f"{prefix}{int(first) + step:0{len(first)}d}" for step in range(count)]
