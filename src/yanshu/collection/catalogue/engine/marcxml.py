"""MARCXML read as a stream and written.

Any namespace will do: MARC21 slim, UNIMARC, the National Library's own, marcxchange; a record is an element
``record`` that has a leader or fields as children, wherever SRU or OAI-PMH wrap it. Entities are not
expanded, nothing is fetched, each record is dropped from memory behind the reader. A file that is broken
inside is read on as far as the parser can recover, and the record where it broke says so.

Source: MARCXML schema (Library of Congress, slim); ISO 25577 marcxchange.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from yanshu.collection.catalogue.engine import repair
from yanshu.collection.catalogue.engine.damage import Damage, DamageCode, Reading
from yanshu.collection.catalogue.engine.readable import UTF16_MARKS, Readable, Rejoined, Utf8
from yanshu.collection.catalogue.engine.record import DELIMITER, MarcRecord

NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"

_RECORD_TAG: Final = re.compile(rb"<(?:[\w.\-]+:)?record(?=[\s/>])")
_LONGEST_TAG: Final = 128
_BLOCK: Final = 1 << 16
_TAG_LENGTH: Final = 3
_PATIENCE: Final = 2
"""How many pieces a parser may still ask for after a complaint before it is closed."""
_REPLACED: Final = "\ufffd"
_SEPARATORS: Final = re.compile("[\x1d\x1e\x1f]")
_MARC_CHILDREN: Final = frozenset({"leader", "controlfield", "datafield"})
_UTF8: Final = "utf-8"


class NotXmlTextError(ValueError):
    """A value holds a control character that no XML can carry."""


class _Pieces:
    """A stream cut before each element ``record``, remembering where they begin.

    The parser tells neither the byte a record begins at nor the record a complaint belongs to. Fed one
    record at a time, its complaints are those of that record. After a complaint it drops ``&amp;`` and its
    kin without a word, so a new parser goes on behind the record, with the same beginning of the file.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._waiting = b""
        self._passed = 0
        self._ended = False
        self._head: bytes | None = None
        self._repeat_head = False
        self._given: deque[tuple[int, bytes]] = deque()
        self._given_since_complaint = 0
        self.starts: deque[int] = deque()
        self.complained: Callable[[], int] = lambda: 0
        self.complaints_at_close: int | None = None

    def read(self, _size: int = -1, /) -> bytes:
        """Return the bytes up to the next element ``record``, or a block of a long one."""
        if self._repeat_head:
            self._repeat_head = False
            return self._head or b" "
        cut = self._fill()
        if self._must_close():
            return b""
        if cut is None:  # what may be the beginning of a tag stays for the next block
            cut = len(self._waiting) if self._ended else max(len(self._waiting) - _LONGEST_TAG, 1)
        piece, self._waiting = self._waiting[:cut], self._waiting[cut:]
        self._note(piece)
        return piece

    def _must_close(self) -> bool:
        """Whether the parser has complained and still not come to the end of the record."""
        if not (count := self.complained()):
            return False
        self._given_since_complaint += 1
        if self._given_since_complaint <= _PATIENCE:
            return False
        self.complaints_at_close = count
        return True

    def _note(self, piece: bytes) -> None:
        if _RECORD_TAG.match(piece):
            self.starts.append(self._passed)
            self._head = self._head or b""
            self._given.append((self._passed, piece))
        elif self._head is None:
            self._head = piece
        else:
            self._given.append((self._passed, piece))
        self._passed += len(piece)

    def _fill(self) -> int | None:
        """Return how far the next piece reaches, once enough is there to know."""
        cut = self._next_cut()
        while cut is None and not self._ended and len(self._waiting) < _BLOCK:
            block = self._stream.read(_BLOCK)
            self._ended = not block
            self._waiting += block
            cut = self._next_cut()
        return cut

    def _next_cut(self) -> int | None:
        found = _RECORD_TAG.search(self._waiting, 1)
        return found.start() if found else None

    def first_given(self) -> int:
        """Return where the oldest piece begins that was not read well: what is given up to go on."""
        return self._given[0][0] if self._given else self._passed

    def forget(self, place: int) -> None:
        """Drop what was given before ``place``: it was read well."""
        while self._given and self._given[0][0] < place:
            self._given.popleft()

    def resume(self, place: int) -> bool:
        """Go on with a new parser behind the record at ``place``; false when no further one comes."""
        again = [given for given in self._given if given[0] > place]
        rest = b"".join(piece for _, piece in again) + self._waiting
        end = self._passed + len(self._waiting)
        found = _RECORD_TAG.search(rest)
        while found is None and not self._ended:
            block = self._stream.read(_BLOCK)
            self._ended = not block
            end += len(block)
            rest = rest[-_LONGEST_TAG:] + block
            found = _RECORD_TAG.search(rest)
        self._waiting = rest[found.start() :] if found else b""
        self._passed = end - len(self._waiting)
        self._given.clear()
        self.starts.clear()
        self._given_since_complaint = 0
        self.complaints_at_close = None
        self._repeat_head = True
        return found is not None

    def next(self) -> int:
        """Return where the next element ``record`` begins."""
        return self.starts.popleft() if self.starts else self._passed


