"""Real files, as a spreadsheet would save them."""

import csv
import io
from typing import Any

from openpyxl import Workbook, load_workbook

from evidence.spreadsheet.columns import COLUMNS
from evidence.spreadsheet.export import exported_rows
from evidence.spreadsheet.files import FORMATS, read_sheet
from evidence.spreadsheet.sheet import Sheet

Rows = list[dict[str, Any]]


def csv_file(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as CSV; the first one names the columns."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_file(rows: Rows) -> bytes:
    """Return rows as a workbook; values keep their type, and text that begins with = is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


MAKE = {"csv": csv_file, "xlsx": xlsx_file}


def exported(kind: str, summaries: Any) -> bytes:
    """Return summaries as the export sends them."""
    return FORMATS[kind].write(exported_rows(summaries))


def rows_of(kind: str, content: bytes) -> list[dict[str, str]]:
    """Return the rows of a file as a spreadsheet shows them: what its cells say, by the name of their column."""
    names = {one.label: name for name, one in COLUMNS.items()}
    headings, *rows = cells_of(kind, content)
    return [
        {names[heading]: cell or "" for heading, cell in zip(headings, row, strict=True)}
        for row in rows
    ]


def cells_of(kind: str, content: bytes) -> list[Any]:
    """Return all cells of a file, its headings first."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def sheet_of(rows: Rows) -> Sheet:
    return read_sheet("rows.csv", csv_file(rows))


def complete_row(**cells: str) -> dict[str, str]:
    """Return a row with everything that a new summary must say, in the words of tests.factories."""
    return (
        dict.fromkeys(COLUMNS, "")
        | {
            "id": "yef-brand-new",
            "centre": "yef",
            "title": "Something new",
            "product": "Toolkit",
            "kind": "toolkit-strand",
            "policy_areas": "crime-reduction",
            "topics": "mentoring",
            "audiences": "headteachers",
            "summary": "It is new.",
            "impact_direction": "beneficial",
            "strength_level": "moderate",
            "source_url": "https://example.org/new",
        }
        | cells
    )
