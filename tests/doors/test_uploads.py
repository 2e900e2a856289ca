"""Every upload of every door refuses what is not what it asks for, in words, and keeps nothing of it."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import yanshu
from world import NOON, make_world
from yanshu.core import file, importing
from yanshu.core.file import TABLES
from yanshu.core.importing import ImportRun
from yanshu.core.models import StoredFile
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.terms import Role

pytestmark = pytest.mark.django_db
SOURCE = Path(yanshu.__file__).parent
#: A reason is words for a person, not what a library of ours said.
CHINESE, LATIN_RUN = re.compile("[\u4e00-\u9fff]{4}"), re.compile("[A-Za-z]+ [a-z]+ [a-z]+")
#: Where files come in through a door. A new place must be walked below.
PLACES = {"doors/desk/views/imports.py"}
SIGNS = ("request.FILES", "UploadedFile", "ninja.File", "ninja.files")
WORKBOOK = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
}
BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "{a}"><!ENTITY b "{b}"><!ENTITY c "{c}">]>{body}'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def packed(entries):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def lying():
    """Return a workbook that unpacks to 30 MB and says it holds a hundred bytes."""
    content = bytearray(packed({**WORKBOOK, "xl/worksheets/sheet1.xml": b"0" * (30 << 20)}))
    true, told = (30 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert content.count(true) == 2
    return bytes(content).replace(true, told)


def swelling(body):
    return BOMB.format(a="何" * 1000, b="&a;" * 1000, c="&b;" * 1000, body=body)


EXECUTABLES = {
    "readers.csv": b"MZ\x90\x00\x03\x00\x00\x00",
    "readers.xlsx": b"\x7fELF\x02\x01\x01\x00" + bytes(100),
    "readers.sh": b"#!/bin/sh\nrm -rf ~\n",
}
PAGES_WITH_SCRIPT = {
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "declared.svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page.csv": b"<!DOCTYPE html><script>alert(1)</script>",
}
POLYGLOTS = {
    "report.csv": b"%PDF-1.7\n" + packed(WORKBOOK),
    "photo.xlsx": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + packed(WORKBOOK),
    "setup.xlsx": b"MZ\x90\x00" + packed(WORKBOOK),
    "letter.xlsx": packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}),
    "macros.xlsx": packed({**WORKBOOK, "xl/vbaProject.bin": b"x"}),
    "text.csv": "读者证号,姓名\n".encode() + b"\x00\x01\x02",
}
BOMBS = {
    "zeros.xlsx": packed({**WORKBOOK, "xl/worksheets/sheet1.xml": b"0" * (30 << 20)}),
    "lying.xlsx": lying(),
    "many.xlsx": packed({**WORKBOOK, **{f"xl/{number}.xml": b"" for number in range(5001)}}),
    "words.xlsx": packed({**WORKBOOK, "xl/worksheets/sheet1.xml": swelling(SHEET.format("&c;"))}),
    "records.xml": swelling("<collection>&c;</collection>").encode(),
    "records.csv": swelling("<collection>&c;</collection>").encode(),
}
HOSTILE = {"empty.csv": b"", **EXECUTABLES, **PAGES_WITH_SCRIPT, **POLYGLOTS, **BOMBS}


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)


@pytest.fixture
def client():
    world = make_world()
    account = world.account("everything", home_branch=world.central)
    for role in Role.values:
        RoleGrant.objects.create(account=account, role=role, branch=None, granted_at=NOON)
    entered = Client()
    entered.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return entered


def declared_importers():
    """Return what the library takes in; other tests declare kinds of their own in the same process."""
    return [each for each in importing.importers() if each.__module__.startswith("yanshu.")]


def kinds():
    return [declared.kind for declared in declared_importers()]


def test_files_come_in_at_no_other_place():
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if any(sign in path.read_text(encoding="utf-8") for sign in SIGNS)
    }
    assert found == PLACES


def refused(client, kind, name, content, act):
    """Hand a file in; return what was wrong with the answer, or nothing."""
    upload = SimpleUploadedFile(name, content)
    answer = client.post(reverse("desk:imports-upload", args=[kind]), {"file": upload, "act": act})
    if answer.status_code != 422:
        return answer.status_code
    words = " ".join(word for said in answer.context["form"].errors.values() for word in said)
    return None if CHINESE.search(words) and not LATIN_RUN.search(words) else words


def kept(settings):
    """Return whatever is left of a file: rows, runs, bytes."""
    bytes_left = [path for path in settings.DATA.rglob("*") if path.is_file()]
    return ImportRun.objects.count(), StoredFile.objects.count(), list(file.strays()), bytes_left


NOTHING = (0, 0, [], [])


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_by_every_import_and_nothing_is_kept(client, settings, name):
    acts = {
        (kind, act): refused(client, kind, name, HOSTILE[name], act)
        for kind in kinds()
        for act in ("try", "load")
    }
    assert {at: wrong for at, wrong in acts.items() if wrong is not None} == {}
    assert kept(settings) == NOTHING


def test_what_is_too_large_is_refused_by_every_import_and_nothing_is_kept(client, settings):
    settings.IMPORT_MAX_BYTES = 100
    large = {
        declared.kind: b"A," * 51 if declared.files == TABLES else b"<?xml version='1.0'?>" + b" " * 90
        for declared in declared_importers()
    }
    assert {kind: refused(client, kind, "large", large[kind], "try") for kind in kinds()} == dict.fromkeys(
        kinds()
    )
    assert kept(settings) == NOTHING


def test_a_large_file_leaves_nothing_in_the_folder_for_passing_files(client, settings, tmp_path):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = settings.IMPORT_MAX_BYTES = 100
    assert refused(client, "patrons", "large.csv", b"A," * 500, "try") is None
    assert kept(settings) == NOTHING
    assert list(tmp_path.glob("*.upload*")) == []


@pytest.mark.parametrize("path", ["/api/v1/visits/readings", "/api/v1/patrons/find", "/desk/go/"])
def test_a_body_beyond_all_measure_is_refused(client, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post(path, {"q": "x" * 200, "number": "1" * 200}, content_type="application/json")
    if path.startswith("/desk/"):
        answer = client.post(path, {"q": "x" * 200}, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {400, 413}
    assert kept(settings) == NOTHING