def read(stream: Readable) -> Iterator[Reading]:
    """Read every MARC record of an XML file, one at a time.

    ``raw`` is the record as the parser understood it, in UTF-8. Never raises on bad data: what cannot be
    read on ends with a reading without a record.

    Units: ``offset`` is where the element begins, in bytes (of the UTF-8 text where the file is UTF-16).
    """
    beginning = stream.read(_BLOCK)
    whole: Readable = Rejoined(beginning, stream)
    in_utf16 = beginning.startswith(UTF16_MARKS)
    pieces = _Pieces(Utf8(whole) if in_utf16 else whole)
    number = 0
    going_on = True
    while going_on:
        going_on = False
        for element, place, damages in _elements(pieces, encoding=_UTF8 if in_utf16 else None):
            number += 1
            if element is None:
                yield Reading(None, b"", place, number, _UTF8, tuple(damages))
            else:
                yield _reading(element, place, number, list(damages))
            if damages:
                going_on = pieces.resume(place)
                break


def _elements(
    pieces: _Pieces, *, encoding: str | None
) -> Iterator[tuple[etree._Element | None, int, list[Damage]]]:
    """Return the MARC records one parser finds up to its first complaint; None for a place without a record.

    Args:
        encoding: overrides what the file declares.
    """
    events = etree.iterparse(
        pieces,
        events=("start", "end"),
        tag="{*}record",
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
    )
    pieces.complained = lambda: len(events.error_log)
    open_places: list[int] = []
    place = -1
    told = 0
    try:
        for event, element in events:
            if event == "start":
                place = pieces.next()
                open_places.append(place)
                continue
            place = open_places.pop() if open_places else place
            if _is_marc(element):
                damages = _complaints(events, told, pieces.complaints_at_close, place)
                told += len(damages)
                yield element, place, damages
            pieces.forget(place)
            _forget(element)
        damages = _complaints(events, told, pieces.complaints_at_close, max(place, 0))
    except etree.XMLSyntaxError as broken:
        damages = [Damage(DamageCode.XML, max(place, 0), f"the XML cannot be read on: {broken.msg}")]
    if damages:
        yield None, pieces.first_given() if place < 0 else place, damages


def _is_marc(element: etree._Element) -> bool:
    return any(_local(child) in _MARC_CHILDREN for child in element)


