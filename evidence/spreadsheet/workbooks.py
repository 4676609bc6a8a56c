"""XLSX: the sheets of a workbook are read, and workbooks of text are written, in which no cell is a formula."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser

from portal.safe_csv import harmless

from .looks import date_cell, number_cell
from .sheet import (
    MAX_HEIGHT,
    TOO_MANY_ROWS,
    NumberedCells,
    RawSheet,
    Refused,
    UnusableCell,
    text_cell,
)
from .workbook_safety import NOT_SOUND, SAVE_AS_XLSX, refuse_unsafe_workbook

MAX_WIDTH = (
    200  # the most columns that are read; a sheet may claim 16,384 in each of a million rows
)
MAX_CELL = 32_767  # characters in a cell of a workbook
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes a character by its number


def sheets(data: bytes) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook, hidden ones last. Raise Refused if it is unsafe or broken."""
    refuse_unsafe_workbook(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        if not book.worksheets:
            raise Refused(NOT_SOUND, SAVE_AS_XLSX)
        for sheet in sorted(book.worksheets, key=lambda one: one.sheet_state != "visible"):
            yield RawSheet(sheet.title, _lines(sheet))
    except Refused:
        raise
    except Exception as error:  # whatever the library makes of a file that is not what it claims
        raise Refused(NOT_SOUND, SAVE_AS_XLSX) from error


def _lines(sheet: Any) -> NumberedCells:
    """Yield the rows of a sheet that the file has. Rows that it leaves out, up to a million, cost nothing."""
    try:
        with sheet._get_source() as source:
            book = sheet.parent
            parser = WorkSheetParser(
                source,
                sheet._shared_strings,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, cells in parser.parse():
                texts = {
                    cell["column"]: _text_of(ReadOnlyCell(sheet, **cell))
                    for cell in cells
                    if cell["value"] is not None and cell["column"] <= MAX_WIDTH
                }
                if number > MAX_HEIGHT:
                    raise Refused(TOO_MANY_ROWS)
                if texts:
                    yield number, [texts.get(column, "") for column in range(1, max(texts) + 1)]
    except Refused:
        raise
    except Exception as error:
        raise Refused(NOT_SOUND, SAVE_AS_XLSX) from error


def write(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Return a workbook of sheets of text, by title; the first row of each is its heading.

    Raise ValueError if a text is longer than a cell can hold.
    """
    # All texts first: a workbook that is given up half-way leaves a temporary file behind.
    written = {
        title: [[_as_text(text) for text in row] for row in sheets[title]] for title in sheets
    }
    book = Workbook(write_only=True)
    for title, (headings, *body) in written.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number in range(1, len(headings) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = 30
        model = _model_cell(sheet)
        bold = _model_cell(sheet)
        bold.font = Font(bold=True)
        sheet.append([_cell_like(bold, text) for text in headings])
        for row in body:
            sheet.append([_cell_like(model, text) for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text_of(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return UnusableCell("is a formula. Paste the value that it gives instead")
    if cell.data_type == "e":
        return UnusableCell(f"is an error of the spreadsheet ({value})")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_cell(value, cell.number_format)
    if isinstance(value, str):
        return text_cell(unescape(value))
    return date_cell(value, cell.number_format)


def _as_text(text: str) -> str:
    written = ESCAPED.sub("_x005F_", harmless(text))
    if len(written) > MAX_CELL:
        raise ValueError(
            f"A text that begins {text[:60]!r} is longer than a cell of a workbook can hold: choose CSV."
        )
    return written


def _model_cell(sheet: Any) -> Any:
    """Return a cell for text, whose look `_cell_like` copies."""
    cell = WriteOnlyCell(sheet, "")
    cell.number_format = "@"  # what people type stays as they type it, dates included
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell_like(model: Any, text: str) -> Any:
    cell = WriteOnlyCell(model.parent, text)
    cell.data_type = "s"  # never a formula or an error, whatever it looks like
    cell._style = model._style
    return cell
