"""Files to fill in: the headings of a kind, an example row, and what to write in each column."""

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yanshu.core.importing.declaration import Importer

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TEMPLATE_FORMATS = tuple(MEDIA_TYPES)
_WIDTH = 16


def csv_template(importer: type[Importer]) -> bytes:
    """Return a CSV file with heading and example, marked as UTF-8 for spreadsheets."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(_headings(importer))
    writer.writerow(column.example for column in importer.columns)
    return sheet.getvalue().encode("utf-8-sig")


def xlsx_template(importer: type[Importer]) -> bytes:
    """Return a workbook: headings and example on the first sheet, the meaning of the columns on the second.

    All cells are text cells, so that long numbers and leading zeros stay what was typed.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("Rows"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(importer.columns) - 1, 0), _WIDTH, text)
        sheet.write_row(0, 0, _headings(importer), bold)
        for place, column in enumerate(importer.columns):
            sheet.write_string(1, place, column.example, text)
        _explain(book.add_worksheet(_("Columns")), importer, bold)
    return target.getvalue()


def _explain(sheet: Any, importer: type[Importer], bold: Any) -> None:
    sheet.set_column(0, 1, _WIDTH)
    sheet.set_column(2, 2, 4 * _WIDTH)
    sheet.write_row(0, 0, [_("Column"), _("Required"), _("What to write")], bold)
    for line, column in enumerate(importer.columns, 1):
        required = _("yes") if column.required else _("no")
        sheet.write_row(line, 0, [column.heading, required, str(column.help)])


def _headings(importer: type[Importer]) -> list[str]:
    return [column.heading + ("*" if column.required else "") for column in importer.columns]


def template_response(importer: type[Importer], file_format: str) -> HttpResponse:
    """Return the template of a kind as a download; ``file_format`` is ``csv`` or ``xlsx``.

    Raises:
        KeyError: for another format; the door offers only these two.
    """
    content = {"csv": csv_template, "xlsx": xlsx_template}[file_format](importer)
    response = HttpResponse(content, content_type=MEDIA_TYPES[file_format])
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{importer.title}.{file_format}"
    )
    return response
