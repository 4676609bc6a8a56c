"""A sheet: the rows of a file, checked only for what any file of summaries must be."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from evidence.models.content_fields import FIELDS, name_in_files
from portal.safe_csv import plain

from .cells import UNSEEN
from .columns import COLUMNS, column_named, nearest_label

MAX_ROWS = 5_000
MAX_HEIGHT = 1_048_576  # the most rows that a spreadsheet can have, empty ones included
MAX_COLUMNS = 16_384  # the most columns that it can have
FAULTS_SHOWN = 20  # faults of the same sort that are listed one by one
HEADINGS_WITHIN = 20  # rows with something in them: the headings are looked for among these
BRACKETED = re.compile(r"\s*\([^()]*\)$")
FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?!\d)")
NOT_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85]")
TOO_MANY_ROWS = f"The file has more than {MAX_ROWS:,} rows. Split it into several files."
NO_ID = (
    "There is no column “id”, which says what summary a row is about. “Export this list” on the page of summaries gives a file "
    "that has it."
)
PUBLIC_LIST = (
    "This is the public list (evidence.csv). It is for reading: it does not have all that a summary says, and names things in "
    "other ways. Use “Export this list” on the page of summaries, and change the file that you get."
)
# The columns of the public list, of which no file to edit has so many.
PUBLIC_COLUMNS = {field.column for field in FIELDS if field.column} | {"source", "url"}
ONLY_PUBLIC = {one for one in PUBLIC_COLUMNS if not column_named(one)}

NumberedCells = Iterator[
    tuple[int, list[str]]
]  # the number that a spreadsheet shows, and the cells


class Refused(Exception):
    """A file that cannot be read. `messages` are sentences that say why and what to do."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class NotTheSheet(Refused):
    """A sheet without summaries: another one of the workbook may have them. `named` columns are named in it."""

    def __init__(self, *messages: str, named: int = 0) -> None:
        super().__init__(*messages)
        self.named = named


class RawSheet(NamedTuple):
    """A sheet of a file as it is: its title, its rows, and what is to be said of how it was read."""

    title: str
    lines: NumberedCells
    notes: tuple[str, ...] = ()
    is_hidden: bool = False


class UnusableCell(str):
    """A cell that cannot be read as text; the string says why."""

    __slots__ = ()


class SheetRow(NamedTuple):
    """A row: its number in the file, counted from 1, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The headings of a file, by the name of their column, and the rows below them.

    `unknown` are the headings that mean no column, `notes` say what else was not read, and how the file was read.
    """

    headings: dict[str, str]
    rows: list[SheetRow]
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)


SheetReading = Generator[int, None, Sheet]  # yields how many rows are read, and returns the sheet


def reading_sheet(lines: NumberedCells, *, is_csv: bool = False) -> SheetReading:
    """Read the sheet of the lines of a file row by row. The headings are in one of the first rows. Raise Refused."""
    above, first = _find_headings(lines)
    headings, unknown = _headings_of(first)
    by_place = {place: name for name, (place, _) in headings.items()}
    rows: list[SheetRow] = []
    wide = []
    filled: dict[int, None] = {}  # the columns without a heading that hold something
    for number, cells in lines:
        if not any(cells):
            continue
        if len(rows) == MAX_ROWS:
            raise Refused(TOO_MANY_ROWS)
        if any(cells[len(first) :]):
            wide.append(f"Row {number} has more cells than there are columns.")
        filled |= dict.fromkeys(place for place, cell in enumerate(cells) if cell)
        cells += [""] * (len(first) - len(cells))
        rows.append(SheetRow(number, {name: cells[place] for place, name in by_place.items()}))
        yield len(rows)
    if wide and is_csv:
        raise Refused(
            *wide[:FAULTS_SHOWN], "A text with a comma in it needs quotation marks around it."
        )
    if not rows:
        raise NotTheSheet("The file has a heading and no rows below it.", named=len(headings))
    nameless = [
        f"column {get_column_letter(place + 1)}, which has no heading"
        for place in sorted(filled)
        if place >= len(first) or not first[place]
    ]
    notes = [
        f"Row {number} (“{text}”) stands above the headings and was not read."
        for number, text in above
    ]
    shown = {name: heading for name, (_, heading) in headings.items()}
    return Sheet(shown, rows, [*unknown, *nameless], notes)


