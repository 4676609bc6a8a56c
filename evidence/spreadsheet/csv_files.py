"""CSV: read as spreadsheets write it, and written so that no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from portal.safe_csv import csv_lines

from .sheet import (
    MAX_COLUMNS,
    MAX_HEIGHT,
    TOO_MANY_ROWS,
    NumberedCells,
    Refused,
    text_cell,
)
from .workbook_safety import OLD_EXCEL, SAVE_AS_XLSX, UTF_16, ZIP

SAVE_AS_UTF_8 = (
    'In Excel choose "Save as", then "CSV UTF-8 (Comma delimited)"; in LibreOffice the character set '
    "Unicode (UTF-8). Or save it as .xlsx."
)


def lines(data: bytes) -> NumberedCells:
    """Yield the rows of CSV in UTF-8, with commas, or with the semicolons or tabs of some countries' Excel.

    Raise Refused if it is something else.
    """
    text = _decoded(data)
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if number > MAX_HEIGHT:
                raise Refused(TOO_MANY_ROWS)
            if len(row) > MAX_COLUMNS:
                raise Refused(f"Row {number} has more columns than a spreadsheet can have.")
            yield number, [text_cell(cell) if cell else "" for cell in row]
    except csv.Error as error:
        raise Refused(
            f"The file cannot be read from line {reader.line_num} on ({error}). "
            "Look for a quotation mark that is not closed, or save it as .xlsx."
        ) from None


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV; the first one is the heading."""
    return "".join(csv_lines(rows)).encode()


def _decoded(data: bytes) -> str:
    if data.startswith((ZIP, OLD_EXCEL)):
        raise Refused("This is a workbook, although its name ends in .csv.", SAVE_AS_XLSX)
    if data.startswith(UTF_16):
        raise Refused("The file is text in UTF-16, not in UTF-8.", SAVE_AS_UTF_8)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            f"The file is not text in UTF-8 (line {line} cannot be read as such).", SAVE_AS_UTF_8
        ) from None
