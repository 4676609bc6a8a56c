"""Files of summaries: CSV and XLSX, read with distrust and written so that no cell is a formula.

A file that cannot be read as a whole is Refused, with sentences that say what to do. A single cell that cannot be used
stays in its place as an UnusableCell, to be told with all that is wrong with its row.
"""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import tablib
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from portal.safe_csv import csv_lines, harmless, plain

from .columns import COLUMNS, UNSEEN, column_named

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_ROWS = 5_000
MAX_WIDTH = 200  # columns looked at; a sheet may claim 16,384 in each of a million rows
MAX_HEIGHT = 1_048_576  # rows of any sheet, empty ones included
# What a workbook may hold when it is unpacked. The text of 5,000 long summaries takes about 40 MB.
MAX_ENTRIES = 200
MAX_UNPACKED = 100 * MEGABYTE
MAX_RATIO = (
    200  # of an entry's size to its packed size; text packs to a tenth, a bomb to a thousandth
)
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # of others no piece can be unpacked alone
CHUNK = 64 * 1024
MAX_CELL = 32_767  # characters in a cell of a workbook
TOLD = 20  # faults of the same sort that are told one by one

OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx behind a password
ZIP = b"PK"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?!\d)")
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes a character by its number

SAVE_AS_XLSX = "Open it in your spreadsheet and save it as .xlsx, without a password."
SAVE_AS_UTF_8 = (
    'In Excel choose "Save as", then "CSV UTF-8 (Comma delimited)"; in LibreOffice the character set '
    "Unicode (UTF-8). Or save it as .xlsx."
)


class Refused(Exception):
    """A file that cannot be read. `messages` are sentences that say why and what to do."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class UnusableCell(str):
    """A cell that cannot be taken for text; the string says why."""

    __slots__ = ()


class Sheet(tablib.Dataset):
    """The rows of a file with their columns by name, and the number of each row in the file."""

    def __init__(
        self,
        headers: Sequence[str],
        rows: Sequence[tuple[int, list[str]]],
        headings: Sequence[str] = (),
    ) -> None:
        super().__init__(*(row for _, row in rows), headers=headers)
        self.numbers = [number for number, _ in rows]
        # How the file itself names its columns, which people know better than our labels.
        self.headings = dict(zip(headers, headings, strict=False))


class Csv(base_formats.CSV):
    """CSV in UTF-8, with commas, or with the semicolons or tabs of some countries' Excel."""

    CONTENT_TYPE = "text/csv; charset=utf-8"

    def get_title(self) -> str:
        return "CSV"

    def is_binary(self) -> bool:
        return True  # it is decoded here, where it can be refused in words

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Sheet:
        return _sheet(_csv_rows(in_stream))

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return "".join(csv_lines([labels_of(dataset.headers), *dataset])).encode()


class Xlsx(base_formats.XLSX):
    """The first sheet of a workbook."""

    def get_title(self) -> str:
        return "XLSX (Excel, LibreOffice)"

    def create_dataset(self, in_stream: bytes) -> Sheet:
        _refuse_bombs(in_stream)
        try:
            book = load_workbook(io.BytesIO(in_stream), read_only=True, keep_links=False)
            return _sheet(_xlsx_rows(book.worksheets[0]))
        except Refused:
            raise
        except Exception as error:  # whatever the library makes of a file that is not what it says
            raise Refused("This file is not a sound workbook.", SAVE_AS_XLSX) from error

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return workbook({"Summaries": [labels_of(dataset.headers), *dataset]})


FORMATS: dict[str, Any] = {"csv": Csv, "xlsx": Xlsx}


def read(name: str, data: bytes) -> Sheet:
    """Return the rows of a file by its name's ending. Raise Refused."""
    refuse_by_outside(name, len(data))
    sheet: Sheet = FORMATS[ending(name)]().create_dataset(data)
    return sheet


def refuse_by_outside(name: str, size: int) -> None:
    """Refuse a file by its name and size alone, before it is opened."""
    if ending(name) not in FORMATS:
        raise Refused("Choose a file whose name ends in .csv or .xlsx.")
    if size > MAX_BYTES:
        limit = MAX_BYTES // MEGABYTE
        raise Refused(f"The file is larger than {limit} MB. Split it into several files.")
    if not size:
        raise Refused("The file is empty.")


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def labels_of(names: Iterable[str]) -> list[str]:
    """Return the headings of columns."""
    return [COLUMNS[name].label for name in names]