def _local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Drop an element that was read, and what stands before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _complaints(events: etree.iterparse, told: int, until: int | None, place: int) -> list[Damage]:
    """Return what the parser had to say after ``told`` complaints, and before it was closed."""
    log = list(events.error_log)[told:until]
    return [
        Damage(
            DamageCode.TRUNCATED if entry.type == etree.ErrorTypes.ERR_TAG_NOT_FINISHED else DamageCode.XML,
            place,
            f"line {entry.line}: {entry.message}",
        )
        for entry in log
    ]


def _reading(element: etree._Element, place: int, number: int, damages: list[Damage]) -> Reading:
    raw = etree.tostring(element, encoding=_UTF8, with_tail=False)
    leader = ""
    tags: list[str] = []
    texts: list[str] = []
    for child in element:
        kind = _local(child)
        if kind == "leader":
            leader = child.text or ""
        elif kind in _MARC_CHILDREN:
            tags.append(_tag(child.get("tag", ""), place, damages))
            texts.append(_value(child) if kind == "controlfield" else _data(child, tags[-1], place, damages))
    if not tags:
        damages.append(Damage(DamageCode.UNREADABLE, place, "the record has no fields"))
        return Reading(None, raw, place, number, _UTF8, tuple(damages))
    texts = repair.texts(tags, texts, [0] * len(tags), place, damages)
    for tag, text in zip(tags, texts, strict=True):
        if _REPLACED in text:
            reason = (
                f"field {tag}: {text.count(_REPLACED)} characters were lost before or while the XML was read"
            )
            damages.append(Damage(DamageCode.CHARACTERS, place, reason, tag))
    record = MarcRecord.of_texts(repair.leader(leader, place, damages), tags, texts)
    return Reading(record, raw, place, number, _UTF8, tuple(damages))


def _tag(tag: str, place: int, damages: list[Damage]) -> str:
    if len(tag) == _TAG_LENGTH and tag.isascii() and tag.isalnum():
        return tag
    repaired = "".join(char for char in tag if char.isascii() and char.isalnum()).rjust(_TAG_LENGTH, "0")[
        :_TAG_LENGTH
    ]
    damages.append(Damage(DamageCode.TAG, place, f"{tag!r} is no tag; read as {repaired}", repaired))
    return repaired


def _data(element: etree._Element, tag: str, place: int, damages: list[Damage]) -> str:
    parts = [(element.get("ind1") or " ") + (element.get("ind2") or " ")]
    for child in element:
        if _local(child) != "subfield":
            continue
        code = child.get("code") or ""
        if len(code) != 1:
            reason = f"field {tag}: {code!r} is no subfield code"
            damages.append(Damage(DamageCode.SUBFIELD_CODE, place, reason, tag))
            code = code[:1] or "?"
        parts.append(code + _value(child))
    return DELIMITER.join(parts)


def _value(element: etree._Element) -> str:
    """Return the text of an element; an entity of the file's own stands as its name, unexpanded."""
    text = "".join(map(str, element.itertext())) if len(element) else element.text or ""
    return _SEPARATORS.sub(" ", text)


def to_marcxml(record: MarcRecord) -> bytes:
    """Return the record as an element ``record`` of MARCXML, in UTF-8, without an XML declaration.

    Raises:
        NotXmlTextError: a value holds a control character.
    """
    root = etree.Element(f"{{{NAMESPACE}}}record", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml takes None
    try:
        etree.SubElement(root, f"{{{NAMESPACE}}}leader").text = record.leader
        for field in record.fields:
            if field.is_control:
                etree.SubElement(root, f"{{{NAMESPACE}}}controlfield", tag=field.tag).text = field.data
                continue
            indicators = {"ind1": field.indicators[:1], "ind2": field.indicators[1:]}
            data = etree.SubElement(root, f"{{{NAMESPACE}}}datafield", {"tag": field.tag, **indicators})
            for code, value in field.subfields:
                etree.SubElement(data, f"{{{NAMESPACE}}}subfield", code=code).text = value
    except ValueError as refused:
        raise NotXmlTextError(str(refused)) from refused
    return etree.tostring(root, encoding=_UTF8)
