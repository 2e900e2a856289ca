import io
import zipfile

import pytest
from django.core.files.base import ContentFile, File
from django.db import transaction

from yanshu.core import file
from yanshu.core.actor import Actor, Door
from yanshu.core.file import FileKind, StoredFile
from yanshu.core.reference import Reference
from yanshu.core.refusal import Invalid

ACTOR = Actor(label="何*", door=Door.DESK)
LEADER = b"00714cam0 2200205   450 "


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


def archive(entries, *, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return target.getvalue()


WORKBOOK = archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
DOCUMENT = archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})

CONTENTS = [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", FileKind.PDF),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", FileKind.PNG),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", FileKind.JPEG),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", FileKind.WEBP),
    (b"ID3\x03\x00\x00\x00\x00\x00\x00", FileKind.MP3),
    (b"\xff\xfb\x90\x64\x00\x00", FileKind.MP3),
    (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", FileKind.MP4),
    (WORKBOOK, FileKind.XLSX),
    (DOCUMENT, FileKind.DOCX),
    (LEADER + b"001000800000\x1e12345678\x1e\x1d", FileKind.ISO2709),
    (b'<?xml version="1.0"?><collection/>', FileKind.XML),
    ('\ufeff<collection xmlns="x"/>'.encode(), FileKind.XML),
    ("条码,题名\nA1,史记\n".encode(), FileKind.TEXT),
    ("条码,题名\nA1,史记\n".encode("gbk"), FileKind.TEXT),
    ("条码\t题名\n".encode("utf-16"), FileKind.TEXT),
    (b"plain", FileKind.TEXT),
    (b"<html><script>alert(1)</script>", None),
    (b"<!DOCTYPE html><p>", None),
    (b"MZ\x90\x00\x03\x00\x00\x00", None),
    (b"\x7fELF\x02\x01\x01\x00", None),
    (b"GIF89a\x01\x00\x01\x00\x00", None),
    (b"PK\x03\x04broken", None),
    (archive({"evil.exe": b"MZ"}), None),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
]


@pytest.mark.parametrize(("content", "kind"), CONTENTS, ids=lambda value: str(value)[:24])
def test_the_bytes_say_what_a_file_is(tmp_path, content, kind):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    assert file.kind_of(path) == kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("年报.pdf", "年报.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\books\\list.csv", "list.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("...", "file"),
        ("书" * 300 + ".csv", "书" * 196 + ".csv"),
        ("书" * 300, "书" * 200),
    ],
)
def test_names_are_cleaned(name, clean):
    assert file.clean_name(name) == clean


def accept(content, now, *, name="x.bin", kinds=tuple(FileKind), max_bytes=1 << 20, **options):
    upload = File(io.BytesIO(content), name=name)
    return file.accept(upload, kinds=kinds, max_bytes=max_bytes, actor=ACTOR, now=now, **options)


def on_disk(settings):
    return sorted(path for path in settings.DATA.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_a_file_is_kept_outside_the_web_under_a_name_of_our_own(settings, now):
    stored = accept(
        b"%PDF-1.4 report", now, name="../年报.exe", subject=Reference("places.branch", 3, "总馆")
    )
    assert (stored.name, stored.kind, stored.size, stored.uploaded_by) == ("年报.exe", "pdf", 15, "何*")
    assert stored.reference == Reference("places.branch", 3, "总馆")
    assert stored.full_path.is_relative_to(settings.DATA / "files" / "2019" / "11")
    assert stored.full_path.suffix == ""
    assert stored.full_path.stat().st_mode & 0o777 == 0o600
    with stored.open() as handle:
        assert handle.read() == b"%PDF-1.4 report"


@pytest.mark.django_db
def test_the_same_file_twice_is_two_files(now):
    one, other = accept(b"same", now), accept(b"same", now)
    assert one.sha256 == other.sha256
    assert one.path != other.path


BOMB = archive({"xl/workbook.xml": b"<w/>", "xl/sheet1.xml": b"0" * (30 << 20)})
MANY = archive({"xl/workbook.xml": b"<w/>", **{f"xl/{n}.xml": b"" for n in range(5001)}})
MACROS = archive({"xl/workbook.xml": b"<w/>", "xl/vbaProject.bin": b"x"})


def encrypted():
    content = bytearray(archive({"xl/workbook.xml": b"<w/>"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (b"", {}, "file-empty"),
        (b"x" * 101, {"max_bytes": 100}, "file-too-large"),
        (b"%PDF-1.4", {"kinds": file.PICTURES}, "file-kind"),
        (b"\x89PNG\r\n\x1a\n", {"kinds": file.TABLES}, "file-kind"),
        (b"MZ\x90\x00\x03\x00", {}, "file-kind"),
        (BOMB, {}, "archive-bomb"),
        (MANY, {}, "archive-bomb"),
        (MACROS, {}, "archive-macros"),
        (b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa">]><c>&a;</c>', {}, "xml-entities"),
        (encrypted(), {}, "archive-encrypted"),
    ],
    ids=[
        "empty",
        "large",
        "not-a-picture",
        "not-a-table",
        "program",
        "bomb",
        "entries",
        "macros",
        "entities",
        "encrypted",
    ],
)
def test_refusals_name_their_field_and_leave_nothing(settings, now, content, options, code):
    with pytest.raises(Invalid) as refused:
        accept(content, now, field="proof", **options)
    assert refused.value.codes == (code,)
    assert refused.value.reasons[0].field == "proof"
    assert StoredFile.objects.count() == 0
    assert on_disk(settings) == []


@pytest.mark.django_db
def test_a_refused_kind_says_what_it_is_and_what_is_taken(now):
    with pytest.raises(Invalid) as refused:
        accept(b"%PDF-1.4", now, name="list.xlsx", kinds=file.TABLES)
    assert refused.value.reasons[0].facts == {"found": "pdf"}
    assert "PDF" in str(refused.value.reasons[0].label)


@pytest.mark.django_db(transaction=True)
def test_removing_takes_the_bytes_when_the_transaction_is_through(settings, now):
    stored = accept(b"text", now)
    with transaction.atomic():
        file.remove(stored)
        transaction.set_rollback(True)
    assert on_disk(settings) == [stored.full_path]
    file.remove(StoredFile.objects.get())
    assert on_disk(settings) == []
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db
def test_strays_and_missing_files_are_found(now):
    gone, changed, kept = (accept(b"text", now) for _ in range(3))
    gone.full_path.unlink()
    changed.full_path.write_bytes(b"longer than before")
    stray = kept.full_path.with_name("stray")
    stray.write_bytes(b"x")
    assert list(file.strays()) == [stray]
    assert list(file.missing()) == [gone, changed]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "inline", "disposition"),
    [
        (b"%PDF-1.4", True, "inline"),
        (b"%PDF-1.4", False, "attachment"),
        (b'<?xml version="1.0"?><svg/>', True, "attachment"),
        (b"plain", True, "attachment"),
    ],
)
def test_only_what_cannot_act_is_shown_inside_a_page(now, content, inline, disposition):
    response = file.respond(accept(content, now, name="年报.x"), inline=inline)
    assert response["Content-Disposition"].startswith(f"{disposition}; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


@pytest.mark.django_db
def test_an_upload_in_pieces_is_taken_whole(now):
    upload = ContentFile(b"a" * 200_000, name="a.txt")
    upload.DEFAULT_CHUNK_SIZE = 1000
    stored = file.accept(upload, kinds=[FileKind.TEXT], max_bytes=1 << 20, actor=ACTOR, now=now)
    assert stored.full_path.stat().st_size == stored.size == 200_000
