import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import unquote

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core import exporting, importing, money
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.exporting import writer
from yanshu.core.journal import JournalLine
from yanshu.core.refusal import Invalid, NotFound
from yanshu.core.sequence import Sequence

ACTOR = Actor(label="何*", door=Door.DESK, permissions=frozenset({"test.export"}))


@exporting.declare
class Numbers(exporting.Exporter):
    kind = "test-numbers"
    title = "流水号"
    permission = "test.export"
    columns = (
        exporting.Column("name", _("Monday")),
        exporting.Column("value", "Value", "next_value"),
        exporting.Column("half", "Half", lambda row: row.next_value / 2),
    )
    formats = {"twice": exporting.Format("text/twice", lambda rows: (row.name.encode() * 2 for row in rows))}

    def rows(self, *, actor):  # noqa: ARG002
        return Sequence.objects.order_by("name")


class Everything(exporting.Exporter):
    kind = "test-everything"
    title = "Everything"
    permission = "test.export"
    columns = (
        exporting.Column("text", "Text"),
        exporting.Column("deep", "Deep", "inner__name"),
        exporting.Column("fen", "Price", shown=money.yuan),
        exporting.Column("on", "On"),
        exporting.Column("at", "At"),
        exporting.Column("yes", "Yes"),
    )


ROW = SimpleNamespace(
    text="=HYPERLINK()",
    inner=SimpleNamespace(name=lambda: "史记"),
    fen=-5850,
    on=date(2019, 11, 16),
    at=datetime(2019, 11, 16, 2, 30, tzinfo=UTC),
    yes=True,
)
EMPTY = SimpleNamespace(text="", inner=None, fen=None, on=None, at=None, yes=None)


def body(rows, file_format, exporter=Everything):
    return b"".join(exporting.pieces(exporter(), rows, file_format))


