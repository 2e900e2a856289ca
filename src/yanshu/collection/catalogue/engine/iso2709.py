"""ISO 2709 read by the byte and written in UTF-8.

Reading never raises on bad data. A record is what stands before a record terminator; length, base address
and directory are checked against that, not believed, and where they disagree the place is reported.

Source: ISO 2709:2008; GB/T 2901-2012; MARC 21 Specifications, Record Structure.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import accumulate, chain
from typing import Final

from yanshu.collection.catalogue.engine import charset as charsets
from yanshu.collection.catalogue.engine import repair
from yanshu.collection.catalogue.engine.assembly import (
    DIRECTORY_ENTRY,
    FIELD_TERMINATOR,
    LEADER_BYTES,
    RECORD_TERMINATOR,
    Assembly,
    assemble,
    directory_of,
)
from yanshu.collection.catalogue.engine.charset import Charset
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode, Reading
from yanshu.collection.catalogue.engine.readable import Readable
from yanshu.collection.catalogue.engine.record import CONTROL_PREFIX, DELIMITER, Field, MarcRecord

LONGEST_RECORD: Final = 99_999
LONGEST_FIELD: Final = 9_999
_TAG_LENGTH: Final = 3
_LENGTH_DIGITS: Final = 5

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 17
_LONGEST_PENDING: Final = 4 << 20
_PADDING: Final = b" \r\n\t\x00\x1a"
_BOM: Final = b"\xef\xbb\xbf"
# Length, status, type, level, two free positions, the two counts, base address.
_LEADER: Final = re.compile(rb"[0-9]{5}[A-Za-z][A-Za-z][A-Za-z ][0-9A-Za-z #^|\-]{2}[0-9 ]{2}[0-9]{5}")
_SEPARATORS: Final = re.compile("[\x1d\x1e]")
_REPLACED: Final = "\ufffd"


class RecordTooLongError(ValueError):
    """ISO 2709 counts a record in five digits: this one is longer than 99,999 bytes."""


class FieldTooLongError(ValueError):
    """ISO 2709 counts a field in four digits: this one is longer than 9,999 bytes."""


class UnwritableRecordError(ValueError):
    """The record holds what ISO 2709 cannot carry: a separator inside a value, a tag that is none."""


def read(stream: Readable, *, charset: str | None = None) -> Iterator[Reading]:
    """Read every record of a file, one at a time.

    Args:
        charset: the name of the character set where it is known; otherwise it is judged record by record,
            with the beginning of the file as a hint.

    Raises:
        UnknownCharsetError: nobody knows ``charset``.
    """
    fixed = charsets.named(charset) if charset is not None else None
    blocks = iter(lambda: stream.read(_BLOCK), b"")
    beginning = next(blocks, b"")
    sample = beginning[:_SAMPLE]
    hint = charsets.detect(sample[: sample.rfind(FIELD_TERMINATOR) + 1])
    number = 0
    for offset, chunk in _chunks(chain([beginning], blocks)):
        for start, raw, damages in _records_in(chunk, offset):
            number += 1
            encoding = fixed or charsets.detect(raw, hint=hint, says_utf8=raw[9:10] == b"a").value
            record = _record(raw, start, encoding, damages)
            yield Reading(record, raw, start, number, encoding, tuple(damages))


def _chunks(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Cut a file behind each record terminator; what stands without one at the end comes too."""
    offset = 0
    pending = b""
    for block in blocks:
        pieces = (pending + block).split(RECORD_TERMINATOR)
        pending = pieces.pop()
        for piece in pieces:
            yield offset, piece + RECORD_TERMINATOR
            offset += len(piece) + 1
        if len(pending) > _LONGEST_PENDING:  # no terminator for many records: never more than this in memory
            yield offset, pending
            offset += len(pending)
            pending = b""
    yield offset, pending


def _records_in(chunk: bytes, offset: int) -> Iterator[tuple[int, bytes, list[Damage]]]:
    """Return the records of one chunk: one, or several whose record terminators are missing."""
    if chunk[:5].isdigit() and int(chunk[:5]) == len(chunk):
        yield offset, chunk, []
        return
    bare = chunk.removeprefix(_BOM).lstrip(_PADDING)
    offset += len(chunk) - len(bare)
    if not bare.rstrip(RECORD_TERMINATOR):
        return
    junk = _junk_before(bare)
    damages = [Damage(DamageCode.JUNK, offset, f"{junk} bytes that belong to no record")] if junk else []
    starts = [junk, *_later_starts(bare, junk)]
    for start, end in zip(starts, [*starts[1:], len(bare)], strict=True):
        raw = bare[start:end]
        if end < len(bare):
            raw = raw.rstrip(_PADDING)
            place = offset + start + len(raw)
            damages.append(Damage(DamageCode.RECORD_TERMINATOR, place, "the record has no terminator"))
        elif not raw.endswith(RECORD_TERMINATOR):
            place = offset + start + len(raw)
            damages.append(Damage(DamageCode.TRUNCATED, place, "the file ends inside the record"))
        yield offset + start, raw, damages
        damages = []