def workbook(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    """Return a workbook of sheets of text, by title; the first row of each is its heading.

    Raise ValueError if a text is longer than a cell can hold.
    """
    _refuse_long(text for rows in sheets.values() for row in rows for text in row)
    book = Workbook(write_only=True)
    for title, (headings, *rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number in range(1, len(headings) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = 30
        heading, body = _text_cell(sheet), _text_cell(sheet)
        heading.font = Font(bold=True)
        sheet.append([_like(heading, text) for text in headings])
        for row in rows:
            sheet.append([_like(body, text) for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# Reading


def _sheet(rows: Iterator[tuple[int, list[str]]]) -> Sheet:
    """Return the rows below a heading that names the columns. Raise Refused if it names them wrongly."""
    _, first = next(rows, (0, []))
    headers = _headers(first)
    found: list[tuple[int, list[str]]] = []
    wide = []
    for number, cells in rows:
        if not any(cells):
            continue
        if len(found) == MAX_ROWS:
            raise Refused(f"The file has more than {MAX_ROWS:,} rows. Split it into several files.")
        if any(cells[len(headers) :]):
            wide.append(f"Row {number} has more cells than there are columns.")
        cells = [*cells[: len(headers)], *[""] * (len(headers) - len(cells))]
        found.append((number, cells))
    if wide:
        raise Refused(*wide[:TOLD], "A text with a comma in it needs quotation marks around it.")
    if not found:
        raise Refused("The file has a heading and no rows below it.")
    return Sheet(headers, found, [cell.strip() for cell in first])


def _headers(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if not cells:
        raise Refused("The first row is empty. It should name the columns, as the template does.")
    named = [column_named(cell) for cell in cells]
    wrong = [
        f"There is no column {cell!r}. The template has the names of all columns."
        if cell
        else f"Column {number} has no name."
        for number, (name, cell) in enumerate(zip(named, cells, strict=True), start=1)
        if not name
    ]
    twice = sorted({name for name in named if name and named.count(name) > 1})
    wrong += [f"The column {COLUMNS[name].label!r} is there more than once." for name in twice]
    if "id" not in named:
        wrong.append("There is no column 'id', which says what summary a row is about.")
    if wrong:
        raise Refused(*wrong[:TOLD])
    return named


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    if data.startswith((ZIP, OLD_EXCEL)):
        raise Refused("This is a workbook, although its name ends in .csv.", SAVE_AS_XLSX)
    if data.startswith(UTF_16):
        raise Refused("The file is text in UTF-16, not in UTF-8.", SAVE_AS_UTF_8)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            f"The file is not text in UTF-8 (line {line} cannot be read as such).", SAVE_AS_UTF_8
        ) from None
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [_cell(text) for text in row]
    except csv.Error as error:
        raise Refused(
            f"The file cannot be read from line {reader.line_num} on ({error}). "
            "Look for a quotation mark that is not closed, or save it as .xlsx."
        ) from None


def _xlsx_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # they are only what the file claims
    rows = islice(sheet.iter_rows(max_col=MAX_WIDTH), MAX_HEIGHT + 1)
    for number, row in enumerate(rows, start=1):
        if number > MAX_HEIGHT:
            raise Refused(f"The file has more than {MAX_ROWS:,} rows. Split it into several files.")
        yield number, [_xlsx_cell(cell) for cell in row]


def _xlsx_cell(cell: Any) -> str:
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
    return _cell(unescape(value)) if isinstance(value, str) else str(value)


def _cell(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if found := UNSEEN.search(text):
        return UnusableCell(f"holds a control character (number {ord(found[0])}). Type it anew")
    if FORMULA.match(text):
        return UnusableCell("begins like a formula. If it is text, put an apostrophe (') before it")
    return plain(text)


# Distrust


def _refuse_bombs(data: bytes) -> None:
    """Refuse an archive that is none, that unpacks to too much, or whose XML defines entities.

    Every entry is unpacked once in small pieces, because the sizes in the archive's own list may lie; after that, what
    reads it may believe them.
    """
    if data.startswith(OLD_EXCEL):
        raise Refused("This is an old Excel file (.xls), or one with a password.", SAVE_AS_XLSX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            packed = sum(entry.compress_size for entry in entries)
            unpacked = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MAX_ENTRIES
                or unpacked > MAX_UNPACKED
                or unpacked > MAX_RATIO * packed + MEGABYTE
                or any(entry.compress_type not in PACKINGS for entry in entries)
            ):
                raise Refused("This workbook unpacks to more than is safe to read.", SAVE_AS_XLSX)
            for entry in entries:
                with archive.open(entry) as file:
                    _refuse_entities(file)
    except Refused:
        raise
    except Exception as error:  # zipfile and zlib have many ways to say that it is broken
        raise Refused("This file is not a sound workbook.", SAVE_AS_XLSX) from error


def _refuse_entities(file: Any) -> None:
    """Read an entry to its end, which proves its size, and refuse what only an attack has in it."""
    before = b""
    while chunk := file.read(CHUNK):
        if not before:
            encoding = DECLARED_ENCODING.match(chunk.lstrip())
            unusual = encoding and encoding[1].lower() != b"utf-8"
            if unusual or chunk.startswith(UTF_16):
                raise Refused("This workbook is written in an unusual encoding.", SAVE_AS_XLSX)
        if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
            raise Refused("This workbook defines XML entities, which none needs.", SAVE_AS_XLSX)
        before = chunk[-16:]


# Writing


def _refuse_long(texts: Iterable[str]) -> None:
    for text in texts:
        if len(_as_text(text)) > MAX_CELL:
            raise ValueError(
                f"A text that begins {text[:60]!r} is longer than a cell of a workbook can hold: choose CSV."
            )


def _as_text(text: str) -> str:
    return ESCAPED.sub("_x005F_", harmless(text))


def _text_cell(sheet: Any) -> Any:
    cell = WriteOnlyCell(sheet, "")
    cell.number_format = "@"  # what people type stays as they type it, dates included
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _like(model: Any, text: str) -> Any:
    """Return a cell of text that looks like another one."""
    cell = WriteOnlyCell(model.parent, _as_text(text))
    cell.data_type = "s"  # never a formula or an error, whatever it looks like
    cell._style = model._style
    return cell