def table(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_is_marked_as_utf8_and_guards_against_formulas():
    assert body([ROW, EMPTY], "csv").startswith(b"\xef\xbb\xbf")
    with translation.override("en"):
        assert table(body([ROW, EMPTY], "csv")) == [
            ["Text", "Deep", "Price", "On", "At", "Yes"],
            ["'=HYPERLINK()", "史记", "-58.50", "2019-11-16", "2019-11-16 10:30:00", "yes"],
            ["", "", "", "", "", ""],
        ]


def test_json_keeps_values():
    assert json.loads(body([ROW, EMPTY], "json")) == [
        {
            "text": "=HYPERLINK()",
            "deep": "史记",
            "fen": -5850,
            "on": "2019-11-16",
            "at": "2019-11-16T10:30:00+08:00",
            "yes": True,
        },
        dict.fromkeys(["text", "deep", "fen", "on", "at", "yes"]) | {"text": ""},
    ]
    assert json.loads(body([], "json")) == []


def test_a_workbook_keeps_text_as_text_and_dates_as_dates():
    content = body([ROW, EMPTY], "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:3] == ["=HYPERLINK()", "史记", -58.5]
    assert [cell.isoformat() for cell in rows[1][3:5]] == ["2019-11-16T00:00:00", "2019-11-16T10:30:00"]
    assert sheet["A2"].quotePrefix
    assert sheet.freeze_panes == "A2"


def test_a_workbook_of_formulas_holds_none():
    content = body([ROW], "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_long_numbers_and_long_text_survive_in_a_workbook():
    long = SimpleNamespace(**{**vars(EMPTY), "text": "史" * 40_000, "fen": None, "yes": 3430100123456789012})
    sheet = openpyxl.load_workbook(io.BytesIO(body([long], "xlsx"))).active
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith("…")
    assert sheet["F2"].value == "3430100123456789012"


def test_a_full_sheet_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(writer, "_SHEET_ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(body([ROW] * 5, "xlsx")))
    assert [sheet.max_row for sheet in book.worksheets] == [3, 3, 2]
    assert {sheet["A1"].value for sheet in book.worksheets} == {"Text"}


@pytest.mark.parametrize("number", [499, 500, 501, 1000])
def test_pieces_join_without_loss(number):
    rows = [SimpleNamespace(**{**vars(EMPTY), "text": str(n)}) for n in range(number)]
    assert [row[0] for row in table(body(rows, "csv"))[1:]] == [str(n) for n in range(number)]
    assert [row["text"] for row in json.loads(body(rows, "json"))] == [str(n) for n in range(number)]


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=20)


@given(st.lists(TEXT, max_size=5))
def test_what_is_taken_out_as_csv_can_be_loaded_again(tmp_path_factory, texts):
    class Loader(importing.Importer):
        kind = "test-loader"
        columns = (importing.Column("text", "文", "Text"), importing.Column("deep", "深", "Deep"))

    rows = [
        SimpleNamespace(**{**vars(EMPTY), "text": text, "inner": SimpleNamespace(name="x")}) for text in texts
    ]
    path = tmp_path_factory.mktemp("round") / "round.csv"
    path.write_bytes(body(rows, "csv"))
    loader = Loader()
    read = [loader.parse(record)["text"] for record in loader.read(path)]
    assert read == [text.strip() or None for text in texts]


# --- doors ----------------------------------------------------------------------------------------------


@pytest.fixture
def numbers(db):
    Sequence.objects.bulk_create(
        Sequence(name=name, next_value=value) for name, value in [("b", 4), ("a", 3)]
    )


@pytest.mark.usefixtures("numbers")
def test_a_download_streams_under_a_proper_name(now):
    response = exporting.respond("test-numbers", "csv", actor=ACTOR, now=now)
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert unquote(response["Content-Disposition"]) == "attachment; filename*=utf-8''流水号-2019-11-16.csv"
    assert table(response.getvalue())[1:] == [["a", "3", "1.5"], ["b", "4", "2.0"]]


@pytest.mark.usefixtures("numbers")
def test_a_list_takes_out_what_it_shows_in_its_order(now):
    shown = Sequence.objects.filter(next_value__gt=3)
    response = exporting.respond("test-numbers", "json", actor=ACTOR, now=now, rows=shown)
    assert json.loads(response.getvalue()) == [{"name": "b", "value": 4, "half": 2.0}]
    response = exporting.respond(
        "test-numbers", "json", actor=ACTOR, now=now, rows=Sequence.objects.order_by("-name")
    )
    assert [row["name"] for row in json.loads(response.getvalue())] == ["b", "a"]


@pytest.mark.usefixtures("numbers")
def test_the_body_speaks_the_language_of_the_request(now):
    with translation.override("zh-hans"):
        response = exporting.respond("test-numbers", "csv", actor=ACTOR, now=now)
    with translation.override("en"):
        assert table(response.getvalue())[0][0] == "星期一"


@pytest.mark.usefixtures("numbers")
def test_a_command_writes_a_whole_file_or_none(tmp_path, now):
    path = tmp_path / "out.csv"
    assert exporting.write("test-numbers", "csv", actor=ACTOR, now=now, path=path) == 2
    assert len(table(path.read_bytes())) == 3
    with pytest.raises(AttributeError):
        exporting.write("test-numbers", "csv", actor=ACTOR, now=now, path=path, rows=[object()])
    assert len(table(path.read_bytes())) == 3
    assert [found.name for found in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.usefixtures("numbers")
def test_without_a_path_the_rows_go_to_standard_output(capfdbinary, now):
    assert exporting.write("test-numbers", "twice", actor=ACTOR, now=now) == 2
    assert capfdbinary.readouterr().out == b"aabb"


@pytest.mark.usefixtures("numbers")
def test_every_export_leaves_a_journal_line(now):
    exporting.respond("test-numbers", "csv", actor=ACTOR, now=now)
    assert list(JournalLine.objects.values_list("operation", "actor_label")) == [
        ("export.test-numbers", "何*")
    ]


@pytest.mark.django_db
def test_exports_are_refused_by_name(now):
    nobody = Actor(label="", door=Door.OPAC)
    with pytest.raises(PermissionMissing):
        exporting.respond("test-numbers", "csv", actor=nobody, now=now)
    with pytest.raises(NotFound):
        exporting.respond("nonsense", "csv", actor=ACTOR, now=now)
    with pytest.raises(Invalid) as refused:
        exporting.respond("test-numbers", "exe", actor=ACTOR, now=now)
    assert refused.value.codes == ("unknown-format",)
    assert JournalLine.objects.count() == 0
    assert exporting.exporters(nobody) == []
    assert Numbers in exporting.exporters(ACTOR)
    assert exporting.formats_of(Numbers) == ("csv", "xlsx", "json", "twice")


@pytest.mark.parametrize("members", [{"kind": "test-numbers"}, {"columns": (Numbers.columns[0],) * 2}])
def test_a_wrong_declaration_is_refused(members):
    with pytest.raises(ValueError, match="twice"):
        exporting.declare(type("Wrong", (Numbers,), {"kind": "test-wrong", **members}))


def test_decimals_are_written_plainly():
    row = SimpleNamespace(**{**vars(EMPTY), "text": Decimal("1E+3")})
    assert table(body([row], "csv"))[1][0] == "1000"
