import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core import importing
from yanshu.core.exporting import guarded
from yanshu.core.importing import table

CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


class Shelf(importing.Importer):
    kind = "test-shelf"
    title = "Shelf"
    permission = "test"
    columns = (
        importing.Column("barcode", "条码", "Barcode", aliases=("册条码号",), required=True),
        importing.Column("title", "题名", "Title"),
        importing.Column("price_fen", "价格", "Price", aliases=("单价(元)",), parser=importing.fen()),
    )


def write(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, importer=None):
    return list((importer or Shelf()).read(path))


def cells(items):
    return [(item.number, item.offset, dict(item.payload)) for item in items]


def test_rows_are_numbered_under_the_heading_and_placed_in_bytes(tmp_path):
    path = write(tmp_path, '条码,题名\r\nA1,史记\r\n\r\nA2,"两\n行"\r\nA3,末\r\n')
    assert cells(read(path)) == [
        (1, 15, {"barcode": "A1", "title": "史记"}),
        (3, 28, {"barcode": "A2", "title": "两\n行"}),
        (4, 42, {"barcode": "A3", "title": "末"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_usual_encoding_and_separator(tmp_path, encoding, delimiter):
    text = f"条码{delimiter}题名\nA1{delimiter}衡阳，雁城\nA2{delimiter}史记\n"
    items = read(write(tmp_path, text.encode(encoding)))
    assert [item.payload for item in items] == [
        {"barcode": "A1", "title": "衡阳，雁城"},
        {"barcode": "A2", "title": "史记"},
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "条码,题名",
        " 条码* ,题 名",
        "Barcode,TITLE",
        "barcode,title",
        "册条码号（必填）,题名：",
        "\ufeff条码,题名",
    ],
)
def test_headings_are_recognised_however_they_are_spelt(tmp_path, heading):
    assert read(write(tmp_path, f"{heading}\nA1,史记\n"))[0].payload == {"barcode": "A1", "title": "史记"}


def test_lines_may_stand_above_the_heading(tmp_path):
    path = write(tmp_path, "雁城市图书馆藏书登记表,\n2019年,\n\n题名,条码\n史记,A1\n")
    assert cells(read(path)) == [
        (1, path.read_bytes().index("史记".encode()), {"title": "史记", "barcode": "A1"})
    ]


def test_unknown_columns_are_left_out_with_a_warning(tmp_path):
    importer = Shelf()
    items = read(write(tmp_path, "条码,备注,题名\nA1,x,史记\n"), importer)
    assert items[0].payload == {"barcode": "A1", "title": "史记"}
    assert len(importer.warnings) == 1
    assert "备注" in importer.warnings[0]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("", ("empty-file",)),
        ("\n\n", ("empty-file",)),
        ("hello world\n", ("no-heading",)),
        ("题名,价格\n史记,5\n", ("column-missing",)),
        ("条码,条码,题名\n1,2,3\n", ("column-repeated",)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", ("old-excel",)),
        (b"PK\x03\x04no archive", ("archive-damaged",)),
    ],
)
def test_what_is_no_table_is_unreadable(tmp_path, content, codes):
    with pytest.raises(importing.Unreadable) as refused:
        read(write(tmp_path, content))
    assert refused.value.codes == codes
    assert refused.value.exit_code == 2


def test_a_line_of_broken_bytes_is_reported_and_the_rest_read(tmp_path):
    lines = ["条码,题名", "A1,史记", "A2,汉书", "A3,通鉴"]
    raw = [line.encode() for line in lines]
    raw[2] = b"A2,\xe6\xb1"
    items = read(write(tmp_path, b"\n".join(raw)))
    assert isinstance(items[1], importing.Damage)
    assert (items[1].number, items[1].offset) == (2, len(raw[0]) + len(raw[1]) + 2)
    assert [item.payload["title"] for item in (items[0], items[2])] == ["史记", "通鉴"]


def test_missing_cells_at_the_end_and_too_many_cells_are_no_trouble(tmp_path):
    items = read(write(tmp_path, "条码,题名\nA1\nA2,b,c,d\n"))
    assert [item.payload for item in items] == [{"barcode": "A1"}, {"barcode": "A2", "title": "b"}]


def test_a_workbook_is_read_as_shown(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["藏书登记表"])
    sheet.append(["条码", "题名", "单价(元)"])
    sheet.append([7, "史记", 58])
    sheet["A3"].number_format = "0000"
    sheet["C3"].number_format = "0.00"
    sheet.append([None, None, None])
    sheet.append(["A2", "=汉书", None])
    sheet["B5"].data_type = "s"  # text that looks like a formula
    path = tmp_path / "table.xlsx"
    book.save(path)
    assert cells(read(path)) == [
        (1, None, {"barcode": "0007", "title": "史记", "price_fen": "58.00"}),
        (3, None, {"barcode": "A2", "title": "=汉书", "price_fen": ""}),
    ]


def test_a_damaged_workbook_is_unreadable(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["条码"])
    path = tmp_path / "table.xlsx"
    book.save(path)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content[: len(content) // 2] if "sheet1" in entry.filename else content)
    with pytest.raises(importing.Unreadable) as refused:
        read(broken)
    assert refused.value.codes == ("damaged-workbook",)


@given(st.lists(st.tuples(CELL, CELL), max_size=8))
def test_csv_comes_back_as_it_was_written(rows):
    kept = [(a, b) for a, b in rows if a.strip() or b.strip()]
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(["条码", "题名"])
    writer.writerows([guarded(a), guarded(b)] for a, b in kept)
    handle = io.BytesIO(sheet.getvalue().encode())
    lines = table._split(handle, "utf-8", ",")
    next(lines)
    rows_read = [line.cells for line in lines]
    assert [tuple(table._unguarded(cell) for cell in row) for row in rows_read] == kept


@given(st.text(max_size=10))
def test_the_guard_against_formulas_comes_off_again(text):
    assert table._unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_a_template_is_read_by_its_own_importer(tmp_path):
    for content, name in (
        (importing.csv_template(Shelf), "t.csv"),
        (importing.xlsx_template(Shelf), "t.xlsx"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        importer = Shelf()
        assert read(path, importer) == []
        assert importer.warnings == []
