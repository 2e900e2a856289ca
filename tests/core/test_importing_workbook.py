"""Workbooks as people and programs make them: formulas, errors, damage, and files made to harm."""

import zipfile

import openpyxl
import pytest
import xlsxwriter

from yanshu.core import importing
from yanshu.core.file import FileKind
from yanshu.core.importing.extent import rows_expected


class Shelf(importing.Importer):
    kind = "test-workbook"
    title = "Shelf"
    permission = "test"
    columns = (
        importing.Column("barcode", "条码", "Barcode", required=True),
        importing.Column("price", "价格", "Price", parser=importing.fen()),
    )


def saved(path, *rows):
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([("条码", "价格"), *rows]):
            for column, cell in enumerate(row):
                cell(sheet, place, column) if callable(cell) else sheet.write(place, column, cell)
    return path


def replaced(source, target, member, old, new):
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            content = given.read(entry)
            if entry.filename == member:
                assert old in content
                content = content.replace(old, new)
            made.writestr(entry.filename, content)
    return target


def formula(text, value):
    return lambda sheet, row, column: sheet.write_formula(row, column, text, None, value)


def read(path):
    return list(Shelf().read(path))


def refused(path):
    with pytest.raises(importing.Unreadable) as told:
        read(path)
    return told.value


def test_a_formula_counts_with_the_value_it_had_when_saved(tmp_path):
    path = saved(tmp_path / "a.xlsx", ("A1", formula("=29*2", 58)))
    assert [item.payload for item in read(path)] == [{"barcode": "A1", "price": "58"}]


@pytest.mark.parametrize("rest", [b"", b"<v></v>", b"<v/>"])
def test_a_formula_without_its_value_is_refused_with_its_cell(tmp_path, rest):
    path = saved(tmp_path / "a.xlsx", ("A1", 5), ("A2", formula("=29*2", 58)))
    member = "xl/worksheets/sheet1.xml"
    bare = replaced(path, tmp_path / "b.xlsx", member, b"<f>29*2</f><v>58</v>", b"<f>29*2</f>" + rest)
    told = refused(bare)
    assert told.codes == ("formula-without-value",)
    assert "B3" in str(told.reasons[0].label)


def test_formulas_of_a_program_that_computes_nothing_are_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["条码", "价格"])
    book.active.append(["A1", "=29*2"])
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx").codes == ("formula-without-value",)


def test_a_cell_in_error_rejects_its_row_and_no_other(tmp_path):
    path = saved(tmp_path / "a.xlsx", ("A1", 5), ("A2", formula("=1/0", "#DIV/0!")), ("A3", 6))
    first, wrong, last = read(path)
    assert isinstance(wrong, importing.Damage)
    assert (wrong.number, wrong.reasons[0].code) == (2, "cell-error")
    assert "B3" in str(wrong.reasons[0].label)
    assert [item.payload["barcode"] for item in (first, last)] == ["A1", "A3"]


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path):
    path = saved(tmp_path / "a.xlsx", ("A1", 5))
    member = "xl/worksheets/sheet1.xml"
    bomb = replaced(path, tmp_path / "b.xlsx", member, b"<sheetData>", b"<sheetData>" + b" " * 30_000_000)
    assert refused(bomb).codes == ("archive-bomb",)


def test_entities_that_grow_are_refused_and_not_unfolded(tmp_path):
    path = saved(tmp_path / "a.xlsx", ("A1", 5))
    member = "xl/worksheets/sheet1.xml"
    nested = b'<!DOCTYPE x [<!ENTITY a "%s">' % (b"1" * 50)
    for name, inner in zip(b"bcdefgh", b"abcdefg", strict=True):
        nested += b'<!ENTITY %c "%s">' % (name, b"&%c;" % inner * 50)
    nested += b"]>"
    bomb = replaced(path, tmp_path / "b.xlsx", member, b"<worksheet ", nested + b"<worksheet ")
    grown = replaced(bomb, tmp_path / "c.xlsx", member, b"<v>5</v>", b"<v>&h;</v>")
    assert refused(grown).codes == ("damaged-workbook",)


def test_a_workbook_cut_off_in_its_rows_is_refused(tmp_path):
    path = saved(tmp_path / "a.xlsx", *[(f"A{number}", number) for number in range(100)])
    cut = replaced(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", b"</sheetData>", b"")
    assert refused(cut).codes == ("damaged-workbook",)


def test_a_sheet_without_cells_has_no_heading(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx").codes == ("no-heading",)


def test_a_heading_that_stands_twice_is_refused(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["条码", "价格", "条 码*"])
    assert refused(tmp_path / "a.xlsx").codes == ("column-repeated",)


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        ("条码\n甲\n乙\n".encode(), FileKind.TEXT, 2),
        (b"", FileKind.TEXT, 1),
        (b"one\x1e\x1dtwo\x1e\x1d", FileKind.ISO2709, 2),
        (b"<r:record>1</r:record><r:record/></r:record>", FileKind.XML, 2),
        (b"<collection>" + b"<record>x</record>" * 100_000, FileKind.XML, 100_000),
    ],
)
def test_how_many_rows_there_are_is_seen_at_a_glance(tmp_path, content, kind, expected):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert rows_expected(path, kind) == expected


def test_rows_of_a_workbook_are_seen_at_a_glance(tmp_path):
    path = saved(tmp_path / "a.xlsx", *[(f"A{number}", number) for number in range(30_000)])
    assert rows_expected(path, FileKind.XLSX) == 30_000
