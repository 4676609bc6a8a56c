"""XLSX: the sheets of a workbook are read, for what they hold and not for what they declare."""

import io
import re
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser

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
from .workbook_writer import MAX_CELL, OWN_SHEETS

# The most columns that are read; a sheet may claim 16,384 in each of a million rows.
MAX_WIDTH = 200
# Filled cells in all sheets; the longest file has some 60 columns of 5,000 rows.
MAX_CELLS = 400_000
CHUNK = 1024 * 1024  # bytes of a sheet that are read at once
NOTHING_IN_IT = rb"(?:\s*</?(?:\w+:)?(?:v|is|t)\b[^<>]*>)*\s*"  # tags of a value without one
EMPTY_CELL = rb"<(?:\w+:)?c\b[^<>]*?(?:/>|>%b</(?:\w+:)?c>)" % NOTHING_IN_IT
EMPTY_ROW = rb"<(?:\w+:)?row\b[^<>]*?(?:/>|>(?:\s*%b)*\s*</(?:\w+:)?row>)" % EMPTY_CELL
CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
# What is empty, and what forbids to leave it out: a cell, or a row, that does not say where it is.
EMPTY = [
    (re.compile(empty), re.compile(rb'<(?:\w+:)?%b\b(?![^<>]*\sr=")' % name))
    for empty, name in ((EMPTY_CELL, b"c"), (EMPTY_ROW, b"row"))
]


class CellCount:
    """How many filled cells the sheets of a workbook have had so far."""

    so_far = 0

    def add(self, xml: bytes) -> None:
        """Count the cells of a piece of a sheet. Raise Refused for more than anybody imports."""
        self.so_far += len(CELL.findall(xml))
        if self.so_far > MAX_CELLS:
            raise Refused(
                f"This workbook has more than {MAX_CELLS:,} filled cells. Split it into several files."
            )


def sheets(data: bytes) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook, hidden ones last. Raise Refused if it is unsafe or broken."""
    refuse_unsafe_workbook(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        if not book.worksheets:
            raise Refused(NOT_SOUND, SAVE_AS_XLSX)
        count = CellCount()
        for sheet in sorted(book.worksheets, key=lambda one: one.sheet_state != "visible"):
            if sheet.title in OWN_SHEETS and len(book.worksheets) > 1:
                continue
            yield RawSheet(
                sheet.title, _lines(sheet, count), is_hidden=sheet.sheet_state != "visible"
            )
    except Refused:
        raise
    except Exception as error:  # whatever the library makes of a file that is not what it claims
        raise Refused(NOT_SOUND, SAVE_AS_XLSX) from error


def _lines(sheet: Any, count: CellCount) -> NumberedCells:
    """Yield the rows of a sheet that the file has. Rows that it leaves out, up to a million, cost nothing."""
    try:
        with sheet._get_source() as source:
            book = sheet.parent
            parser = WorkSheetParser(
                FilledCells(source, count),
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


class FilledCells:
    """The XML of a sheet without its cells and rows that hold nothing. A format can be in a million of them."""

    def __init__(self, source: Any, count: CellCount) -> None:
        self._source = source
        self._count = count
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, of about the size of a chunk. It is empty at the end."""
        while chunk := self._source.read(CHUNK):
            so_far = self._rest + chunk
            last = max(so_far.rfind(b"<row "), so_far.rfind(b":row "))  # or with a prefix
            start = so_far.rfind(b"<", 0, last + 1) if last >= 0 else 0
            piece, self._rest = so_far[:start], so_far[start:]
            if filled := _without_empty(piece):
                self._count.add(filled)
                return filled
        piece, self._rest = self._rest, b""
        self._count.add(piece)
        return piece


def _without_empty(xml: bytes) -> bytes:
    """Leave out what is empty, if each cell and row says where it is. All spreadsheets write them so."""
    for empty, without_place in EMPTY:
        if not without_place.search(xml):
            xml = empty.sub(b"", xml)
    return xml


def _text_of(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return UnusableCell("is a formula. Paste the value that it gives instead")
    if cell.data_type == "e":
        return UnusableCell(f"is an error of the spreadsheet ({value[:20]})")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # as it looks
    if isinstance(value, int | float):
        return number_cell(value, cell.number_format)
    if isinstance(value, str):
        text = unescape(value)
        if len(text) > MAX_CELL:
            return UnusableCell(
                f"is longer than {MAX_CELL:,} characters, which no spreadsheet takes"
            )
        return text_cell(text)
    return date_cell(value, cell.number_format)
