"""Files people hand in: what they are is read from their bytes, never from their name.

They lie in the data folder, outside everything a web server serves, under names of our own.
"""

import hashlib
import re
import secrets
import unicodedata
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Actor
from yanshu.core.reference import Reference, ReferenceFields
from yanshu.core.refusal import Invalid

NAME_LENGTH = 200
ARCHIVE_ENTRIES = 5_000
ARCHIVE_BYTES = 500 * 1024 * 1024
ARCHIVE_RATIO = 100
_SMALL_ARCHIVE = 20 * 1024 * 1024
_HEAD = 4096
_PIECE = 1 << 16


class FileKind(models.TextChoices):
    """What a file is, by its bytes. A CSV file is text: its bytes say no more."""

    PDF = "pdf", _("PDF")
    PNG = "png", _("PNG picture")
    JPEG = "jpeg", _("JPEG picture")
    WEBP = "webp", _("WebP picture")
    XLSX = "xlsx", _("Excel workbook")
    DOCX = "docx", _("Word document")
    TEXT = "text", _("text or CSV")
    ISO2709 = "iso2709", _("MARC records")
    XML = "xml", _("XML")
    MP3 = "mp3", _("MP3 recording")
    MP4 = "mp4", _("MP4 film")


PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.WEBP})
TABLES = frozenset({FileKind.XLSX, FileKind.TEXT})
RECORDS = frozenset({FileKind.ISO2709, FileKind.XML})
_SHOWN_IN_PAGES = PICTURES | {FileKind.PDF, FileKind.MP3, FileKind.MP4}
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.TEXT: "text/plain",
    FileKind.ISO2709: "application/marc",
    FileKind.XML: "application/xml",
    FileKind.MP3: "audio/mpeg",
    FileKind.MP4: "video/mp4",
}


class StoredFile(ReferenceFields):
    """A file that was handed in: what it is, where it lies, whose it is; ``ref_*`` say what it belongs to."""

    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    path = models.CharField(max_length=100, unique=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "file")
        app_label = "core"
        indexes = [models.Index(fields=["ref_kind", "ref_id"], name="core_storedfile_subject")]

    def __str__(self) -> str:
        return self.name

    @property
    def full_path(self) -> Path:
        """Where the file lies on this machine."""
        return _root() / self.path

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return self.full_path.open("rb")


def _root() -> Path:
    return Path(settings.DATA) / "files"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has arrived and was found sound; it lies in the folder, but no row names it yet."""

    name: str
    kind: FileKind
    size: int
    sha256: str
    place: str

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return _root() / self.place


@contextmanager
def received(
    upload: "File[Any]",
    *,
    kinds: Collection[FileKind],
    max_bytes: int,
    now: datetime,
    field: str = "file",
) -> Iterator[Arrived]:
    """Take in what was handed in, before any transaction is opened; what is not kept by then goes again.

    Writing and looking through a large file takes seconds, in which no transaction must keep others waiting.

    Args:
        kinds: what is taken; the file's bytes decide what it is.
        field: the form field a refusal names.

    Raises:
        Invalid: for an empty or too large file, another kind than asked for, a damaged or hostile archive.
    """
    place = f"{now:%Y/%m}/{secrets.token_hex(16)}"
    target = _root() / place
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        size, digest = _take_in(upload, target, max_bytes=max_bytes, field=field)
        kind = _demand_kind(target, kinds, field)
        yield Arrived(clean_name(upload.name or ""), kind, size, digest, place)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def keep(arrived: Arrived, *, actor: Actor, now: datetime, subject: Reference | None = None) -> StoredFile:
    """Write the row of a file that has arrived; call it inside an operation."""
    stored = StoredFile(
        name=arrived.name,
        kind=arrived.kind,
        size=arrived.size,
        sha256=arrived.sha256,
        path=arrived.place,
        uploaded_at=now,
        uploaded_by=actor.label[:100],
    )
    stored.reference = subject
    stored.save()
    return stored


def accept(
    upload: "File[Any]",
    *,
    kinds: Collection[FileKind],
    max_bytes: int,
    actor: Actor,
    now: datetime,
    subject: Reference | None = None,
    field: str = "file",
) -> StoredFile:
    """Keep a small file that was handed in; call it inside an operation. Large ones: ``received``, ``keep``.

    Args:
        kinds: what is taken; the file's bytes decide what it is.
        subject: what the file belongs to.
        field: the form field a refusal names.

    Raises:
        Invalid: for an empty or too large file, another kind than asked for, a damaged or hostile archive.
    """
    with received(upload, kinds=kinds, max_bytes=max_bytes, now=now, field=field) as arrived:
        return keep(arrived, actor=actor, now=now, subject=subject)


def remove(stored: StoredFile) -> None:
    """Remove a file and its row; the bytes go when the transaction is through."""
    path = stored.full_path
    stored.delete()
    transaction.on_commit(partial(path.unlink, missing_ok=True))


def strays() -> Iterator[Path]:
    """Yield files that lie in the folder though no row names them: left by a broken-off upload."""
    known = set(StoredFile.objects.values_list("path", flat=True))
    root = _root()
    for path in sorted(root.glob("[0-9]*/*/*")):
        if path.is_file() and str(path.relative_to(root)) not in known:
            yield path


def missing() -> Iterator[StoredFile]:
    """Yield rows whose file is gone or has another size."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        path = stored.full_path
        if not path.is_file() or path.stat().st_size != stored.size:
            yield stored