def text_cell(text: str) -> str:
    """Return the text of a cell, or an UnusableCell if it may harm: see `portal.safe_csv.harmless`."""
    text = LINE_BREAKS.sub("\n", text).strip()
    if (found := NOT_ASCII.search(text)) and (meant := _ungarbled(found[0])):
        return UnusableCell(
            f"has “{found[0]}” where “{meant}” was meant: the file was once read in a wrong character set. Begin anew with the "
            "file before that, and save it as .xlsx"
        )
    if found := UNSEEN.search(text):
        return UnusableCell(f"holds a control character (number {ord(found[0])}). Type it again")
    if FORMULA.match(text) and not LIST_MARK.match(text) and text != "-":
        return UnusableCell(
            f"begins like a formula: “{text[:60]}”. If it is text, put an apostrophe (') before it"
        )
    return plain(text)


def _ungarbled(text: str) -> str:
    """Return what a text in UTF-8 said before it was read as Windows' character set: “£” of "Â£". Empty if it never was."""
    try:
        meant = b"".join(map(_byte_of, text)).decode()
        meant.encode("cp1252")  # "×£" would be Hebrew, so it is what it says
    except UnicodeError:
        return ""
    return meant


def _byte_of(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # the five numbers that Windows leaves out


# A list that somebody has typed or pasted: "- One". No spreadsheet can work it out.
LIST_MARK = re.compile(r"[-–—+]\s+[A-Za-z“\"‘'(]")


def _is_heading(cells: list[str], *, is_first: bool) -> bool:
    """Say whether a row names the columns: the id is one of them, and at least half of its cells do if it is not the first."""
    named = [column_named(cell) for cell in cells if cell]
    return "id" in named and (is_first or 2 * _named(cells) >= len(named))


def _find_headings(lines: NumberedCells) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the rows above the headings, by number and first text, and the row of the headings. Raise Refused."""
    above: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if _is_heading(cells, is_first=not above):
            _refuse_public_list(cells)
            return [(row, next(filter(None, texts))) for row, texts in above], cells
        if cells:
            above.append((number, cells))
        if len(above) == HEADINGS_WITHIN:
            break
    if not above:
        raise NotTheSheet(
            "The first rows are empty. One should name the columns, as the template does."
        )
    named, likeliest = max((_named(cells), cells) for _, cells in above)
    _refuse_public_list(likeliest)
    if not named:
        first = next(filter(None, above[0][1]))
        begins = f"None of the first {HEADINGS_WITHIN} rows names the columns, as the template does. The first says “{first}”."
        raise NotTheSheet(begins, NO_ID)
    unknown = [
        f"There is no column “{cell}”.{_meant(cell)}"
        for cell in likeliest
        if cell and not column_named(cell)
    ]
    raise NotTheSheet(NO_ID, *unknown[:FAULTS_SHOWN], named=named)


def _named(cells: list[str]) -> int:
    return sum(map(bool, map(column_named, cells)))


def _refuse_public_list(cells: list[str]) -> None:
    names = {name_in_files(cell) for cell in cells}
    most = 2 * len(PUBLIC_COLUMNS & names) > len(PUBLIC_COLUMNS)
    exact = PUBLIC_COLUMNS.intersection(
        cells
    )  # as the public list writes them, where columns were taken out of it
    if (ONLY_PUBLIC & names and most) or (ONLY_PUBLIC & exact and 2 * len(exact) > len(names)):
        raise Refused(PUBLIC_LIST)


def _headings_of(cells: list[str]) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """Return the place and the text of each heading, by its column, and the headings that mean none. Raise Refused."""
    headings: dict[str, tuple[int, str]] = {}
    unknown: list[str] = []
    twice = []
    for place, cell in enumerate(cells):
        name = column_named(cell)
        if name in headings:
            both = f"“{headings[name][1]}” and “{cell}”"
            twice.append(f"The column “{COLUMNS[name].label}” is there more than once: {both}.")
        elif name:
            headings[name] = place, cell
        elif cell:
            unknown.append(f"“{cell}”.{_meant(cell)}".removesuffix("."))
    if twice:
        raise Refused(*twice[:FAULTS_SHOWN])
    return headings, unknown


def _meant(heading: str) -> str:
    label = nearest_label(BRACKETED.sub("", heading))
    return f" Did you mean “{label}”?" if label else ""
