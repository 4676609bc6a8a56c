"""A sheet: the rows of a file, checked only for what any file of summaries must be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from portal.safe_csv import plain

from .cells import UNSEEN
from .columns import COLUMNS, column_named

MAX_ROWS = 5_000
MAX_HEIGHT = 1_048_576  # the most rows that a spreadsheet can have, empty ones included
MAX_COLUMNS = 16_384  # the most columns that it can have
FAULTS_SHOWN = 20  # faults of the same sort that are listed one by one
FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?!\d)")
TOO_MANY_ROWS = f"The file has more than {MAX_ROWS:,} rows. Split it into several files."

NumberedCells = Iterator[
    tuple[int, list[str]]
]  # the number that a spreadsheet shows, and the cells


class Refused(Exception):
    """A file that cannot be read. `messages` are sentences that say why and what to do."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class UnusableCell(str):
    """A cell that cannot be read as text; the string says why."""

    __slots__ = ()


class SheetRow(NamedTuple):
    """A row: its number in the file, counted from 1, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The headings of a file, by the name of their column, and the rows below them."""

    headings: dict[str, str]
    rows: list[SheetRow]

    def __len__(self) -> int:
        return len(self.rows)


def sheet_of(lines: NumberedCells) -> Sheet:
    """Return the sheet of the lines of a file, the first of which names the columns. Raise Refused."""
    _, first = next(lines, (0, []))
    headings = _headings_of(first)
    rows: list[SheetRow] = []
    wide = []
    for number, cells in lines:
        if not any(cells):
            continue
        if len(rows) == MAX_ROWS:
            raise Refused(TOO_MANY_ROWS)
        if any(cells[len(headings) :]):
            wide.append(f"Row {number} has more cells than there are columns.")
        cells += [""] * (len(headings) - len(cells))
        rows.append(SheetRow(number, dict(zip(headings, cells, strict=False))))
    if wide:
        raise Refused(
            *wide[:FAULTS_SHOWN], "A text with a comma in it needs quotation marks around it."
        )
    if not rows:
        raise Refused("The file has a heading and no rows below it.")
    return Sheet(headings, rows)


def text_cell(text: str) -> str:
    """Return the text of a cell, or an UnusableCell if it may harm: see `portal.safe_csv.harmless`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if found := UNSEEN.search(text):
        return UnusableCell(f"holds a control character (number {ord(found[0])}). Type it again")
    if FORMULA.match(text):
        return UnusableCell("begins like a formula. If it is text, put an apostrophe (') before it")
    return plain(text)


def _headings_of(cells: list[str]) -> dict[str, str]:
    """Return the headings in a row, by the name of their column. Raise Refused if one means no column."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if not cells:
        raise Refused("The first row is empty. It should name the columns, as the template does.")
    names = [column_named(cell) for cell in cells]
    wrong = [
        f"There is no column {cell!r}. The template has the names of all columns."
        if cell
        else f"Column {number} has no name."
        for number, (name, cell) in enumerate(zip(names, cells, strict=True), start=1)
        if not name
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    wrong += [f"The column {COLUMNS[name].label!r} is there more than once." for name in twice]
    if "id" not in names:
        wrong.append("There is no column 'id', which says what summary a row is about.")
    if wrong:
        raise Refused(*wrong[:FAULTS_SHOWN])
    return dict(zip(names, (cell.strip() for cell in cells), strict=True))
