"""XLSX: workbooks are written with real numbers and dates, drop-downs for the values of lists, and no formula."""

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.safe_csv import harmless

from .cells import DAY, LINE, LINES, NAME, NAMES, NUMBER, PARTIAL_DATE, TEXT, YES
from .columns import COLUMNS, Column, column_named

MAX_CELL = 32_767  # characters in a cell of a workbook
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes a character by its number
LISTS = "Lists"  # the hidden sheet from which drop-downs take their values
OWN_SHEETS = {LISTS, "Columns"}  # which explain a workbook and hold no summaries
LAST_ROW = 5_001  # of those for which there are drop-downs
WIDTH = 30  # characters
WIDTHS = {
    TEXT: 70,
    LINES: 70,
    NAMES: 28,
    LINE: 34,
    NAME: 24,
    NUMBER: 11,
    DAY: 14,
    PARTIAL_DATE: 14,
    YES: 11,
}
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DAY_FORMAT = "d mmm yyyy"  # no country reads it in another way
TEXT_FORMAT = "@"  # what people type stays as they type it, dates included


def write(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Return a workbook of sheets of text, by title; the first row of each is its heading.

    Under the heading of a number or a date, text is written as one. Raise ValueError if a text is longer than a cell can hold.
    """
    # All texts first: a workbook that is given up half-way leaves a temporary file behind.
    written = {
        title: [[_as_text(text) for text in row] for row in sheets[title]] for title in sheets
    }
    book = Workbook(write_only=True)
    lists: dict[str, list[str]] = {}
    for title, (headings, *body) in written.items():
        is_for_summaries = any(column_named(heading) == "id" for heading in headings)
        columns = [
            COLUMNS.get(column_named(heading)) if is_for_summaries else None for heading in headings
        ]
        sheet = book.create_sheet(title)
        _lay_out(sheet, columns, lists)
        heading = _model_cell(sheet, TEXT_FORMAT)
        heading.font = Font(bold=True)
        models = [_model_cell(sheet, _format_of(column)) for column in columns]
        sheet.append([_cell_like(heading, text) for text in headings])
        for row in body:
            sheet.append(_cell(*parts) for parts in zip(models, columns, row, strict=True))
    if lists:
        _add_lists(book, lists)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lay_out(sheet: Any, columns: Sequence[Column | None], lists: dict[str, list[str]]) -> None:
    """Set the widths of the columns, and give drop-downs to those of lists, whose values it puts into `lists`."""
    sheet.freeze_panes = "B2"
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDTHS.get(column.cell, WIDTH) if column else WIDTH
        sheet.column_dimensions[letter].number_format = _format_of(column)
        if column and column.cell in {NAME, NUMBER, YES} and (values := _offered(column)):
            lists[column.name] = values
            where = get_column_letter(len(lists))
            chosen = DataValidation(
                type="list",
                formula1=f"{LISTS}!${where}$2:${where}${len(values) + 1}",
                allow_blank=True,
                showErrorMessage=False,  # labels may be typed as well
            )
            chosen.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.data_validations.append(chosen)


def _offered(column: Column) -> list[str]:
    """Return the values of a drop-down. Which steps there are depends on the scale of the row, so none are offered."""
    return [] if column.name.endswith("_step") else column.allowed()


def _add_lists(book: Any, lists: Mapping[str, Sequence[str]]) -> None:
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    model = _model_cell(sheet, TEXT_FORMAT)
    rows = max(map(len, lists.values()))
    sheet.append([_cell_like(model, COLUMNS[name].label) for name in lists])
    for number in range(rows):
        texts = [values[number] if number < len(values) else "" for values in lists.values()]
        sheet.append([_number_or_text(model, text) for text in texts])


def _format_of(column: Column | None) -> str:
    if column and column.cell is NUMBER:
        return "0"
    return DAY_FORMAT if column and column.cell in {DAY, PARTIAL_DATE} else TEXT_FORMAT


def _cell(model: Any, column: Column | None, text: str) -> Any:
    """Return the cell for a text: a number or a date in its columns, or text that no spreadsheet changes."""
    if column and column.cell is NUMBER:
        return _number_or_text(model, text)
    if column and column.cell in {DAY, PARTIAL_DATE} and ISO_DAY.fullmatch(text):
        return _styled(model, datetime.date.fromisoformat(text))
    cell = _cell_like(model, text)
    if column and column.cell is PARTIAL_DATE and text:
        cell._style = copy(cell._style)
        cell.number_format = TEXT_FORMAT  # a month or a year alone
    return cell


def _number_or_text(model: Any, text: str) -> Any:
    is_number = text.isascii() and text.isdecimal()
    return _styled(model, int(text)) if is_number else _cell_like(model, text)


def _as_text(text: str) -> str:
    written = ESCAPED.sub("_x005F_", harmless(text))
    if len(written) > MAX_CELL:
        raise ValueError(
            f"A text that begins {text[:60]!r} is longer than a cell of a workbook can hold: choose CSV."
        )
    return written


def _model_cell(sheet: Any, number_format: str) -> Any:
    """Return a cell whose look others copy."""
    cell = WriteOnlyCell(sheet, "")
    cell.number_format = number_format
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _styled(model: Any, value: Any) -> Any:
    cell = WriteOnlyCell(model.parent, value)
    cell._style = model._style
    return cell


def _cell_like(model: Any, text: str) -> Any:
    cell = _styled(model, text)
    cell.data_type = "s"  # never a formula or an error, whatever it looks like
    return cell
