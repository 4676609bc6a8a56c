"""CSV: read as spreadsheets write it, and written so that no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from portal.safe_csv import csv_lines

from .columns import column_named
from .sheet import (
    HEADINGS_WITHIN,
    MAX_COLUMNS,
    MAX_HEIGHT,
    TOO_MANY_ROWS,
    NumberedCells,
    RawSheet,
    Refused,
    text_cell,
)
from .workbook_safety import OLD_EXCEL, SAVE_AS_XLSX, UTF_16, ZIP

# The line may have been saved again as a row, with more of the signs behind it.
SEP_LINE = re.compile(r'\ufeff?\s*"?sep ?= ?(.)"?[,;\t|]*(?:\r\n?|\n)', re.IGNORECASE)
READ_AS_WINDOWS = (
    "The file is not in UTF-8, so it was read as Excel’s older CSV. Look at “£”, “’” and “é” below."
)
SEARCHED = 2 * HEADINGS_WITHIN  # lines in which the headings are looked for
LONGEST = 10_000  # characters of such a line that are looked at
# What British text holds beside ASCII, in the character set of Excel's older CSV. On a Mac other letters would come out.
WINDOWS_LETTERS = set("£€‘’“”–—…•°½¼¾×±²éèêëáàâäíìîïóòôöúùûüçñÉÁÜÖÄ®™©\xa0\xad")
SAVE_AS_UTF_8 = (
    'In Excel choose "Save as", then "CSV UTF-8 (Comma delimited)"; in LibreOffice the character set '
    "Unicode (UTF-8). Or save it as .xlsx."
)


def sheets(data: bytes) -> list[RawSheet]:
    """Return the one sheet of CSV, with commas, or with the semicolons or tabs of some countries' Excel.

    Raise Refused if it is something else.
    """
    text, *notes = _decoded(data)
    likely = ",;\t|"
    if marked := SEP_LINE.match(text):  # Excel reads this line and shows none of it
        text, likely = text[marked.end() :], f"{marked[1]}{likely}"
    delimiter = max(likely, key=lambda one: _columns_named(text, one))
    return [RawSheet("", _lines(text, delimiter), tuple(notes))]


def _columns_named(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many columns the best of the first rows names, and how often the delimiter stands in the first of them."""
    lines = [line[:LONGEST] for line in text.lstrip().split("\n", SEARCHED)[:SEARCHED]]
    named = (sum(map(bool, map(column_named, line.split(delimiter)))) for line in lines)
    return max(named, default=0), lines[0].count(delimiter)


def _lines(text: str, delimiter: str) -> NumberedCells:
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


def _decoded(data: bytes) -> tuple[str, ...]:
    """Return the text of a file, and what is to be said of its character set."""
    if data.startswith((ZIP, OLD_EXCEL)):
        raise Refused("This is a workbook, although its name ends in .csv.", SAVE_AS_XLSX)
    without_mark = {b"\0": "utf-16-le"}.get(data[1:2]) or {b"\0": "utf-16-be"}.get(data[:1])
    try:
        return (data.decode("utf-16" if data.startswith(UTF_16) else without_mark or "utf-8-sig"),)
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", "replace")
        if {letter for letter in text if not letter.isascii()} <= WINDOWS_LETTERS:
            return text, READ_AS_WINDOWS
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            f"The file is not text in UTF-8 (line {line} cannot be read as such).", SAVE_AS_UTF_8
        ) from None