def _junk_before(data: bytes) -> int:
    """Return how many bytes stand before the first leader; 0 when no leader can be made out."""
    first_field_end = data.find(FIELD_TERMINATOR)
    found = _LEADER.search(data, 0, first_field_end if first_field_end > 0 else len(data))
    return found.start() if found else 0


def _later_starts(data: bytes, start: int) -> list[int]:
    """Return where further leaders stand: behind a field terminator, or of a record that fits to the end.

    The latter stands anywhere behind what was cut off: its leader says exactly the length that is there.
    """
    found = {
        leader.start()
        for leader in _LEADER.finditer(data, start + LEADER_BYTES)
        if int(leader.group()[:_LENGTH_DIGITS]) == len(data) - leader.start()
    }
    position = data.find(FIELD_TERMINATOR, start + LEADER_BYTES)
    while position >= 0:
        begin = position + 1
        while begin < len(data) and data[begin] in b"\r\n":
            begin += 1
        if _LEADER.match(data, begin):
            found.add(begin)
        position = data.find(FIELD_TERMINATOR, position + 1)
    return sorted(found)


def _record(raw: bytes, offset: int, encoding: str, damages: list[Damage]) -> MarcRecord | None:
    assembly = assemble(raw, offset, damages)
    if assembly is None:
        return None
    _check_charset(raw, offset, encoding, damages)
    texts = _texts(assembly, encoding, damages)
    texts = repair.texts(assembly.tags, texts, assembly.places, assembly.origin, damages)
    leader = repair.leader(raw[:LEADER_BYTES].decode("ascii", "replace"), offset, damages)
    return MarcRecord.of_texts(leader, assembly.tags, texts)


def _check_charset(raw: bytes, offset: int, encoding: str, damages: list[Damage]) -> None:
    if encoding == Charset.UNKNOWN:
        reason = "the character set is neither UTF-8 nor GB18030 nor MARC-8"
        damages.append(Damage(DamageCode.CHARSET, offset, reason))
    elif raw[9:10] == b"a" and encoding not in {Charset.UTF8, Charset.ASCII}:
        damages.append(
            Damage(DamageCode.CHARSET, offset + 9, f"the leader says UTF-8, the bytes are {encoding}")
        )


def _texts(assembly: Assembly, encoding: str, damages: list[Damage]) -> list[str]:
    """Return the text of each field: all at once where that is sound, else subfield by subfield."""
    if encoding not in {Charset.MARC8, Charset.UNKNOWN}:
        try:
            whole = FIELD_TERMINATOR.join(assembly.parts).decode(encoding)
        except UnicodeDecodeError:
            pass  # told field by field below
        else:
            texts = whole.split("\x1e")
            if _REPLACED in whole:
                _report_lost_before(assembly, texts, damages)
            if len(texts) == len(assembly.parts):
                return texts
    return [_text(assembly, i, encoding, damages) for i in range(len(assembly.parts))]


def _text(assembly: Assembly, index: int, encoding: str, damages: list[Damage]) -> str:
    decoded: list[str] = []
    faults: list[int] = []
    position = 0
    for piece in assembly.parts[index].split(b"\x1f"):
        text, wrong = charsets.decode(piece, encoding)
        decoded.append(text)
        faults.extend(position + place for place in wrong)
        position += len(piece) + 1
    if faults:
        tag = assembly.tags[index]
        reason = f"field {tag}: {len(faults)} characters could not be read as {encoding} and were replaced"
        place = assembly.origin + assembly.places[index] + faults[0]
        damages.append(Damage(DamageCode.CHARACTERS, place, reason, tag))
    return DELIMITER.join(decoded)


def _report_lost_before(assembly: Assembly, texts: list[str], damages: list[Damage]) -> None:
    for tag, text, place in zip(assembly.tags, texts, assembly.places, strict=False):
        if _REPLACED in text:
            reason = (
                f"field {tag}: {text.count(_REPLACED)} characters had been lost before this file was written"
            )
            damages.append(Damage(DamageCode.CHARACTERS, assembly.origin + place, reason, tag))