def respond(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """Return a stored file as a download; pictures, PDF and recordings can be shown ``inline``."""
    kind = FileKind(stored.kind)
    response = FileResponse(
        stored.open(),
        as_attachment=not (inline and kind in _SHOWN_IN_PAGES),
        filename=stored.name,
        content_type=MEDIA_TYPES[kind],
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def clean_name(name: str) -> str:
    """Return a file's name without folders, control and direction characters, at most 200 characters long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip().lstrip(".").strip()
    if len(kept) > NAME_LENGTH:
        stem, dot, ending = kept.rpartition(".")
        ending = dot + ending if dot and len(ending) <= 10 else ""  # noqa: PLR2004  no longer ending is one
        kept = (stem or kept)[: NAME_LENGTH - len(ending)] + ending
    return kept or "file"


def _take_in(upload: "File[Any]", target: Path, *, max_bytes: int, field: str) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with target.open("xb") as handle:
        target.chmod(0o600)
        for piece in upload.chunks():
            size += len(piece)
            if size > max_bytes:
                limit = filesizeformat(max_bytes)
                label = _("The file is larger than %(limit)s.") % {"limit": limit}
                raise Invalid.because(field, "file-too-large", label, limit=max_bytes)
            digest.update(piece)
            handle.write(piece)
    if not size:
        raise Invalid.because(field, "file-empty", _("The file is empty."))
    return size, digest.hexdigest()


def _demand_kind(path: Path, kinds: Collection[FileKind], field: str) -> FileKind:
    kind = kind_of(path)
    if kind is None or kind not in kinds:
        wanted = ", ".join(str(known.label) for known in FileKind if known in kinds)
        if kind is None:
            label = _("The file is of no kind known here. Taken are: %(wanted)s.") % {"wanted": wanted}
        else:
            facts = {"found": kind.label, "wanted": wanted}
            label = _("By its content this is: %(found)s. Taken are: %(wanted)s.") % facts
        raise Invalid.because(field, "file-kind", label, found=str(kind or ""))
    if kind in {FileKind.XLSX, FileKind.DOCX}:
        check_archive(path, field=field)
    if kind == FileKind.XML and _defines_its_own(path):
        words = _("The file defines parts of its own (<!DOCTYPE>), which are not read. Save it without them.")
        raise Invalid.because(field, "xml-entities", words)
    return kind


# --- what a file is -------------------------------------------------------------------------------------

_MAGIC = (
    (re.compile(rb"%PDF-\d"), FileKind.PDF),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), FileKind.PNG),
    (re.compile(rb"\xff\xd8\xff"), FileKind.JPEG),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), FileKind.WEBP),
    (re.compile(rb"....ftyp[a-zA-Z0-9 ]{4}", re.DOTALL), FileKind.MP4),
    (re.compile(rb"ID3[\x02-\x04]"), FileKind.MP3),
    # A frame of MPEG layer III: sync, version not reserved, layer, bit rate and sampling rate that exist.
    (re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]", re.DOTALL), FileKind.MP3),
    # Label of ISO 2709: length, five characters of its own, two counts of 2, base address, entry map.
    (re.compile(rb"\d{5}.{5}[\d ]{2}\d{5}.{3}4[\d ]", re.DOTALL), FileKind.ISO2709),
)
# A field of ISO 2709 ends, and within the record a subfield begins.
_SEPARATED = re.compile(rb"\x1e[^\x1d]*\x1f")
_XML = re.compile(rb"\s*<(\?xml\s|[A-Za-z_][\w.:-]*[\s/>])")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of(path: Path) -> FileKind | None:
    """Return what a file is by its bytes, or ``None`` for what is not known here."""
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    for shape, kind in _MAGIC:
        if shape.match(head):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(path)
    plain = head.removeprefix(BOM_UTF8)
    if _HTML.match(plain):
        return None
    if _XML.match(plain):
        return FileKind.XML
    if _is_text(path, head):
        return FileKind.TEXT
    # Before the first label there may be bytes of no record: a broken-off download, a line of some terminal.
    return FileKind.ISO2709 if _SEPARATED.search(head) else None


def _defines_its_own(path: Path) -> bool:
    """Say whether an XML file begins with definitions: a few lines of them can stand for gigabytes.

    No reader here follows them, however far down they stand; whoever hands one in is told at once.
    """
    with path.open("rb") as handle:
        return b"<!DOCTYPE" in handle.read(_HEAD)


def _office_kind(path: Path) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return None
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    return FileKind.DOCX if "word/document.xml" in names else None


def _is_text(path: Path, head: bytes) -> bool:
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _decodes(path, "utf-16")
    return _decodes(path, "utf-8") or _decodes(path, "gb18030")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    with path.open("rb") as handle:
        try:
            while piece := handle.read(_PIECE):
                if _NO_TEXT.search(decoder.decode(piece)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def check_archive(path: Path, *, field: str = "file") -> None:
    """Refuse an Office file that unpacks to far more than it is, is encrypted, or carries macros.

    Raises:
        Invalid: naming what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise Invalid.because(
            field, "archive-damaged", _("The file is damaged and cannot be read.")
        ) from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    swells = unpacked > _SMALL_ARCHIVE and unpacked > ARCHIVE_RATIO * packed
    if len(entries) > ARCHIVE_ENTRIES or unpacked > ARCHIVE_BYTES or swells:
        raise Invalid.because(field, "archive-bomb", _("The file unpacks to far more than it should hold."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid.because(field, "archive-encrypted", _("The file is protected by a password."))
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise Invalid.because(field, "archive-macros", _("The file carries macros; save it without them."))
