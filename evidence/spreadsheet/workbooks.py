"""XLSX: the first sheet of a workbook is read, and workbooks of text are written, in which no cell is a formula."""

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from portal.safe_csv import harmless

from .sheet import MAX_HEIGHT, TOO_MANY_ROWS, NumberedCells, Refused, UnusableCell, text_cell
from .workbook_safety import NOT_SOUND, SAVE_AS_XLSX, refuse_unsafe_workbook

MAX_WIDTH = (
    200  # the most columns that are read; a sheet may claim 16,384 in each of a million rows
)
MAX_CELL = 32_767  # characters in a cell of a workbook
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes a character by its number


def lines(data: bytes) -> NumberedCells:
    """Yield the rows of the first sheet of a workbook. Raise Refused if it is unsafe or broken."""
    refuse_unsafe_workbook(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # they are only what the file claims
        rows = islice(sheet.iter_rows(max_col=MAX_WIDTH), MAX_HEIGHT + 1)
        empty: Any = None
        for number, row in enumerate(rows, start=1):
            if number > MAX_HEIGHT:
                raise Refused(TOO_MANY_ROWS)
            if (
                row is empty
            ):  # the library repeats one row for all that the file leaves out, up to a million
                yield number, []
                continue
            cells = [_text_of(cell) for cell in row]
            empty = row if not any(cells) else empty
            yield number, cells
    except Refused:
        raise
    except Exception as error:  # whatever the library makes of a file that is not what it claims
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
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return text_cell(unescape(value)) if isinstance(value, str) else str(value)


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