def kept(raw: bytes) -> MarcRecord | None:
    """Read one record as :func:`write` left it; None where there is none.

    What :func:`write` made needs none of the judgements of a file found in the wild, and an index reads every
    record of the library this way. Bytes in which anything disagrees are read like a file.
    """
    try:
        return _as_written(raw)
    except ValueError:
        return next((reading.record for reading in read(BytesIO(raw))), None)


def _as_written(raw: bytes) -> MarcRecord:
    base = int(raw[12:17])
    if int(raw[:5]) != len(raw) or raw[9:10] != b"a" or raw[-2:] != b"\x1e\x1d":
        raise ValueError("not as it was written")
    head = raw[: base - 1].decode("ascii")
    texts = raw[base:-2].decode("utf-8").split("\x1e")
    tags = [head[i : i + 3] for i in range(LEADER_BYTES, base - 1, DIRECTORY_ENTRY)]
    if len(tags) != len(texts):
        raise ValueError("not as it was written")
    return MarcRecord.of_texts(head[:LEADER_BYTES], tags, texts)


def write(record: MarcRecord) -> bytes:
    """Return the record as ISO 2709 in UTF-8, lengths in bytes, leader/09 ``a``.

    Raises:
        FieldTooLongError: a field is longer than 9,999 bytes.
        RecordTooLongError: the record is longer than 99,999 bytes.
        UnwritableRecordError: a separator stands inside a value, a tag is not three ASCII characters, or a
            data field has no subfield.
    """
    bodies = _bodies(record)
    lengths = [len(body) + 1 for body in bodies]
    places = list(accumulate(lengths, initial=0))
    base = LEADER_BYTES + DIRECTORY_ENTRY * len(bodies) + 1
    length = base + places.pop() + 1
    if length > LONGEST_RECORD:
        raise RecordTooLongError(f"{length} bytes; ISO 2709 holds {LONGEST_RECORD}")
    leader = record.leader.ljust(LEADER_BYTES)
    closing = "4500" if leader[23] == "0" else "450 "
    head = f"{length:05d}{leader[5:9]}a22{base:05d}{leader[17:20]}{closing}"
    try:
        start = (head + directory_of(record.tags, lengths, places)).encode("ascii")
    except UnicodeEncodeError as failed:
        raise UnwritableRecordError("leader and tags are ASCII") from failed
    return FIELD_TERMINATOR.join([start, *bodies, RECORD_TERMINATOR])


def _bodies(record: MarcRecord) -> list[bytes]:
    """Return the fields in bytes, all at once where they are sound, else one by one to say which is not."""
    tags, texts = record.tags, record.texts
    whole = "\x1e".join(texts)
    data_heads = {text[2:3] for tag, text in zip(tags, texts, strict=True) if tag[:2] != CONTROL_PREFIX}
    controls = "".join([text for tag, text in zip(tags, texts, strict=True) if tag[:2] == CONTROL_PREFIX])
    sound = (
        set(map(len, tags)) <= {_TAG_LENGTH}
        and data_heads <= {DELIMITER}
        and DELIMITER not in controls
        and "\x1d" not in whole
    )
    if sound:
        try:
            bodies = whole.encode("utf-8").split(FIELD_TERMINATOR)
        except UnicodeEncodeError:
            pass  # told field by field below
        else:
            if len(bodies) == len(texts) and len(max(bodies, key=len)) < LONGEST_FIELD:
                return bodies
    return [_body(field) for field in record.fields]


def _body(field: Field) -> bytes:
    if len(field.tag) != _TAG_LENGTH:
        raise UnwritableRecordError(f"{field.tag!r} is no tag")
    fits = DELIMITER not in field.text if field.is_control else field.text[2:3] == DELIMITER
    if not fits:
        raise UnwritableRecordError(
            f"field {field.tag}: subfields where there are none, or none where there should be"
        )
    if _SEPARATORS.search(field.text):
        raise UnwritableRecordError(f"field {field.tag}: a separator stands inside a value")
    try:
        body = field.text.encode("utf-8")
    except UnicodeEncodeError as failed:
        raise UnwritableRecordError(f"field {field.tag}: half a character") from failed
    if len(body) >= LONGEST_FIELD:
        raise FieldTooLongError(f"field {field.tag}: {len(body) + 1} bytes; ISO 2709 holds {LONGEST_FIELD}")
    return body
