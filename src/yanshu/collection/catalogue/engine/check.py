"""What a cataloguer should see before a record is saved.

Each finding has a stable code for translation. An error means that the record would be wrong or could not be
exchanged; a warning that something usual is missing.

Source: 中国机读目录格式 (WH/T 0503), mandatory fields and indicators; MARC 21, full level.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from yanshu.collection.catalogue.engine.clc import is_class_number
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.price import price_fen
from yanshu.collection.catalogue.engine.record import LEADER_LENGTH, Field, MarcRecord
from yanshu.collection.catalogue.engine.standard_numbers import NumberFault, isbn13, issn


class FindingCode(StrEnum):
    """What can be found; stable, for translation."""

    LEADER = "leader"
    MISSING = "missing"
    USUAL_MISSING = "usual-missing"
    EMPTY = "empty"
    REPEATED = "repeated"
    INDICATOR = "indicator"
    CODED_LENGTH = "coded-length"
    ISBN_CHECKSUM = "isbn-checksum"
    ISBN_SHAPE = "isbn-shape"
    ISSN = "issn"
    PRICE = "price"
    CLASS_NUMBER = "class-number"


class Severity(StrEnum):
    """Whether a finding keeps a record from being saved."""

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """One thing found: where (``200$a``), what (the value as it stands), and why in plain words."""

    code: FindingCode
    field: str
    reason: str
    value: str = ""
    severity: Severity = Severity.ERROR


class _Rules(NamedTuple):
    mandatory: tuple[tuple[str, str], ...]
    """Field and subfield; no subfield for a control field."""
    usual: tuple[tuple[str, str], ...]
    single: frozenset[str]
    indicators: Mapping[str, tuple[str, str]]
    coded: tuple[str, str, int]
    """Field, subfield and length of the coded data."""
    isbn: str
    issn: str
    price: tuple[str, str]
    class_number: str


_DIGITS: Final = "0123456789"

_RULES: Final[Mapping[Dialect, _Rules]] = {
    Dialect.CNMARC: _Rules(
        mandatory=(("100", "a"), ("101", "a"), ("200", "a"), ("801", "a")),
        usual=(
            ("001", ""), ("010", "a"), ("102", "a"), ("200", "f"), ("210", "c"), ("210", "d"), ("215", "a"),
            ("690", "a"),
        ),
        single=frozenset({"001", "005", "100", "101", "102", "106", "200", "205"}),
        indicators={
            "010": (" ", " "), "011": (" ", " "), "100": (" ", " "), "101": ("012", " "), "102": (" ", " "),
            "105": (" ", " "), "106": (" ", " "), "200": ("01", " "), "205": (" ", " "), "215": (" ", " "),
            "225": ("012", " "), "300": (" ", " "), "330": (" ", " "), "606": ("012 ", " "),
            "690": (" ", " "), "700": (" ", "01"), "701": (" ", "01"), "702": (" ", "01"),
            "710": ("01", "012"), "711": ("01", "012"), "712": ("01", "012"), "801": (" ", "0123"),
        },
        coded=("100", "a", 36), isbn="010", issn="011", price=("010", "d"), class_number="690",
    ),
    Dialect.MARC21: _Rules(
        mandatory=(("008", ""), ("245", "a")),
        usual=(("001", ""), ("020", "a"), ("040", "a"), ("300", "a")),
        single=frozenset({"001", "003", "005", "008", "010", "100", "110", "111", "130", "240", "245"}),
        indicators={
            "020": (" ", " "), "022": (" 01", " "), "040": (" ", " "), "082": ("017 ", " 04"),
            "100": ("013", " "), "245": ("01", _DIGITS), "246": ("0123", " 012345678"),
            "260": (" 23", " "), "264": (" 23", "01234"), "300": (" ", " "), "490": ("01", " "),
            "500": (" ", " "), "650": (" 012", "01234567"), "700": ("013", " 2"),
            "852": (" 012345678", " 012"),
        },
        coded=("008", "", 40), isbn="020", issn="022", price=("020", "c"), class_number="093",
    ),
}  # fmt: skip


def check(record: MarcRecord, dialect: Dialect | None = None) -> tuple[Finding, ...]:
    """Return everything to be said about a record, errors and warnings, in the order of the fields.

    Args:
        dialect: overrides what the record itself looks like.
    """
    spoken = dialect if dialect is not None else dialect_of(record)
    rules = _RULES[spoken]
    findings = [
        *_leader(record),
        *_missing(record, rules),
        *_repeated(record, rules),
        *_coded(record, rules),
        *_numbers(record, rules),
        *_prices(record, rules),
        *_class_numbers(record, rules),
    ]
    for field in record.fields:
        findings.extend(_field(field, rules))
    return tuple(sorted(findings, key=lambda finding: finding.field))


def _leader(record: MarcRecord) -> Iterator[Finding]:
    leader = record.leader
    if len(leader) != LEADER_LENGTH:
        yield Finding(FindingCode.LEADER, "LDR", f"the leader has {len(leader)} characters, not 24", leader)
        return
    for position, allowed, name in (
        (5, "acdnpo", "status"),
        (6, "abcdefgijklmoprt", "type"),
        (7, "abcdimsz", "level"),
    ):
        if leader[position] not in allowed:
            reason = f"position {position} of the leader ({name}) is {leader[position]!r}"
            yield Finding(FindingCode.LEADER, f"LDR/{position:02d}", reason, leader[position])


def _missing(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    for tag, code in rules.mandatory:
        if not _has(record, tag, code):
            yield Finding(FindingCode.MISSING, _name(tag, code), "a mandatory field or subfield is missing")
    for tag, code in rules.usual:
        if not _has(record, tag, code):
            reason = "a field or subfield that most records have is missing"
            yield Finding(FindingCode.USUAL_MISSING, _name(tag, code), reason, severity=Severity.WARNING)


def _has(record: MarcRecord, tag: str, code: str) -> bool:
    return bool(record.value(tag, code) if code else record.control(tag).strip())


def _name(tag: str, code: str) -> str:
    return f"{tag}${code}" if code else tag


def _repeated(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    for tag in sorted(rules.single & record.index.keys()):
        if (count := len(record.index[tag])) > 1:
            yield Finding(
                FindingCode.REPEATED, tag, f"the field stands {count} times and may stand once", str(count)
            )


def _coded(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    tag, code, length = rules.coded
    data = _raw(record, tag, code)
    if data and len(data) != length:
        reason = f"the coded data have {len(data)} characters, not {length}"
        yield Finding(FindingCode.CODED_LENGTH, _name(tag, code), reason, data)


def _raw(record: MarcRecord, tag: str, code: str) -> str:
    """Return a value with its blanks, which count in coded data."""
    if not code:
        return record.control(tag)
    field = record.first(tag)
    return next((value for known, value in field.subfields if known == code), "") if field else ""


def _numbers(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    for field in record.all(rules.isbn):
        for text in field.all("a"):
            number = isbn13(text)
            if number is NumberFault.CHECKSUM:
                yield Finding(
                    FindingCode.ISBN_CHECKSUM, f"{rules.isbn}$a", "the check digit of the ISBN is wrong", text
                )
            elif number is None or isinstance(number, NumberFault):
                reason = "an ISBN has 10 or 13 digits and begins with 978 or 979 if it has 13"
                yield Finding(FindingCode.ISBN_SHAPE, f"{rules.isbn}$a", reason, text)
    for field in record.all(rules.issn):
        for text in field.all("a"):
            if not issn(text):
                yield Finding(FindingCode.ISSN, f"{rules.issn}$a", "the ISSN is not valid", text)


def _prices(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    tag, code = rules.price
    if rules is _RULES[Dialect.CNMARC] and record.value("102", "a") in {"", "CN"}:
        for field in record.all(tag):
            for text in field.all(code):
                if price_fen(text, bare=True) is None:
                    reason = "no price in yuan can be read, such as CNY35.00"
                    yield Finding(FindingCode.PRICE, _name(tag, code), reason, text, Severity.WARNING)


def _class_numbers(record: MarcRecord, rules: _Rules) -> Iterator[Finding]:
    for field in record.all(rules.class_number):
        for text in field.all("a"):
            if not is_class_number(text):
                reason = "this has not the shape of a number of the Chinese Library Classification"
                yield Finding(
                    FindingCode.CLASS_NUMBER, f"{rules.class_number}$a", reason, text, Severity.WARNING
                )


def _field(field: Field, rules: _Rules) -> Iterator[Finding]:
    if field.is_control:
        return
    for code, value in field.subfields:
        if not value.strip():
            yield Finding(
                FindingCode.EMPTY, f"{field.tag}${code}", "the subfield is empty", severity=Severity.WARNING
            )
    for position, allowed in enumerate(rules.indicators.get(field.tag, ())):
        indicator = field.indicators[position]
        if indicator not in allowed:
            shown = " ".join(allowed.replace(" ", "#"))
            reason = f"indicator {position + 1} is {indicator.replace(' ', '#')!r}; allowed: {shown}"
            yield Finding(FindingCode.INDICATOR, field.tag, reason, indicator)
